"""Reads of the paper ballots: what was marked, what lies in batches, who keyed what, where two keyings differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count

from voting import keying, wording
from voting.models import BatchState, IncidentKind, Keying, MarkChannel, PaperBallot, PaperBatch, Poll, Ruling
from voting.sealed import SealedPoll
from voting.selectors.polls import sealed_of
from voting.tally.values import BallotKind

SMALL_BATCH = 50
LARGEST_BATCH = 500
TURNS: Mapping[str, Keying] = {
    BatchState.FIRST: Keying.FIRST,
    BatchState.SECOND: Keying.SECOND,
    BatchState.COMPARED: Keying.AGREED,
}
_IN_ENVELOPES = (IncidentKind.CONTESTED, IncidentKind.WAITING)


@dataclass(frozen=True, slots=True)
class ScopePaper:
    """A scope's paper: marks, contested ballots that the bureau counts, what lies in batches, what is stated.

    `stated` is (marks, contested, ballots) of its balance, None before it is stated."""

    id: str
    name: str
    marks: int
    contested: int
    ballots: int
    batches: int
    agreed: int
    stated: tuple[int, int, int] | None
    reason: str

    @property
    def expected(self) -> int:
        return self.marks + self.contested

    @property
    def gap(self) -> int:
        """Ballots found beyond those expected; negative when some were not returned."""
        return self.ballots - self.expected

    @property
    def is_used(self) -> bool:
        return bool(self.expected or self.batches)

    @property
    def is_ready(self) -> bool:
        """Nothing of it is left to key."""
        return self.is_used and self.agreed == self.batches

    @property
    def is_settled(self) -> bool:
        """Nothing is left to state, and what was stated still holds."""
        return not self.is_used or self.stated == (self.marks, self.contested, self.ballots)


def paper_of(poll: Poll) -> list[ScopePaper]:
    """Each scope's paper, in the sealed order. Marks are those of the closing statement."""
    text = sealed_of(poll)
    marks = (poll.closing or {}).get("marks", {})
    contested = _contested(poll)
    piles: dict[str, list[tuple[int, str]]] = {scope.id: [] for scope in text.rules.scopes}
    for scope_id, size, state in poll.batches.order_by("pk").values_list("scope", "size", "state"):
        piles[scope_id].append((size, state))
    stated = {row.scope: row for row in poll.balances.order_by("pk")}
    return [
        ScopePaper(
            id=scope.id,
            name=text.scope_names[scope.id],
            marks=marks.get(scope.id, {}).get(MarkChannel.PAPER, 0),
            contested=contested[scope.id],
            ballots=sum(size for size, _state in piles[scope.id]),
            batches=len(piles[scope.id]),
            agreed=sum(state == BatchState.AGREED for _size, state in piles[scope.id]),
            stated=(s.marks, s.contested, s.ballots) if (s := stated.get(scope.id)) else None,
            reason=s.reason if s else "",
        )
        for scope in text.rules.scopes
    ]


def _contested(poll: Poll) -> Counter[str]:
    """Ballots in envelopes that the bureau counts: one per scope of the person. One that waited for the line, and whose
    person was marked on paper afterwards, is among the marks already."""
    ruled = poll.incidents.filter(ruling=Ruling.COUNTED, kind__in=_IN_ENVELOPES).order_by("pk")
    every = [scope["id"] for scope in poll.plan["scopes"]]
    found: Counter[str] = Counter()
    for kind, scopes, channel in ruled.values_list("kind", "entry__scopes", "entry__mark__channel"):
        if kind == IncidentKind.WAITING and channel == MarkChannel.PAPER:
            continue
        found.update(scopes or every)
    return found


def envelopes_to_rule(poll: Poll) -> int:
    """Contested or waiting ballots on which the bureau has not ruled."""
    return poll.incidents.filter(kind__in=_IN_ENVELOPES, ruling="").count()


def batches(poll: Poll) -> list[PaperBatch]:
    """The batches by number, with who keys them."""
    return list(poll.batches.select_related("first_by", "second_by").order_by("number"))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is: ballots keyed in each turn, differences found and resolved."""

    first: int = 0
    second: int = 0
    agreed: int = 0
    differences: int = 0


def progress(poll: Poll) -> dict[int, Progress]:
    """Batch → its progress. Differences are counted for compared batches alone."""
    done: dict[int, Counter[str]] = {}
    rows = PaperBallot.objects.filter(batch__poll=poll).values_list("batch", "keying").annotate(number=Count("pk"))
    for pk, turn, number in rows.order_by("batch", "keying"):
        done.setdefault(pk, Counter())[turn] = number
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT one.batch_id, count(*) FROM voting_paperballot one JOIN voting_paperballot two "
            "ON two.batch_id = one.batch_id AND two.place = one.place AND two.keying = 'second' "
            "JOIN voting_paperbatch b ON b.id = one.batch_id WHERE b.poll_id = %s AND b.state = 'compared' "
            "AND one.keying = 'first' AND (one.content, one.null_reason) <> (two.content, two.null_reason) GROUP BY 1",
            [poll.pk],
        )
        apart = dict(cursor.fetchall())
    return {
        pk: Progress(turns[Keying.FIRST], turns[Keying.SECOND], turns[Keying.AGREED], apart.get(pk, 0))
        for pk, turns in sorted(done.items())
    }


def numbers_of(text: SealedPoll, scope: str) -> dict[int, str]:
    """Number on the ballot list → project id, for one scope; the same numbers as on the printed ballot."""
    return {project.position + 1: project.id for project in text.by_scope[scope]}


def reading_words(text: SealedPoll, content: str, null_reason: str) -> str:
    """« 3, 12, 15 », « blanc », « nul : illisible »."""
    if null_reason:
        return wording.null_words(null_reason)
    line = typed_line(text, content, null_reason)
    return wording.blank_words() if line == "b" else ", ".join(line.split())


def typed_line(text: SealedPoll, content: str, null_reason: str) -> str:
    """What one would type to key this ballot again; empty when it was null for breaking the rule."""
    if null_reason:
        return keying.SHORTCUTS.get(keying.NullReason(null_reason), "") if null_reason in set(keying.NullReason) else ""
    scope, ballot = text.ballot(content.encode())
    numbers = {project_id: number for number, project_id in numbers_of(text, scope).items()}
    return keying.typed_again(ballot, text.scopes[scope].ballot.kind, numbers)


def titles_of(text: SealedPoll, content: str) -> list[str]:
    """« 3. Un verger » for each project of a ballot, with its mark where the rule has one."""
    if not content:
        return []
    scope, ballot = text.ballot(content.encode())
    kind = text.scopes[scope].ballot.kind
    listed = {project.id: project for project in text.by_scope[scope]}
    has_marks = kind in (BallotKind.POINTS, BallotKind.RANKING, BallotKind.GRADES)
    ordered = sorted(ballot, key=lambda pair: pair[1] if kind is BallotKind.RANKING else listed[pair[0]].position)
    return [
        f"{listed[p].position + 1}. {listed[p].title}" + (f"\u00a0: {mark}" if has_marks else "") for p, mark in ordered
    ]


@dataclass(frozen=True, slots=True)
class Keyed:
    """A ballot as one person keyed it, in words."""

    place: int
    words: str
    line: str


def keyed(batch: PaperBatch, turn: Keying) -> int:
    """How many ballots of the batch are keyed in this turn."""
    return PaperBallot.objects.filter(batch=batch, keying=turn).count()


def last_keyed(batch: PaperBatch, turn: Keying, how_many: int = 3) -> list[Keyed]:
    """The last ballots of this turn, the latest first. Only ever those of one's own turn."""
    text = sealed_of(batch.poll)
    rows = PaperBallot.objects.filter(batch=batch, keying=turn).order_by("-place")[:how_many]
    return [_keyed(text, row) for row in rows]


def keyed_at(batch: PaperBatch, turn: Keying, place: int) -> Keyed | None:
    """One ballot of this turn, to be corrected."""
    row = PaperBallot.objects.filter(batch=batch, keying=turn, place=place).first()
    return _keyed(sealed_of(batch.poll), row) if row else None


def _keyed(text: SealedPoll, row: PaperBallot) -> Keyed:
    return Keyed(
        row.place, reading_words(text, row.content, row.null_reason), typed_line(text, row.content, row.null_reason)
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where two keyings differ, both in words; `agreed` once two people have read the paper again."""

    place: int
    first: str
    second: str
    first_titles: Sequence[str]
    second_titles: Sequence[str]
    agreed: str


def differences(batch: PaperBatch) -> list[Difference]:
    """The places of a compared batch where the two keyings differ, in the order of the pile."""
    text = sealed_of(batch.poll)
    turns: dict[str, dict[int, PaperBallot]] = {turn: {} for turn in Keying}
    for row in batch.ballots.order_by("place", "keying"):
        turns[row.keying][row.place] = row
    one, two, agreed = turns[Keying.FIRST], turns[Keying.SECOND], turns[Keying.AGREED]

    def words(row: PaperBallot | None) -> str:
        return reading_words(text, row.content, row.null_reason) if row else ""

    return [
        Difference(
            place,
            words(row),
            words(two[place]),
            titles_of(text, row.content),
            titles_of(text, two[place].content),
            words(agreed.get(place)),
        )
        for place, row in one.items()
        if place in two and (row.content, row.null_reason) != (two[place].content, two[place].null_reason)
    ]


def turn_of(batch: PaperBatch) -> Keying:
    """What is keyed in the batch's state; once agreed, nothing more is."""
    return TURNS[batch.state]


def agreed_contents(batch: PaperBatch) -> list[tuple[str, str]]:
    """Content and null reason of each ballot of an agreed batch: what was read again, else what both keyed."""
    rows = batch.ballots.exclude(keying=Keying.SECOND).order_by("place", "-keying")
    found = {row.place: (row.content, row.null_reason) for row in rows}  # « first », then « agreed » over it
    return [pair for _place, pair in sorted(found.items())]
