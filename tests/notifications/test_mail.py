"""What arrives: words that read well as plain text, and the headers of RFC 8058."""

from __future__ import annotations

from django.core import mail

from bp_platform.accounts import services as accounts
from bp_platform.notifications import policies, services
from bp_platform.notifications.mail import wrapped
from bp_platform.notifications.models import OutboxMessage
from tests.notifications.conftest import FACTS
from tests.people import BUILDER

TEXT = """\
Bonjour,

Le projet «\u00a0L’école & le banc\u00a0», que vous suivez, avance\u00a0: la direction
des espaces verts a choisi l’entreprise, et le chantier commence lundi.

http://testserver/2026/projets/BP26-0143/

Inès Caron, Direction des espaces verts
Une question\u00a0? Appelez le 02 47 00 00 00.

-- \n\
Budget participatif · Ville de Valrive-sur-Loire
Vous recevez ce message parce que vous suivez le budget participatif.
Choisir ce que vous recevez\u00a0:
http://testserver/desinscription/KEY/
"""

SENDER = {"department": "Direction des espaces verts", "person": "Inès Caron", "phone": "02 47 00 00 00"}


def test_the_text_reads_well(town, aicha, at):
    services.queue("test_news", [aicha], key="BP26-0143", context=FACTS | {"sender": SENDER}, at=at)

    services.deliver_batch(at=at)

    (sent,) = mail.outbox
    assert sent.subject == "« L’école & le banc » avance"
    assert sent.body.replace(policies.preference_key(aicha), "KEY") == TEXT


def test_headers_let_the_mail_program_unsubscribe(town, aicha, at, post):
    services.queue("test_news", [aicha], key="BP26-0143", context=FACTS, at=at)
    row = OutboxMessage.objects.get()

    services.deliver_batch(at=at)

    arrived = post.only()
    key = policies.preference_key(aicha)
    assert {name: arrived[name] for name in ("Message-ID", "Auto-Submitted", "Content-Language", "To")} == {
        "Message-ID": f"<20260302090000.{row.pk}@testserver>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "fr",
        "To": "aicha@exemple.fr",
    }
    assert arrived["List-Unsubscribe"].strip() == f"<http://testserver/desinscription/{key}/?de=test_news>"
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in arrived.iter_parts()] == ["text/plain", "text/html"]


def test_an_answer_to_ones_own_act_has_no_unsubscribe(town, aicha, at):
    services.queue("test_receipt", [aicha], key="BP26-0143", context=FACTS | {"code": "K7QM"}, at=at)

    services.deliver_batch(at=at)

    (sent,) = mail.outbox
    assert "List-Unsubscribe" not in sent.extra_headers
    assert "Votre code de suivi\u00a0: K7QM" in sent.body


def test_answers_go_to_the_public_body_s_address(town, aicha, at):
    accounts.set_public_body(by=BUILDER, at=at, email="participation@valrive.example")
    services.queue("test_news", [aicha], key="BP26-0143", context=FACTS, at=at)

    services.deliver_batch(at=at)

    assert mail.outbox[0].reply_to == ["participation@valrive.example"]


def test_html_escapes_what_people_wrote(town, aicha, at):
    services.queue("test_news", [aicha], key="BP26-0143", context=FACTS | {"title": "<b>x</b>"}, at=at)

    services.deliver_batch(at=at)

    html = mail.outbox[0].alternatives[0].content
    assert "<b>x</b>" not in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html


def test_a_language_we_do_not_speak_is_written_in_french(town, aicha, at):
    aicha.language = "ar"
    aicha.save()
    services.queue("test_news", [aicha], key="BP26-0143", context=FACTS, at=at)

    services.deliver_batch(at=at)

    assert mail.outbox[0].extra_headers["Content-Language"] == "fr"


def test_wrapping_keeps_addresses_lists_and_no_break_spaces():
    address = "https://participez.valrive.example/" + "x" * 60

    text = wrapped(f"- {'mot ' * 20}\n\n\n\n{address}\n  a : b  \n-- \nValrive")

    assert text == ("- " + " ".join(["mot"] * 17) + "\n  mot mot mot\n\n" + address + "\n  a\u00a0: b\n-- \nValrive\n")
