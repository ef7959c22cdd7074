"""The demo's letterbox: what would have been mailed is read in the browser, there and nowhere else."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import NoReverseMatch, reverse

FILES = "django.core.mail.backends.filebased.EmailBackend"
pytestmark = pytest.mark.django_db


@pytest.fixture
def send(settings, tmp_path):
    settings.EMAIL_FILE_PATH = str(tmp_path)

    def _send(*mails):
        messages = [EmailMultiAlternatives(subject, text, "a@valrive.example", [to]) for to, subject, text in mails]
        for message in messages:
            message.attach_alternative("<p>…</p>", "text/html")
        get_connection(FILES).send_messages(messages)

    return _send


def test_without_the_demo_there_is_no_letterbox(client):
    with pytest.raises(NoReverseMatch):
        reverse("demo:mails")
    assert client.get("/courriels-de-demonstration/").status_code == 404


@pytest.mark.urls("tests.demo.demo_urls")
def test_an_empty_letterbox_says_what_to_do(client, send):
    assert "Aucun courriel pour l’instant" in client.get(reverse("demo:mails")).content.decode()


@pytest.mark.urls("tests.demo.demo_urls")
def test_each_mail_is_listed_and_read_in_its_plain_words(client, send):
    send(("aicha@valrive.example", "Votre code", "Tapez 123456."), ("chloe@valrive.example", "Réponse", "Élagué."))

    page = client.get(reverse("demo:mails")).content.decode()
    addresses = [part.split('"')[0] for part in page.split('href="')[1:] if "demonstration/" in part.split('"')[0]]
    read = [client.get(address).content.decode() for address in addresses if not address.endswith("demonstration/")]

    assert [subject in page for subject in ("Votre code", "Réponse", "aicha@valrive.example")] == [True] * 3
    assert len(read) == 2
    assert sum("Tapez 123456." in text for text in read) == 1
    assert sum("Élagué." in text for text in read) == 1


@pytest.mark.urls("tests.demo.demo_urls")
@pytest.mark.parametrize("key", ["rien", "..%2F..%2Fetc", "2026-0"])
def test_a_mail_that_is_not_there_is_a_404(client, send, key):
    assert client.get(f"/courriels-de-demonstration/{key}/").status_code == 404
