"""Everybody who follows a project is told, each once: as they chose, by letter without e-mail, and whatever dies.

`BP_FOLLOWERS=15000` runs the mailing at its full size.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Contact
from bp_platform.core import wakeups
from bp_platform.notifications import policies
from bp_platform.notifications import services as outbox
from bp_platform.notifications.models import OutboxMessage
from bp_platform.notifications.services.outbox import WAKE
from proposals import services as proposals
from proposals.models import Follow
from realisation import services
from tests.notifications.conftest import broker, post  # noqa: F401 -- fixtures
from tests.realisation.test_pages import words

FOLLOWERS = int(os.environ.get("BP_FOLLOWERS", "240"))


def test_each_is_told_as_they_chose_and_leaves_in_one_click(delivery, bruno, at, client):
    people = {
        "marc": accounts.add_contact(name="Marc", email="marc@exemple.fr"),
        "lea": accounts.add_contact(name="Léa", email="lea@exemple.fr"),
        "ana": accounts.add_contact(name="Ana", email="ana@exemple.fr"),
        "moussa": accounts.add_contact(name="Moussa", postal_address="4 quai des Mariniers"),
        "rose": accounts.add_contact(name="Rose", phone="06 00 00 00 00"),
    }
    for contact in people.values():
        proposals.follow(delivery.proposal, contact=contact, at=at)
    proposals.follow(delivery.proposal, contact=people["marc"], at=at)  # twice is once
    outbox.set_cadence(people["lea"], "delivery_news", "weekly", at=at)
    key = policies.preference_key(people["ana"])
    one_click = client.post(f"/desinscription/{key}/?de=delivery_news", {"List-Unsubscribe": "One-Click"})

    services.post_update(delivery, by=bruno, at=at, text="Les arbres sont là.")

    assert one_click.status_code == 200
    rows = OutboxMessage.objects.filter(event="delivery_news").order_by("contact__name")
    assert list(rows.values_list("contact__name", "channel", "cadence", "state")) == [
        ("Aïcha Benali", "email", "at_once", "queued"),
        ("Léa", "email", "weekly", "queued"),
        ("Marc", "email", "at_once", "queued"),
        ("Moussa", "letter", "at_once", "queued"),
        ("Rose", "none", "at_once", "unreachable"),
    ]
    page = words(client.get(f"/desinscription/{key}/").content.decode())
    for label in ("Nouvelles d’un projet que je suis", "Changement sur un projet que je suis", "Question et réponse"):
        assert label in page
    assert "Rappel d’un chantier" not in page  # a message to the staff is nobody's choice


def wait_for(condition, seconds: float) -> None:
    limit, pause = time.monotonic() + seconds, threading.Event()
    while not condition():
        assert time.monotonic() < limit, "the worker did not do it in time"
        pause.wait(0.05)


@pytest.fixture
def workers(post, broker, tmp_path):  # noqa: F811 -- fixtures
    """Start a real worker; all are dead at the end."""
    place, started = connection.settings_dict, []
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.notifications.worker_settings",
        "DATABASE_URL": f"postgres://{place['USER']}:{place['PASSWORD']}@/{place['NAME']}?host={place['HOST']}",
        "PGPORT": str(place["PORT"] or 5432),
        "CELERY_BROKER_DIR": str(broker),
        "BP_MEDIA_DIR": str(django_settings.MEDIA_ROOT),
        "TEST_SMTP_PORT": str(post.port),
        "TMPDIR": str(tmp_path),
    }
    command = [sys.executable, "-m", "celery", "-A", "bp_platform.celery", "worker", "--pool", "solo", "-Q", "mail"]

    def start() -> subprocess.Popen:
        with (tmp_path / f"worker-{len(started)}.log").open("wb") as log:
            started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_mailing_whose_worker_is_killed_goes_on_and_reaches_each_once(workers, post, delivery, bruno):  # noqa: F811
    made = Contact.objects.bulk_create(
        (Contact(name=f"Personne {n}", email=f"p{n}@exemple.fr") for n in range(FOLLOWERS)), batch_size=2000
    )
    now = timezone.now()
    Follow.objects.bulk_create(
        (Follow(proposal=delivery.proposal, contact=contact, since=now) for contact in made), batch_size=2000
    )
    services.post_update(delivery, by=bruno, at=now, text="Les arbres sont là.")
    told = OutboxMessage.objects.filter(event="delivery_news")
    assert told.count() == FOLLOWERS + 1  # and Aïcha, who carries it

    first = workers()
    wait_for(lambda: len(post.mails) > FOLLOWERS // 3, 60 + FOLLOWERS / 50)
    first.send_signal(signal.SIGKILL)
    first.wait()
    told.filter(lease_until__isnull=False).update(lease_until=now - timedelta(minutes=1))  # ten minutes later
    doubts = outbox.sweep(timezone.now())
    workers()
    wakeups.wake(WAKE)
    wait_for(lambda: not told.filter(state__in=["queued", "sending"]).exists(), 60 + FOLLOWERS / 50)

    mails = Counter(recipient for recipient in post.recipients if recipient.startswith("p"))
    assert max(mails.values()) == 1
    assert doubts <= 1
    assert len(mails) >= FOLLOWERS - doubts
    assert told.filter(state="sent").count() == FOLLOWERS + 1 - doubts
