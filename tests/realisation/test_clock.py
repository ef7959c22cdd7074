"""The clock of news: who builds is asked, then their head, then the team; each once, whatever happens to the clock."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from bp_platform.accounts import services as accounts
from bp_platform.core.actors import CLOCK
from bp_platform.core.models import JournalEntry
from bp_platform.notifications.models import OutboxMessage
from realisation import selectors, services, waiting
from realisation.models import Delivery, Reminder
from tests.factories import realisation as factory
from tests.realisation.test_letters import read
from tests.realisation.test_pages import words

DAY = timedelta(days=1)
DUE = 90  # the règlement's rhythm, in days


def remind(at, days: int) -> int:
    return services.remind(by=CLOCK, at=at + days * DAY)


def told() -> list[tuple[str, str]]:
    """Who was reminded, in order, and of what first."""
    rows = OutboxMessage.objects.filter(event="works_reminder").order_by("pk").select_related("contact")
    return [(row.contact.email.split("@")[0], row.context["lines"][0]) for row in rows]


def people() -> list[str]:
    return [name for name, _line in told()]


def test_the_agent_then_the_head_then_the_team(delivery, bruno, helene, paula, at):
    steps = [remind(at, days) for days in (DUE - 11, DUE - 10, DUE, DUE + 14, DUE + 15, DUE + 30)]

    assert steps == [0, 1, 1, 0, 1, 1]
    assert people() == ["bruno", "bruno", "helene", "paula"]
    assert [line.partition(" : ")[2] for _name, line in told()] == [
        "des nouvelles sont attendues pour le 31 mai 2026",
        "des nouvelles sont attendues aujourd’hui",
        "des nouvelles étaient attendues le 31 mai 2026",
        "des nouvelles étaient attendues le 31 mai 2026",
    ]
    lines = JournalEntry.objects.filter(act__startswith="remind:").order_by("position")
    assert [(line.act, line.actor_kind) for line in lines] == [
        (f"remind:news:{step}", "clock") for step in ("soon", "due", "head", "team")
    ]


def test_a_clock_that_starts_again_says_nothing_twice(delivery, bruno, helene, paula, at):
    for _beat in range(3):
        remind(at, DUE)
    remind(at, DUE + 1)

    assert people() == ["bruno"]


def test_a_clock_that_was_stopped_says_only_what_is_true_now(delivery, bruno, helene, paula, at):
    remind(at, DUE + 40)

    assert people() == ["paula"]


def test_news_stop_it_and_start_another_round(delivery, bruno, helene, paula, at):
    remind(at, DUE)
    services.post_update(delivery, by=bruno, at=at + (DUE + 3) * DAY, text="Les arbres sont là.")
    remind(at, DUE + 30)
    remind(at, 2 * DUE + 3)

    assert people() == ["bruno", "bruno"]
    assert Reminder.objects.values_list("since_on", flat=True).distinct().count() == 2


def test_nobody_is_woken_in_the_night_and_the_hour_that_changes_is_one_day(delivery, bruno, town):
    day = date(2026, 3, 29)  # the clocks go forward in the night
    Delivery.objects.update(created_at=datetime(2025, 12, 29, 9, tzinfo=UTC))

    before = [services.remind(by=CLOCK, at=datetime(2026, 3, 28, 23, 30, tzinfo=UTC))]  # half past midnight in Paris
    before.append(services.remind(by=CLOCK, at=datetime(2026, 3, 29, 5, 59, tzinfo=UTC)))  # 7:59
    after = services.remind(by=CLOCK, at=datetime(2026, 3, 29, 6, 0, tzinfo=UTC))  # 8:00

    assert (before, after) == ([0, 0], 1)
    assert Reminder.objects.get().since_on == day - DUE * DAY


def test_one_letter_a_day_whatever_the_number_of_works(cycle, delivery, bruno, green_spaces, at):
    other = factory.delivery(cycle, at, lead=green_spaces, price="10000.00")

    assert remind(at, DUE) == 2

    (message,) = OutboxMessage.objects.filter(event="works_reminder")
    assert [line.split(",")[0] for line in message.context["lines"]] == [
        delivery.proposal.number, other.proposal.number
    ]  # fmt: skip
    subject, text = read("works_reminder")
    assert subject == "2 chantiers attendent de vos nouvelles"
    assert "Une phrase et une photo suffisent, depuis un téléphone." in text


def test_where_nobody_builds_the_next_in_line_is_told(delivery, paula, at):
    remind(at, DUE)

    assert people() == ["paula"]


def test_another_department_and_who_has_left_are_left_alone(delivery, bruno, farid, at):
    bruno.role_assignments.update(until_on=at.date())

    remind(at, DUE)

    assert people() == []
    assert Reminder.objects.count() == 1


def test_what_is_delivered_or_abandoned_owes_nothing_a_suspended_one_does(cycle, at, green_spaces, bruno):
    done, given_up, stopped = (factory.delivery(cycle, at, lead=green_spaces, price="9000.00") for _ in range(3))
    services.deliver(done, by=bruno, at=at, on=at.date())
    services.abandon(given_up, by=bruno, at=at, reason="Pollué.")
    services.suspend(stopped, by=bruno, at=at, reason="En crue.")

    remind(at, DUE)

    assert [row.delivery for row in Reminder.objects.all()] == [stopped]


def test_a_date_that_has_passed_asks_for_the_new_one(delivery, bruno, helene, at, sign_in):
    services.plan_milestone(delivery, by=bruno, at=at, kind="design", planned_on=at.date() + 9 * DAY)
    assert remind(at, 9) == 0

    remind(at, 10)
    remind(at, 26)

    asked = "« Plans validés » était prévu le 11 mars 2026 : est-ce fait, ou quelle est la nouvelle date ?"
    assert [name for name, _line in told()] == ["bruno", "helene"]
    assert told()[0][1].replace("\u00a0", " ").endswith(asked)
    assert "1 date passée" in waiting.deliveries(bruno, at + 10 * DAY)
    services.plan_milestone(
        delivery, by=bruno, at=at + 27 * DAY, kind="design", planned_on=at.date() + 60 * DAY, delay_reason="Une étude."
    )
    assert remind(at, 28) == 0


def test_the_desk_lists_what_waits(delivery, bruno, sign_in):
    services.plan_milestone(delivery, by=bruno, at=delivery.created_at, kind="design", planned_on=date(2026, 3, 9))

    page = words(sign_in(bruno).get("/bureau/chantiers/").content.decode()).replace("\u00a0", " ")

    assert "Ce qui attend" in page
    assert "« Plans validés » était prévu le 9 mars 2026 : est-ce fait" in page
    assert "(l’équipe participation est prévenue)" in page


def test_a_launch_that_is_late_is_asked_of_the_team(cycle, at, paula, bruno, client):
    factory.laureate(cycle, at)
    opened = cycle.phases.get(kind="proclamation").opens_at
    first = (opened + 60 * DAY - at).days + 1

    assert [remind(at, first - 2), remind(at, first), remind(at, first)] == [0, 1, 0]

    assert people() == ["paula"]
    assert "1 lauréat attend la délibération du conseil depuis le" in told()[0][1]
    assert OutboxMessage.objects.get(event="works_reminder").context["url"].endswith("/bureau/chantiers/lancer/2026/")
    page = words(client.get("/2026/realisation/").content.decode())
    assert "Lauréats, en attente de la délibération" in page


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_remind_once(delivery, bruno, at):
    barrier, sent = threading.Barrier(2), []

    def beat() -> None:
        barrier.wait()
        try:
            sent.append(remind(at, DUE))
        finally:
            connection.close()

    clocks = [threading.Thread(target=beat) for _ in range(2)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()

    assert sorted(sent) == [0, 1]
    assert people() == ["bruno"]


@pytest.mark.parametrize("number", [1, 3])
def test_what_waits_costs_the_same_for_one_and_for_three(
    cycle, at, bruno, green_spaces, django_assert_num_queries, number
):
    for _ in range(number):
        factory.delivery(cycle, at, lead=green_spaces, price="9000.00")

    with django_assert_num_queries(3):
        found = selectors.waiting(Delivery.objects.all(), at + DUE * DAY)

    assert len(found) == number


def test_the_staff_s_own_contact_is_used_again(delivery, bruno, at):
    mine = accounts.add_contact(name="Bruno", email=bruno.email, user=bruno)

    remind(at, DUE)

    assert OutboxMessage.objects.get(event="works_reminder").contact == mine


def test_a_promised_answer_is_asked_for_even_of_what_is_delivered(delivery, bruno, helene, paula, at):
    enquiry = services.ask(
        delivery, services.Asking("defect", "La rampe bouge."), by=factory.HAND, at=at, once="1"
    ).enquiry
    services.publish_enquiry(enquiry, by=paula, at=at)
    services.deliver(delivery, by=bruno, at=at, on=at.date())

    steps = [remind(at, days) for days in (19, 20, 30, 45)]

    assert steps == [0, 1, 1, 1]
    assert people() == ["bruno", "bruno", "helene"]
    assert told()[0][1].endswith("une réponse est promise à un habitant pour le 1er avril 2026")
    services.answer_enquiry(enquiry, by=bruno, at=at + 46 * DAY, words="Réparée.")
    assert remind(at, 90) == 0
