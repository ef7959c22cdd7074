"""Seals, tags, receipts and canonical bytes, without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import VerifyKey

from voting import canonical, seal
from voting.sealed import content, longest_content
from voting.tally.values import BallotKind, BallotRule, Rules, Scope

KEYS = seal.new_keys()
DIGEST = "ab" * 32


def sealer(length=304, digest=DIGEST):
    return seal.Sealer(public_key=KEYS.public, poll_digest=digest, length=length)


def opener(keys=KEYS, digest=DIGEST):
    return seal.Opener(private_key=keys.private, poll_digest=digest)


@given(st.binary(max_size=221))
def test_what_is_sealed_opens_and_has_one_length(data):
    box = sealer().seal(data)

    assert len(box) == 304
    assert opener().open(box) == data


def test_what_does_not_fit_is_never_cut():
    with pytest.raises(seal.CannotSeal):
        sealer().seal(b"x" * 222)


@pytest.mark.parametrize("other", [opener(seal.new_keys()), opener(digest="cd" * 32)])
def test_another_key_or_another_poll_does_not_open(other):
    with pytest.raises(seal.CannotOpen):
        other.open(sealer().seal(b"choices"))


def test_one_changed_bit_does_not_open():
    box = bytearray(sealer().seal(b"choices"))
    box[100] ^= 1

    with pytest.raises(seal.CannotOpen):
        opener().open(bytes(box))


def test_two_seals_of_the_same_choices_are_different():
    assert sealer().seal(b"choices") != sealer().seal(b"choices")


TAGGED = seal.TagInput(DIGEST, 7, (("a", b"1" * 32), ("b", b"2" * 32)), 1000, b"n" * 16)


def test_a_tag_does_not_depend_on_the_order_of_the_scopes():
    assert seal.tag(b"k", TAGGED) == seal.tag(b"k", replace(TAGGED, refs=TAGGED.refs[::-1]))


@pytest.mark.parametrize(
    "other",
    [
        replace(TAGGED, poll_digest="cd" * 32),
        replace(TAGGED, entry_id=8),
        replace(TAGGED, refs=TAGGED.refs[:1]),
        replace(TAGGED, refs=(("b", b"1" * 32), ("a", b"2" * 32))),
        replace(TAGGED, expires_at=1001),
        replace(TAGGED, nonce=b"m" * 16),
    ],
)
def test_a_tag_binds_each_of_its_parts(other):
    assert not seal.is_tag(b"k", other, seal.tag(b"k", TAGGED))
    assert not seal.is_tag(b"other key", TAGGED, seal.tag(b"k", TAGGED))


def test_anybody_verifies_a_receipt_with_the_sealed_public_key():
    signature = seal.receipt_signature(b"s" * 32, DIGEST, b"r" * 32)

    VerifyKey(seal.receipt_public_key(b"s" * 32)).verify(seal.receipt_message(DIGEST, b"r" * 32), signature)


def test_canonical_bytes_are_one_and_hold_no_float():
    assert canonical.dump({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()
    with pytest.raises(TypeError):
        canonical.dump({"a": 1.5})
    with pytest.raises(ValueError, match="not canonical"):
        canonical.load(b'{"a": 1}')


KINDS = {
    "approval": BallotRule(BallotKind.APPROVAL, max_choices=5),
    "points": BallotRule(BallotKind.POINTS, max_points=3, max_sum_points=7),
    "ranking": BallotRule(BallotKind.RANKING, ranks=3),
    "all approvals": BallotRule(BallotKind.APPROVAL),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_longest_ballot_of_the_rules_always_fits(kind):
    rule = KINDS[kind]
    rules = Rules((Scope("ville", 1, rule),))
    longest = longest_content(rules, ["ville"] * 120)
    count = min(120, *(n for n in (rule.max_choices, rule.ranks, 120) if n))
    marks = [(position, 3) for position in range(120)][-count:]

    assert len(content(rule.kind, "ville", marks)) <= longest
    sealer(seal.seal_length(longest)).seal(content(rule.kind, "ville", marks))
