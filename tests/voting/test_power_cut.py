"""PROTOCOL §6.7: the connection is cut between any two statements of a vote: the mark and the ballot, or neither."""

from __future__ import annotations

import threading

import psycopg
import pytest
from django.db import Error, connection, connections

from bp_platform.accounts.selectors import public_body
from tests.factories import voting as make
from voting import services
from voting.models import RollMark, TabletUnlock

pytestmark = pytest.mark.django_db(transaction=True)

MOST_STATEMENTS = 40


class Cut:
    """Terminates its own connection's process once that many statements have run."""

    def __init__(self, after: int) -> None:
        self.left, self.is_done, self.last = after, False, ""

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        self.left -= 1
        if self.left == 0:
            backend = context["connection"].connection.info.backend_pid
            params = context["connection"].get_connection_params()
            given = {key: params[key] for key in ("dbname", "user", "password", "host", "port") if params.get(key)}
            with psycopg.connect(**given, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", [backend])
            self.is_done, self.last = True, sql
        return result


def cut_after(number, act):
    """Do the act in a connection of its own that is cut after so many statements; whether it was, and after which."""
    public_body()  # read once and kept: each try then asks the same statements
    cut, outcome = Cut(number), []

    def run():
        try:
            with connection.execute_wrapper(cut):
                outcome.append(act())
        except Error as error:
            outcome.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert len(outcome) == 1
    return cut, outcome[0]


def test_a_ballot_that_is_cut_anywhere_leaves_nothing_and_is_posted_again(poll, aicha, review, box):
    cast, seen = review(poll, aicha, "BP26-0001"), []

    for number in range(1, MOST_STATEMENTS):
        cut, outcome = cut_after(number, lambda: services.cast_many(poll, [cast]))
        if not cut.is_done:
            break
        seen.append(cut.last)
        assert isinstance(outcome, Error)
        assert box(poll) == (0, 0), cut.last

    assert any("INSERT INTO voting_rollmark" in sql for sql in seen)
    assert any("INSERT INTO voting_sealedballot" in sql for sql in seen)
    assert box(poll) == (1, 1)
    assert services.cast_many(poll, [cast]) == outcome


def test_a_paper_mark_that_is_cut_anywhere_leaves_nothing_and_is_made_again(poll, hall, lucie, aicha, box):
    services.open_tablet(aicha, hall, by=lucie, at=make.clock())
    seen = []

    for number in range(1, MOST_STATEMENTS):
        cut, outcome = cut_after(number, lambda: services.mark_at_desk(aicha, hall, by=lucie, at=make.clock()))
        if not cut.is_done:
            break
        seen.append(cut.last)
        assert isinstance(outcome, Error)
        assert (RollMark.objects.count(), TabletUnlock.objects.count()) == (0, 1), cut.last

    assert any("INSERT INTO voting_rollmark" in sql for sql in seen)
    assert any("tabletunlock" in sql.lower() for sql in seen)
    assert (RollMark.objects.count(), TabletUnlock.objects.count()) == (1, 0)
