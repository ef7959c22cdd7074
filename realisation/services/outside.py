"""What was done without the participatory budget: said by the team, with who and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.core import calendar, journal, text
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from proposals import services as proposal_services
from proposals.models import Proposal, Stage
from realisation import notifications, policies, selectors
from realisation.models import DoneOutside


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Who did it, when, and what shows it: a text, an address, or both."""

    done_by: str
    done_on: date
    text: str = ""
    link: str = ""


def mark_done_outside(proposal: Proposal, *, by: Actor, at: datetime, facts: Elsewhere) -> DoneOutside:
    """Say that a project which was not chosen exists all the same. Said again, it is corrected; told once."""
    if facts.done_on > calendar.local_day(at):
        raise ValidationError({"done_on": _("cette date n’est pas encore arrivée : indiquez un jour passé.")})
    with journal.transaction_with_journal():
        locked = Proposal.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=proposal.pk)
        role = demand(policies.can_mark_done_outside(by, locked, at)).role
        row = DoneOutside.objects.filter(proposal=locked).first()
        is_new = row is None
        row = row or DoneOutside(proposal=locked)
        row.done_by, row.done_on, row.link = text.tidy(facts.done_by), facts.done_on, facts.link
        row.text, row.recorded_at = facts.text.strip(), at
        row.full_clean()
        row.save()
        line = journal.Line(
            locked.journal_chain, at, by, "mark_done_outside", locked, locked.stage, Stage.DONE_OUTSIDE, role=role
        )
        journal.record(line)
        proposal_services.project(locked, stage=Stage.DONE_OUTSIDE)
        if is_new:
            notifications.done_outside(row, at=at)
    return row


def unmark_done_outside(proposal: Proposal, *, by: Actor, at: datetime, reason: str) -> Proposal:
    """It was said by mistake: the project goes back to what it was, and the journal says why."""
    if not reason.strip():
        raise ValidationError({"reason": _("dites pourquoi c’était une erreur.")})
    with journal.transaction_with_journal():
        locked = Proposal.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=proposal.pk)
        role = demand(policies.can_mark_done_outside(by, locked, at)).role
        if not DoneOutside.objects.filter(proposal=locked).delete()[0]:
            raise Refused(no(_("Ce projet n’est pas marqué comme réalisé hors budget participatif.")))
        back = selectors.stage_without_us(locked)
        line = journal.Line(
            locked.journal_chain, at, by, "unmark_done_outside", locked, Stage.DONE_OUTSIDE, back,
            role=role, reason=reason.strip(),
        )  # fmt: skip
        journal.record(line)
        proposal_services.project(locked, stage=back)
    return locked
