"""Priorities: dots given by anybody without a name, dots counted on sheets and on the walls of meetings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.core import calendar, journal, text
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand
from cycles import policies, selectors
from cycles.models import Cycle, Diagnosis, DotAnswer, DotCount, Dots, PhaseKind
from cycles.services import answers
from cycles.services.editions import touch


def open_dots(
    cycle: Cycle, *, by: Actor, at: datetime, opens_at: datetime, closes_at: datetime, dots_each: int
) -> Diagnosis:
    """Set when people give their dots and how many each has; changed until the first can be given."""
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        role = demand(policies.can_open_dots(by, cycle, at)).role
        call = next(iter(selectors.phases_of(cycle, PhaseKind.CALL)), None)
        if call is not None and closes_at > call.opens_at:
            said = _("l’appel ouvre le %(when)s : les gommettes se donnent avant lui, choisissez une clôture plus tôt.")
            raise ValidationError({"closes_at": said % {"when": calendar.moment_words(call.opens_at)}})
        if closes_at <= at:
            raise ValidationError({"closes_at": _("cette clôture est déjà passée : choisissez une date à venir.")})
        diagnosis = Diagnosis.objects.filter(cycle=cycle).first() or Diagnosis(cycle=cycle)
        diagnosis.dots_open_at, diagnosis.dots_close_at = opens_at, closes_at
        diagnosis.dots_each = dots_each
        diagnosis.full_clean()
        diagnosis.save()
        journal.record(journal.Line(cycle.journal_chain, at, by, "open_dots", diagnosis, role=role))
        touch(cycle)
    return diagnosis


def give_dots(
    diagnosis: Diagnosis, *, at: datetime, browser: str, dots: Mapping[int, int], association: str = ""
) -> DotAnswer:
    """One browser's dots, by issue; given again before the closing, they replace the first.

    Without a name: the journal has no line about it. `association`: in whose name, as they say.
    """
    with journal.transaction_with_journal():
        held = Diagnosis.objects.select_for_update(of=("self",), no_key=True).get(pk=diagnosis.pk)
        demand(policies.can_give_dots(held, at))
        issues = {issue.pk: issue for issue in held.cycle.issues.order_by("pk")}
        given = {pk: number for pk, number in dots.items() if pk in issues and number > 0}
        _check_sum(sum(given.values()), held.dots_each)
        mine = selectors.hashed("dots", held.pk, browser)
        answer, is_new = answers.kept(DotAnswer, browser=mine, at=at, diagnosis=held)
        answer.association = text.tidy(association)[:120]
        answer.save(update_fields=["association"])
        if not is_new:
            answer.dots.all().delete()
        Dots.objects.bulk_create(Dots(answer=answer, issue=issues[pk], number=number) for pk, number in given.items())
    return answer


def _check_sum(total: int, each: int) -> None:
    if total == 0:
        raise ValidationError(_("Donnez au moins une gommette à un enjeu."))
    if total > each:
        said = _("Vous donnez %(total)d gommettes et vous en avez %(each)d : retirez-en %(extra)d.")
        raise ValidationError(said % {"each": each, "total": total, "extra": total - each})


def count_dots(
    cycle: Cycle,
    *,
    by: Actor,
    at: datetime,
    source: str,
    place: str,
    on_date: date,
    sheets: int,
    dots: Mapping[int, int],
    key: UUID,
) -> DotCount:
    """Dots counted by hand at one place: no more than its sheets, or its people, could give. Same `key`, one count."""
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        role = demand(policies.can_diagnose(by, cycle, at)).role
        known = DotCount.objects.filter(key=key, diagnosis__cycle=cycle).first()
        if known is not None:
            return known
        diagnosis, _is_new = Diagnosis.objects.get_or_create(cycle=cycle)
        total, most = sum(dots.values()), sheets * diagnosis.dots_each
        if total > most:
            said = _("%(total)d gommettes pour %(sheets)d feuilles ou personnes de %(each)d chacune : recomptez.")
            raise ValidationError(said % {"total": total, "sheets": sheets, "each": diagnosis.dots_each})
        if total == 0:
            raise ValidationError(_("Aucune gommette n’est comptée : écrivez-en au moins une."))
        if on_date > calendar.local_day(at):
            raise ValidationError({"on_date": _("ce jour n’est pas encore venu.")})
        own = set(cycle.issues.values_list("pk", flat=True))
        counted = DotCount(
            diagnosis=diagnosis, source=source, place=text.tidy(place), on_date=on_date, sheets=sheets,
            counts={str(pk): number for pk, number in dots.items() if pk in own}, entered_at=at, key=key,
        )  # fmt: skip
        counted.full_clean()
        counted.save()
        journal.record(journal.Line(cycle.journal_chain, at, by, "count_dots", counted, role=role))
    return counted


def withdraw_dots(counted: DotCount, *, by: Actor, at: datetime) -> DotCount:
    """Take back a count entered by mistake; it stays, struck out. Harmless twice."""
    with journal.transaction_with_journal():
        rows = DotCount.objects.select_for_update(of=("self",)).select_related("diagnosis__cycle")
        locked = rows.get(pk=counted.pk)
        cycle = locked.diagnosis.cycle
        role = demand(policies.can_diagnose(by, cycle, at)).role
        if locked.withdrawn_at is None:
            locked.withdrawn_at = at
            locked.save(update_fields=["withdrawn_at"])
            journal.record(journal.Line(cycle.journal_chain, at, by, "withdraw_dots", locked, role=role))
    return locked
