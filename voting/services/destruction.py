"""The end of a vote's papers: stated by one person, destroyed by another (PROTOCOL §6.5.23)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from bp_platform.accounts.models import User
from bp_platform.core import calendar, journal
from bp_platform.core.decisions import demand
from cycles import services as cycle_services
from voting import flow, policies, selectors
from voting.models import Destruction, Poll, PollState


def state_destruction(poll: Poll, *, by: User, at: datetime, facts: Mapping[str, Any]) -> Destruction:
    """Write, or write again, what allows the destruction: `facts` are the declared fields of Destruction."""
    with journal.transaction_with_journal():
        held = Poll.objects.select_for_update(of=("self",)).get(pk=poll.pk)
        role = demand(policies.can_state_destruction(by, held, at)).role
        _demand_order(facts, at)
        stated = Destruction(poll=held, stated_at=at, stated_by=by, **facts)
        stated.full_clean(validate_unique=False)
        stated.save()
        journal.record(journal.Line(held.journal_chain, at, by, "state_destruction", stated, rule="7", role=role))
    return stated


def _demand_order(facts: Mapping[str, Any], at: datetime) -> None:
    today, published = calendar.local_day(at), facts["published_on"]
    for name in ("published_on", "certified_on", "visa_on"):
        if facts[name] > today:
            raise ValidationError({name: _("cette date n’est pas encore arrivée.")})
    for name in ("certified_on", "visa_on"):
        if facts[name] < published:
            raise ValidationError({name: _("cette date précède la publication de la délibération.")})


def destroy(poll: Poll, *, by: User, at: datetime) -> Poll:
    """Destroy the sealed ballots, the roll and its marks, and keep the figures that the results show.

    An annulled vote stays annulled; a proclaimed one is archived."""
    with journal.transaction_with_journal():
        held = Poll.objects.select_for_update(of=("self",)).get(pk=poll.pk)
        step = replace(flow.DESTROY, target=held.state) if held.state == PollState.ANNULLED else flow.DESTROY
        demand(step.may(by, held, at))
        figures = selectors.roll_figures(held)
        with connection.cursor() as cursor:
            cursor.execute("SELECT seals, entries, marks FROM voting_destroy(%s)", [held.pk])
            seals, entries, marks = cursor.fetchone()
        with step.take(held, by=by, at=at) as locked:
            stated = Destruction.objects.get(poll=locked)
            stated.destroyed_at, stated.destroyed_by = at, by
            stated.kept = figures.as_json() | {"seals": seals, "entries": entries, "marks": marks}
            stated.full_clean(validate_unique=False)
            stated.save()
            cycle_services.touch(locked.cycle)
    return locked
