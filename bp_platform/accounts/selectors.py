"""Page-sized reads of people."""

from __future__ import annotations

from django.core.cache import cache

from bp_platform.accounts.models import PublicBody

TOWN_CACHE = "accounts.town"


def public_body() -> PublicBody:
    """The public body of this installation; a nameless one before it is set up. Kept for a minute."""
    kept: PublicBody | None = cache.get(TOWN_CACHE)
    if kept is None:
        kept = PublicBody.objects.filter(pk=1).first() or PublicBody(name="Budget participatif")
        cache.set(TOWN_CACHE, kept, 60)
    return kept
