"""What people read: every event's subject and text, as they arrive."""

from __future__ import annotations

import pytest

from bp_platform.accounts.selectors import public_body
from bp_platform.notifications import mail
from bp_platform.notifications.models import OutboxMessage
from realisation import services


def read(event: str) -> tuple[str, str]:
    message = OutboxMessage.objects.get(event=event)
    subject, text = mail.letter(message, public_body())
    return subject.replace("\u00a0", " "), text.replace("\u00a0", " ")


def test_the_letter_that_announces(delivery):
    subject, text = read("delivery_scheduled")

    assert subject == f"Le projet {delivery.proposal.number} va se faire : voici qui le réalise"
    assert "Délibération 2026-031 du 2 mars 2026." in text
    assert "Livraison promise : le 31 décembre 2027. Personne à contacter : Nadia Lemaire." in text


def test_the_letter_of_news(delivery, bruno, at):
    services.post_update(delivery, by=bruno, at=at, text="Les arbres sont là.", to="works")

    subject, text = read("delivery_news")

    assert subject == f"Du nouveau sur le projet {delivery.proposal.number} : en travaux"
    assert "signées Direction des espaces verts :\n\nLes arbres sont là." in text


@pytest.mark.parametrize(
    ("act", "subject"),
    [("suspend", "est suspendu : voici pourquoi"), ("abandon", "est abandonné : voici pourquoi")],
)
def test_the_letters_that_give_a_reason(delivery, bruno, at, act, subject):
    getattr(services, act)(delivery, by=bruno, at=at, reason="Le sol est pollué.")

    shown, text = read(f"delivery_{'suspended' if act == 'suspend' else 'abandoned'}")

    assert shown == f"Le projet {delivery.proposal.number} {subject}"
    assert "\n\nLe sol est pollué.\n\n" in text


def test_the_letters_that_rejoice(delivery, bruno, at):
    services.suspend(delivery, by=bruno, at=at, reason="Le ru est en crue.")
    services.resume(delivery, by=bruno, at=at)
    services.deliver(delivery, by=bruno, at=at, on=at.date())

    assert read("delivery_resumed")[0] == f"Le projet {delivery.proposal.number} reprend"
    assert read("delivery_done")[0] == f"Le projet {delivery.proposal.number} est livré"
