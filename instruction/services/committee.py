"""What the follow-up committee does with a study: each member says what they think of it."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.accounts.models import User
from bp_platform.core import calendar, journal
from bp_platform.core.decisions import demand
from cycles import policies as cycle_policies
from cycles.models import BodyPower
from instruction import policies
from instruction.models import Case, CommitteeOpinion, CommitteeStance


def give_committee_opinion(case: Case, *, by: User, at: datetime, stance: str, text: str = "") -> CommitteeOpinion:
    """A committee member's opinion, published with the answer; giving it again replaces one's own until then.

    The same opinion posted twice is one opinion and one line of the journal.
    """
    said = text.strip()
    if stance != CommitteeStance.AGREES and not said:
        raise ValidationError({"text": _("dites pourquoi en une ou deux phrases.")})
    with journal.transaction_with_journal():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        decision = demand(policies.can_give_committee_opinion(by, locked, at))
        opinion = locked.committee_opinions.filter(author=by).first() or CommitteeOpinion(case=locked, author=by)
        if opinion.pk and (opinion.stance, opinion.text) == (stance, said):
            return opinion
        opinion.stance, opinion.text = stance, said
        opinion.author_label, opinion.given_at = by.shown_name, at
        seats = cycle_policies.seats_of(by, calendar.local_day(at))
        opinion.seat = (
            seats.filter(body__cycle=locked.proposal.cycle_id, body__powers__contains=[BodyPower.STUDIES])
            .order_by("pk")
            .first()
        )
        opinion.full_clean()
        opinion.save()
        journal.record(
            journal.Line(
                locked.journal_chain, at, by, "give_committee_opinion", locked, rule="art. 5", role=decision.role
            )
        )
    return opinion
