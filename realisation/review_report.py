"""The one-year review on paper: a cover, its contents, its blocks; once published, always the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from bp_platform.core import drawings
from bp_platform.core.decisions import Decision, no
from bp_platform.core.registries import ReportSpec
from realisation import policies, selectors
from realisation.models import OneYearReview


def _review(arguments: Mapping[str, Any]) -> OneYearReview | None:
    found = OneYearReview.objects.filter(cycle__slug=arguments.get("cycle", ""), published_at__isnull=False)
    return found.select_related("cycle").first()


def build(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """`arguments`: {"cycle": its slug}."""
    review = _review(arguments)
    if review is None:
        raise OneYearReview.DoesNotExist(arguments)
    page_url = reverse("realisation:review", args=[review.cycle.slug])
    return {
        "page": selectors.review_page(review),
        "cover": mark_safe(drawings.flat_scene("solidarity", "2")),  # noqa: S308 -- our own drawing
        "address": settings.BASE_URL + page_url,
        "page_url": page_url,
    }


def may_request(by: Any, arguments: Mapping[str, Any], at: datetime) -> Decision:
    """Anybody, once it is published, for an edition that they may see."""
    review = _review(arguments)
    if review is None:
        return no(_("Ce bilan n’est pas publié : il n’y a pas encore de document à imprimer."))
    return policies.may_read_review(by, review, at)


def file_name(arguments: Mapping[str, Any]) -> str:
    return f"bilan-{arguments['cycle']}.pdf"


ONE_YEAR_REVIEW = ReportSpec(
    "one_year_review", _("Bilan à un an"), "realisation/pdf/review.html", build, may_request, file_name
)
