"""The Pabulib format (.pb): three sections, `;` between fields, CSV quoting. Our own reader and writer.

The reader keeps what a count needs and no voter: ballots are grouped by content. Whatever is wrong is an
ElectionFileError that names the line, the field and the kind of fault; `voting.wording` makes the sentence.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import IntEnum, StrEnum
from pathlib import Path

from voting.tally.values import Ballot

WITHDRAWN_COST = 999_999_999
"""The cost under which published files record a project withdrawn after the vote, in currency units."""


class Fault(StrEnum):
    UNREADABLE = "unreadable"
    NOT_UTF8 = "not_utf8"
    BROKEN_CSV = "broken_csv"
    SECTION_MISSING = "section_missing"
    SECTION_REPEATED = "section_repeated"
    OUTSIDE_SECTIONS = "outside_sections"
    COLUMN_MISSING = "column_missing"
    COLUMN_REPEATED = "column_repeated"
    COLUMN_COUNT = "column_count"
    KEY_MISSING = "key_missing"
    KEY_REPEATED = "key_repeated"
    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"
    NOT_AN_INTEGER = "not_an_integer"
    NEGATIVE = "negative"
    NOT_ALLOWED = "not_allowed"
    PROJECT_REPEATED = "project_repeated"
    PROJECT_UNKNOWN = "project_unknown"
    VOTER_REPEATED = "voter_repeated"
    POINTS_COUNT = "points_count"
    ROW_COUNT = "row_count"
    RULE_UNKNOWN = "rule_unknown"
    CONFLICT_NEEDED = "conflict_needed"
    CONFLICT_UNKNOWN = "conflict_unknown"
    BOUND_NOT_APPLIED = "bound_not_applied"
    WEIGHTED_BALLOTS = "weighted_ballots"
    EQUAL_SHARES_NEEDS_APPROVALS = "equal_shares_needs_approvals"


class ElectionFileError(ValueError):
    """A file that cannot be counted as it stands: physical line from 1 (0: the file as a whole), field, fault."""

    def __init__(self, fault: Fault, *, line: int = 0, field: str = "", **params: str | int) -> None:
        super().__init__(f"line {line}, {field or '-'}: {fault} {params or ''}".strip())
        self.fault, self.line, self.field, self.params = fault, line, field, params


class VoteType(StrEnum):
    APPROVAL = "approval"
    CHOOSE_ONE = "choose-1"
    CUMULATIVE = "cumulative"
    SCORING = "scoring"
    ORDINAL = "ordinal"


class Selected(IntEnum):
    """What the organisers recorded; the count never reads it."""

    NO = 0
    YES = 1
    OUTSIDE_ENVELOPE = 2
    EXTRA_FUNDS = 3


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """`votes` and `score` are the file's own figures; `extra` holds the other columns as they are."""

    id: str
    cost_cents: int
    name: str = ""
    votes: int | None = None
    score: int | None = None
    selected: Selected | None = None
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def is_withdrawn(self) -> bool:
        return self.cost_cents == WITHDRAWN_COST * 100


@dataclass(frozen=True, slots=True)
class Election:
    """One file. `lines` tells where each META key stood, for messages."""

    meta: Mapping[str, str]
    projects: tuple[ProjectRow, ...]
    ballots: Mapping[Ballot, int]
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)

    @property
    def vote_type(self) -> VoteType:
        return VoteType(self.meta["vote_type"])

    @property
    def ballot_count(self) -> int:
        return sum(self.ballots.values())

    def fail(self, fault: Fault, key: str, **params: str | int) -> ElectionFileError:
        return ElectionFileError(fault, line=self.lines.get(key, 0), field=key, **params)

    def integer(self, key: str) -> int | None:
        """A META bound in whole units; None when the file does not state it."""
        text = self.meta.get(key, "").strip()
        return _integer(text, self.lines.get(key, 0), key) if text else None

    def cents(self, key: str) -> int | None:
        text = self.meta.get(key, "").strip()
        return cents(text, self.lines.get(key, 0), key) if text else None


Row = tuple[int, list[str]]
_SECTIONS = ("META", "PROJECTS", "VOTES")
_REQUIRED = {"META": ("key", "value"), "PROJECTS": ("project_id", "cost"), "VOTES": ("voter_id", "vote")}


def read(path: Path) -> Election:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ElectionFileError(Fault.UNREADABLE, path=str(path)) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ElectionFileError(Fault.NOT_UTF8, line=data.count(b"\n", 0, error.start) + 1) from error
    return parse(text)


def parse(text: str) -> Election:
    """Read a file's text. Raises ElectionFileError at the first fault."""
    sections = _sections(text)
    lines = {row[0].strip(): line for line, row in sections["META"][1:]}
    meta = _meta(sections["META"])
    projects = _unique(
        (_project(cells, line) for line, cells in _cells(sections["PROJECTS"], "PROJECTS")),
        [line for line, _ in sections["PROJECTS"][1:]],
    )
    election = Election(meta, projects, {}, lines)
    _check_bounds(election)
    _check_rows(election, "num_projects", len(projects))
    if meta["vote_type"] not in set(VoteType):
        raise election.fail(Fault.NOT_ALLOWED, "vote_type", value=meta["vote_type"], allowed=", ".join(VoteType))
    ballots = _ballots(sections["VOTES"], election.vote_type, frozenset(project.id for project in projects))
    _check_rows(election, "num_votes", ballots.total())
    return Election(meta, projects, dict(ballots), lines)


def _sections(text: str) -> dict[str, list[Row]]:
    """Section name → rows with the line each starts on; the first row is the header."""
    found: dict[str, list[Row]] = {}
    current: list[Row] | None = None
    for line, row in _rows(text):
        name = row[0].strip() if len(row) == 1 else ""
        if name in _SECTIONS:
            if name in found:
                raise ElectionFileError(Fault.SECTION_REPEATED, line=line, field=name)
            current = found.setdefault(name, [])
        elif current is None:
            raise ElectionFileError(Fault.OUTSIDE_SECTIONS, line=line)
        else:
            current.append((line, row))
    for name in _SECTIONS:
        if not found.get(name):
            raise ElectionFileError(Fault.SECTION_MISSING, field=name)
        _check_header(name, *found[name][0])
    return found


def _rows(text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    start = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield start, row
            start = reader.line_num + 1
    except csv.Error as error:
        raise ElectionFileError(Fault.BROKEN_CSV, line=start) from error


def _check_header(section: str, line: int, header: list[str]) -> None:
    names = [name.strip() for name in header]
    for name in _REQUIRED[section]:
        if name not in names:
            raise ElectionFileError(Fault.COLUMN_MISSING, line=line, field=name, section=section)
    for name in names:
        if names.count(name) > 1:
            raise ElectionFileError(Fault.COLUMN_REPEATED, line=line, field=name, section=section)
    if "vote_strength" in names:
        raise ElectionFileError(Fault.WEIGHTED_BALLOTS, line=line, field="vote_strength")


def _cells(rows: list[Row], section: str) -> Iterator[tuple[int, dict[str, str]]]:
    header = [name.strip() for name in rows[0][1]]
    for line, row in rows[1:]:
        if len(row) != len(header):
            raise ElectionFileError(Fault.COLUMN_COUNT, line=line, field=section, found=len(row), expected=len(header))
        yield line, dict(zip(header, row, strict=True))


def _meta(rows: list[Row]) -> dict[str, str]:
    meta: dict[str, str] = {}
    for line, cells in _cells(rows, "META"):
        key = cells["key"].strip()
        if key in meta:
            raise ElectionFileError(Fault.KEY_REPEATED, line=line, field=key)
        meta[key] = cells["value"]
    for key in ("budget", "vote_type"):
        if not meta.get(key, "").strip():
            raise ElectionFileError(Fault.KEY_MISSING, line=rows[0][0], field=key)
        meta[key] = meta[key].strip()
    return meta


def _project(cells: dict[str, str], line: int) -> ProjectRow:
    known = {"project_id", "cost", "name", "votes", "score", "selected"}
    selected = _optional_integer(cells, line, "selected")
    if selected is not None and selected not in set(Selected):
        raise ElectionFileError(Fault.NOT_ALLOWED, line=line, field="selected", value=selected, allowed="0, 1, 2, 3")
    project_id = cells["project_id"].strip()
    if not project_id:
        raise ElectionFileError(Fault.EMPTY, line=line, field="project_id")
    return ProjectRow(
        id=project_id,
        cost_cents=cents(cells["cost"], line, "cost"),
        name=cells.get("name", ""),
        votes=_optional_integer(cells, line, "votes"),
        score=_optional_integer(cells, line, "score"),
        selected=None if selected is None else Selected(selected),
        extra=tuple((name, value) for name, value in cells.items() if name not in known),
    )


def _unique(projects: Iterable[ProjectRow], lines: list[int]) -> tuple[ProjectRow, ...]:
    seen: dict[str, ProjectRow] = {}
    for line, project in zip(lines, projects, strict=True):
        if project.id in seen:
            raise ElectionFileError(Fault.PROJECT_REPEATED, line=line, field="project_id", project=project.id)
        seen[project.id] = project
    return tuple(seen.values())


def _ballots(rows: list[Row], vote_type: VoteType, ids: frozenset[str]) -> Counter[Ballot]:
    has_points = vote_type in (VoteType.CUMULATIVE, VoteType.SCORING)
    if has_points and "points" not in [name.strip() for name in rows[0][1]]:
        raise ElectionFileError(Fault.COLUMN_MISSING, line=rows[0][0], field="points", section="VOTES")
    content: Callable[[str, str, int], Ballot] = _CONTENT[vote_type]
    ballots: Counter[Ballot] = Counter()
    known: dict[tuple[str, str], Ballot] = {}
    voters: set[str] = set()
    for line, cells in _cells(rows, "VOTES"):
        voter = cells["voter_id"].strip()
        if voter in voters:
            raise ElectionFileError(Fault.VOTER_REPEATED, line=line, field="voter_id", voter=voter)
        voters.add(voter)
        written = (cells["vote"], cells["points"] if has_points else "")
        if written not in known:
            known[written] = content(*written, line)
            for project_id, _ in known[written]:
                if project_id not in ids:
                    raise ElectionFileError(Fault.PROJECT_UNKNOWN, line=line, field="vote", project=project_id)
        ballots[known[written]] += 1
    return ballots


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")] if text.strip() else []


def _approvals(vote: str, _points: str, _line: int) -> Ballot:
    return tuple(sorted((project_id, 1) for project_id in _split(vote)))


def _ranks(vote: str, _points: str, _line: int) -> Ballot:
    return tuple((project_id, rank) for rank, project_id in enumerate(_split(vote), start=1))


def _points(vote: str, points: str, line: int) -> Ballot:
    projects, given = _split(vote), _split(points)
    if len(projects) != len(given):
        raise ElectionFileError(Fault.POINTS_COUNT, line=line, field="points", found=len(given), expected=len(projects))
    return tuple(sorted(zip(projects, (_integer(text, line, "points") for text in given), strict=True)))


_CONTENT = {
    VoteType.APPROVAL: _approvals,
    VoteType.CHOOSE_ONE: _approvals,
    VoteType.CUMULATIVE: _points,
    VoteType.SCORING: _points,
    VoteType.ORDINAL: _ranks,
}


def _check_bounds(election: Election) -> None:
    """Every bound that the file states must be a number, even one that its rule does not use."""
    for key in ("budget", "min_sum_cost", "max_sum_cost"):
        election.cents(key)
    for key in ("min_length", "max_length", "min_points", "max_points", "min_sum_points", "max_sum_points"):
        election.integer(key)
    election.integer("min_project_score_threshold")


def _check_rows(election: Election, key: str, found: int) -> None:
    stated = election.integer(key)
    if stated is not None and stated != found:
        raise election.fail(Fault.ROW_COUNT, key, stated=stated, found=found)


def _number(text: str, line: int, field: str) -> Decimal:
    cleaned = text.strip()
    if not cleaned:
        raise ElectionFileError(Fault.EMPTY, line=line, field=field)
    try:
        number = Decimal(cleaned.replace(",", "."))
    except InvalidOperation:
        raise ElectionFileError(Fault.NOT_A_NUMBER, line=line, field=field, value=cleaned[:40]) from None
    if not number.is_finite() or abs(number) > 10**15:
        raise ElectionFileError(Fault.NOT_A_NUMBER, line=line, field=field, value=cleaned[:40])
    return number


def cents(text: str, line: int, field: str) -> int:
    """A decimal amount, `,` or `.`, in whole cents; fractions of a cent are rounded half up."""
    number = _number(text, line, field)
    if number < 0:
        raise ElectionFileError(Fault.NEGATIVE, line=line, field=field, value=text.strip())
    return int((number * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _integer(text: str, line: int, field: str) -> int:
    number = _number(text, line, field)
    if number != number.to_integral_value():
        raise ElectionFileError(Fault.NOT_AN_INTEGER, line=line, field=field, value=text.strip()[:40])
    return int(number)


def _optional_integer(cells: Mapping[str, str], line: int, field: str) -> int | None:
    text = cells.get(field, "").strip()
    return _integer(text, line, field) if text else None
