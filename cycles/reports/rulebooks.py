"""Documents of this app: the règlement, as it was adopted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.selectors import public_body
from bp_platform.core.decisions import YES, Decision, no
from bp_platform.core.registries import ReportSpec
from cycles import articles, policies, selectors, summary
from cycles.models import Cycle, Deviation, RulebookVersion


@dataclass(frozen=True, slots=True)
class PrintedArticle:
    """An article on paper, with the decisions that set it aside."""

    article: articles.Article
    deviations: tuple[Deviation, ...]


@dataclass(frozen=True, slots=True)
class PrintedRulebook:
    """One version of the règlement on A4."""

    cycle: Cycle
    version: RulebookVersion
    brief: list[tuple[str, str]]
    articles: list[PrintedArticle]
    sha256: str
    address: str


def printed_rulebook(slug: str, number: int) -> PrintedRulebook:
    """The version of that number, its articles and its hash."""
    version = RulebookVersion.objects.select_related("cycle").get(cycle__slug=slug, number=number)
    rules, cycle = selectors.rules_in(version), version.cycle
    aside = selectors.deviations_of(cycle)
    return PrintedRulebook(
        cycle,
        version,
        summary.in_brief(rules, selectors.voted_total(cycle), selectors.call_kind_of(cycle)),
        [PrintedArticle(article, tuple(aside.get(article.section, ()))) for article in articles.articles(rules)],
        version.sha256,
        settings.BASE_URL + reverse("cycles:rulebook", args=[slug]),
    )


def build(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """`arguments`: {"cycle": "2027", "number": 2}."""
    text = printed_rulebook(arguments["cycle"], arguments["number"])
    page = reverse("cycles:rulebook", args=[text.cycle.slug])
    return {"text": text, "body": public_body(), "page_url": page}


def may_request(by: Any, arguments: Mapping[str, Any], at: datetime) -> Decision:
    """Anybody, for a version that they may read on the site."""
    cycle = Cycle.objects.filter(slug=arguments.get("cycle", "")).first()
    if cycle is not None and (policies.may_see(by, cycle, at) or policies.is_asked_about(cycle, at)):
        known = {version.number for version in selectors.public_versions(cycle, at)}
        if arguments.get("number") in known or policies.may_read_desk(by, at):
            return YES
    return no(_("Cette version du règlement n’est pas publique."))


def file_name(arguments: Mapping[str, Any]) -> str:
    return f"reglement-{arguments['cycle']}-v{arguments['number']}.pdf"


RULEBOOK = ReportSpec("rulebook", _("Règlement"), "cycles/pdf/rulebook.html", build, may_request, file_name)
