"""What people choose: the preference centre, one click in a mail, digests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from bp_platform.core.decisions import Refused
from bp_platform.notifications import policies, services
from bp_platform.notifications.models import OutboxMessage, Preference
from tests.notifications.conftest import FACTS

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def address(contact, query=""):
    return f"/desinscription/{policies.preference_key(contact)}/{query}"


def chosen():
    return list(Preference.objects.order_by("event").values_list("event", "cadence"))


def test_one_click_stops_that_message_without_any_page(aicha):
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(address(aicha, "?de=test_news"), ONE_CLICK)

    assert (answer.status_code, answer.content.decode()) == (200, "C’est fait.")
    assert chosen() == [("test_news", "never")]


def test_one_click_on_a_digest_stops_everything(aicha, client):
    client.post(address(aicha), ONE_CLICK)

    assert chosen() == [("", "never")]


def test_opening_the_page_changes_nothing(aicha, client):
    page = client.get(address(aicha, "?de=test_news")).content.decode()

    assert chosen() == []
    assert "Nouvelles d’un projet suivi" in page
    assert "Accusé de réception" not in page
    assert "a…@exemple.fr" in page


def test_choices_are_kept(aicha, client):
    answer = client.post(address(aicha), {"test_news": "weekly"}, follow=True)

    assert chosen() == [("test_news", "weekly")]
    assert "Vos choix sont enregistrés." in answer.content.decode()


def test_a_choice_not_sent_changes_nothing(aicha, client):
    answer = client.post(address(aicha), {"test_news": ""})

    assert (answer.status_code, chosen()) == (303, [])


def test_a_cadence_that_does_not_exist_is_refused(aicha, client):
    answer = client.post(address(aicha), {"test_news": "hourly"})

    assert (answer.status_code, chosen()) == (422, [])


def test_everything_stops_but_answers(aicha, client, at):
    client.post(address(aicha), {"stop": ""})

    services.queue("test_news", [aicha], key="1", context=FACTS, at=at)
    services.queue("test_receipt", [aicha], key="1", context=FACTS | {"code": "K7QM"}, at=at)

    assert list(OutboxMessage.objects.values_list("event", flat=True)) == ["test_receipt"]


def test_a_precise_choice_wins_over_the_general_one(aicha, at):
    services.set_cadence(aicha, "", "never", at=at)
    services.set_cadence(aicha, "test_news", "at_once", at=at)

    assert services.queue("test_news", [aicha], key="1", context=FACTS, at=at) == 1


def test_an_answer_cannot_be_switched_off(aicha, at):
    with pytest.raises(Refused, match="Ce message ne peut pas être désactivé"):
        services.set_cadence(aicha, "test_receipt", "never", at=at)


@pytest.mark.parametrize("tamper", [lambda key: key[:-1] + "x", lambda key: "0" * len(key), lambda key: "é" * 64])
def test_a_wrong_key_opens_nothing(aicha, client, tamper):
    key = tamper(policies.preference_key(aicha))

    assert client.get(f"/desinscription/{key}/").status_code == 404
    assert client.post(f"/desinscription/{key}/", ONE_CLICK).status_code == 404


def test_what_waits_obeys_the_new_choice(aicha, at):
    services.queue("test_news", [aicha], key="1", context=FACTS, at=at)
    services.queue("test_receipt", [aicha], key="1", context=FACTS, at=at)

    services.switch_off(aicha, "", at=at)

    assert list(OutboxMessage.objects.order_by("pk").values_list("event", "state")) == [
        ("test_news", "cancelled"),
        ("test_receipt", "queued"),
    ]


def test_a_daily_digest_is_one_mail_at_seven(town, aicha, at):
    services.set_cadence(aicha, "test_news", "daily", at=at)
    for number in ("BP26-0143", "BP26-0144"):
        services.queue("test_news", [aicha], key=number, context=FACTS | {"title": number}, at=at)
    seven = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)  # seven o'clock in Paris, in winter

    too_early = services.deliver_batch(at=seven - timedelta(seconds=1))
    number = services.deliver_batch(at=seven)

    assert (too_early, number) == (0, 2)
    (sent,) = mail.outbox
    assert sent.subject == "Budget participatif\u00a0: 2 nouvelles"
    assert sent.body.startswith(
        "Bonjour,\n\nVoici ce qui s’est passé depuis le dernier résumé\u00a0:\n\n"
        "- «\u00a0BP26-0143\u00a0» avance\n  http://testserver/2026/projets/BP26-0143/\n\n"
        "- «\u00a0BP26-0144\u00a0» avance\n  http://testserver/2026/projets/BP26-0143/\n"
    )
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"sent"}


def test_a_weekly_digest_waits_for_monday(town, aicha, at):
    services.set_cadence(aicha, "test_news", "weekly", at=at)

    services.queue("test_news", [aicha], key="1", context=FACTS, at=at)

    monday = datetime(2026, 3, 9, 6, 0, tzinfo=UTC)
    assert OutboxMessage.objects.get().next_try_at == monday


def test_a_digest_that_failed_leaves_whole(town, aicha, at, post):
    services.set_cadence(aicha, "", "daily", at=at)
    for number in ("1", "2"):
        services.queue("test_news", [aicha], key=number, context=FACTS, at=at)
    post.answers["aicha@exemple.fr"] = "451 later"
    now = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
    services.deliver_batch(at=now)
    post.answers.clear()

    services.deliver_batch(at=now + timedelta(minutes=2))

    assert post.only()["Subject"] == "Budget participatif\u00a0: 2 nouvelles"
