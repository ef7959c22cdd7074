"""After the vote: closing, opening the box, counting, proclaiming (PROTOCOL §6.5)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import services as cycle_services
from proposals import services as proposal_services
from proposals.models import ProposalState, Stage
from voting import canonical, flow, notifications, policies, selectors, trace, wording
from voting.disclosure import tells_scores
from voting.models import MarkChannel, OfficialRecord, Poll, PollKind, PollResult
from voting.offline import bureau
from voting.sealed import SealedPoll
from voting.services import nightly, paper, publication
from voting.tally.count import count as tally
from voting.tally.results import Result
from voting.tally.values import Ballot

FETCH = 5000


def close(poll: Poll, *, by: Actor, at: datetime) -> Poll:
    """End the vote, wait for ballots under way, lay the box down again in the order of the references so that its rows
    tell nothing of the order of the votes, and fix what is in it: refs, marks, digests."""
    with flow.CLOSE.take(poll, by=by, at=at) as locked:
        _rewrite(locked)
        locked.closed_at = at
        locked.closing = statement(locked)
        nightly.publish_last(locked, at=at)
        cycle_services.touch(locked.cycle)
    return locked


def count(poll: Poll, *, by: Actor, at: datetime) -> Poll:
    """Count the opened ballots by the sealed rules and keep the result with its trace. Nobody sees it yet."""
    with flow.COUNT.take(poll, by=by, at=at) as locked:
        if locked.opened_at is None:
            raise Refused(no(_("Ouvrez d’abord l’urne : il n’y a encore aucun bulletin à compter.")))
        demand(policies.paper_is_settled(locked))
        text = selectors.sealed_of(locked)
        paper.into_the_urn(locked)
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


def proclaim(poll: Poll, *, by: Actor, at: datetime, bureau_decision: str = "") -> Poll:
    """Publish the results: the page, the projects' stage, and a letter with the reason to each owner.

    Where null ballots reach the smallest margin, the bureau says first what it decides of them: the record and the
    journal keep it (PROTOCOL §6.5.20)."""
    decision = bureau_decision.strip()
    with flow.PROCLAIM.take(poll, by=by, at=at, reason=decision) as locked:
        if not decision and selectors.nulls_that_matter(locked):
            raise Refused(
                no(
                    _(
                        "Des bulletins nuls sont assez nombreux pour changer le résultat : écrivez la décision du "
                        "bureau avant de proclamer."
                    )
                )
            )
        if decision:
            locked.opening = {**(locked.opening or {}), "bureau_decision": decision}
        locked.proclaimed_at = at
        text, result = selectors.sealed_of(locked), selectors.result_of(locked)
        rows = {row.count_id or row.proposal.number: row for row in selectors.candidates(locked)}
        names = selectors.KeyNames(locked.cycle)
        for scope_result in result.scopes:
            scope = text.scopes[scope_result.scope_id]
            is_told = tells_scores(scope_result.ballots.cast, is_replay=locked.kind == PollKind.REPLAY)
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
                        reason=selectors.reason_words(text, scope, line, names)
                        if is_told
                        else selectors.few_ballots_words(),
                        score=wording.score_words(line.score.score, scope.ballot.kind) if is_told else _("non publié"),
                        at=at,
                    )
        publication.publish_bundle(locked)
        cycle_services.touch(locked.cycle)
    return locked


def _rewrite(poll: Poll) -> None:
    """Only this function of the database may rewrite the box, and only while its poll is being closed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT voting_rewrite_box(%s)", [poll.pk])


def statement(poll: Poll) -> dict[str, Any]:
    """What closing fixes: refs; marks by scope and channel, and by place. The export's digest binds each seal, since a
    ref is the hash of its seal; the two sums name a ref that is added, missing or replaced afterwards."""
    refs, export = sha256(), sha256()
    scopes: Counter[str] = Counter()
    listed: list[bytes] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT ref, scope FROM voting_sealedballot WHERE poll_id = %s ORDER BY ref", [poll.pk])
        while rows := cursor.fetchmany(FETCH):
            for ref, scope in rows:
                listed.append(bytes(ref))
                refs.update(bytes(ref))
                export.update(bytes(ref).hex().encode() + b";" + scope.encode() + b"\n")
                scopes[scope] += 1
    marks: dict[str, dict[str, int]] = {}
    stations: dict[str, dict[str, int]] = {}
    for scope, channel, station, number in _marks(poll):
        by_channel = marks.setdefault(scope, {})
        by_channel[channel] = by_channel.get(channel, 0) + number
        if station:
            by_station = stations.setdefault(scope, {})
            by_station[station] = by_station.get(station, 0) + number
    return {
        "refs": dict(sorted(scopes.items())),
        "marks": marks,
        "stations": stations,
        "refs_digest": refs.hexdigest(),
        "refs_sums": bureau.sums_of(listed),
        "export_digest": export.hexdigest(),
    }


def _marks(poll: Poll) -> list[tuple[str, str, str, int]]:
    """Marks by scope, channel and place."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT scope, m.channel, m.station, count(*) FROM voting_rollmark m "
            "JOIN voting_rollentry e ON e.id = m.entry_id, unnest(e.scopes) AS scope "
            "WHERE m.poll_id = %s GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            [poll.pk],
        )
        return list(cursor.fetchall())


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
    """Per scope, seals at closing = sealed ballots read or null = marks made online or on a tablet; and the paper
    ballots are those of its balance."""
    closing, on_paper = poll.closing or {}, paper.counted(poll)
    paper.demand_identity(poll, on_paper)
    for scope, urn in urns.items():
        found = sum(urn.values()) + nulls[scope] - on_paper[scope]
        marks = closing["marks"].get(scope, {})
        marked = sum(number for channel, number in marks.items() if channel != MarkChannel.PAPER)
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
        "opening": poll.opening,
        "counted_at": at.isoformat(timespec="seconds"),
        "result": result_digest,
        "winners": _numbers(text, result.winners),
        "withdrawn": [[row.number, row.reason] for row in poll.withdrawals.order_by("number")],
        "roll": poll.entries.count(),
        "marks": poll.marks.count(),
        "paper": paper.record_of(poll, text),
    }


def _numbers(text: SealedPoll, ids: tuple[str, ...]) -> list[canonical.Value]:
    numbers = {project.id: project.number for project in text.projects}
    return [numbers[project_id] for project_id in ids]
