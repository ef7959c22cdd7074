"""Opening the box: a practice vote's on this server, any other by its shares, offline or in a child process.

PROTOCOL §6.2.3, §6.5.19–20. However it is opened, the closing is checked again and the contents have one digest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import ProgrammingError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import InsufficientPrivilege

from bp_platform.core import journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from voting import canonical, flow, policies, practice_keys, selectors
from voting import seal as seals
from voting.models import MarkChannel, Poll, PollKind, PollState, SealedBallot
from voting.offline import bureau
from voting.offline.bureau import INVALID, OTHER_SCOPE, UNREADABLE
from voting.sealed import SealedPoll
from voting.services.counting import FETCH, statement
from voting.tally.results import NullCode

REHEARSED = "SELECT ref, scope, seal FROM voting_seals_to_rehearse(%s)"
BINDING = "SELECT ref, scope, seal FROM voting_sealedballot WHERE poll_id = %s ORDER BY ref"


@dataclass(frozen=True, slots=True)
class Opened:
    """One opened ballot before it is written. `null_reason` is empty when it is readable; a null one has its `ref`,
    except when only the platform's own check found it invalid in a file of contents."""

    scope: str
    content: str
    null_reason: str
    ref: str = ""


def open_box(poll: Poll, *, by: Actor, at: datetime, private_key: bytes | None = None) -> Poll:
    """Open the seals of a practice or replayed vote, on this server. The key of a binding vote never comes here.

    Without `private_key`, a practice vote's own key file is read. A seal that does not open is null, with its reason;
    if none opens, the key is wrong and nothing is written."""
    demand(policies.can_open_here(poll))
    key = private_key or practice_keys.find(poll.digest)
    if key is None:
        raise Refused(no(_("La clé de ce vote d’essai n’est pas sur cette machine.")))
    with flow.OPEN.take(poll, by=by, at=at) as locked:
        _demand_closed_box(locked)
        text = selectors.sealed_of(locked)
        if seals.keys_of(key).public != text.public_key:
            raise Refused(no(_("Cette clé n’est pas celle du vote : rien n’est ouvert.")))
        opened = list(_open(locked, text, key))
        contents = bureau.contents_of(text.digest, (locked.closing or {})["export_digest"], map(_line, opened))
        _state(locked, opened, at=at, contents=contents, second=None, on_server=True, shares=0)
    return locked


def open_with_contents(
    poll: Poll, *, by: Actor, at: datetime, contents: bytes, second: bytes | None = None, on_server: bool
) -> Poll:
    """Write what the shares opened, once it fits the closing: same vote, same box, as many ballots in each scope.

    `contents`: the file of `offline/bureau.py`; `second`: the one of a second machine, which must be the same.
    `on_server`: opened by a child process of this server, and the record says so."""
    with flow.OPEN.take(poll, by=by, at=at) as locked:
        _demand_closed_box(locked)
        text = selectors.sealed_of(locked)
        if text.keys is None:
            raise Refused(no(_("La clé de ce vote n’a pas été coupée en parts : ouvrez-le depuis sa page.")))
        if second is not None and second != contents:
            raise Refused(
                no(
                    _(
                        "Les deux machines n’ont pas ouvert les mêmes contenus (%(first)s et %(second)s) : "
                        "rouvrez l’urne sur chacune."
                    )
                    % {"first": sha256(contents).hexdigest(), "second": sha256(second).hexdigest()}
                )
            )
        opened = _from_contents(locked, text, contents)
        _state(locked, opened, at=at, contents=contents, second=second, on_server=on_server, shares=text.keys.threshold)
    return locked


def exported_box(poll: Poll) -> bytes:
    """The sealed export, once the vote is closed: the same bytes each time. The opener's role alone reads the seals
    of a binding vote."""
    if poll.closing is None:
        raise Refused(no(_("Le vote n’est pas clos : l’urne se lit une fois la clôture faite.")))
    text = selectors.sealed_of(poll)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            is_rehearsed = poll.kind != PollKind.BINDING and poll.state == PollState.CLOSED
            cursor.execute(REHEARSED if is_rehearsed else BINDING, [poll.pk])
            rows = [(bytes(ref), scope, bytes(seal)) for ref, scope, seal in cursor.fetchall()]
    except ProgrammingError as error:
        if not isinstance(error.__cause__, InsufficientPrivilege):
            raise
        raise Refused(
            no(
                _(
                    "Cet accès à la base ne lit pas les bulletins scellés : relancez la commande avec l’adresse de "
                    "bp_opener (DATABASE_OPENER_URL) dans DATABASE_URL."
                )
            )
        ) from error
    return bureau.export_of(text.digest, bytes(poll.sealed or b"").decode(), poll.closing, rows)


def export_box(poll: Poll, *, by: Actor, at: datetime) -> bytes:
    """Hand the sealed box to the bureau, who opens it offline. Journalled: the box leaves the server."""
    role = demand(policies.can_count(by, poll, at)).role
    with journal.transaction_with_journal():
        data = exported_box(poll)
        _demand_box(data)
        journal.record(journal.Line(poll.journal_chain, at, by, "export_box", poll, rule="7", role=role))
    return data


def _demand_box(data: bytes) -> None:
    try:
        bureau.read_export(data)
    except bureau.Fault as fault:
        raise Refused(no(str(fault))) from fault


def _demand_closed_box(poll: Poll) -> None:
    """Not opened yet, and still what the closing stated; what changed is named when it is a single ballot."""
    if poll.opened_at is not None:
        raise Refused(no(_("L’urne de ce vote est déjà ouverte.")))
    closing, now = poll.closing or {}, statement(poll)
    if all(now[name] == stated for name, stated in closing.items()):
        return
    if now["refs_digest"] == closing["refs_digest"] and now["export_digest"] == closing["export_digest"]:
        raise Refused(no(_("Les émargements ne sont plus ceux de la clôture : rien n’est ouvert.")))
    refs = SealedBallot.objects.filter(poll=poll).order_by("ref").values_list("ref", flat=True)
    words = bureau.change_words([bytes(ref) for ref in refs], closing)
    raise Refused(no(_("L’urne n’est plus celle de la clôture : %(change)s. Rien n’est ouvert.") % {"change": words}))


def _state(
    poll: Poll,
    opened: Sequence[Opened],
    *,
    at: datetime,
    contents: bytes,
    second: bytes | None,
    on_server: bool,
    shares: int,
) -> None:
    """Write the ballots and how they were opened. Per scope, refs = ballots read + ballots null."""
    if opened and all(ballot.null_reason == UNREADABLE for ballot in opened):
        raise Refused(no(_("Aucun bulletin ne s’ouvre avec cette clé : rien n’est écrit.")))
    if Counter(ballot.scope for ballot in opened) != Counter((poll.closing or {})["refs"]):
        raise Refused(no(_("Les contenus ne font pas le compte des bulletins scellés : rien n’est écrit.")))
    _write(poll, opened)
    poll.opened_at = at
    poll.opening = {
        "on_server": on_server,
        "contents": sha256(contents).hexdigest(),
        "second_contents": None if second is None else sha256(second).hexdigest(),
        "shares_used": shares,
        "nulls": sorted([b.scope, b.null_reason, b.ref] for b in opened if b.null_reason),
    }


def _open(poll: Poll, text: SealedPoll, key: bytes) -> Iterator[Opened]:
    opener = seals.Opener(private_key=key, poll_digest=text.digest)
    known: dict[bytes, tuple[str, str]] = {}  # content → (scope it names, null reason): equal ballots are read once
    with connection.cursor() as cursor:
        cursor.execute(REHEARSED, [poll.pk])
        while rows := cursor.fetchmany(FETCH):
            for ref, scope, seal in rows:
                try:
                    data = opener.open(bytes(seal))
                except seals.CannotOpen:
                    yield Opened(scope, "", UNREADABLE, bytes(ref).hex())
                    continue
                reason = _null_reason(text, scope, data, known)
                yield Opened(scope, "" if reason else data.decode(), reason, bytes(ref).hex() if reason else "")


def _null_reason(text: SealedPoll, scope: str, data: bytes, known: dict[bytes, tuple[str, str]]) -> str:
    if data not in known:
        known[data] = _read(text, data)
    named, reason = known[data]
    return reason if reason or named == scope else OTHER_SCOPE


def _read(text: SealedPoll, data: bytes) -> tuple[str, str]:
    try:
        scope, ballot = text.ballot(data)
    except (ValueError, KeyError, TypeError):
        return "", UNREADABLE
    fault = text.ballot_fault(scope, ballot)
    return scope, f"{INVALID}:{fault.code}" if fault else ""


def _line(ballot: Opened) -> list[object]:
    if ballot.null_reason:
        return [ballot.scope, None, ballot.null_reason, ballot.ref]
    return [ballot.scope, json.loads(ballot.content)]


def _from_contents(poll: Poll, text: SealedPoll, contents: bytes) -> list[Opened]:
    """The ballots of a file of contents, each checked by the sealed rules again."""
    try:
        head, rows = bureau.read_contents(contents)
    except bureau.Fault as fault:
        raise Refused(no(str(fault))) from fault
    if head["poll"] != text.digest:
        raise Refused(no(_("Ces contenus sont ceux d’un autre vote : rien n’est écrit.")))
    if head["export"] != (poll.closing or {})["export_digest"]:
        raise Refused(no(_("Ces contenus ne viennent pas de l’urne de la clôture : rien n’est écrit.")))
    nulls = [tuple(row) for row in rows if len(row) == 4]
    _demand_nulls(poll, nulls)
    known: dict[bytes, tuple[str, str]] = {}
    opened = [Opened(scope, "", reason, ref) for scope, _content, reason, ref in nulls]
    for row in rows:
        if len(row) == 2:
            scope, data = row[0], _bytes_of(row[1])
            reason = _null_reason(text, scope, data, known)
            opened.append(Opened(scope, "" if reason else data.decode(), reason))
    return opened


def _bytes_of(value: object) -> bytes:
    try:
        return canonical.dump(value)  # type: ignore[arg-type] # JSON from outside: dump refuses what is not canonical
    except TypeError:
        return b""


def _demand_nulls(poll: Poll, nulls: Sequence[tuple[Any, ...]]) -> None:
    """Each null ballot has a known reason, and names a seal of the box, of its scope, once."""
    reasons = {UNREADABLE, OTHER_SCOPE, *(f"{INVALID}:{code}" for code in NullCode)}
    given = [(ref, scope) for scope, _content, _reason, ref in nulls]
    try:
        asked = [bytes.fromhex(ref) for ref, _scope in given]
    except (ValueError, TypeError):
        asked = []
    found = SealedBallot.objects.filter(poll=poll, ref__in=asked).order_by("ref").values_list("ref", "scope")
    held = {(bytes(ref).hex(), scope) for ref, scope in found}
    if any(row[2] not in reasons for row in nulls) or len(held) != len(given) or held != set(given):
        raise Refused(no(_("Un bulletin nul de ces contenus n’est pas dans l’urne : rien n’est écrit.")))


def _write(poll: Poll, opened: Sequence[Opened]) -> None:
    """Sorted by content, in one copy: the order of the rows tells nothing of the order of the votes."""
    with connection.cursor() as cursor:
        statement_ = "COPY voting_ballot (poll_id, scope, channel, content, null_reason) FROM STDIN"
        with cursor.copy(statement_) as copy:
            for ballot in sorted(opened, key=lambda b: (b.scope, b.content, b.null_reason)):
                copy.write_row((poll.pk, ballot.scope, MarkChannel.WEB.value, ballot.content, ballot.null_reason))
