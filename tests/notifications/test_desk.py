"""The desk of the mail: decisions on failures and doubts, letters printed and posted."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from bp_platform.accounts import services as accounts
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.documents import services as documents
from bp_platform.documents import storage
from bp_platform.documents.models import Job
from bp_platform.notifications import services
from bp_platform.notifications.models import OutboxMessage
from tests.notifications.conftest import FACTS

WHY = "L’envoi s’est interrompu\u00a0: parti ou non, on ne sait pas."


def doubts(at, number=1):
    people = [accounts.add_contact(name=f"Habitant {n}", email=f"h{n}@exemple.fr") for n in range(number)]
    services.queue("test_news", people, key="BP26-0143", context=FACTS, at=at)
    OutboxMessage.objects.update(state="uncertain", error=WHY)
    return OutboxMessage.objects.order_by("pk").first()


def acts():
    return list(JournalEntry.objects.filter(subject__contains="outbox").values_list("act", "from_state", "to_state"))


def test_a_doubt_is_sent_again_by_a_person(paula, at, post):
    message = doubts(at)

    services.resend(message, by=paula, at=at)
    services.deliver_batch(at=at)

    assert post.recipients == ["h0@exemple.fr"]
    assert acts() == [("resend_message", "uncertain", "queued")]


def test_a_doubt_is_given_up_by_a_person(paula, at):
    message = services.drop(doubts(at), by=paula, at=at)

    assert (message.state, message.error) == ("cancelled", WHY)
    assert acts() == [("drop_message", "uncertain", "cancelled")]


def test_what_left_is_not_decided_again(paula, at):
    message = doubts(at)
    services.drop(message, by=paula, at=at)

    with pytest.raises(Refused, match="Ce message est annulé"):
        services.resend(message, by=paula, at=at)


def test_a_stranger_decides_nothing(chloe, at):
    with pytest.raises(Refused, match="Seule l’équipe participation s’occupe des courriers"):
        services.resend(doubts(at), by=chloe, at=at)


def test_letters_are_printed_then_posted(town, paula, moussa, at):
    services.queue("test_news", [moussa], key="BP26-0143", context=FACTS, at=at)

    job = services.print_letters(by=paula, at=at)
    documents.run_job(job.uid, at)

    job.refresh_from_db()
    assert job.state == "done", job.error
    run = OutboxMessage.objects.get().print_run
    assert services.confirm_print(run, by=paula, at=at) == 1
    assert list(OutboxMessage.objects.values_list("state", "sent_at", "context")) == [("sent", at, {})]
    assert [act for act, _, _ in acts()] == ["post_letters"]


def test_a_letter_shows_its_address_in_the_window_and_whom_to_call(town, paula, moussa, at):
    sender = {"department": "Direction des espaces verts", "person": "Inès Caron", "phone": "02 47 00 00 00"}
    services.queue("test_news", [moussa], key="BP26-0143", context=FACTS | {"sender": sender}, at=at)
    documents.run_job(services.print_letters(by=paula, at=at).uid, at)

    content = storage.content_of(Job.objects.get().result)
    text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    for line in ("Moussa Keïta", "4 quai des Mariniers", "37000 Valrive-sur-Loire", "Inès Caron", "02 47 00 00 00"):
        assert line in text
    assert "Le projet « L’école & le banc », que vous suivez" in text


def test_letters_not_posted_wait_again(town, paula, moussa, at):
    services.queue("test_news", [moussa], key="BP26-0143", context=FACTS, at=at)
    services.print_letters(by=paula, at=at)
    run = OutboxMessage.objects.get().print_run

    services.put_back_letters(run, by=paula, at=at)

    assert OutboxMessage.objects.waiting_letters().count() == 1
    with pytest.raises(Refused, match="Ce tirage n’a plus de lettre à confirmer"):
        services.confirm_print(run, by=paula, at=at)


def test_nothing_to_print_is_said(town, paula, at):
    with pytest.raises(Refused, match="Aucune lettre n’attend d’être imprimée"):
        services.print_letters(by=paula, at=at)


@pytest.mark.parametrize("number", [1, 3])
def test_the_desk_lists_what_to_decide(sign_in, town, paula, at, number, django_assert_num_queries):
    doubts(at, number)
    client = sign_in(paula)
    client.get("/bureau/courriers/")

    with django_assert_num_queries(DESK_QUERIES):
        page = client.get("/bureau/courriers/").content.decode()

    assert page.count("Habitant") == number


DESK_QUERIES = 7


def test_the_desk_s_acts(sign_in, town, paula, moussa, at):
    message = doubts(at)
    services.queue("test_news", [moussa], key="BP26-0143", context=FACTS, at=at)
    client = sign_in(paula)

    assert "L’école &amp; le banc" in client.get(f"/bureau/courriers/{message.pk}/").content.decode()
    answers = [
        client.post(f"/bureau/courriers/{message.pk}/decider/", {"act": "resend"}),
        client.post("/bureau/courriers/imprimer/"),
    ]
    run = OutboxMessage.objects.get(channel="letter").print_run
    answers.append(client.post(f"/bureau/courriers/tirages/{run}/", {"act": "posted"}))

    assert [(answer.status_code, answer.url) for answer in answers] == [
        (303, "/bureau/courriers/"),
        (303, f"/documents/{Job.objects.get().uid}/"),
        (303, "/bureau/courriers/"),
    ]
    page = client.get("/bureau/courriers/").content.decode()
    assert "Le courriel à Habitant 0 repart." in page
    assert "1 lettre est partie." in page


def test_the_desk_reads_no_secret_code(sign_in, town, paula, aicha, at):
    services.queue("test_receipt", [aicha], key="BP26-0143", context=FACTS | {"code": "K7QM 2XHD"}, at=at)
    OutboxMessage.objects.update(state="uncertain", error=WHY)

    page = sign_in(paula).get(f"/bureau/courriers/{OutboxMessage.objects.get().pk}/").content.decode()

    assert "K7QM" not in page
    assert "Votre code de suivi : ••••" in page


def test_the_desk_is_closed_to_others(sign_in, town, bruno, chloe, at):
    message = doubts(at)

    for person in (bruno, chloe):
        client = sign_in(person)
        assert client.get("/bureau/courriers/").status_code in {403, 404}
        assert client.get(f"/bureau/courriers/{message.pk}/").status_code == 404
        assert client.post(f"/bureau/courriers/{message.pk}/decider/", {"act": "drop"}).status_code == 404
    assert OutboxMessage.objects.get().state == "uncertain"
