"""A real worker in a process of its own, on the broker in a folder: nothing is eager, nothing is pretended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection

from bp_platform.accounts import services as accounts
from bp_platform.documents.models import Job
from bp_platform.notifications import services
from bp_platform.notifications.models import OutboxMessage
from tests.notifications.conftest import FACTS
from tests.notifications.smtp import STALL

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def worker(post, broker, tmp_path):
    """Start it; what was asked before it runs waits in the broker's folder."""
    place = connection.settings_dict
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.notifications.worker_settings",
        "DATABASE_URL": f"postgres://{place['USER']}:{place['PASSWORD']}@/{place['NAME']}?host={place['HOST']}",
        "PGPORT": str(place["PORT"] or 5432),
        "CELERY_BROKER_DIR": str(broker),
        "BP_MEDIA_DIR": str(django_settings.MEDIA_ROOT),
        "TEST_SMTP_PORT": str(post.port),
        "TMPDIR": str(tmp_path),
    }
    command = ["-m", "celery", "-A", "bp_platform.celery", "worker", "--pool", "solo", "-Q", "default,mail,documents"]
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, *command], env=environment, stdout=log, stderr=log)
    yield process
    process.kill()
    process.wait()


def wait_for(condition, seconds: float = 60) -> None:
    limit, pause = time.monotonic() + seconds, threading.Event()
    while not condition():
        assert time.monotonic() < limit, "the worker did not do it in time"
        pause.wait(0.1)


def test_a_document_is_made_and_a_mail_arrives(worker, post, town, paula, aicha, moussa, at):
    services.queue("test_news", [aicha, moussa], key="BP26-0143", context=FACTS, at=at)
    job = services.print_letters(by=paula, at=at)

    wait_for(lambda: post.recipients and Job.objects.get().state not in {"queued", "running"})

    job.refresh_from_db()
    assert (job.state, job.error, job.result.content_type) == ("done", "", "application/pdf")
    assert post.recipients == ["aicha@exemple.fr"]
    wait_for(lambda: OutboxMessage.objects.get(contact=aicha).state == "sent")


def test_a_worker_killed_while_it_hands_over_a_mail_leaves_one_doubt(worker, post, town, at):
    people = [accounts.add_contact(name=name, email=f"{name}@exemple.fr") for name in ("ana", "bea", "cyr")]
    post.answers["bea@exemple.fr"] = STALL
    services.queue("test_news", people, key="BP26-0143", context=FACTS, at=at)
    wait_for(post.stalled.is_set)

    worker.send_signal(signal.SIGKILL)
    worker.wait()

    post.release.set()
    later = OutboxMessage.objects.get(contact__name="bea").lease_until + timedelta(minutes=1)
    assert services.sweep(later) == 1
    services.deliver_batch(at=later)
    assert list(OutboxMessage.objects.order_by("pk").values_list("contact__name", "state")) == [
        ("ana", "sent"),
        ("bea", "uncertain"),
        ("cyr", "sent"),
    ]
    assert post.recipients.count("bea@exemple.fr") <= 1
