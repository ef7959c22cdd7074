"""A published bundle, read and counted again by the product's own count: no database. Pure.

`recompter.py`, inside the bundle, does the same in another way, for whoever does not trust this one.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from voting import bundle, sealed
from voting.disclosure import Level
from voting.sealed import SealedPoll
from voting.tally.count import count
from voting.tally.pabulib import Election, ProjectRow
from voting.tally.recount import DECLARED, Recount
from voting.tally.results import BallotCount, Score, Tallied
from voting.tally.scores import graded
from voting.tally.values import Ballot, BallotKind, EqualSharesOptions, Method, Rules, Scope, Threshold, Urn

PLAIN = (BallotKind.APPROVAL, BallotKind.CHOOSE_ONE, BallotKind.HANDS)


class BundleFault(StrEnum):
    UNREADABLE = "unreadable"
    FILE_MISSING = "file_missing"
    FILE_CHANGED = "file_changed"
    ONLY_ORDER = "only_order"
    CONFLICT_UNKNOWN = "conflict_unknown"


class BundleError(ValueError):
    """A bundle that cannot be counted as it stands; `subject`: the file, the scope or the project."""

    def __init__(self, fault: BundleFault, subject: str = "") -> None:
        super().__init__(f"{fault}: {subject}")
        self.fault, self.subject = fault, subject


@dataclass(frozen=True, slots=True)
class ScopeRecount(Recount):
    """One scope's answer; `number`: its ballots, those that could not be read too."""

    number: int = field(default=0)

    @property
    def ballots(self) -> int:
        return self.number


def is_bundle(path: Path) -> bool:
    """A folder or an archive, and not a `.pb`."""
    return path.is_dir() or (path.is_file() and zipfile.is_zipfile(path))


def recount_bundle(
    path: Path, rule: str = DECLARED, threshold: int | None = None, conflicts: Sequence[tuple[str, ...]] = ()
) -> list[ScopeRecount]:
    """Count a bundle, scope by scope. The options replace what was sealed, in every scope; conflicts are added.

    Raises BundleError, or RulesError when the options ask for what the published figures cannot give."""
    start = perf_counter()
    files = _files(path)
    text = sealed.read(files["scelle.json"], sha256(files["scelle.json"]).hexdigest())
    totals = {row["perimetre"]: row for row in _table(files, "totaux.csv")}
    urns = _urns(files, text, totals)
    withdrawn = frozenset(row["projet"] for row in _table(files, "projets.csv") if row["retire"])
    rules = replace(_rules(text, rule, threshold, conflicts), withdrawn=withdrawn)
    middle = perf_counter()
    result = count(text.tally_projects(), urns, rules)
    seconds = {"read": middle - start, "count": perf_counter() - middle}
    return [
        ScopeRecount(
            _election(text, scope.scope_id),
            replace(rules, scopes=(found,)),
            scope,
            seconds,
            int(totals[scope.scope_id]["bulletins"]),
        )
        for scope, found in zip(result.scopes, rules.scopes, strict=True)
    ]


def _files(path: Path) -> dict[str, bytes]:
    """The files that `SHA256SUMS` lists, each as it was published."""
    read = {}
    for line in _read(path, bundle.SUMS).decode().splitlines():
        digest, _sep, name = line.partition("  ")
        read[name] = _read(path, name)
        if sha256(read[name]).hexdigest() != digest:
            raise BundleError(BundleFault.FILE_CHANGED, name)
    for name in ("scelle.json", "totaux.csv", "projets.csv"):
        if name not in read:
            raise BundleError(BundleFault.FILE_MISSING, name)
    return read


def _read(path: Path, name: str) -> bytes:
    try:
        if path.is_dir():
            return (path / name).read_bytes()
        with zipfile.ZipFile(path) as archive:
            return archive.read(name)
    except (KeyError, OSError) as error:
        raise BundleError(BundleFault.FILE_MISSING, name) from error
    except zipfile.BadZipFile as error:
        raise BundleError(BundleFault.UNREADABLE, name) from error


def _table(files: Mapping[str, bytes], name: str) -> list[dict[str, str]]:
    if name not in files:
        return []
    rows = csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"), newline=""), delimiter=";")
    return [{key: bundle.as_written(cell) for key, cell in row.items()} for row in rows]


def _urns(
    files: Mapping[str, bytes], text: SealedPoll, totals: Mapping[str, Mapping[str, str]]
) -> dict[str, Urn | Tallied]:
    ballots: dict[str, Counter[Ballot]] = {scope: Counter() for scope in text.scopes}
    for row in _table(files, "urne.csv"):
        if not row["nul"]:
            ballots[row["perimetre"]][spelled(row["choix"], text.scopes[row["perimetre"]].ballot.kind)] += 1
    urns: dict[str, Urn | Tallied] = {}
    for scope_id, scope in text.scopes.items():
        shown = Level(totals[scope_id]["publie"])
        if shown is Level.ORDER:
            raise BundleError(BundleFault.ONLY_ORDER, text.scope_names[scope_id])
        if shown is Level.CONTENTS:
            urns[scope_id] = ballots[scope_id]
        else:
            urns[scope_id] = _tallied(files, text, scope, totals[scope_id])
    return urns


def spelled(choices: str, kind: BallotKind) -> Ballot:
    """A ballot as `bundle.spell` writes it."""
    parts = choices.split(",") if choices else []
    if kind in PLAIN:
        return tuple((project_id, 1) for project_id in parts)
    return tuple((name, int(mark)) for name, _sep, mark in (part.rpartition(":") for part in parts))


def _tallied(files: Mapping[str, bytes], text: SealedPoll, scope: Scope, total: Mapping[str, str]) -> Tallied:
    """The sums of a scope, from its histograms or from its scores."""
    valid, blank = int(total["exprimes"]), int(total["blancs"])
    counts = BallotCount(valid + blank, valid, blank)  # why the others are null is not in the sums
    marks: dict[str, dict[int, int]] = {project.id: {} for project in text.by_scope[scope.id]}
    for row in _table(files, "histogrammes.csv"):
        if row["perimetre"] == scope.id:
            marks[row["projet"]][int(row["marque"])] = int(row["bulletins"])
    scores = {name: Score(int(v), int(s)) for name, v, s in _scores(files, scope.id)}
    if not scores:
        scores = _from_histograms(scope, marks, valid)
    return Tallied({name: scores.get(name, Score(0, 0)) for name in marks}, counts)


def _scores(files: Mapping[str, bytes], scope_id: str) -> list[tuple[str, str, str]]:
    found = _table(files, "scores.csv")
    return [(row["projet"], row["voix"], row["score"]) for row in found if row["perimetre"] == scope_id]


def _from_histograms(scope: Scope, marks: Mapping[str, Mapping[int, int]], voters: int) -> dict[str, Score]:
    kind, top = scope.ballot.kind, (scope.ballot.ranks or 0) + 1
    if kind is BallotKind.GRADES:
        grades = range(scope.ballot.grades or 1)
        return graded({name: [given.get(grade, 0) for grade in grades] for name, given in marks.items()}, voters)
    return {
        name: Score(
            sum(given.values()),
            sum((top - mark if kind is BallotKind.RANKING else mark) * number for mark, number in given.items()),
        )
        for name, given in marks.items()
    }


def _rules(text: SealedPoll, rule: str, threshold: int | None, conflicts: Sequence[tuple[str, ...]]) -> Rules:
    known = {project.id for project in text.projects}
    for stranger in sorted({project_id for group in conflicts for project_id in group} - known):
        raise BundleError(BundleFault.CONFLICT_UNKNOWN, stranger)
    scopes = text.rules.scopes
    if rule != DECLARED:
        scopes = tuple(replace(s, method=Method(rule), equal_shares=EqualSharesOptions()) for s in scopes)
    if threshold is not None:
        scopes = tuple(replace(s, threshold=Threshold(threshold) if threshold else None) for s in scopes)
    return replace(text.rules, scopes=scopes, conflicts=(*text.rules.conflicts, *map(frozenset, conflicts)))


def _election(text: SealedPoll, scope_id: str) -> Election:
    """What the answer says of a scope: its name, its money, its projects."""
    rows = tuple(ProjectRow(p.id, p.cost_cents, p.title) for p in text.by_scope[scope_id])
    name = text.title if len(text.scopes) == 1 else f"{text.title}, {text.scope_names[scope_id]}"
    return Election({"description": name, "currency": text.currency}, rows, {})
