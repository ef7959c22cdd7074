"""The staff's acts on the outbox: decide on failures and doubts, print the letters."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.utils.translation import gettext as _

from bp_platform.accounts import selectors as people
from bp_platform.core import calendar, journal, wakeups
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from bp_platform.documents import services as documents
from bp_platform.documents.models import Job
from bp_platform.notifications import policies
from bp_platform.notifications.models import LETTERS, OutboxMessage, OutboxState
from bp_platform.notifications.services.outbox import WAKE

LETTERS_PER_RUN = 300  # a PDF that a worker lays out in a few seconds and a printer takes at once
TROUBLES = (OutboxState.FAILED, OutboxState.UNCERTAIN)


def resend(message: OutboxMessage, *, by: Actor, at: datetime) -> OutboxMessage:
    """Send again a mail that failed or is in doubt: somebody accepts that it may arrive twice."""
    role = demand(policies.can_handle(by, at)).role
    with journal.transaction_with_journal():
        locked, before = _in_trouble(message)
        locked.state, locked.attempts, locked.next_try_at, locked.error = OutboxState.QUEUED, 0, at, ""
        locked.save()
        journal.record(_line("resend_message", locked, by, at, role, before))
        wakeups.wake(WAKE)
    return locked


def drop(message: OutboxMessage, *, by: Actor, at: datetime) -> OutboxMessage:
    """Give up a mail that failed or is in doubt. The row stays, with its reason."""
    role = demand(policies.can_handle(by, at)).role
    with journal.transaction_with_journal():
        locked, before = _in_trouble(message)
        locked.state, locked.context = OutboxState.CANCELLED, {}
        locked.save()
        journal.record(_line("drop_message", locked, by, at, role, before))
    return locked


def print_letters(*, by: Actor, at: datetime) -> Job:
    """Put the letters that wait in one print run, oldest first, and order their PDF."""
    demand(policies.can_handle(by, at))
    run = uuid.uuid4()
    with journal.transaction_with_journal():
        waiting = OutboxMessage.objects.waiting_letters().order_by("created_at", "pk")
        taken = waiting.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)
        pks = list(taken[:LETTERS_PER_RUN])
        if not pks:
            raise Refused(no(_("Aucune lettre n’attend d’être imprimée.")))
        OutboxMessage.objects.filter(pk__in=pks).update(print_run=run)
        on = calendar.local_day(at, people.public_body().zone)
        return documents.request_job(LETTERS, arguments={"print_run": run, "on": on}, by=by, at=at)


def confirm_print(run: uuid.UUID, *, by: Actor, at: datetime) -> int:
    """The letters of a run are in their envelopes: they are sent. Returns their number."""
    role = demand(policies.can_handle(by, at)).role
    with journal.transaction_with_journal():
        letters = _letters_of(run)
        OutboxMessage.objects.filter(pk__in=[message.pk for message in letters]).update(
            state=OutboxState.SENT, sent_at=at, context={}
        )
        _note_run("post_letters", run, letters, by, at, role)
    return len(letters)


def put_back_letters(run: uuid.UUID, *, by: Actor, at: datetime) -> int:
    """The run was not posted: its letters wait again. Returns their number."""
    role = demand(policies.can_handle(by, at)).role
    with journal.transaction_with_journal():
        letters = _letters_of(run)
        OutboxMessage.objects.filter(pk__in=[message.pk for message in letters]).update(print_run=None)
        _note_run("put_back_letters", run, letters, by, at, role)
    return len(letters)


def _in_trouble(message: OutboxMessage) -> tuple[OutboxMessage, str]:
    locked = OutboxMessage.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if locked.state not in TROUBLES:
        state = locked.get_state_display()
        raise Refused(no(_("Ce message est %(state)s : il n’y a rien à décider.") % {"state": state}))
    return locked, locked.state


def _letters_of(run: uuid.UUID) -> list[OutboxMessage]:
    waiting = OutboxMessage.objects.select_for_update(of=("self",)).filter(print_run=run, state=OutboxState.QUEUED)
    letters = list(waiting.order_by("pk"))
    if not letters:
        raise Refused(no(_("Ce tirage n’a plus de lettre à confirmer.")))
    return letters


def _note_run(act: str, run: uuid.UUID, letters: list[OutboxMessage], by: Actor, at: datetime, role: str) -> None:
    """One line for the whole run; its subject is the first letter."""
    reason = f"tirage {run}, {len(letters)} lettres"
    journal.record(journal.Line(journal.HOUSE, at, by, act, letters[0], role=role, reason=reason))


def _line(act: str, message: OutboxMessage, by: Actor, at: datetime, role: str, before: str) -> journal.Line:
    return journal.Line(journal.HOUSE, at, by, act, message, from_state=before, to_state=message.state, role=role)
