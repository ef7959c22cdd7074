"""The register of incidents: somebody writes what happened, the bureau rules before the count."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from bp_platform.accounts.models import User
from bp_platform.core import journal, text
from bp_platform.core.decisions import Refused, demand, no
from voting import policies, selectors
from voting.models import Incident, IncidentKind, Poll, PollingStation, RollEntry


def report_incident(
    poll: Poll,
    *,
    by: User,
    at: datetime,
    kind: str,
    facts: str,
    station: PollingStation | None = None,
    entry: RollEntry | None = None,
) -> Incident:
    """Write an incident in the register. The journal keeps no word of it: it may name people.

    Raises Refused, or ValidationError when nothing is said."""
    with journal.transaction_with_journal():
        role = demand(policies.can_report(by, _share(poll), at)).role
        if kind == IncidentKind.CONTESTED and entry is not None:
            RollEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk, poll=poll)
            _demand_claim(entry)
        row = Incident(
            poll=poll,
            kind=kind,
            entry=entry,
            station=station,
            text=text.tidy(facts),
            reported_by_id=by.pk,
            reported_at=at,
        )
        row.full_clean()
        row.save()
        journal.record(journal.Line(poll.journal_chain, at, by, "report_incident", row, to_state=kind, role=role))
    return row


def rule_on_incident(incident: Incident, *, by: User, at: datetime, ruling: str, reason: str) -> Incident:
    """The bureau's decision, with its reason; « counted » puts the ballot with the paper ones, before the count."""
    if not reason.strip():
        raise Refused(no(_("Dites en une phrase pourquoi le bureau décide ainsi.")))
    with journal.transaction_with_journal():
        poll = _share(incident.poll)
        locked = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
        locked.poll = poll
        role = demand(policies.can_rule(by, locked, at, ruling=ruling)).role
        locked.ruling, locked.ruling_reason = ruling, text.tidy(reason)
        locked.ruled_by_id, locked.ruled_at = by.pk, at
        locked.full_clean()
        locked.save()
        journal.record(journal.Line(poll.journal_chain, at, by, "rule_on_incident", locked, to_state=ruling, role=role))
    return locked


def _demand_claim(entry: RollEntry) -> None:
    """A contested ballot is claimed by somebody who is marked already, once."""
    if not selectors.has_voted(entry):
        raise Refused(no(_("Cette personne n’a pas voté : remettez-lui un bulletin.")))
    known = entry.incidents.filter(kind=IncidentKind.CONTESTED, ruling="").order_by("pk").first()
    if known is not None:
        raise Refused(
            no(_("Un bulletin contesté de cette personne attend déjà : incident n° %(number)d.") % {"number": known.pk})
        )


def _share(poll: Poll) -> Poll:
    """The poll as it is now, shared: the count waits for us."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM voting_poll WHERE id = %s FOR SHARE", [poll.pk])
    return Poll.objects.select_related("cycle").defer("sealed").get(pk=poll.pk)
