"""The acts of a checkpoint: written with bodies, asked to residents, its adjustments, its publication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar, journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import policies, selectors
from cycles.models import (
    Adjustment,
    AdjustmentEffect,
    Body,
    Checkpoint,
    CheckpointAnswer,
    Cycle,
    Deviation,
    Phase,
    RemarkState,
)
from cycles.services import answers
from cycles.services.editions import touch
from cycles.services.launch import withdraw_lesson, write_lesson

ASKED_FOR = timedelta(days=15)


def write_checkpoint(
    phase: Phase,
    *,
    by: Actor,
    at: datetime,
    held_on: date,
    present: int = 0,
    worked: str = "",
    failed: str = "",
    bodies: Sequence[Body] = (),
) -> Checkpoint:
    """What the team, bodies and residents say of a phase that ended; written again until it is published."""
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=phase.cycle_id)
        role = demand(policies.can_write_checkpoint(by, phase, at)).role
        if held_on > calendar.local_day(at):
            raise ValidationError({"held_on": _("ce jour n’est pas encore venu : un bilan se note une fois fait.")})
        if any(body.cycle_id != phase.cycle_id for body in bodies):
            raise ValidationError({"bodies": _("cette instance est d’une autre édition.")})
        checkpoint = Checkpoint.objects.filter(phase=phase).first() or Checkpoint(phase=phase)
        checkpoint.held_on, checkpoint.present = held_on, present
        checkpoint.worked, checkpoint.failed = worked.strip(), failed.strip()
        checkpoint.full_clean()
        checkpoint.save()
        checkpoint.bodies.set(bodies)
        journal.record(journal.Line(checkpoint.journal_chain, at, by, "write_checkpoint", checkpoint, role=role))
    return checkpoint


def ask_residents(checkpoint: Checkpoint, *, by: Actor, at: datetime) -> Checkpoint:
    """Put the three questions to anybody, from now and for fifteen whole days. Once."""
    with _held(checkpoint) as locked:
        role = demand(policies.can_ask_residents(by, locked, at)).role
        last = calendar.local_day(at) + ASKED_FOR
        locked.asked_from, locked.asked_until = at, calendar.at_midnight(last + timedelta(days=1), public_body().zone)
        locked.full_clean()
        locked.save()
        journal.record(journal.Line(locked.journal_chain, at, by, "ask_residents", locked, role=role))
        touch(locked.cycle)
    return locked


def answer_checkpoint(
    checkpoint: Checkpoint, *, at: datetime, browser: str, feelings: Mapping[str, int], remark: str = ""
) -> CheckpointAnswer:
    """One browser's answer to the three questions; answered again, it replaces the first.

    Without a name: the journal has no line about it.
    """
    with journal.transaction_with_journal():
        held = Checkpoint.objects.select_for_update(of=("self",), no_key=True).get(pk=checkpoint.pk)
        demand(policies.can_answer_checkpoint(held, at))
        if not feelings and not remark.strip():
            raise ValidationError(_("Répondez à une question au moins, ou écrivez une remarque."))
        mine = selectors.hashed("checkpoint", held.pk, browser)
        answer, _is_new = answers.kept(CheckpointAnswer, browser=mine, at=at, checkpoint=held)
        for name in selectors.QUESTIONS:
            setattr(answer, name, feelings.get(name))
        answer.full_clean(validate_constraints=False)
        answer.save()
        answers.write_remark(answer, remark)
    return answer


def moderate_checkpoint_remark(
    answer: CheckpointAnswer, *, by: Actor, at: datetime, is_shown: bool, read: str | None = None
) -> CheckpointAnswer:
    """Publish a remark as it was `read`, or keep it at the desk; the team may change its mind."""
    with journal.transaction_with_journal():
        rows = CheckpointAnswer.objects.select_for_update(of=("self",)).select_related("checkpoint__phase__cycle")
        locked = rows.get(pk=answer.pk)
        chain = locked.checkpoint.journal_chain
        role = demand(policies.can_prepare(by, locked.checkpoint.cycle, at)).role
        if locked.remark_state == RemarkState.NONE:
            raise Refused(no(_("Cette réponse n’a pas de remarque.")))
        if is_shown:
            answers.demand_read(locked, read)
        locked.remark_state = RemarkState.SHOWN if is_shown else RemarkState.KEPT
        locked.save(update_fields=["remark_state"])
        act = "show_checkpoint_remark" if is_shown else "keep_checkpoint_remark"
        journal.record(journal.Line(chain, at, by, act, locked, role=role))
        touch(locked.checkpoint.cycle)
    return locked


def adjust(
    checkpoint: Checkpoint,
    *,
    by: Actor,
    at: datetime,
    words: str,
    effect: str,
    key: UUID,
    deviation: Deviation | None = None,
    setting: str = "",
) -> Adjustment:
    """What changes: now (with the deviation that sets an article aside), or next time (a lesson, at its setting).

    The same `key` twice is one adjustment.
    """
    with _held(checkpoint) as locked:
        role = demand(policies.can_write_checkpoint(by, locked.phase, at)).role
        known = Adjustment.objects.filter(key=key, checkpoint=locked).first()
        if known is not None:
            return known
        if deviation is not None and deviation.cycle_id != locked.phase.cycle_id:
            raise ValidationError({"deviation": _("cette dérogation est d’une autre édition.")})
        made = Adjustment(
            checkpoint=locked, text=words.strip(), effect=effect, deviation=deviation, decided_at=at, key=key
        )
        if effect == AdjustmentEffect.NEXT:
            made.lesson = write_lesson(locked.cycle, by=by, at=at, text=words, key=key, setting=setting)
        made.full_clean()
        made.save()
        journal.record(journal.Line(locked.journal_chain, at, by, "adjust", made, role=role))
    return made


def withdraw_adjustment(made: Adjustment, *, by: Actor, at: datetime) -> Adjustment:
    """Take an adjustment back, and its lesson with it, until the publication. Harmless twice."""
    with _held(made.checkpoint) as checkpoint:
        role = demand(policies.can_write_checkpoint(by, checkpoint.phase, at)).role
        locked = Adjustment.objects.select_for_update(of=("self",)).select_related("lesson__cycle").get(pk=made.pk)
        if locked.withdrawn_at is not None:
            return locked
        locked.withdrawn_at = at
        locked.save(update_fields=["withdrawn_at"])
        if locked.lesson is not None:
            withdraw_lesson(locked.lesson, by=by, at=at)
        journal.record(journal.Line(checkpoint.journal_chain, at, by, "withdraw_adjustment", locked, role=role))
    return locked


def publish_checkpoint(checkpoint: Checkpoint, *, by: Actor, at: datetime) -> Checkpoint:
    """Show it to everybody, with the figures of that day. Once."""
    with _held(checkpoint) as locked:
        role = demand(policies.can_publish_checkpoint(by, locked, at)).role
        locked.figures = [list(figure) for figure in selectors.figures_of(locked.phase, at)]
        locked.published_at = at
        locked.full_clean()
        locked.save()
        journal.record(journal.Line(locked.journal_chain, at, by, "publish_checkpoint", locked, role=role))
        touch(locked.cycle)
    return locked


@contextmanager
def _held(checkpoint: Checkpoint) -> Iterator[Checkpoint]:
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=checkpoint.phase.cycle_id)  # the edition first, always
        rows = Checkpoint.objects.select_for_update(of=("self",)).select_related("phase__cycle")
        yield rows.get(pk=checkpoint.pk)


def forget_checkpoints(at: datetime) -> int:
    """Erase the remarks on phases asked about more than a year ago; counts stay. Called by the clock."""
    old = CheckpointAnswer.objects.filter(checkpoint__asked_until__lt=at - answers.REMARKS_KEPT).exclude(remark="")
    return old.update(remark="", remark_state=RemarkState.NONE)
