"""PROTOCOL §6.1 and §6.7: two hundred known votes, then whatever could join a person to a choice."""

from __future__ import annotations

import io
import logging

import pytest
from django.db import connection

from bp_platform.core.models import JournalEntry
from bp_platform.notifications.models import OutboxMessage
from tests.factories import voting as make
from tests.voting.test_opening import tables
from voting import practice_keys, selectors, services
from voting import seal as seals

pytestmark = pytest.mark.django_db(transaction=True)

CHOICES = ("BP26-0001", "BP26-0002", "BP26-0003", "BP26-0004")
PEOPLE = 200
RIGHT_BY_CHANCE = 10  # one in two hundred is expected; more than ten, once in a hundred million
JOINS = {
    "the transaction of the mark": "SELECT m.entry_id, b.ref FROM voting_rollmark m "
    "JOIN voting_sealedballot b ON b.xmin = m.xmin",
    "the lock left on the person": "SELECT e.id, b.ref FROM voting_rollentry e "
    "JOIN voting_sealedballot b ON b.xmin = e.xmax",
    "the order of the rows": "SELECT m.entry_id, b.ref FROM "
    "(SELECT entry_id, row_number() OVER (ORDER BY ctid) AS n FROM voting_rollmark) m JOIN "
    "(SELECT ref, row_number() OVER (ORDER BY ctid) AS n FROM voting_sealedballot) b USING (n)",
}


@pytest.fixture
def known(draft, review):
    """Two hundred people vote one after the other; we know who chose what and under which reference."""
    people = make.admit(draft, *(f"Voisin {n:03d}" for n in range(PEOPLE)))
    poll, refs = make.seal(draft), {}
    lines, letters = JournalEntry.objects.count(), OutboxMessage.objects.count()
    for place, entry in enumerate(people):
        cast = review(poll, entry, CHOICES[place % 4])
        services.cast_many(poll, [cast])
        refs[entry.pk] = cast.refs[0][1]
    assert (JournalEntry.objects.count(), OutboxMessage.objects.count()) == (lines, letters)
    return poll, refs


def joined(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {(entry, bytes(ref)) for entry, ref in cursor.fetchall()}


def dumped(table, columns):
    """The lines of a table as a dump writes them: in the order of its storage."""
    out = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as copy:
        for piece in copy:
            out.write(piece)
    return out.getvalue().decode().splitlines()


def by_dump():
    refs = [bytes.fromhex(line[3:]) for line in dumped("voting_sealedballot", "ref")]
    return set(zip((int(line) for line in dumped("voting_rollmark", "entry_id")), refs, strict=True))


def close(poll):
    return services.close(poll, by=make.BUILDER, at=make.clock() + 2 * make.HOUR)


def test_before_the_closing_each_way_to_join_leads_to_ciphertext(known):
    """The link is admitted (PROTOCOL §6.1): it leads to bytes that only the key opens, all of one length."""
    poll, refs = known
    truth = set(refs.items())

    for sql in JOINS.values():
        assert joined(sql) == truth
    assert by_dump() == truth
    with connection.cursor() as cursor:
        cursor.execute("SELECT seal FROM voting_sealedballot")
        found = [bytes(seal) for (seal,) in cursor.fetchall()]
    assert {len(seal) for seal in found} == {poll.seal_length}
    stranger = seals.Opener(private_key=seals.new_keys().private, poll_digest=poll.digest)
    for seal in found:
        with pytest.raises(seals.CannotOpen):
            stranger.open(seal)


def test_before_the_closing_no_table_and_no_log_holds_a_choice(draft, review, caplog):
    caplog.set_level(logging.DEBUG)
    people = make.admit(draft, *(f"Voisin {n}" for n in range(4)))
    poll = make.seal(draft)
    text = selectors.sealed_of(poll)

    casts = [review(poll, entry, CHOICES[place]) for place, entry in enumerate(people)]
    for cast in casts:
        services.cast_many(poll, [cast])

    contents = [text.content("ville", make.approvals(number)["ville"]) for number in CHOICES]
    places = {"the log": caplog.text, **tables()}
    for place, words in places.items():
        for content in contents:
            assert content.decode() not in words, place
            assert content.hex() not in words, place
        for cast in casts:
            assert cast.tag.hex() not in words, place  # a tag is never stored (PROTOCOL §6.3.7)
    for cast in casts:
        assert cast.refs[0][1].hex() not in caplog.text
        assert sum(cast.refs[0][1].hex() in words for words in tables().values()) == 1  # its row of the box
    assert poll.public_key.hex() in " ".join(tables().values())
    assert practice_keys.find(poll.digest).hex() not in " ".join(places.values())


def test_after_the_closing_each_way_to_join_is_at_chance(known):
    poll, refs = known
    close(poll)

    for name, sql in JOINS.items():
        assert len(joined(sql) & set(refs.items())) <= RIGHT_BY_CHANCE, name
    assert len(by_dump() & set(refs.items())) <= RIGHT_BY_CHANCE


def test_after_the_opening_the_order_of_contents_is_not_that_of_marks(known):
    """Each choice was made by one in four: whoever pairs rows in their order is right one time in four."""
    poll, refs = known
    services.open_box(close(poll), by=make.BUILDER, at=make.clock() + 2 * make.HOUR)
    text = selectors.sealed_of(poll)
    chosen = {
        entry: text.content("ville", make.approvals(CHOICES[place % 4])["ville"]).decode()
        for place, entry in enumerate(refs)
    }

    marks = [int(line) for line in dumped("voting_rollmark", "entry_id")]
    contents = [line for line in dumped("voting_ballot", "content")]

    assert sorted(contents) == sorted(chosen.values())
    right = sum(chosen[entry] == content for entry, content in zip(marks, contents, strict=True))
    assert right <= PEOPLE // 4 + 30
    with connection.cursor() as cursor:
        for other in ("voting_rollmark m ON m.xmin", "voting_sealedballot m ON m.xmin", "voting_rollentry m ON m.xmax"):
            cursor.execute(f"SELECT count(*) FROM voting_ballot b JOIN {other} = b.xmin")
            assert cursor.fetchone() == (0,)
