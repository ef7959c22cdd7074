"""A review as its page and its PDF draw it: sections, bars, laureates; from what was kept, never from today's data."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from PIL import Image

from bp_platform.core import calendar, drawings, money, text
from bp_platform.core.components import Count, Slice
from cycles.models import Cycle
from realisation.figures import Block, Document, Figures, Laureate, Part, Photo, Spent
from realisation.models import BlockKind, OneYearReview, Rectification
from realisation.selectors.reviews import published_document

WIDEST_ON_PAPER = 900
LAUREATES = "Les projets lauréats"  # like the other titles, in the language of the document


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a review: on the page by its address, on paper by its bytes."""

    url: str
    path: str
    alt: str

    @property
    def data(self) -> str:
        """The picture in the document itself, small enough for forty pages; « » when its file is gone."""
        try:
            with default_storage.open(self.path) as file:
                drawn = Image.open(file).convert("RGB")
                drawn.thumbnail((WIDEST_ON_PAPER, WIDEST_ON_PAPER))
        except OSError:
            return ""
        out = io.BytesIO()
        drawn.save(out, "JPEG", quality=72)
        return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a drawn table: its words, its number, how long its bar is beside the longest."""

    label: str
    number: int
    width: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A block as it is read: its words as HTML, and the project it tells if it tells one."""

    key: str
    title: str
    html: SafeString
    picture: Picture | None
    laureate: Laureate | None
    url: str = ""
    kind: str = ""
    number: str = ""
    paid: str = "0%"

    @property
    def drawing(self) -> SafeString:
        """The drawing of its theme, for paper, where no picture was sent."""
        return mark_safe(drawings.flat_scene(self.kind, self.number))  # noqa: S308 -- our own drawing


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: one block, or the laureates that follow one another."""

    key: str
    kind: str
    title: str
    blocks: Sequence[Drawn]

    @property
    def block(self) -> Drawn:
        return self.blocks[0]


@dataclass(frozen=True, slots=True)
class Bars:
    """The drawn tables: ideas by channel, place and owner; answers by outcome and reason; votes by channel, place."""

    channels: Sequence[Bar] = ()
    places: Sequence[Bar] = ()
    owners: Sequence[Bar] = ()
    outcomes: Sequence[Bar] = ()
    reasons: Sequence[Bar] = ()
    ways: Sequence[Bar] = ()
    stations: Sequence[Bar] = ()


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """All that the page, its preview and its PDF show."""

    cycle: str
    slug: str
    heading: str
    sections: Sequence[Section]
    figures: Figures | None
    counts: Sequence[Count]
    slices: Sequence[Slice]
    bars: Bars
    published_on: date | None = None
    validated: str = ""
    validated_on: date | None = None
    rectifications: Sequence[Rectification] = ()


def review_page(review: OneYearReview) -> ReviewPage:
    """The published review; one query, for its rectifications."""
    dates: dict[str, Any] = {
        "published_on": calendar.local_day(review.published_at) if review.published_at else None,
        "validated": review.validated_label,
        "validated_on": calendar.local_day(review.validated_at) if review.validated_at else None,
        "rectifications": list(review.rectifications.order_by("published_at", "pk")),
    }
    return page_of(published_document(review), review.cycle, **dates)


def page_of(document: Document, cycle: Cycle, **dates: Any) -> ReviewPage:
    """Any document as a page: the published one, or the draft as it would be published today."""
    figures = document.figures
    return ReviewPage(
        cycle=cycle.title,
        slug=cycle.slug,
        heading=_heading(figures),
        sections=list(_sections(document, cycle.slug)),
        figures=figures,
        counts=_counts(figures) if figures else [],
        slices=slices_of(figures.money) if figures else [],
        bars=_bars_of(figures) if figures else Bars(),
        **dates,
    )


def _bars_of(figures: Figures) -> Bars:
    answers, vote = figures.answers, figures.vote
    outcomes = (
        Part(_("Réalisables"), answers.feasible),
        Part(_("Réalisables avec des changements"), answers.changed),
        Part(_("Non retenues"), answers.refused),
        *([Part(_("En attente de réponse"), answers.waiting)] if answers.waiting else []),
    )
    return Bars(
        channels=_several(figures.ideas.by_channel),
        places=bars(figures.ideas.by_place),
        owners=bars(figures.ideas.by_owner),
        outcomes=bars(outcomes) if answers.given or answers.waiting else [],
        reasons=bars(answers.reasons),
        ways=_several(vote.by_channel if vote else ()),
        stations=_several(vote.by_place if vote else ()),
    )


def _several(parts: Sequence[Part]) -> list[Bar]:
    """Bars that compare: a single one would say nothing more than the text."""
    return bars(parts) if len(parts) > 1 else []


def bars(parts: Sequence[Part]) -> list[Bar]:
    """The parts beside the longest of them."""
    longest = max((part.number for part in parts), default=0) or 1
    return [Bar(part.label, part.number, f"{100 * part.number / longest:.1f}%", part.note) for part in parts]


def _heading(figures: Figures | None) -> str:
    """« 8 projets livrés sur 12 »."""
    if figures is None or not figures.laureates:
        return _("Vous aviez décidé. Voici où nous en sommes.")
    all_of_them = len(figures.laureates)
    if not figures.over:
        said = ngettext("%(n)d projet en réalisation", "%(n)d projets en réalisation", all_of_them)
        return said % {"n": all_of_them}
    said = ngettext("%(n)d projet livré sur %(all)d", "%(n)d projets livrés sur %(all)d", figures.over)
    return said % {"n": figures.over, "all": all_of_them}


def _counts(figures: Figures) -> list[Count]:
    vote, percent = figures.vote, figures.turnout_percent
    share = _("%(share)s %% de la population") % {"share": number_format(percent, 1)} if percent else ""
    return [
        Count(_("idées"), number_format(figures.ideas.filed, force_grouping=True)),
        *([Count(_("ont voté"), number_format(vote.voters, force_grouping=True), note=share)] if vote else []),
        Count(_("lauréats"), len(figures.laureates)),
        Count(_("livrés"), figures.over),
        Count(_("en retard"), figures.late, is_late=figures.late > 0),
        Count(_("abandonnés"), figures.abandoned),
        Count(_("payés"), money.in_words(figures.money.paid_eur), note=_("sur %(voted)s votés") % {
            "voted": money.in_words(figures.money.voted_eur)}),
    ]  # fmt: skip


def slices_of(kept: Spent) -> list[Slice]:
    """The same parts of the bar as on the money page."""
    parts = [
        Slice("paid", _("Payé"), kept.paid_eur),
        Slice("committed", _("Engagé"), kept.committed_eur, _("commandé, pas encore payé")),
        Slice("planned", _("À engager"), kept.planned_eur, _("affecté à un projet")),
        Slice("moved", _("Transféré"), kept.moved_eur, _("sorti de l’édition")),
        Slice("left", _("Reliquat"), kept.left_eur, _("affecté à aucun projet")),
    ]
    return [part for part in parts if part.kind != "moved" or part.amount_eur]


def _sections(document: Document, slug: str) -> Iterator[Section]:
    for kind, blocks in groupby(document.blocks, key=lambda block: block.kind):
        drawn = [_drawn(block, document.laureate(block), slug) for block in blocks]
        if kind == BlockKind.LAUREATE:
            yield Section(f"laureats-{drawn[0].number}", "laureates", LAUREATES, drawn)
        else:
            yield from (Section(one.key, kind, one.title, [one]) for one in drawn)


def _drawn(block: Block, project: Laureate | None, slug: str) -> Drawn:
    photo = block.photo or (project.photo if project else None)
    return Drawn(
        key=block.key,
        title=block.title,
        html=text.rich(block.text),
        picture=_picture(photo) if photo else None,
        laureate=project,
        url=reverse("pages:project", args=[slug, project.number]) if project else "",
        kind=project.drawing if project else "",
        number=project.number if project else "",
        paid=_share(project.paid_eur, project.voted_eur) if project else "0%",
    )


def _picture(photo: Photo) -> Picture:
    return Picture(reverse("documents:file", args=[photo.uid, photo.name]), photo.path, photo.alt)


def _share(part: Decimal, whole: Decimal) -> str:
    return f"{min(100, 100 * part / whole):.1f}%" if whole else "0%"
