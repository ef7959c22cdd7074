"""What the finance desk shows of imports, of transfers and of leftovers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from bp_platform.core import calendar, money
from bp_platform.core.components import Cell, Row
from cycles.models import Cycle
from realisation.models import EnvelopeTransfer, LedgerEntry, LedgerImport, Reallocation, ReallocationState
from realisation.selectors.imports import Effect, ImportPlan
from realisation.selectors.money import cycles_with_money, money_of

SHOWN_IMPORTS = 100
SHOWN_LINES = 20
SHOWN_ENTRIES = 500


def import_rows(cycle: Cycle) -> list[Row]:
    """The imports of an edition, the latest first."""
    rows = LedgerImport.objects.filter(cycle=cycle).select_related("entered_by").order_by("-imported_at", "-pk")
    return [
        Row(
            [
                Cell(row.file_name, note=row.sha256[:12], url=reverse("realisation:import", args=[row.pk])),
                Cell(calendar.moment_words(row.imported_at), note=_author(row)),
                Cell(str(row.new_count), is_number=True),
                Cell(str(row.known_count), is_number=True),
                _fate_of(row),
            ]
        )
        for row in rows[:SHOWN_IMPORTS]
    ]


def _fate_of(row: LedgerImport) -> Cell:
    if row.undone_at:
        return Cell("", tag=_("annulé"), tone="warning")
    return Cell("", tag=_("dans les comptes"), tone="success")


def _author(row: LedgerImport) -> str:
    return row.entered_by.shown_name if row.entered_by else _("par la commande")


def import_facts(row: LedgerImport) -> list[tuple[str, str]]:
    """Who, when, which file, how much; and its undoing."""
    facts = [
        (_("Importé"), f"{calendar.moment_words(row.imported_at)}, {_author(row)}"),
        (_("Empreinte SHA-256"), row.sha256),
        (_("Écritures entrées"), str(row.new_count)),
        (_("Dont annulations"), str(row.reversal_count)),
        (_("Lignes déjà connues"), str(row.known_count)),
    ]
    if row.undone_at:
        facts.append((_("Annulé"), f"{calendar.moment_words(row.undone_at)} : {row.undone_reason}"))
    return facts


def entries_of(row: LedgerImport) -> list[LedgerEntry]:
    """What an import brought, in its order, the first five hundred."""
    found = row.entries.select_related("delivery__proposal", "reversal").order_by("pk")
    return list(found[:SHOWN_ENTRIES])


def effect_rows(effects: Sequence[Effect]) -> list[Row]:
    """Each project's or envelope's sums after the import; under those that move, what they were."""
    return [
        Row(
            [
                Cell(effect.name, note=effect.number),
                *(
                    _moved(getattr(effect.before, name), getattr(effect.after, name))
                    for name in ("available_eur", "committed_eur", "invoiced_eur", "paid_eur")
                ),
            ]
        )
        for effect in effects
    ]


def _moved(before: Decimal, after: Decimal) -> Cell:
    was = _("avant : %(amount)s") % {"amount": money.in_words(before, cents=True)} if before != after else ""
    return Cell(money.in_words(after, cents=True), note=was, is_number=True)


def planned_rows(plan: ImportPlan) -> list[Row]:
    """The first new lines, as they are read."""
    return [
        Row(
            [
                Cell(planned.label, note=_("ligne %(n)d") % {"n": planned.movement.line}),
                Cell(planned.movement.number),
                Cell(str(planned.movement.kind.label).capitalize(), note=_("annulation") if planned.reverses else ""),
                Cell(money.in_words(planned.amount_eur, cents=True), is_number=True),
                Cell(planned.movement.document, note=planned.movement.on_date.strftime("%d/%m/%Y")),
            ]
        )
        for planned in plan.entries[:SHOWN_LINES]
    ]


def transfer_rows(transfers: Sequence[EnvelopeTransfer], *, may_write: bool = True) -> list[Row]:
    """The transfers of the desk; each that the reader may reverse says so."""
    return [
        Row(
            [
                Cell(f"{row.source.name} → {row.target.name if row.target else row.elsewhere}", note=_other(row)),
                Cell(money.in_words(row.amount_eur, cents=True), note="" if may_write else _fate(row), is_number=True),
                Cell(row.decision, note=row.on_date.strftime("%d/%m/%Y")),
                Cell(_("Justificatifs"), url=reverse("realisation:papers", args=["transfert", row.pk])),
                *([Cell(_fate(row)) if _fate(row) else _reversal(row)] if may_write else []),
            ]
        )
        for row in transfers
    ]


def _reversal(row: EnvelopeTransfer) -> Cell:
    return Cell(_("Annuler"), url=reverse("realisation:reverse_transfer", args=[row.pk]))


def _other(row: EnvelopeTransfer) -> str:
    editions = {row.source.cycle.title, row.target.cycle.title if row.target else row.source.cycle.title}
    return " → ".join(sorted(editions)) if len(editions) > 1 else row.reason


def _fate(row: EnvelopeTransfer) -> str:
    if row.reverses_id:
        return _("annulation")
    return _("annulé depuis") if hasattr(row, "reversal") else ""


def proved_words(proved: LedgerEntry | EnvelopeTransfer | Reallocation) -> str:
    """« Engagé · 4 200,00 € · Plantation »."""
    amount = money.in_words(proved.amount_eur, cents=True)
    if isinstance(proved, LedgerEntry):
        return f"{str(proved.get_kind_display()).capitalize()} · {amount} · {proved.label}"
    if isinstance(proved, EnvelopeTransfer):
        where = proved.target.name if proved.target else proved.elsewhere
        return f"{_('Transfert')} · {amount} · {proved.source.name} → {where}"
    return f"{_('Affectation du reliquat')} · {amount}"


def leftover_rows() -> list[Row]:
    """The editions that have money: what is left, how many proposals wait."""
    waiting = dict(
        Reallocation.objects.filter(state=ReallocationState.PROPOSED)
        .values_list("envelope__cycle")
        .annotate(number=Count("pk"))
        .order_by("envelope__cycle")
    )
    return [
        Row(
            [
                Cell(cycle.title, url=reverse("realisation:leftovers", args=[cycle.slug])),
                Cell(money.in_words(money_of(cycle).left_eur, cents=True), is_number=True),
                Cell(str(waiting.get(cycle.pk, "")), is_number=True),
            ]
        )
        for cycle in cycles_with_money()
    ]


def transfers_at_desk(cycle: Cycle) -> list[EnvelopeTransfer]:
    """The transfers from and to an edition, the latest first."""
    both = Q(source__cycle=cycle) | Q(target__cycle=cycle)
    rows = EnvelopeTransfer.objects.filter(both).select_related("source__cycle", "target__cycle", "reversal")
    return list(rows.order_by("-entered_at", "-pk")[:SHOWN_IMPORTS])
