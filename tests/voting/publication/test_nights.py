"""What one night publishes: receipts by packets of fifty, turnout, once; and nothing of the day under way."""

from __future__ import annotations

import re
import threading
from hashlib import sha256

import pytest
from django.db import connection

from bp_platform.core import actors
from bp_platform.core.actors import CLOCK
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from tests.factories import voting as make
from tests.reading import plain
from voting import policies, selectors, services, tasks
from voting.models import NightlyStatement, PollKind

pytestmark = pytest.mark.django_db
REFS = "/2026/vote/recus.txt"


def box_of(poll):
    return sorted(selectors.box_refs(poll))


def test_fifty_new_receipts_are_published_sorted_with_their_digest(crowd, night, client):
    poll, _waiting = crowd(50)

    statement = services.publish_night(poll, by=CLOCK, at=night(1))

    refs = box_of(poll)
    assert bytes(statement.added) == b"".join(refs)
    assert (statement.total, statement.refs_digest) == (50, sha256(b"".join(refs)).hexdigest())
    answer = client.get(REFS)
    assert answer.content.decode() == "".join(f"{ref.hex()}\n" for ref in refs)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]


def test_forty_nine_wait_for_the_next_night(crowd, night, review, client):
    poll, waiting = crowd(49)
    first = services.publish_night(poll, by=CLOCK, at=night(1))
    services.cast_many(poll, [review(poll, waiting[0], "BP26-0002")])
    second = services.publish_night(poll, by=CLOCK, at=night(2))

    assert (bytes(first.added), first.total) == (b"", 0)
    assert (len(second.added), second.total) == (50 * 32, 50)


def test_each_list_contains_the_one_before(crowd, night, review):
    poll, waiting = crowd(50, waiting=50)
    services.publish_night(poll, by=CLOCK, at=night(1))
    before = selectors.published_refs(poll)
    for entry in waiting:
        services.cast_many(poll, [review(poll, entry, "BP26-0002")])
    services.publish_night(poll, by=CLOCK, at=night(2))

    assert set(before) < set(selectors.published_refs(poll)) == set(box_of(poll))


def test_run_twice_there_is_one_row_and_one_line(crowd, night):
    poll, _waiting = crowd(3)

    assert services.publish_night(poll, by=CLOCK, at=night(1)) is not None
    assert services.publish_night(poll, by=CLOCK, at=night(1)) is None
    assert NightlyStatement.objects.count() == 1
    [line] = JournalEntry.objects.filter(act="publish_night")
    assert (line.actor_kind, line.role, line.rule) == ("clock", "clock", "7")


def test_a_missed_night_is_caught_up_by_the_next(crowd, night, at_the_hall):
    poll, waiting = crowd(40, waiting=30)
    at_the_hall(poll, waiting, night(1).date())

    statement = services.publish_night(poll, by=CLOCK, at=night(3))

    assert statement.turnout == {
        "cells": [["", statement.day.isoformat(), 30], ["halle", statement.day.isoformat(), 20]]
    }


def test_the_marks_of_the_day_under_way_are_never_in_it(crowd, night):
    poll, _waiting = crowd(40)  # all of them today

    assert services.publish_night(poll, by=CLOCK, at=night(0)).turnout == {"cells": []}
    assert [n for _p, _d, n in services.publish_night(poll, by=CLOCK, at=night(1)).turnout["cells"]] == [30]


@pytest.mark.parametrize("hours", [-1, 5, 12])
def test_by_day_nothing_is_published(crowd, night, hours):
    poll, _waiting = crowd(1)

    with pytest.raises(Refused, match="paraissent d’eux-mêmes, la nuit, avant cinq heures"):
        services.publish_night(poll, by=CLOCK, at=night(1) + hours * make.HOUR)
    assert NightlyStatement.objects.count() == 0


def test_the_night_is_the_town_s(crowd, town, paula, at):
    """Noon in Paris is midnight in Papeete's eleven hours later; the town's own clock decides."""
    from datetime import UTC, datetime

    from bp_platform.accounts import services as accounts

    poll, _waiting = crowd(1)
    accounts.set_public_body(by=make.BUILDER, at=at, name="Papeete", siren="213700000", time_zone="Pacific/Tahiti")
    tomorrow = (make.clock() + 24 * make.HOUR).date()

    assert not policies.can_publish_night(
        CLOCK, poll, datetime(tomorrow.year, tomorrow.month, tomorrow.day, 0, 30, tzinfo=UTC)
    )
    assert policies.can_publish_night(
        CLOCK, poll, datetime(tomorrow.year, tomorrow.month, tomorrow.day, 11, 0, tzinfo=UTC)
    )


def test_it_is_the_clock_s_alone(crowd, night, paula):
    poll, _waiting = crowd(1)

    for by in (paula, make.BUILDER, actors.RESIDENT):
        assert not policies.can_publish_night(by, poll, night(1))


def test_only_a_vote_that_has_opened_and_is_not_closed(db, night):
    draft = make.draft_poll(opens=100 * make.HOUR, closes=200 * make.HOUR)
    assert not policies.can_publish_night(CLOCK, draft, night(1))
    poll = make.seal(draft)
    decision = policies.can_publish_night(CLOCK, poll, night(1))

    assert str(decision.reason) == "La participation et les reçus paraissent chaque nuit d’un vote ouvert."
    assert policies.can_publish_night(CLOCK, poll, night(6))
    poll.kind = PollKind.REPLAY
    assert not policies.can_publish_night(CLOCK, poll, night(6))


def test_a_box_that_lost_a_published_receipt_publishes_nothing(crowd, night, lifted):
    poll, _waiting = crowd(50)
    services.publish_night(poll, by=CLOCK, at=night(1))
    lifted("DELETE FROM voting_sealedballot WHERE ref = (SELECT ref FROM voting_sealedballot ORDER BY ref LIMIT 1)")

    with pytest.raises(Refused, match="ne contient plus tous les reçus publiés"):
        services.publish_night(poll, by=CLOCK, at=night(2))


def test_closing_publishes_the_rest_and_the_exact_turnout(crowd, night, at_the_hall):
    poll, waiting = crowd(70, waiting=60)
    services.publish_night(poll, by=CLOCK, at=night(0))
    at_the_hall(poll, waiting, make.clock().date())

    closed = services.close(poll, by=make.BUILDER, at=poll.closes_at)

    last = poll.statements.latest("day")
    assert last.refs_digest == closed.closing["refs_digest"]
    assert last.total == 70
    assert last.turnout == {"cells": [], "places": {"": 70, "halle": 60}, "others": 0}


def test_the_task_publishes_the_nights_that_are_due(crowd, night, monkeypatch):
    poll, _waiting = crowd(2)
    for hour, rows in ((12, 0), (0, 1), (1, 1)):
        monkeypatch.setattr(tasks.timezone, "now", lambda hour=hour: night(1) + hour * make.HOUR)
        tasks.publish_nights()

        assert poll.statements.count() == rows


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_publish_one_night(crowd, night):
    poll, _waiting = crowd(2)
    made, when = [], night(1)

    def work():
        try:
            made.append(services.publish_night(poll, by=CLOCK, at=when))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 4
    assert len([statement for statement in made if statement]) == 1
    assert JournalEntry.objects.filter(act="publish_night").count() == 1


def without_tokens(page):
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.content.decode())


def test_the_public_pages_are_the_same_before_and_after_a_vote_of_the_day(crowd, night, review, client):
    poll, waiting = crowd(60)
    services.publish_night(poll, by=CLOCK, at=night(1))
    addresses = ("/2026/vote/", REFS, "/2026/vote/recu/")
    before = [without_tokens(client.get(address)) for address in addresses]

    services.cast_many(poll, [review(poll, waiting[0], "BP26-0002")])

    assert [without_tokens(client.get(address)) for address in addresses] == before
    assert re.search(r"Au soir du \d+(er)? \w+, plus de 50 personnes avaient voté\.", plain(before[0]))


def test_before_the_first_night_there_is_no_list_and_no_turnout(poll, client):
    assert client.get(REFS).status_code == 404
    assert "participation" not in client.get("/2026/vote/").content.decode().lower()


@pytest.mark.parametrize("number", [1, 3])
def test_the_entrance_asks_as_much_whatever_the_number_of_nights(
    crowd, night, client, number, django_assert_num_queries
):
    poll, _waiting = crowd(3)
    for days in range(number):
        services.publish_night(poll, by=CLOCK, at=night(days + 1))
    client.get("/2026/vote/")

    with django_assert_num_queries(5):
        client.get("/2026/vote/")
