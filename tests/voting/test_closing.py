"""PROTOCOL §6.5.19: closing lays the box down again, publishes its digests, and tells nothing of the order of the votes."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from bp_platform.core import grants
from tests.factories import voting as make
from tests.voting.test_at_the_same_time import together
from voting import selectors, services
from voting.models import Poll, PollState, SealedBallot

CHOICES = ("BP26-0001", "BP26-0002", "BP26-0003", "BP26-0004")


@pytest.fixture
def after():
    return make.clock() + 2 * make.HOUR


@pytest.fixture
def voted(draft, review):
    """Twenty people have voted."""
    people = make.admit(draft, *(f"Voisin {n}" for n in range(20)))
    poll = make.seal(draft)
    for place, entry in enumerate(people):
        services.cast_many(poll, [review(poll, entry, CHOICES[place % 4])])
    return poll


@pytest.fixture
def other(db, review):
    """`other()`: another vote under way, with three ballots in the same table."""

    def _other():
        poll = make.draft_poll(cycle=make.cycle_with_projects("2027", "BP27"))
        people = make.admit(poll, "Bruno", "Dora", "Élie", "Farid")
        poll = make.seal(poll)
        for entry in people[:3]:
            services.cast_many(poll, [review(poll, entry, "BP27-0001")])
        return poll, people

    return _other


def rows(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def seals_of(poll):
    return rows("SELECT ref, scope, seal FROM voting_sealedballot WHERE poll_id = %s ORDER BY ref", poll.pk)


@pytest.mark.django_db(transaction=True)
def test_the_box_has_new_storage_in_the_order_of_its_references_and_one_transaction(voted, other, after):
    neighbour, _people = other()
    before, beside = seals_of(voted), seals_of(neighbour)
    [[storage]] = rows("SELECT pg_relation_filenode('voting_sealedballot')")

    services.close(voted, by=make.BUILDER, at=after)

    assert seals_of(voted) == before
    assert seals_of(neighbour) == beside
    assert rows("SELECT pg_relation_filenode('voting_sealedballot')") != [(storage,)]
    laid = [bytes(ref) for (ref,) in rows("SELECT ref FROM voting_sealedballot ORDER BY ctid")]
    assert laid == sorted(laid)
    assert rows("SELECT count(DISTINCT xmin::text) FROM voting_sealedballot") == [(1,)]
    assert rows("SELECT count(*) FROM voting_rollmark m JOIN voting_sealedballot b ON b.xmin = m.xmin") == [(0,)]
    assert rows("SELECT count(*) FROM voting_rollentry e JOIN voting_sealedballot b ON b.xmin = e.xmax") == [(0,)]


@pytest.mark.django_db(transaction=True)
def test_after_the_closing_the_order_of_the_rows_is_at_chance(voted, after):
    """Mark by mark in the order of the votes, seal by seal in the order of the rows: no better than a shuffle."""
    in_order = [bytes(ref) for (ref,) in rows("SELECT ref FROM voting_sealedballot ORDER BY ctid")]

    services.close(voted, by=make.BUILDER, at=after)

    now = [bytes(ref) for (ref,) in rows("SELECT ref FROM voting_sealedballot ORDER BY ctid")]
    assert sum(a == b for a, b in zip(in_order, now, strict=True)) <= 8  # twenty: chance is one


@pytest.mark.django_db
def test_the_guards_stand_again_after_the_closing(voted, after):
    services.close(voted, by=make.BUILDER, at=after)

    for verb in (
        "UPDATE voting_sealedballot SET scope = 'x'",
        "DELETE FROM voting_sealedballot",
        "TRUNCATE voting_sealedballot",
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows(f"{verb}; SELECT 1")
    with pytest.raises(IntegrityError, match="receives no vote"), transaction.atomic():
        rows("INSERT INTO voting_sealedballot (ref, scope, seal, poll_id) SELECT sha256(s), 'ville', s, %s "
             "FROM (SELECT decode(repeat('00', %s), 'hex') AS s) AS g RETURNING 1", voted.pk, voted.seal_length)  # fmt: skip


@pytest.mark.django_db
def test_only_a_box_that_is_being_closed_is_rewritten(draft, after):
    for poll in (draft, services.close(make.seal(draft), by=make.BUILDER, at=after)):
        with pytest.raises(ProgrammingError, match="not being closed"), transaction.atomic():
            rows("SELECT voting_rewrite_box(%s)", poll.pk)
    with pytest.raises(ProgrammingError, match="not being closed"), transaction.atomic():
        rows("SELECT voting_rewrite_box(%s)", 0)


@pytest.mark.django_db
def test_the_function_runs_as_its_owner_with_its_own_path():
    [[definer, config]] = rows("SELECT prosecdef, proconfig FROM pg_proc WHERE proname = 'voting_rewrite_box'")

    assert definer
    assert config == ["search_path=public, pg_temp"]


@pytest.mark.django_db(transaction=True)
def test_two_closings_and_casts_at_once_do_not_lock_one_another_out(voted, other, review, box, after):
    neighbour, people = other()
    cast = review(neighbour, people[3], "BP27-0002")
    late = review(voted, voted.entries.get(name="Aïcha"), "BP26-0001")

    outcomes = together(
        [
            lambda: services.close(voted, by=make.BUILDER, at=after),
            lambda: services.close(neighbour, by=make.BUILDER, at=after),
            lambda: services.cast_many(neighbour, [cast]),
            lambda: services.cast_many(voted, [late]),
        ]
    )

    assert None not in outcomes
    for poll in (voted, neighbour):
        closed = Poll.objects.get(pk=poll.pk)
        assert closed.state == PollState.CLOSED
        assert closed.closing["refs"]["ville"] == box(poll)[1] == box(poll)[0]


@pytest.mark.django_db(transaction=True)
def test_a_closing_that_fails_leaves_the_box_and_its_guards(voted, after, monkeypatch):
    before = seals_of(voted)

    def power_cut(poll):
        raise RuntimeError

    monkeypatch.setattr("voting.services.counting.statement", power_cut)
    with pytest.raises(RuntimeError):
        services.close(voted, by=make.BUILDER, at=after)

    assert seals_of(voted) == before
    assert Poll.objects.get(pk=voted.pk).state == PollState.SEALED
    with pytest.raises(IntegrityError, match="append-only"):
        SealedBallot.objects.all().delete()


@pytest.mark.django_db
def test_the_closing_counts_marks_by_channel_and_by_place(voted, paula, after, lifted):
    stranger = voted.entries.get(name="Chloé")
    lifted("INSERT INTO voting_rollmark (poll_id, entry_id, channel, station, day, agent_id) "
           "VALUES (%s, %s, 'paper', 'mairie', now(), %s)", voted.pk, stranger.pk, paula.pk)  # fmt: skip

    closed = services.close(voted, by=make.BUILDER, at=after)

    assert closed.closing["marks"] == {"ville": {"paper": 1, "web": 20}}
    assert closed.closing["stations"] == {"ville": {"mairie": 1}}


@pytest.mark.django_db
def test_the_public_page_shows_the_digests_once_closed_and_no_small_channel(client, voted, paula, after, lifted):
    stranger = voted.entries.get(name="Chloé")
    lifted("INSERT INTO voting_rollmark (poll_id, entry_id, channel, station, day, agent_id) "
           "VALUES (%s, %s, 'paper', 'mairie', now(), %s)", voted.pk, stranger.pk, paula.pk)  # fmt: skip
    during = client.get("/2026/vote/").content.decode()
    closed = services.close(voted, by=make.BUILDER, at=after)

    page = client.get("/2026/vote/").content.decode().replace("\u00a0", " ")

    assert "Ce que la clôture a fixé" not in during
    assert "émargements : 21 · bulletins scellés : 20" in page
    assert closed.closing["refs_digest"] in page
    assert closed.closing["export_digest"] in page
    assert "mairie" not in page.split("Ce que la clôture a fixé")[1].split("</section>")[0].lower()


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ({"web": 60, "paper": 55}, "émargements : 115 (55 bulletin papier, 60 en ligne) · bulletins scellés : 60"),
        ({"web": 60, "paper": 49}, "émargements : 109 · bulletins scellés : 60"),
        ({"web": 60}, "émargements : 60 · bulletins scellés : 60"),
        ({}, "émargements : 0 · bulletins scellés : 60"),
    ],
)
@pytest.mark.django_db
def test_a_channel_is_told_from_fifty(poll, marks, words):
    poll.closing = {"marks": {"ville": marks}, "refs": {"ville": 60}, "refs_digest": "", "export_digest": ""}

    [(_name, said)] = selectors.closing_view(poll).scopes

    assert said.replace("\u00a0", " ") == words


@pytest.mark.django_db
def test_an_owner_that_is_no_superuser_is_enough(voted, after):
    """In production the tables and the function belong to the role that migrates; the web role only calls it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'bp_web'")
        if cursor.fetchone() is None:
            cursor.execute("CREATE ROLE bp_web NOLOGIN")
        grants.apply()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("CREATE ROLE bp_owner_of_the_test NOLOGIN")
        cursor.execute("GRANT USAGE, CREATE ON SCHEMA public TO bp_owner_of_the_test")
        cursor.execute("ALTER TABLE voting_sealedballot OWNER TO bp_owner_of_the_test")
        cursor.execute("ALTER TABLE voting_poll OWNER TO bp_owner_of_the_test")
        cursor.execute("ALTER FUNCTION voting_rewrite_box(bigint) OWNER TO bp_owner_of_the_test")
        cursor.execute("SET LOCAL ROLE bp_web")
    before = services.exported_box(closed := services.close(voted, by=make.BUILDER, at=after))

    assert closed.closing["refs"] == {"ville": 20}
    assert before.count(b"\n") == 21
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows("SELECT seal FROM voting_sealedballot")
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
