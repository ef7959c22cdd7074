"""Sending: at most once, again when refused for now, never one mail behind another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from bp_platform.accounts import services as accounts
from bp_platform.notifications import services
from bp_platform.notifications.models import OutboxMessage
from tests.notifications.conftest import FACTS
from tests.notifications.smtp import FULL, HANG_UP, LATER, NEVER

MINUTE = timedelta(minutes=1)


@pytest.fixture
def three(db, at):
    """Three people told the same news."""
    people = [accounts.add_contact(name=name, email=f"{name}@exemple.fr") for name in ("ana", "bea", "cyr")]
    services.queue("test_news", people, key="BP26-0143", context=FACTS, at=at)
    return people


def states():
    return list(OutboxMessage.objects.order_by("pk").values_list("state", "attempts"))


def test_a_batch_leaves_over_one_connection(three, post, at):
    number = services.deliver_batch(at=at)

    assert (number, post.connections) == (3, 1)
    assert post.recipients == ["ana@exemple.fr", "bea@exemple.fr", "cyr@exemple.fr"]
    assert states() == [("sent", 1)] * 3
    assert services.deliver_batch(at=at) == 0


def test_a_message_that_left_keeps_no_words(three, post, at):
    services.deliver_batch(at=at)

    assert list(OutboxMessage.objects.values_list("context", flat=True)) == [{}, {}, {}]


def test_refused_for_now_is_tried_again_with_patience(three, post, at):
    post.answers["bea@exemple.fr"] = LATER
    waits, now = [], at
    for _ in range(5):
        services.deliver_batch(at=now)
        bea = OutboxMessage.objects.get(contact__name="bea")
        waits.append(round((bea.next_try_at - now) / MINUTE))
        now = bea.next_try_at + MINUTE

    assert waits[:4] == [1, 5, 30, 120]
    assert (bea.state, bea.attempts) == ("failed", 5)
    assert bea.error == "Le serveur de courrier refuse pour le moment\u00a0: 4.2.1 Mailbox busy"
    assert post.recipients == ["ana@exemple.fr", "cyr@exemple.fr"]


def test_refused_for_ever_fails_at_once(three, post, at):
    post.answers["bea@exemple.fr"] = NEVER

    services.deliver_batch(at=at)

    bea = OutboxMessage.objects.get(contact__name="bea")
    assert (bea.state, bea.attempts) == ("failed", 1)
    assert bea.error == "Le serveur de courrier refuse cette adresse\u00a0: 5.1.1 No such user"


def test_content_refused_for_now_leaves_the_others_alone(three, post, at):
    post.answers["ana@exemple.fr"] = FULL

    services.deliver_batch(at=at)

    assert states() == [("queued", 1), ("sent", 1), ("sent", 1)]


def test_a_server_that_does_not_answer_costs_no_attempt(three, post, at):
    post.close()

    number = services.deliver_batch(at=at)

    assert number == 0
    assert states() == [("queued", 0)] * 3
    assert {row.next_try_at > at for row in OutboxMessage.objects.all()} == {True}
    assert {row.lease_until for row in OutboxMessage.objects.all()} == {None}


def test_a_server_that_hangs_up_leaves_one_doubt_and_the_rest_waiting(three, post, at):
    post.answers["bea@exemple.fr"] = HANG_UP

    services.deliver_batch(at=at)

    assert states() == [("sent", 1), ("uncertain", 1), ("queued", 0)]
    services.deliver_batch(at=at + 2 * MINUTE)
    assert post.recipients == ["ana@exemple.fr", "cyr@exemple.fr"]


def test_a_text_that_cannot_be_composed_blocks_nobody(three, post, at):
    OutboxMessage.objects.filter(contact__name="ana").update(event="gone")

    services.deliver_batch(at=at)

    assert states() == [("queued", 1), ("sent", 1), ("sent", 1)]
    assert OutboxMessage.objects.get(event="gone").error == "Le texte du courriel n’a pas pu être composé."


def test_what_a_dead_worker_was_sending_is_shown_not_sent_again(three, post, at):
    OutboxMessage.objects.filter(contact__name="bea").update(state="sending", attempts=1, lease_until=at + MINUTE)

    services.sweep(at + 2 * MINUTE)
    services.deliver_batch(at=at + 2 * MINUTE)

    bea = OutboxMessage.objects.get(contact__name="bea")
    assert (bea.state, bea.error) == ("uncertain", "L’envoi s’est interrompu\u00a0: parti ou non, on ne sait pas.")
    assert post.recipients == ["ana@exemple.fr", "cyr@exemple.fr"]


def test_what_a_dead_worker_had_only_reserved_leaves_with_the_next(three, post, at):
    OutboxMessage.objects.update(lease_until=at + MINUTE)

    assert services.deliver_batch(at=at) == 0
    assert services.deliver_batch(at=at + 2 * MINUTE) == 3


def test_a_live_worker_is_not_in_doubt(three, at):
    OutboxMessage.objects.update(state="sending", lease_until=at + MINUTE)

    assert services.sweep(at) == 0


def test_an_address_lost_meanwhile_becomes_a_letter(post, at, moussa):
    moussa.email = "moussa@exemple.fr"
    moussa.save()
    services.queue("test_news", [moussa], key="BP26-0143", context=FACTS, at=at)

    services.mark_bounced("Moussa@exemple.fr", at)

    assert list(OutboxMessage.objects.values_list("channel", "state")) == [("letter", "queued")]
    assert services.deliver_batch(at=at) == 0


@pytest.mark.django_db(transaction=True)
def test_who_unsubscribes_while_a_batch_leaves_is_not_written_to(at, post):
    ana, bea = (accounts.add_contact(name=name, email=f"{name}@exemple.fr") for name in ("ana", "bea"))
    services.queue("test_news", [ana, bea], key="BP26-0143", context=FACTS, at=at)

    def unsubscribe(recipient):
        services.switch_off(bea, "test_news", at=at)
        connection.close()

    post.before_taking = unsubscribe
    services.deliver_batch(at=at)

    assert post.recipients == ["ana@exemple.fr"]
    assert states() == [("sent", 1), ("cancelled", 0)]


@pytest.mark.django_db(transaction=True)
def test_four_workers_send_each_mail_once(at, post):
    people = [accounts.add_contact(name=f"h{n}", email=f"h{n}@exemple.fr") for n in range(60)]
    services.queue("test_news", people, key="BP26-0143", context=FACTS, at=at)

    def work() -> int:
        try:
            return services.deliver_batch(at=at, limit=50)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = [future.result() for future in [pool.submit(work) for _ in range(4)]]

    assert sum(numbers) == 60
    assert post.recipients == sorted(person.email for person in people)
