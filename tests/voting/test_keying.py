"""What a keyer types, read: a table of lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.keying import FaultCode, NullReason, Reading, TypingFault, read, typed_again
from voting.tally.values import BallotKind

LISTED = {3: "A", 12: "B", 15: "C"}
NUMBERS = {"A": 3, "B": 12, "C": 15}
APPROVAL, POINTS, RANKING, GRADES = BallotKind.APPROVAL, BallotKind.POINTS, BallotKind.RANKING, BallotKind.GRADES


@pytest.mark.parametrize(
    ("typed", "kind", "ballot"),
    [
        ("3 12 15", APPROVAL, (("A", 1), ("B", 1), ("C", 1))),
        ("15,3", APPROVAL, (("A", 1), ("C", 1))),
        (" 3 ;12\t15\u00a0", APPROVAL, (("A", 1), ("B", 1), ("C", 1))),
        ("3.12+15/", APPROVAL, (("A", 1), ("B", 1), ("C", 1))),
        ("12", BallotKind.CHOOSE_ONE, (("B", 1),)),
        ("3:2 12:5", POINTS, (("A", 2), ("B", 5))),
        ("3 : 2, 12=5; 15*1", POINTS, (("A", 2), ("B", 5), ("C", 1))),
        ("3:0 12:5", POINTS, (("B", 5),)),
        ("3:-2", POINTS, (("A", -2),)),
        ("15 3", RANKING, (("A", 2), ("C", 1))),
        ("15:1 3:1", RANKING, (("A", 1), ("C", 1))),
        ("3:0 12:4", GRADES, (("A", 0), ("B", 4))),
        ("b", APPROVAL, ()),
        ("Blanc", POINTS, ()),
    ],
)
def test_a_line_reads_as_a_ballot(typed, kind, ballot):
    assert read(typed, kind, LISTED) == Reading(ballot)


@pytest.mark.parametrize(
    ("typed", "reason"), [("ni", NullReason.ILLEGIBLE), ("NS", NullReason.SIGNED), (" na ", NullReason.OTHER)]
)
def test_a_null_ballot_says_why(typed, reason):
    assert read(typed, APPROVAL, LISTED) == Reading(null_reason=reason)


@pytest.mark.parametrize(
    ("typed", "kind", "code", "word"),
    [
        ("", APPROVAL, FaultCode.EMPTY, ""),
        (" , ", APPROVAL, FaultCode.EMPTY, ""),
        ("3" * 2001, APPROVAL, FaultCode.TOO_LONG, ""),
        ("3 douze", APPROVAL, FaultCode.NOT_A_NUMBER, "douze"),
        ("3-12", APPROVAL, FaultCode.NOT_A_NUMBER, "3-12"),
        ("٣", APPROVAL, FaultCode.NOT_A_NUMBER, "٣"),
        ("3 4", APPROVAL, FaultCode.UNKNOWN_NUMBER, "4"),
        ("-3", APPROVAL, FaultCode.UNKNOWN_NUMBER, "-3"),
        ("3 12 3", APPROVAL, FaultCode.REPEATED, "3"),
        ("3:2", APPROVAL, FaultCode.MARK_NOT_EXPECTED, "3:2"),
        ("3 12:5", POINTS, FaultCode.MARK_MISSING, "3"),
        ("3: 12:5", POINTS, FaultCode.NOT_A_NUMBER, "3:12:5"),
        ("15:1 3", RANKING, FaultCode.MARK_MISSING, "3"),
        ("n", APPROVAL, FaultCode.REASON_MISSING, ""),
    ],
)
def test_a_line_that_says_nothing_sure_is_a_named_fault(typed, kind, code, word):
    assert read(typed, kind, LISTED) == TypingFault(code, word)


def test_nothing_is_trimmed():
    """Six ticks are read as six, whatever the rule allows."""
    listed = {n: f"P{n}" for n in range(1, 8)}

    assert len(read("1 2 3 4 5 6", APPROVAL, listed).ballot) == 6
    assert len(read("1 2", BallotKind.CHOOSE_ONE, listed).ballot) == 2


MARKS = {
    APPROVAL: st.just(1),
    POINTS: st.integers(1, 9),
    RANKING: st.integers(1, 5),
    GRADES: st.integers(0, 4),
}


@given(st.data(), st.sampled_from(sorted(MARKS)))
def test_a_ballot_typed_again_reads_the_same(data, kind):
    chosen = data.draw(st.sets(st.sampled_from("ABC")))
    ballot = tuple((p, data.draw(MARKS[kind])) for p in sorted(chosen))

    assert read(typed_again(ballot, kind, NUMBERS), kind, LISTED) == Reading(ballot)
