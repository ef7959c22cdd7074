"""Public pages of the frame: the règlement."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bp_platform.core.http import Request
from cycles import articles, policies, selectors


@login_not_required
@require_safe
def rulebook(request: Request, cycle: str) -> HttpResponse:
    """The règlement in force, article by article, with the sections already frozen."""
    edition = policies.cycle_for(request.user, cycle, timezone.now())
    frozen = {freeze.section: freeze.frozen_at for freeze in edition.section_freezes.order_by("section")}
    shown = [(article, frozen.get(article.section)) for article in articles.articles(selectors.rules_of(edition))]
    version = selectors.current_version(edition)
    return render(request, "cycles/rulebook.html", {"cycle": edition, "articles": shown, "version": version})
