"""Writing the Pabulib format. Ballots leave sorted by content, numbered after sorting: their order tells nothing."""

import csv
import io
from collections.abc import Iterable, Iterator

from voting.tally.pabulib import Election, ProjectRow, VoteType
from voting.tally.values import Ballot


def write(election: Election) -> str:
    """The file's text, with CSV quoting; `parse(write(election)) == election`."""
    stream = io.StringIO(newline="")
    out = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    out.writerow(["META"])
    out.writerow(["key", "value"])
    out.writerows(election.meta.items())
    out.writerow(["PROJECTS"])
    out.writerows(_project_rows(election.projects))
    out.writerow(["VOTES"])
    out.writerows(_vote_rows(election))
    return stream.getvalue()


def amount(cents: int) -> str:
    """Cents as currency units, exactly: `1000000`, or `1250.50`."""
    units, rest = divmod(cents, 100)
    return f"{units}.{rest:02d}" if rest else str(units)


def exact_amount(cents: int) -> str:
    """Cents as currency units, always with two decimals: `1000000.00`."""
    return f"{cents // 100}.{cents % 100:02d}"


def _project_rows(projects: Iterable[ProjectRow]) -> Iterator[list[str]]:
    listed = list(projects)
    extra = [name for name, _ in listed[0].extra] if listed else []
    yield ["project_id", "cost", "votes", "score", "name", "selected", *extra]
    for project in listed:
        if "," in project.id:
            raise ValueError(f"a project id cannot hold a comma: {project.id}")
        figures = [_text(project.votes), _text(project.score), project.name, _text(project.selected)]
        yield [project.id, amount(project.cost_cents), *figures, *(value for _, value in project.extra)]


def _text(number: int | None) -> str:
    return "" if number is None else str(int(number))


def _vote_rows(election: Election) -> Iterator[list[str]]:
    has_points = election.vote_type in (VoteType.CUMULATIVE, VoteType.SCORING)
    yield ["voter_id", "vote", "points"] if has_points else ["voter_id", "vote"]
    voter = 0
    for ballot in sorted(election.ballots):
        for _ in range(election.ballots[ballot]):
            voter += 1
            yield [str(voter), *_content(ballot, election.vote_type, has_points)]


def _content(ballot: Ballot, vote_type: VoteType, has_points: bool) -> Iterator[str]:
    marks = sorted(ballot, key=lambda mark: mark[1]) if vote_type is VoteType.ORDINAL else ballot
    yield ",".join(project_id for project_id, _ in marks)
    if has_points:
        yield ",".join(str(points) for _, points in marks)
