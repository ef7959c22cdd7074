"""Writing to the outbox."""

from __future__ import annotations

import gc
import shutil
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from bp_platform.accounts import selectors as people
from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Contact
from bp_platform.notifications import services
from bp_platform.notifications.models import OutboxMessage
from tests.notifications.conftest import FACTS
from tests.people import BUILDER


def rows():
    return list(OutboxMessage.objects.order_by("pk").values_list("contact__name", "channel", "state"))


def test_each_is_reached_as_they_can_be(aicha, moussa, lea, at):
    number = services.queue("test_news", [aicha, moussa, lea], key="BP26-0143", context=FACTS, at=at)

    assert number == 2
    assert rows() == [
        ("Aïcha Benali", "email", "queued"),
        ("Moussa Keïta", "letter", "queued"),
        ("Léa Roux", "none", "unreachable"),
    ]


def test_what_nobody_will_read_keeps_no_word(moussa, lea, at):
    services.queue("test_news", [moussa, lea], key="BP26-0143", context=FACTS, at=at)

    assert dict(OutboxMessage.objects.values_list("channel", "context")) == {"letter": FACTS, "none": {}}


def test_the_same_call_twice_tells_once(aicha, moussa, at):
    services.queue("test_news", [aicha, moussa, aicha], key="BP26-0143", context=FACTS, at=at)

    again = services.queue("test_news", [aicha, moussa], key="BP26-0143", context=FACTS, at=at)

    assert again == 0
    assert rows() == [("Aïcha Benali", "email", "queued"), ("Moussa Keïta", "letter", "queued")]


def test_another_occurrence_is_told(aicha, at):
    services.queue("test_news", [aicha], key="BP26-0143:1", context=FACTS, at=at)

    assert services.queue("test_news", [aicha], key="BP26-0143:2", context=FACTS, at=at) == 1


def test_a_rolled_back_act_tells_nobody(aicha, at, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as wakeups, pytest.raises(ZeroDivisionError), transaction.atomic():
        services.queue("test_news", [aicha], key="BP26-0143", context=FACTS, at=at)
        raise ZeroDivisionError

    assert (rows(), wakeups) == ([], [])


def test_one_wake_up_per_transaction(aicha, moussa, at, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as wakeups:
        services.queue("test_news", [aicha], key="BP26-0143", context=FACTS, at=at)
        services.queue("test_news", [moussa], key="BP26-0144", context=FACTS, at=at)

    assert [call.task for call in wakeups] == ["notifications.deliver"]


def test_a_broker_that_is_down_does_not_undo_the_act(aicha, at, caplog, broker, django_capture_on_commit_callbacks):
    shutil.rmtree(broker / "queue")
    (broker / "queue").write_text("not a folder any more")

    with django_capture_on_commit_callbacks(execute=True):
        services.queue("test_news", [aicha], key="BP26-0143", context=FACTS, at=at)

    assert rows() == [("Aïcha Benali", "email", "queued")]
    assert [record.message for record in caplog.records if record.name == "bp_platform.core.wakeups"] == [
        "The broker did not take the wake-up notifications.deliver: beat will find its rows."
    ]


def test_an_erased_contact_is_not_told(aicha, at):
    accounts.erase_contact(aicha, by=BUILDER, at=at)
    aicha.refresh_from_db()

    services.queue("test_news", [aicha], key="BP26-0143", context=FACTS, at=at)

    assert rows() == []


def test_a_crowd_costs_three_queries_a_thousand(db, at, django_assert_num_queries):
    Contact.objects.bulk_create(Contact(name=f"Habitant {n}", email=f"h{n}@exemple.fr") for n in range(2500))
    crowd = Contact.objects.order_by("pk").iterator(chunk_size=1000)
    people.public_body()  # kept for a minute

    with django_assert_num_queries(3 * 3 + 3):  # three batches; the crowd, and the savepoint around
        number = services.queue("test_news", crowd, key="BP26-0143", context=FACTS, at=at)

    assert number == 2500


def test_a_crowd_is_never_whole_in_memory(db, at):
    Contact.objects.bulk_create(Contact(name=f"Habitant {n}", email=f"h{n}@exemple.fr") for n in range(10_000))
    alive = []

    def crowd():
        for number, contact in enumerate(Contact.objects.order_by("pk").iterator(chunk_size=500)):
            if number % 1000 == 999:
                alive.append(sum(type(thing) in {Contact, OutboxMessage} for thing in gc.get_objects()))
            yield contact

    number = services.queue("test_news", crowd(), key="BP26-0143", context=FACTS, at=at)

    assert number == 10_000
    assert max(alive) < 4_000  # a batch of people and a batch of rows, and what is on its way


@pytest.mark.parametrize(
    "lie",
    [
        {"state": "sent"},
        {"state": "failed"},
        {"state": "uncertain"},
        {"state": "sending"},
        {"channel": "none"},
        {"channel": "letter", "cadence": "daily"},
        {"print_run": "7f0c36a4-3f0a-4f3c-9d0b-0b5d4b000000"},
    ],
)
def test_a_raw_update_cannot_lie(aicha, at, lie):
    services.queue("test_news", [aicha], key="BP26-0143", context=FACTS, at=at)

    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMessage.objects.update(**lie)


def test_a_second_mail_of_the_day_on_the_same_subject_joins_the_digest(aicha, moussa, at):
    def tell(key, when):
        services.queue("test_news", [aicha, moussa], key=key, context=FACTS, at=when, about="BP26-0143:")

    tell("BP26-0143:1", at)
    tell("BP26-0143:2", at + timedelta(hours=2))
    tell("BP26-0143:3", at + timedelta(days=1))
    services.queue("test_news", [aicha], key="BP26-0150:1", context=FACTS, at=at, about="BP26-0150:")

    mails = OutboxMessage.objects.order_by("pk").values_list("key", "channel", "cadence")
    assert list(mails) == [
        ("BP26-0143:1", "email", "at_once"),
        ("BP26-0143:1", "letter", "at_once"),
        ("BP26-0143:2", "email", "daily"),
        ("BP26-0143:2", "letter", "at_once"),
        ("BP26-0143:3", "email", "at_once"),
        ("BP26-0143:3", "letter", "at_once"),
        ("BP26-0150:1", "email", "at_once"),
    ]


def test_what_was_said_by_mistake_and_has_not_left_is_taken_back(aicha, moussa, at):
    services.queue("test_news", [aicha, moussa], key="BP26-0143:1", context=FACTS, at=at)
    services.queue("test_news", [aicha], key="BP26-0150:1", context=FACTS, at=at)
    OutboxMessage.objects.filter(contact=moussa).update(state="sent", sent_at=at, context={})

    assert services.take_back("test_news", key_prefix="BP26-0143:") == 1

    assert list(OutboxMessage.objects.order_by("pk").values_list("state", flat=True)) == ["cancelled", "sent", "queued"]
