"""An installation's first administrator comes from the command line."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from bp_platform.accounts import policies, services
from bp_platform.accounts.models import User
from bp_platform.core.models import JournalEntry


def invite(username: str) -> str:
    out = StringIO()
    call_command("invite_administrator", username, "--first-name=Ada", "--last-name=Lefèvre", stdout=out)
    return out.getvalue()


def test_the_first_administrator_gets_a_code(db):
    said = invite("ada.lefevre")

    code = said.splitlines()[0].rpartition(":")[2]
    ada = services.accept_invitation(
        username="ada.lefevre", code=code, password="tilleul lanterne rivage", at=timezone.now()
    )
    assert policies.can_administer(ada, timezone.now())
    assert list(JournalEntry.objects.order_by("pk").values_list("actor_kind", "act")) == [
        ("import", "create_account"),
        ("import", "appoint:administrator"),
        ("person", "accept_invitation"),
    ]


def test_a_taken_username_is_refused_and_nothing_is_written(db):
    invite("ada.lefevre")
    lines = JournalEntry.objects.count()

    with pytest.raises(CommandError, match="existe déjà"):
        invite("ada.lefevre")

    assert (User.objects.count(), JournalEntry.objects.count()) == (1, lines)
