"""The money of an edition: what adds up, what each place gets, per inhabitant."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from bp_platform.core import money
from cycles import articles, equity
from cycles.models import Area, AreaKind, Cycle, CycleFrame, Envelope
from cycles.selectors.rulebooks import written_rules


@dataclass(frozen=True, slots=True)
class Sum:
    """The envelopes against what was voted, and announced."""

    total_eur: Decimal
    voted_eur: Decimal | None
    announced_eur: Decimal
    sentence: str

    @property
    def is_right(self) -> bool:
        return not self.sentence


def envelopes_of(cycle: Cycle) -> list[Envelope]:
    """The envelopes of the edition, the town's first; one query."""
    rows = cycle.envelopes.select_related("area", "theme", "owner_department").defer(
        "area__outline", "area__simple_outline"
    )
    return sorted(rows.order_by("name", "pk"), key=lambda row: (row.area is not None, row.area.rank if row.area else 0))


def place_envelopes(cycle: Cycle, section: str) -> list[Envelope]:
    """The envelopes that a split governs: one place, every theme, everybody, no tranche, this section."""
    rows = cycle.envelopes.filter(
        section=section, area__isnull=False, theme=None, public="everybody", minimum_eur=None, maximum_eur=None
    )
    return list(rows.select_related("area").defer("area__outline", "area__simple_outline").order_by("pk"))


def split_words(cycle: Cycle) -> str:
    """What article 9, as written, says of the sharing; empty when it says nothing."""
    found = next((a for a in articles.articles(written_rules(cycle)) if a.section == "places"), None)
    return " ".join(found.paragraphs) if found else ""


def frame_of(cycle: Cycle) -> CycleFrame:
    """The frame, or an empty one that is not kept."""
    return CycleFrame.objects.filter(cycle=cycle).first() or CycleFrame(cycle=cycle)


def sum_of(cycle: Cycle, envelopes: list[Envelope]) -> Sum:
    """Whether the envelopes add up to what the council voted; the sentence gives the difference."""
    total = sum((row.amount_eur for row in envelopes), money.ZERO)
    announced = sum((row.announced_eur or row.amount_eur for row in envelopes), money.ZERO)
    voted, said = cycle.total_eur, ""
    if voted is not None and total != voted:
        words = {
            "total": money.in_words(total),
            "voted": money.in_words(voted),
            "difference": money.in_words(abs(voted - total)),
        }
        said = (
            _("Les enveloppes font %(total)s pour %(voted)s votés : il manque %(difference)s.")
            if total < voted
            else _("Les enveloppes font %(total)s pour %(voted)s votés : il y a %(difference)s de trop.")
        ) % words
    return Sum(total, voted, announced, said)


def equity_of(cycle: Cycle) -> equity.Report:
    """Euros per inhabitant for each place that has money or could have some: every place but the whole town."""
    areas = list(cycle.areas.defer("outline", "simple_outline").order_by("rank", "name", "pk"))
    amounts: dict[int | None, Decimal] = {}
    for area_id, amount in cycle.envelopes.order_by("pk").values_list("area_id", "amount_eur"):
        amounts[area_id] = amounts.get(area_id, money.ZERO) + amount
    parents = {area.parent_id for area in areas}
    shown = [area for area in areas if area.pk in amounts or area.pk not in parents]
    places = [area for area in shown if area.kind != AreaKind.COMMUNE]
    town = sum((amounts.get(area.pk, money.ZERO) for area in areas if area.kind == AreaKind.COMMUNE), money.ZERO)
    return equity.report([_line(area, amounts) for area in places], amounts.get(None, money.ZERO) + town)


def _line(area: Area, amounts: dict[int | None, Decimal]) -> equity.Line:
    return equity.Line(
        code=area.code,
        name=area.name,
        kind=str(area.get_kind_display()),
        amount_eur=amounts.get(area.pk, money.ZERO),
        population=area.population,
        is_priority=area.kind == AreaKind.PRIORITY,
    )


def equity_rows(found: equity.Report) -> list[list[object]]:
    """The same figures for a spreadsheet, headings first."""
    head: list[object] = [_("Lieu"), _("Nature"), _("Habitants"), _("Enveloppe (€)"), _("€ par habitant")]
    rows: list[list[object]] = [
        [
            line.name,
            line.kind,
            line.population or "",
            line.amount_eur,
            "" if line.per_head_eur is None else line.per_head_eur,
        ]
        for line in found.lines
    ]
    return [head, *rows, [_("Pour tous les lieux"), "", "", found.shared_eur, ""]]
