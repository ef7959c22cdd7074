"""After the vote: closing, opening the box, counting, proclaiming (PROTOCOL §6.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from django.db import connection
from django.utils.translation import gettext as _

from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, no
from cycles import services as cycle_services
from proposals import services as proposal_services
from proposals.models import ProposalState, Stage
from voting import canonical, flow, notifications, practice_keys, selectors, trace, wording
from voting import seal as seals
from voting.models import MarkChannel, OfficialRecord, Poll, PollKind, PollResult
from voting.sealed import SealedPoll
from voting.tally.count import count as tally
from voting.tally.results import Result
from voting.tally.values import Ballot

FETCH = 5000
UNREADABLE, OTHER_SCOPE, INVALID = "unreadable", "other_scope", "invalid"


@dataclass(frozen=True, slots=True)
class Opened:
    """One opened ballot before it is written; `null_reason` is empty when it is readable."""

    scope: str
    content: str
    null_reason: str


def close(poll: Poll, *, by: Actor, at: datetime) -> Poll:
    """End the vote, wait for ballots under way, and fix what is in the box: refs, marks, digests."""
    with flow.CLOSE.take(poll, by=by, at=at) as locked:
        locked.closed_at = at
        locked.closing = _statement(locked)
        cycle_services.touch(locked.cycle)
    return locked


def open_box(poll: Poll, *, by: Actor, at: datetime, private_key: bytes | None = None) -> Poll:
    """Open the seals of a practice or replayed vote, on this server. The key of a binding vote never comes here.

    Without `private_key`, a practice vote's own key file is read. A seal that does not open is null, with its reason;
    if none opens, the key is wrong and nothing is written."""
    if poll.kind == PollKind.BINDING:
        raise Refused(no(_("L’urne d’un vote s’ouvre hors ligne, avec les parts de la clé : jamais sur ce serveur.")))
    key = private_key or practice_keys.find(poll.digest)
    if key is None:
        raise Refused(no(_("La clé de ce vote d’essai n’est pas sur cette machine.")))
    with flow.OPEN.take(poll, by=by, at=at) as locked:
        if locked.opened_at is not None:
            raise Refused(no(_("L’urne de ce vote est déjà ouverte.")))
        text = selectors.sealed_of(locked)
        if seals.keys_of(key).public != text.public_key:
            raise Refused(no(_("Cette clé n’est pas celle du vote : rien n’est ouvert.")))
        if _statement(locked) != locked.closing:
            raise Refused(no(_("L’urne n’est plus celle de la clôture : rien n’est ouvert.")))
        opened = list(_open(locked, text, key))
        if opened and all(ballot.null_reason == UNREADABLE for ballot in opened):
            raise Refused(no(_("Aucun bulletin ne s’ouvre avec cette clé : rien n’est écrit.")))
        _write(locked, opened)
        locked.opened_at = at
    return locked


def count(poll: Poll, *, by: Actor, at: datetime) -> Poll:
    """Count the opened ballots by the sealed rules and keep the result with its trace. Nobody sees it yet."""
    with flow.COUNT.take(poll, by=by, at=at) as locked:
        if locked.opened_at is None:
            raise Refused(no(_("Ouvrez d’abord l’urne : il n’y a encore aucun bulletin à compter.")))
        text = selectors.sealed_of(locked)
        urns, nulls = _urns(locked, text)
        _demand_identity(locked, urns, nulls)
        withdrawn = {text.by_number[row.number].id for row in locked.withdrawals.order_by("pk")}
        result = tally(text.tally_projects(), urns, replace(text.rules, withdrawn=frozenset(withdrawn)))
        data = canonical.dump(
            {"v": 1, "poll": text.digest, "result": trace.value_of(result), "unreadable": dict(nulls)}
        )
        PollResult.objects.create(poll=locked, content=data, digest=canonical.digest(data))
        record = canonical.dump(_record(locked, text, result, canonical.digest(data), at))
        OfficialRecord.objects.create(poll=locked, content=record, digest=canonical.digest(record))
        locked.counted_at = at
    return locked


def proclaim(poll: Poll, *, by: Actor, at: datetime) -> Poll:
    """Publish the results: the page, the projects' stage, and a letter with the reason to each owner."""
    with flow.PROCLAIM.take(poll, by=by, at=at) as locked:
        locked.proclaimed_at = at
        text, result = selectors.sealed_of(locked), selectors.result_of(locked)
        rows = {row.count_id or row.proposal.number: row for row in selectors.candidates(locked)}
        for scope_result in result.scopes:
            scope = text.scopes[scope_result.scope_id]
            for line in scope_result.lines:
                row = rows[line.project_id]
                if row.proposal.state != ProposalState.PUBLISHED:
                    continue
                stage = Stage.WINNER if line.is_taken else Stage.NOT_SELECTED
                proposal_services.project(row.proposal, stage=stage)
                if locked.kind != PollKind.REPLAY:
                    notifications.outcome(
                        locked,
                        row,
                        is_winner=line.is_taken,
                        reason=selectors.reason_words(text, scope, line),
                        score=wording.score_words(line.score.score, scope.ballot.kind),
                        at=at,
                    )
        cycle_services.touch(locked.cycle)
    return locked


def _statement(poll: Poll) -> dict[str, object]:
    """What closing fixes: refs and marks, by scope and channel. The export's digest binds each seal, since a ref is
    the hash of its seal."""
    refs, export = sha256(), sha256()
    scopes: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT ref, scope FROM voting_sealedballot WHERE poll_id = %s ORDER BY ref", [poll.pk])
        while rows := cursor.fetchmany(FETCH):
            for ref, scope in rows:
                refs.update(bytes(ref))
                export.update(bytes(ref).hex().encode() + b";" + scope.encode() + b"\n")
                scopes[scope] += 1
        cursor.execute(
            "SELECT scope, m.channel, count(*) FROM voting_rollmark m JOIN voting_rollentry e ON e.id = m.entry_id, "
            "unnest(e.scopes) AS scope WHERE m.poll_id = %s GROUP BY 1, 2 ORDER BY 1, 2",
            [poll.pk],
        )
        marks: dict[str, dict[str, int]] = {}
        for scope, channel, number in cursor.fetchall():
            marks.setdefault(scope, {})[channel] = number
    return {
        "refs": dict(sorted(scopes.items())),
        "marks": marks,
        "refs_digest": refs.hexdigest(),
        "export_digest": export.hexdigest(),
    }


def _open(poll: Poll, text: SealedPoll, key: bytes) -> Iterator[Opened]:
    opener = seals.Opener(private_key=key, poll_digest=text.digest)
    known: dict[bytes, tuple[str, str]] = {}  # content → (scope it names, null reason): equal ballots are read once
    with connection.cursor() as cursor:
        cursor.execute("SELECT scope, seal FROM voting_seals_to_rehearse(%s)", [poll.pk])
        while rows := cursor.fetchmany(FETCH):
            for scope, seal in rows:
                try:
                    data = opener.open(bytes(seal))
                except seals.CannotOpen:
                    yield Opened(scope, "", UNREADABLE)
                    continue
                if data not in known:
                    known[data] = _read(text, data)
                named, reason = known[data]
                if named != scope:
                    reason = reason or OTHER_SCOPE
                yield Opened(scope, "" if reason else data.decode(), reason)


def _read(text: SealedPoll, data: bytes) -> tuple[str, str]:
    try:
        scope, ballot = text.ballot(data)
    except (ValueError, KeyError, TypeError):
        return "", UNREADABLE
    fault = text.ballot_fault(scope, ballot)
    return scope, f"{INVALID}:{fault.code}" if fault else ""


def _write(poll: Poll, opened: list[Opened]) -> None:
    """Sorted by content, in one copy: the order of the rows tells nothing of the order of the votes."""
    with connection.cursor() as cursor:
        statement = "COPY voting_ballot (poll_id, scope, channel, content, null_reason) FROM STDIN"
        with cursor.copy(statement) as copy:
            for ballot in sorted(opened, key=lambda b: (b.scope, b.content, b.null_reason)):
                copy.write_row((poll.pk, ballot.scope, MarkChannel.WEB.value, ballot.content, ballot.null_reason))


def _urns(poll: Poll, text: SealedPoll) -> tuple[dict[str, dict[Ballot, int]], Counter[str]]:
    urns: dict[str, dict[Ballot, int]] = {scope.id: {} for scope in text.rules.scopes}
    nulls: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT scope, content, null_reason, count(*) FROM voting_ballot WHERE poll_id = %s "
            "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            [poll.pk],
        )
        for scope, content, null_reason, number in cursor.fetchall():
            if null_reason:
                nulls[scope] += number
                continue
            _scope, ballot = text.ballot(content.encode())
            urns[scope][ballot] = urns[scope].get(ballot, 0) + number
    return urns, nulls


def _demand_identity(poll: Poll, urns: dict[str, dict[Ballot, int]], nulls: Counter[str]) -> None:
    """Per scope, seals at closing = ballots read + ballots null, and web marks = seals."""
    closing = poll.closing or {}
    for scope, urn in urns.items():
        found = sum(urn.values()) + nulls[scope]
        marked = sum(closing["marks"].get(scope, {}).values())
        if not found == closing["refs"].get(scope, 0) == marked:
            raise Refused(no(_("Les bulletins ne font pas le compte des émargements : rien n’est dépouillé.")))


def _record(
    poll: Poll, text: SealedPoll, result: Result, result_digest: str, at: datetime
) -> dict[str, canonical.Value]:
    """The facts of the official record; its report adds the words."""
    return {
        "v": 1,
        "poll": text.digest,
        "kind": poll.kind,
        "closing": poll.closing,
        "opened_on_server": True,
        "counted_at": at.isoformat(timespec="seconds"),
        "result": result_digest,
        "winners": _numbers(text, result.winners),
        "withdrawn": [[row.number, row.reason] for row in poll.withdrawals.order_by("number")],
        "roll": poll.entries.count(),
        "marks": poll.marks.count(),
    }


def _numbers(text: SealedPoll, ids: tuple[str, ...]) -> list[canonical.Value]:
    numbers = {project.id: project.number for project in text.projects}
    return [numbers[project_id] for project_id in ids]
