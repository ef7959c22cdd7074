"""PROTOCOL §6.1 and §6.7: who holds the database before the opening reaches ciphertext only; what the web role may do."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

from bp_platform.core import grants
from tests.factories import voting as make
from voting import selectors, services
from voting.models import Ballot, RollMark, SealedBallot

CHOICES = ("BP26-0001", "BP26-0002", "BP26-0003", "BP26-0004")


@pytest.fixture
def voted(draft, review):
    """Forty people, each with one known choice."""
    people = make.admit(draft, *(f"Voisin {n}" for n in range(40)))
    poll = make.seal(draft)
    for place, entry in enumerate(people):
        services.cast_many(poll, [review(poll, entry, CHOICES[place % 4])])
    return poll


@pytest.mark.django_db(transaction=True)
def test_hidden_columns_join_people_to_ciphertext_and_to_nothing_else(voted):
    """The link exists and is admitted: the transaction joins a mark to a seal. It must lead to no choice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.name, b.seal FROM voting_rollmark m JOIN voting_rollentry e ON e.id = m.entry_id "
            "JOIN voting_sealedballot b ON b.xmin = m.xmin"
        )
        joined = cursor.fetchall()
        cursor.execute("SELECT string_agg(encode(seal, 'escape'), '') FROM voting_sealedballot")
        everything = cursor.fetchone()[0]

    assert len(joined) == 40
    assert len({bytes(seal) for _name, seal in joined}) == 40
    assert len({len(seal) for _name, seal in joined}) == 1
    for words in ('"c":', '"s":', "ville", *CHOICES):
        assert words not in everything


@pytest.mark.django_db(transaction=True)
def test_after_the_opening_nothing_joins_an_opened_ballot_to_a_person(voted):
    after = make.clock() + 2 * make.HOUR
    services.open_box(services.close(voted, by=make.BUILDER, at=after), by=make.BUILDER, at=after)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM voting_ballot b JOIN voting_rollmark m ON m.xmin = b.xmin")
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM voting_ballot")
        assert cursor.fetchone()[0] == 1


def test_no_column_tells_when_or_who():
    for model in (SealedBallot, Ballot):
        kinds = {field.get_internal_type() for field in model._meta.fields}
        assert kinds <= {"BinaryField", "ForeignKey", "CharField", "TextField", "BigAutoField"}
        assert {f.related_model._meta.label for f in model._meta.fields if f.related_model} == {"voting.Poll"}
    assert [f.name for f in RollMark._meta.fields] == ["poll", "entry", "channel", "station", "day", "agent"]
    assert RollMark._meta.get_field("day").get_internal_type() == "DateField"
    assert RollMark._meta.pk.name == "entry"


@pytest.fixture
def web_role(db):
    """The role that serves pages, with the grants of a migration; its statements are undone with the test's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'bp_web'")
        if cursor.fetchone() is None:
            cursor.execute("CREATE ROLE bp_web NOLOGIN")
    grants.apply()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE bp_web")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def test_the_web_role_casts_but_never_reads_a_seal(poll, aicha, review, web_role):
    services.cast_many(poll, [review(poll, aicha, "BP26-0001")])

    with connection.cursor() as cursor:
        cursor.execute("SELECT ref, poll_id, scope FROM voting_sealedballot")
        assert len(cursor.fetchall()) == 1
    for forbidden in ("SELECT seal FROM voting_sealedballot", "SELECT * FROM voting_sealedballot",
                      "UPDATE voting_sealedballot SET scope = 'x'", "DELETE FROM voting_sealedballot",
                      "TRUNCATE voting_sealedballot"):  # fmt: skip
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as c:
            c.execute(forbidden)


def test_the_web_role_conducts_a_practice_vote_to_its_result(poll, aicha, review, web_role):
    services.cast_many(poll, [review(poll, aicha, "BP26-0001")])
    after = make.clock() + 2 * make.HOUR

    for act in (services.close, services.open_box, services.count):
        poll = act(poll, by=make.BUILDER, at=after)

    assert selectors.result_of(poll).winners == ("BP26-0001",)


def test_the_web_role_gets_no_seal_of_an_open_poll(poll, web_role):
    with pytest.raises(ProgrammingError, match="not opened here"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM voting_seals_to_rehearse(%s)", [poll.pk])
