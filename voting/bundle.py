"""The published bundle: everything needed to count again, as files of one archive (PROTOCOL §6.5.22). Pure.

The same facts give the same bytes: rows are sorted, dates of the archive are fixed, nothing is compressed (two machines
compress differently). No file joins references and contents.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from voting import canonical, election_file
from voting.disclosure import Level, level
from voting.election_file import Frame
from voting.sealed import SealedPoll
from voting.tally import pabulib_writer
from voting.tally.results import Line, Result, ScopeResult
from voting.tally.values import Ballot, BallotKind, Scope

OFFLINE = Path(__file__).parent / "offline"
SUMS = "SHA256SUMS"
DATE = (2000, 1, 1, 0, 0, 0)
Row = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Content:
    """Equal opened ballots of a scope: what they say, or why they could not be read, and how many."""

    scope: str
    ballot: Ballot
    null_reason: str
    number: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What a bundle is made of. `marks`: (channel, place, how many); `paper`: one line per scope; `results`: the table
    of results in words, with its heading."""

    text: SealedPoll
    sealed: bytes
    result: Result
    result_json: bytes
    result_digest: str
    refs: Sequence[bytes]
    refs_by_scope: Mapping[str, int]
    contents: Sequence[Content]
    withdrawn: Mapping[str, str]
    marks: Sequence[Row]
    paper: Sequence[Row]
    results: Sequence[Row]
    frame: Frame
    is_replay: bool

    def level(self, scope: ScopeResult) -> Level:
        return level(self.text.scopes[scope.scope_id], scope.ballots.cast, is_replay=self.is_replay)

    def of(self, scope_id: str) -> list[Content]:
        return [content for content in self.contents if content.scope == scope_id]

    def urn(self, scope_id: str) -> dict[Ballot, int]:
        """The readable ballots of a scope."""
        return {c.ballot: c.number for c in self.of(scope_id) if not c.null_reason}

    def unreadable(self, scope_id: str) -> int:
        return sum(c.number for c in self.of(scope_id) if c.null_reason)


def archive(facts: Facts) -> bytes:
    """The archive's bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as made:
        for name, data in sorted(files(facts).items()):
            entry = zipfile.ZipInfo(name, DATE)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            made.writestr(entry, data)
    return stream.getvalue()


def files(facts: Facts) -> dict[str, bytes]:
    """Each file of the bundle, `SHA256SUMS` included."""
    refs = b"".join(sorted(facts.refs))
    made = {
        "scelle.json": facts.sealed,
        "projets.csv": table(["perimetre", "projet", "numero", "titre", "cout_centimes", "retire"], _projects(facts)),
        "recus.txt": "".join(f"{ref.hex()}\n" for ref in sorted(facts.refs)).encode(),
        "cloture.json": canonical.dump(
            {"refs": dict(facts.refs_by_scope), "refs_digest": sha256(refs).hexdigest(), "poll": facts.text.digest}
        ),
        "totaux.csv": table(["perimetre", "publie", "bulletins", "exprimes", "blancs", "nuls"], _totals(facts)),
        "emargements.csv": table(["moyen", "lieu", "emargements"], facts.marks),
        "resultats.json": _result(facts),
        "resultats.csv": table(facts.results[0], facts.results[1:]),
        "recompter.py": (OFFLINE / "recompter.py").read_bytes(),
        "LISEZMOI.txt": _read_me(facts),
        **_ballots(facts),
        **_elections(facts),
    }
    if facts.paper:
        made["papier.csv"] = table(["perimetre", "emargements", "contestes", "bulletins", "explication"], facts.paper)
    made[SUMS] = sums(made).encode()
    return made


def sums(made: Mapping[str, bytes]) -> str:
    """The files' digests, as `sha256sum -c` reads them."""
    return "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in sorted(made.items()))


def table(heading: Row, rows: Iterable[Row]) -> bytes:
    """A table for a spreadsheet and for a script: UTF-8 with its mark, semicolons. What a spreadsheet would run as a
    formula is quoted."""
    stream = io.StringIO(newline="")
    out = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    out.writerow(heading)
    out.writerows([harmless(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULAS) else cell


def as_written(cell: str) -> str:
    """The cell before it was quoted."""
    return cell[1:] if cell.startswith(tuple(f"'{sign}" for sign in FORMULAS)) else cell


def _projects(facts: Facts) -> list[Row]:
    return [
        [p.scope, p.id, p.number, p.title, p.cost_cents, facts.withdrawn.get(p.number, "")]
        for p in sorted(facts.text.projects, key=lambda p: (p.scope, p.number))
    ]


def _totals(facts: Facts) -> list[Row]:
    """The number of ballots of every scope is public from the closing; what they are, from ten on."""
    rows: list[Row] = []
    for scope in facts.result.scopes:
        nulls = scope.ballots.null + facts.unreadable(scope.scope_id)
        cast, shown = scope.ballots.cast + facts.unreadable(scope.scope_id), facts.level(scope)
        kinds = ["", "", ""] if shown is Level.ORDER else [scope.ballots.valid, scope.ballots.blank, nulls]
        rows.append([scope.scope_id, shown, cast, *kinds])
    return rows


def _ballots(facts: Facts) -> dict[str, bytes]:
    whole: list[Row] = []
    marks: list[Row] = []
    scores: list[Row] = []
    for scope in facts.result.scopes:
        shown = facts.level(scope)
        if shown is Level.CONTENTS:
            whole += _whole(facts, scope.scope_id)
        elif shown is Level.HISTOGRAMS or (shown is Level.SCORES and _is_its_own_score(facts, scope)):
            marks += _histograms(facts, scope)
        elif shown is Level.SCORES:
            scores += [[scope.scope_id, x.project_id, x.score.votes, x.score.score] for x in _sorted_lines(scope)]
    made: dict[str, tuple[Row, list[Row]]] = {
        "urne.csv": (["perimetre", "bulletin", "choix", "nul"], whole),
        "histogrammes.csv": (["perimetre", "projet", "marque", "bulletins"], marks),
        "scores.csv": (["perimetre", "projet", "voix", "score"], scores),
    }
    return {name: table(heading, rows) for name, (heading, rows) in made.items() if rows}


def _is_its_own_score(facts: Facts, scope: ScopeResult) -> bool:
    """Votes and mentions are what their histogram holds; points and ranks say more than their sum."""
    return facts.text.scopes[scope.scope_id].ballot.kind not in (BallotKind.POINTS, BallotKind.RANKING)


def _whole(facts: Facts, scope_id: str) -> list[Row]:
    """Every ballot, sorted by what it says, then numbered."""
    kind = facts.text.scopes[scope_id].ballot.kind
    spelled = Counter[tuple[str, str]]()
    for content in facts.of(scope_id):
        spelled[spell(content.ballot, kind), content.null_reason] += content.number
    rows = [key for key, number in sorted(spelled.items()) for _time in range(number)]
    return [[scope_id, place, choices, reason] for place, (choices, reason) in enumerate(rows, start=1)]


def spell(ballot: Ballot, kind: BallotKind) -> str:
    """« BP26-0001,BP26-0004 »; with marks, « BP26-0001:3,BP26-0004:1 »."""
    if kind in (BallotKind.APPROVAL, BallotKind.CHOOSE_ONE, BallotKind.HANDS):
        return ",".join(project_id for project_id, _mark in sorted(ballot))
    return ",".join(f"{project_id}:{mark}" for project_id, mark in sorted(ballot))


def _histograms(facts: Facts, scope: ScopeResult) -> list[Row]:
    """How many valid ballots gave each mark to each project."""
    rule = facts.text.scopes[scope.scope_id]
    found: Counter[tuple[str, int]] = Counter()
    for ballot, number in facts.urn(scope.scope_id).items():
        if not facts.text.ballot_fault(scope.scope_id, ballot):
            for project_id, mark in ballot:
                if mark or rule.ballot.kind is BallotKind.GRADES:
                    found[project_id, mark] += number
    return [[scope.scope_id, project_id, mark, number] for (project_id, mark), number in sorted(found.items())]


def _sorted_lines(scope: ScopeResult) -> list[Line]:
    return sorted(scope.lines, key=lambda line: line.project_id)


def _result(facts: Facts) -> bytes:
    """The kept result, byte for byte; where a scope has fewer than ten ballots, its laureates and their order alone."""
    if all(facts.level(scope) is not Level.ORDER for scope in facts.result.scopes):
        return facts.result_json
    value = canonical.load(facts.result_json)
    hidden = {scope.scope_id for scope in facts.result.scopes if facts.level(scope) is Level.ORDER}
    value["result"]["scopes"] = [
        {"id": row["id"], "winners": row["winners"]} if row["id"] in hidden else row
        for row in value["result"]["scopes"]
    ]
    value["unreadable"] = {scope: number for scope, number in value["unreadable"].items() if scope not in hidden}
    return canonical.dump(value)


def _elections(facts: Facts) -> dict[str, bytes]:
    """One Pabulib file per scope whose whole contents are public and whose ballots the format can write."""
    return {
        election_name(scope.scope_id, len(facts.result.scopes)): pabulib_writer.write(
            election_file.election(facts.text, scope, facts.urn(scope.scope_id), facts.frame)
        ).encode()
        for scope in facts.result.scopes
        if has_election(facts.text.scopes[scope.scope_id], scope.ballots.cast, is_replay=facts.is_replay)
    }


def read_election(content: bytes, scope_id: str) -> bytes | None:
    """A scope's Pabulib file, out of the archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        names = set(made.namelist())
        sealed = canonical.load(made.read("scelle.json"))
        name = election_name(scope_id, len(sealed["scopes"]))
        is_known = name in names and scope_id in {scope["id"] for scope in sealed["scopes"]}
        return made.read(name) if is_known else None


def has_election(scope: Scope, ballots: int, *, is_replay: bool) -> bool:
    """Whether a scope has a Pabulib file: its contents are public and the format can write its ballots."""
    return level(scope, ballots, is_replay=is_replay) is Level.CONTENTS and election_file.can_be_written(scope)


def election_name(scope_id: str, scopes: int) -> str:
    """« vote.pb », or « vote-quartier-nord.pb » where there are several scopes."""
    return "vote.pb" if scopes == 1 else f"vote-{scope_id}.pb"


def _read_me(facts: Facts) -> bytes:
    words = (OFFLINE / "LISEZMOI.txt").read_text(encoding="utf-8")
    for name, value in (
        ("title", facts.text.title),
        ("unit", facts.frame.unit),
        ("sealed_digest", facts.text.digest),
        ("result_digest", facts.result_digest),
    ):
        words = words.replace("{" + name + "}", value)
    return words.encode()
