"""Addresses that no longer work."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Contact
from bp_platform.notifications import services
from bp_platform.notifications.models import OutboxMessage
from tests.notifications.conftest import FACTS
from tests.people import BUILDER


def test_a_person_without_any_other_address_is_counted_as_not_reached(aicha, at):
    services.queue("test_news", [aicha], key="1", context=FACTS, at=at)

    assert services.mark_bounced("AICHA@exemple.fr ", at) == 1

    assert list(OutboxMessage.objects.values_list("channel", "state", "context")) == [("none", "unreachable", {})]


def test_a_letter_already_waiting_is_not_doubled(moussa, at):
    services.queue("test_news", [moussa], key="1", context=FACTS, at=at)
    Contact.objects.update(email="moussa@exemple.fr")
    moussa.refresh_from_db()
    services.queue("test_news", [moussa], key="1", context=FACTS, at=at)

    services.mark_bounced("moussa@exemple.fr", at)

    assert sorted(OutboxMessage.objects.values_list("channel", "state")) == [
        ("email", "cancelled"),
        ("letter", "queued"),
    ]


def test_a_file_of_bounces(aicha, tmp_path, capsys):
    (tmp_path / "retours.txt").write_text("aicha@exemple.fr\n\ninconnu@exemple.fr\n")

    call_command("record_bounces", tmp_path / "retours.txt")

    assert capsys.readouterr().out == "2 adresses lues, 1 personnes concernées.\n"
    assert Contact.objects.get().bounced_at is not None


def test_a_wrong_line_is_named_and_nothing_is_noted(aicha, tmp_path):
    (tmp_path / "retours.txt").write_text("aicha@exemple.fr\npas une adresse\n")

    with pytest.raises(CommandError, match="ligne 2\u00a0: «\u00a0pas une adresse\u00a0» n’est pas une adresse"):
        call_command("record_bounces", tmp_path / "retours.txt")

    assert Contact.objects.get().bounced_at is None


def test_erasure_empties_and_keeps_that_something_was_sent(town, aicha, at):
    services.queue("test_news", [aicha], key="1", context=FACTS, at=at)
    services.deliver_batch(at=at)
    services.queue("test_news", [aicha], key="2", context=FACTS, at=at)
    services.set_cadence(aicha, "test_news", "daily", at=at)

    accounts.erase_contact(aicha, by=BUILDER, at=at)

    assert list(OutboxMessage.objects.order_by("pk").values_list("state", "context")) == [
        ("sent", {}),
        ("cancelled", {}),
    ]
    assert aicha.preferences.count() == 0
