"""The files beside the money, as links: the public ones for everybody, all of them for the desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch
from django.urls import reverse

from bp_platform.documents import publication
from cycles.models import Cycle
from realisation.models import MoneyPaper


@dataclass(frozen=True, slots=True)
class PaperLink:
    """A file to open."""

    title: str
    url: str
    is_public: bool


def papers_of_entries(cycle: Cycle) -> dict[int, list[PaperLink]]:
    """The public files beside an edition's entries, by entry, in the order they were added; one query."""
    rows = MoneyPaper.objects.filter(is_public=True, entry__envelope__cycle=cycle).select_related("file")
    found: dict[int, list[PaperLink]] = {}
    for paper in rows.order_by("added_at", "pk"):
        if paper.entry_id is not None:
            found.setdefault(paper.entry_id, []).extend(paper_links([paper]))
    return found


def public_papers() -> Prefetch[str]:
    """What to prefetch beside a list of lines of money: one query for all."""
    rows = MoneyPaper.objects.filter(is_public=True).select_related("file").order_by("added_at", "pk")
    return Prefetch("papers", queryset=rows)


def paper_links(papers: Iterable[MoneyPaper], *, is_desk: bool = False) -> list[PaperLink]:
    """Links of prefetched papers, in the order they were added."""
    shown = sorted((p for p in papers if p.is_public or is_desk), key=lambda p: (p.added_at, p.pk))
    return [PaperLink(p.title, _address(p, is_desk=is_desk), p.is_public) for p in shown]


def _address(paper: MoneyPaper, *, is_desk: bool) -> str:
    return reverse("realisation:paper", args=[paper.uid]) if is_desk else publication.public_url(paper.file)
