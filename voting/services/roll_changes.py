"""Changes of the roll that two persons make together, one by one: a new code, an admission, somebody set aside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from bp_platform.accounts.models import User
from bp_platform.core import calendar, journal, text
from bp_platform.core.decisions import Refused, demand, no
from cycles import selectors as cycle_selectors
from voting import flow, policies, roll_reading
from voting.models import EntryStatus, Poll, Proof, RequestKind, RollEntry, RollRequest


@contextmanager
def holding(poll: Poll) -> Iterator[Poll]:
    """A transaction with its journal in which the vote does not close and nobody else changes its roll as a whole."""
    with journal.transaction_with_journal():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM voting_poll WHERE id = %s FOR SHARE", [poll.pk])
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"roll:{poll.pk}"])
        yield Poll.objects.select_related("cycle").get(pk=poll.pk)


def enter_person(
    poll: Poll, *, by: User, at: datetime, name: str, birth_year: int, postal_address: str, scopes: tuple[str, ...]
) -> RollEntry:
    """Enter somebody by hand, from the papers they show: to be admitted by somebody else (PROTOCOL §6.4.17)."""
    with holding(poll) as held:
        role = demand(policies.can_change_roll(by, held, at)).role
        known = {scope["id"] for scope in held.plan["scopes"]}
        if not scopes or not known.issuperset(scopes):
            raise Refused(no(_("Choisissez un périmètre de ce vote.")))
        electorate = cycle_selectors.rules_of(held.cycle).electorate
        age, years = electorate.minimum_age, calendar.local_day(held.closes_at).year - birth_year
        if electorate.maximum_age is not None and years > electorate.maximum_age:
            words = {"age": electorate.maximum_age}
            raise Refused(no(_("Il faut avoir %(age)d ans au plus l’année du vote : vérifiez l’année.") % words))
        if years < age:
            raise Refused(no(_("Il faut avoir %(age)d ans l’année du vote : vérifiez l’année.") % {"age": age}))
        if roll_reading.words_of(name) in policies.elected_names(held):
            raise Refused(no(roll_reading.ELECTED % {"name": text.tidy(name)}))
        entry = RollEntry(
            poll=held,
            name=text.tidy(name),
            birth_year=birth_year,
            postal_address=postal_address.strip(),
            scopes=sorted(scopes),
            proof=Proof.DESK,
            status=EntryStatus.PENDING,
            entered_by=by,
        )
        entry.full_clean()
        entry.save()
        journal.record(
            journal.Line(held.journal_chain, at, by, "enter_on_roll", entry, to_state=entry.status, role=role)
        )
        _request(entry, RequestKind.ADMIT, by=by, at=at, reason=_("Pièces vérifiées par un agent."), role=role)
    return entry


def ask(entry: RollEntry, kind: RequestKind, *, by: User, at: datetime, reason: str) -> RollRequest:
    """Ask for a new code, an admission or a setting aside; nothing changes until somebody else grants it."""
    with holding(entry.poll) as held:
        locked = _locked(entry.pk, held)
        role = demand(policies.can_ask(by, locked, kind, at)).role
        if not reason.strip():
            raise Refused(no(_("Dites en une phrase pourquoi vous le demandez.")))
        return _request(locked, kind, by=by, at=at, reason=reason.strip(), role=role)


def decide(request: RollRequest, *, by: User, at: datetime, is_granted: bool) -> RollRequest:
    """The second person's answer. Granting a new code revokes the old one at once, with the booths it opened; the
    person waits for the next letters. A person set aside can no longer vote; a marked one is never set aside."""
    step = flow.GRANT if is_granted else flow.TURN_DOWN
    with holding(request.entry.poll) as held:
        entry = _locked(request.entry_id, held)
        with step.take(request, by=by, at=at, reason=request.reason) as locked:
            locked.decided_by, locked.decided_at = by, at
            if is_granted:
                _apply(entry, locked)
    return locked


def _locked(pk: int, held: Poll) -> RollEntry:
    """Casting locks the same row before it marks: what is read here stays true to the end."""
    entry = RollEntry.objects.select_for_update(of=("self",)).get(pk=pk)
    entry.poll = held
    return entry


def _request(entry: RollEntry, kind: RequestKind, *, by: User, at: datetime, reason: str, role: str) -> RollRequest:
    request = RollRequest(entry=entry, kind=kind, reason=reason, asked_by=by, asked_at=at)
    request.full_clean()
    request.save()
    journal.record(
        journal.Line(
            entry.poll.journal_chain,
            at,
            by,
            f"ask_{kind}",
            request,
            to_state=request.state,
            rule=flow.GRANT.rule,
            role=role,
            reason=reason,
        )
    )
    return request


def _apply(entry: RollEntry, request: RollRequest) -> None:
    if request.kind == RequestKind.ADMIT:
        entry.status, entry.status_reason = EntryStatus.ADMITTED, ""
    elif request.kind == RequestKind.SET_ASIDE:
        entry.status, entry.status_reason = EntryStatus.SET_ASIDE, request.reason
    if request.kind != RequestKind.ADMIT:
        entry.code_digest, entry.letters = None, None
    entry.full_clean(exclude=["poll"])
    entry.save(update_fields=["status", "status_reason", "code_digest", "letters"])
