"""Two events, three people, and a mail server."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from bp_platform.accounts import services as accounts
from bp_platform.core import registries
from bp_platform.core.registries import EventType
from tests.notifications.smtp import Post

NEWS = EventType("test_news", "Nouvelles d’un projet suivi", "post/news")
RECEIPT = EventType("test_receipt", "Accusé de réception", "post/receipt", is_service=True)


@pytest.fixture(autouse=True)
def _events(settings):
    """Nobody above is asked: this app is tested with events of its own."""
    before = registries.events._entries
    registries.events._entries = {}
    registries.events.register(NEWS)
    registries.events.register(RECEIPT)
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0]["DIRS"], Path(__file__).parent / "templates"]
    settings.TEMPLATES = templates
    yield
    registries.events._entries = before


@pytest.fixture
def aicha(db):
    """Aïcha reads her mail."""
    return accounts.add_contact(name="Aïcha Benali", email="aicha@exemple.fr")


@pytest.fixture
def moussa(db):
    """Moussa has a letter box and no e-mail."""
    return accounts.add_contact(name="Moussa Keïta", postal_address="4 quai des Mariniers\n37000 Valrive-sur-Loire")


@pytest.fixture
def lea(db):
    """Léa left a telephone number only."""
    return accounts.add_contact(name="Léa Roux", phone="06 00 00 00 00")


@pytest.fixture
def post(settings):
    """The mail server that mails of this test go to."""
    server = Post()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    yield server
    server.close()


@pytest.fixture
def broker(tmp_path):
    """A broker's folder of this test's own, for this process and for the workers it starts."""
    from bp_platform import celery

    def use(options):
        celery.app.conf.broker_transport_options = options
        celery.app._after_fork()  # forget the connections that were open on the other folder

    before = celery.app.conf.broker_transport_options
    celery._use_folder(str(tmp_path / "broker"))
    use(celery.app.conf.broker_transport_options)
    yield tmp_path / "broker"
    use(before)


FACTS = {"title": "L’école & le banc", "url": "http://testserver/2026/projets/BP26-0143/"}
