"""What a keyer types for a paper ballot, read: text → a ballot, a null ballot, or a named fault. Pure.

« 3 12 15 » names projects by their number on the ballot list. Points are « 3:2 12:1 », grades « 3:4 », a ranking
« 12 3 15 » in order, or « 12:1 3:2 » as the ranks stand on the paper. « b » is a blank ballot; « ni », « ns », « na »
a null one. Nothing is corrected or trimmed: a ballot that breaks the rule is read as it is; the rule judges it later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from voting.tally.values import Ballot, BallotKind

LONGEST = 2000
_MARKED = (BallotKind.POINTS, BallotKind.RANKING, BallotKind.GRADES)
_NEVER_BARE = (BallotKind.POINTS, BallotKind.GRADES)
_PAIR = re.compile(r"(-?[0-9]{1,6})(?:[:=*](-?[0-9]{1,6}))?", re.ASCII)
_SEPARATORS = re.compile(r"[\s,;.+/]+")
_JOINED = re.compile(r"\s*([:=*])\s*")


class NullReason(StrEnum):
    """Why a person says a paper ballot is null; what breaks the rule is found by the rule itself."""

    ILLEGIBLE = "illegible"
    SIGNED = "signed"
    OTHER = "other"


class FaultCode(StrEnum):
    """Why what was typed is no reading of a ballot."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    UNKNOWN_NUMBER = "unknown_number"
    REPEATED = "repeated"
    MARK_MISSING = "mark_missing"
    MARK_NOT_EXPECTED = "mark_not_expected"
    REASON_MISSING = "reason_missing"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one person reads on a paper ballot. With a reason it is null, without any choice it is blank."""

    ballot: Ballot = ()
    null_reason: NullReason | None = None


@dataclass(frozen=True, slots=True)
class TypingFault:
    """Why the text is not understood, and the word that it stumbles on."""

    code: FaultCode
    word: str = ""


_WORDS: Mapping[str, Reading | TypingFault] = {
    "b": Reading(),
    "blanc": Reading(),
    "ni": Reading(null_reason=NullReason.ILLEGIBLE),
    "ns": Reading(null_reason=NullReason.SIGNED),
    "na": Reading(null_reason=NullReason.OTHER),
    "n": TypingFault(FaultCode.REASON_MISSING),
    "nul": TypingFault(FaultCode.REASON_MISSING),
}


def read(typed: str, kind: BallotKind, listed: Mapping[int, str]) -> Reading | TypingFault:
    """Read a line typed for one ballot. `listed`: number on the ballot list → project id, in the batch's scope."""
    if len(typed) > LONGEST:
        return TypingFault(FaultCode.TOO_LONG)
    plain = _JOINED.sub(r"\1", typed.strip().lower())
    if plain in _WORDS:
        return _WORDS[plain]
    words = [word for word in _SEPARATORS.split(plain) if word]
    if not words:
        return TypingFault(FaultCode.EMPTY)
    marks: dict[str, int] = {}
    is_paired = kind in _MARKED and ":" in plain.replace("=", ":").replace("*", ":")
    for place, word in enumerate(words, start=1):
        pair = _PAIR.fullmatch(word)
        if fault := _fault(word, pair, kind, listed, needs_mark=is_paired or kind in _NEVER_BARE):
            return fault
        project_id = listed[int(pair[1])] if pair else ""
        if project_id in marks:
            return TypingFault(FaultCode.REPEATED, word)
        marks[project_id] = int(pair[2]) if pair and pair[2] else place if kind is BallotKind.RANKING else 1
    chosen = {p: mark for p, mark in marks.items() if mark or kind is not BallotKind.POINTS}
    return Reading(tuple(sorted(chosen.items())))


def _fault(
    word: str, pair: re.Match[str] | None, kind: BallotKind, listed: Mapping[int, str], *, needs_mark: bool
) -> TypingFault | None:
    if pair is None:
        return TypingFault(FaultCode.NOT_A_NUMBER, word)
    if int(pair[1]) not in listed:
        return TypingFault(FaultCode.UNKNOWN_NUMBER, pair[1])
    if pair[2] and kind not in _MARKED:
        return TypingFault(FaultCode.MARK_NOT_EXPECTED, word)
    if not pair[2] and needs_mark:
        return TypingFault(FaultCode.MARK_MISSING, word)
    return None


def typed_again(ballot: Ballot, kind: BallotKind, numbers: Mapping[str, int]) -> str:
    """The line that reads as this ballot: « 3 12 15 », « b » for a blank one. `numbers`: project id → list number."""
    if not ballot:
        return "b"
    if kind is BallotKind.RANKING and sorted(mark for _id, mark in ballot) == list(range(1, len(ballot) + 1)):
        return " ".join(str(numbers[p]) for p, _rank in sorted(ballot, key=lambda pair: pair[1]))
    ordered = sorted((numbers[p], mark) for p, mark in ballot)
    return " ".join(f"{number}:{mark}" if kind in _MARKED else str(number) for number, mark in ordered)


SHORTCUTS: Mapping[NullReason, str] = {NullReason.ILLEGIBLE: "ni", NullReason.SIGNED: "ns", NullReason.OTHER: "na"}
