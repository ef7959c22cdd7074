"""The draw by lot: the same for everybody who does it again, within the quotas, and impossible by name."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cycles import lots
from cycles.lots import Entry, Gap, Impossible, Quota

WOMEN, MEN = Quota("gender", "F", 2, "femmes"), Quota("gender", "H", 2, "hommes")
YOUNG = Quota("age", "16-25", 2, "16 à 25 ans")


def people(*kinds: str) -> list[Entry]:
    """« F16-25 » is a young woman; « H » a man who did not say his age."""
    return [
        Entry(rank, {name: value for name, value in (("gender", kind[:1]), ("age", kind[1:])) if value})
        for rank, kind in enumerate(kinds, start=1)
    ]


def test_the_seed_is_the_number_then_the_list():
    entries = people("F", "H")
    text = lots.listing(entries)

    assert text == "rank;area;age;gender\n1;;;F\n2;;;H\n"
    assert lots.read_listing(text) == tuple(entries)
    assert lots.seed_of("  7 12  31 ", lots.digest(text)) == hashlib.sha256(f"7 12 31\n{lots.digest(text)}".encode()).hexdigest()  # fmt: skip


def test_a_draw_done_by_hand():
    """Ranks in the order of SHA-256 of « seed:rank », computed here without the module."""
    by_hand = sorted(range(1, 9), key=lambda rank: hashlib.sha256(f"graine:{rank}".encode()).hexdigest())

    drawn = lots.draw(people(*"FHFHFHFH"), 3, [], "graine")

    assert (*drawn.seated, *drawn.substitutes) == tuple(by_hand)
    assert len(drawn.seated) == 3


def test_a_person_is_passed_over_when_the_quotas_could_no_longer_be_met():
    entries = people("H", "H", "H", "H", "H", "F16-25", "F16-25")
    drawn = lots.draw(entries, 4, [WOMEN, MEN, YOUNG], "graine")

    assert {6, 7} <= set(drawn.seated)
    men = [entry.rank for entry in lots.in_order(entries, "graine") if entry.rank < 6]
    assert [rank for rank in drawn.seated if rank < 6] == men[:2]
    assert list(drawn.substitutes) == men[2:]


@pytest.mark.parametrize(
    ("kinds", "seats", "quotas", "expected"),
    [
        (["F", "F"], 3, [], [Gap("people", "", 3, 2)]),
        (["F", "H", "H", "H"], 4, [WOMEN], [Gap("quota", "femmes", 2, 1)]),
        (["F", "F", "H", "H"], 3, [WOMEN, MEN], [Gap("criterion", "gender", 4, 3)]),
        (
            ["F", "F", "H16-25", "H16-25", "H"],
            3,
            [WOMEN, YOUNG],
            [Gap("together", "femmes", 2, 0), Gap("together", "16 à 25 ans", 2, 0)],
        ),
    ],
)
def test_what_is_impossible_is_named(kinds, seats, quotas, expected):
    with pytest.raises(Impossible) as refusal:
        lots.draw(people(*kinds), seats, quotas, "graine")

    assert list(refusal.value.gaps) == expected


def test_a_seat_given_up_goes_to_the_next_who_keeps_the_quotas():
    entries = people("F", "F", "H", "H", "H", "F")

    assert lots.next_substitute(entries, [1, 3, 4], [5, 6], [WOMEN, MEN]) == (6, True)
    assert lots.next_substitute(entries, [1, 3, 4], [5], [WOMEN, MEN]) == (5, False)
    assert lots.next_substitute(entries, [1, 3, 4], [], []) == (None, False)


TRAITS = st.tuples(st.sampled_from(["F", "H", ""]), st.sampled_from(["16-25", "26-45", "66+", ""]), st.sampled_from(["a", "b", "c"]))  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(TRAITS, min_size=6, max_size=30), st.integers(1, 6), st.text(max_size=5), st.data())
def test_whatever_the_list_the_quotas_hold_and_nobody_is_lost(rows, seats, seed, data):
    entries = [Entry(n, dict(zip(("gender", "age", "area"), row, strict=True))) for n, row in enumerate(rows, start=1)]
    lucky = data.draw(st.permutations(entries))[:seats]  # quotas that one choice at least can meet
    quotas = [
        Quota(name, value, data.draw(st.integers(0, count)))
        for name in lots.CRITERIA
        for value, count in Counter(entry.traits[name] for entry in lucky).items()
        if value
    ]

    drawn = lots.draw(entries, seats, quotas, seed)

    chosen = [entry for entry in entries if entry.rank in drawn.seated]
    assert len(chosen) == seats
    assert all(sum(map(quota.holds, chosen)) >= quota.least for quota in quotas)
    assert sorted((*drawn.seated, *drawn.substitutes)) == [entry.rank for entry in entries]
    assert lots.draw(list(reversed(entries)), seats, quotas, seed) == drawn
