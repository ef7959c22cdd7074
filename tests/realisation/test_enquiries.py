"""Questions of residents about the works: asked without an account, read first, answered in public before a day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from bp_platform.accounts import services as accounts
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry, JournalReason
from bp_platform.notifications.models import OutboxMessage
from proposals import services as proposals
from realisation import personal_data, services, waiting
from realisation.models import Enquiry
from tests.factories import realisation as factory
from tests.people import Role, staff
from tests.realisation.test_letters import read
from tests.realisation.test_pages import words

DAY = timedelta(days=1)
QUESTION = "Le banc promis près de l’école arrive quand ?"


@pytest.fixture
def mehdi(db, at):
    """Mehdi moderates."""
    return staff("mehdi", "Mehdi", "Ould", Role.MODERATOR, at)


def asked(delivery, at, **facts) -> Enquiry:
    """Chloé asks."""
    asking = services.Asking(**{"kind": "question", "text": QUESTION, "email": "chloe@exemple.fr"} | facts)
    return services.ask(delivery, asking, by=factory.HAND, at=at, once=str(uuid4())).enquiry


def told(event: str) -> list[str]:
    rows = OutboxMessage.objects.filter(event=event).order_by("contact__email").select_related("contact")
    return [row.contact.email for row in rows]


def test_from_the_question_to_the_public_answer(delivery, mehdi, bruno, at, client):
    marc = accounts.add_contact(name="Marc", email="marc@valrive.example")
    proposals.follow(delivery.proposal, contact=marc, at=at)
    path = f"/2026/projets/{delivery.proposal.number}/demandes/"

    enquiry = asked(delivery, at, name="Chloé", shows_name=True)
    assert (enquiry.state, enquiry.due_on) == ("received", date(2026, 4, 1))
    assert QUESTION not in client.get(path).content.decode()

    services.publish_enquiry(enquiry, by=mehdi, at=at + DAY)
    page = words(client.get(path).content.decode())
    assert f"{QUESTION}" in page
    assert "Réponse promise pour le 1er avril 2026" in page
    assert told("enquiry_to_answer") == [bruno.email]

    services.answer_enquiry(enquiry, by=bruno, at=at + 2 * DAY, words="En juin, avec les arbres.")
    page = words(client.get(path).content.decode())
    assert "En juin, avec les arbres." in page
    assert "Direction des espaces verts" in page
    assert told("enquiry_answered") == ["chloe@exemple.fr"]
    assert "marc@valrive.example" in told("enquiry_followed")
    acts = JournalEntry.objects.filter(subject=f"realisation.enquiry:{enquiry.pk}").order_by("position")
    assert [(line.act, line.from_state, line.to_state) for line in acts] == [
        ("ask_about_works", "", "received"),
        ("publish_enquiry", "received", "published"),
        ("answer_enquiry", "published", "answered"),
    ]
    subject, text = read("enquiry_answered")
    assert subject == f"Votre demande sur le projet {delivery.proposal.number} a sa réponse"
    assert "Direction des espaces verts vous répond :\n\nEn juin, avec les arbres." in text
    assert "1 question" in words(client.get(f"/2026/projets/{delivery.proposal.number}/").content.decode())


def test_a_late_answer_shows(delivery, mehdi, client, bruno):
    long_ago = timezone.localtime().replace(hour=12) - 33 * DAY  # near midnight, an hour changed since moves the day
    services.publish_enquiry(asked(delivery, long_ago), by=mehdi, at=long_ago)

    assert "3 jours de retard" in words(
        client.get(f"/2026/projets/{delivery.proposal.number}/demandes/").content.decode()
    )
    assert "1 réponse en retard" in words(client.get("/2026/realisation/").content.decode())
    assert waiting.enquiries(bruno, timezone.now()) == "1 à répondre, 1 en retard"


def test_what_is_refused_says_why_to_its_author_alone(delivery, mehdi, at, client):
    enquiry = asked(delivery, at)

    services.refuse_enquiry(enquiry, by=mehdi, at=at, reason="Elle nomme votre voisin.")

    assert QUESTION not in client.get(f"/2026/projets/{delivery.proposal.number}/demandes/").content.decode()
    assert [row.text for row in JournalReason.objects.all()] == ["Elle nomme votre voisin."]
    assert "Elle nomme votre voisin." in read("enquiry_refused")[1]


def test_who_reads_who_answers(delivery, mehdi, bruno, farid, chloe, at):
    enquiry = asked(delivery, at)
    for stranger in (bruno, farid, chloe):
        with pytest.raises(Refused, match="Seule l’équipe de modération"):
            services.publish_enquiry(enquiry, by=stranger, at=at)
    with pytest.raises(Refused, match="On ne peut pas répondre à cette demande : l’état actuel est « à relire »"):
        services.answer_enquiry(enquiry, by=bruno, at=at, words="Oui.")
    services.publish_enquiry(enquiry, by=mehdi, at=at)
    with pytest.raises(Refused, match="Seule la direction qui réalise ce projet"):
        services.answer_enquiry(enquiry, by=farid, at=at, words="Oui.")
    services.answer_enquiry(enquiry, by=bruno, at=at, words="Oui.")
    with pytest.raises(Refused, match="On ne peut pas répondre à cette demande"):
        services.answer_enquiry(enquiry, by=bruno, at=at, words="Encore.")


@pytest.fixture
def form() -> dict:
    return {"kind": "defect", "text": "La rampe bouge.", "email": "", "name": "", "website": "", "once": "abc"}


def test_asking_needs_neither_account_nor_mail_and_twice_is_once(delivery, form, client):
    path = f"/2026/projets/{delivery.proposal.number}/demandes/"

    first, second = client.post(path, form), client.post(path, form)

    assert (first.status_code, second.status_code, Enquiry.objects.count()) == (303, 303, 1)
    assert OutboxMessage.objects.filter(event="enquiry_received").count() == 0
    page = client.get(first.url).content.decode()
    code = re.search(r"([0-9A-Z]{4}(?:[ \u00a0][0-9A-Z]{4}){3})", words(page))[1]
    assert code.replace(" ", "").replace("\u00a0", "") not in repr(Enquiry.objects.values().get())
    found = client.post("/suivi/demandes/code/", {"code": code.lower()})
    assert found.status_code == 303
    assert "La rampe bouge." in client.get(found.url).content.decode()
    wrong = client.post("/suivi/demandes/code/", {"code": "AAAA BBBB CCCC DDDD"})
    assert wrong.context["form"].errors == {"code": ["aucune demande ne porte ce code. Vérifiez chaque caractère."]}
    assert client.get("/suivi/demandes/AAAABBBBCCCCDDDD/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"text": " "}, "text", "écrivez votre question, ou ce qui ne va pas et où."),
        ({"email": "chloe@"}, "email", "cette adresse n’est pas complète ; elle s’écrit comme nom@exemple.fr."),
        ({"shows_name": "on"}, "name", "écrivez le nom à afficher, ou décochez la case."),
        ({"kind": "plainte"}, "kind", "Sélectionnez un choix valide. plainte n’en fait pas partie."),
    ],
)
def test_a_refused_question_keeps_what_was_typed(delivery, form, client, changes, field, sentence):
    response = client.post(f"/2026/projets/{delivery.proposal.number}/demandes/", form | {"name": ""} | changes)

    found = {
        name: [one.replace("\u00a0", " ") for one in said] for name, said in response.context["form"].errors.items()
    }
    assert (response.status_code, found) == (422, {field: [sentence]})
    assert Enquiry.objects.count() == 0


def test_a_robot_and_a_flood_leave_nothing(delivery, form, client):
    path = f"/2026/projets/{delivery.proposal.number}/demandes/"
    assert client.post(path, form | {"website": "http://spam"}).status_code == 422

    answers = [client.post(path, form | {"once": str(n)}).status_code for n in range(21)]

    assert (answers[19], answers[20], Enquiry.objects.count()) == (303, 422, 20)


def test_before_the_council_there_is_nobody_to_ask(cycle, at, client):
    laureate = factory.laureate(cycle, at)

    assert client.get(f"/2026/projets/{laureate.number}/demandes/").status_code == 404


def test_the_desk_reads_publishes_and_answers(delivery, mehdi, bruno, paula, sign_in):
    now = timezone.now()
    enquiry, other = asked(delivery, now), asked(delivery, now, text="Et la fontaine ?")
    path = f"/bureau/demandes/{enquiry.uid}/"
    assert sign_in(bruno).get(path).status_code == 404  # not his before it is published

    client = sign_in(mehdi)
    assert "2 demandes attendent" in client.get("/bureau/demandes/").content.decode()
    assert waiting.enquiries(mehdi, now) == "2 demandes à relire"
    assert client.post(path, {"act": "publish"}).status_code == 303
    client.post(path, {"act": "publish"})  # a second click
    refused = client.post(f"/bureau/demandes/{other.uid}/", {"act": "refuse", "reason": ""})
    assert refused.context["refusal"].errors == {
        "reason": ["dites en une phrase pourquoi cette demande n’est pas publiée."]
    }

    client = sign_in(bruno)
    assert "1 demande attend" in client.get("/bureau/demandes/").content.decode()
    empty = client.post(path, {"act": "answer", "words": ""})
    assert empty.status_code == 422
    assert client.post(path, {"act": "answer", "words": "En juin."}).status_code == 303
    again = client.post(path, {"act": "answer", "words": "Mon texte à garder."})
    assert (again.status_code, Enquiry.objects.get(pk=enquiry.pk).answer) == (422, "En juin.")


def test_the_desk_is_for_who_answers(delivery, farid, chloe, sign_in):
    for stranger in (farid, chloe):
        assert sign_in(stranger).get("/bureau/demandes/").status_code == 404


@pytest.mark.parametrize("number", [1, 3, 60])
def test_the_pages_cost_the_same_for_one_and_for_sixty(
    delivery, bruno, mehdi, at, sign_in, client, django_assert_num_queries, number
):
    Enquiry.objects.bulk_create(
        Enquiry(
            delivery=delivery, kind="question", text=f"Question {n}", state="published", published_at=at,
            received_at=at, due_on=at.date(), code_digest=f"{n:064d}",
        )
        for n in range(number)
    )  # fmt: skip
    path = f"/2026/projets/{delivery.proposal.number}/demandes/"
    client.get(path)
    with django_assert_num_queries(4):
        page = client.get(path).content.decode()
    assert page.count('class="panel enquiry"') == min(number, 20)

    desk = sign_in(bruno)
    desk.get("/bureau/demandes/")
    with django_assert_num_queries(5):
        desk.get("/bureau/demandes/")


def test_a_person_reads_then_erases_what_they_asked(delivery, mehdi, bruno, at):
    answered, hidden = asked(delivery, at, name="Chloé", shows_name=True), asked(delivery, at, text="Nom d’un voisin")
    hidden.author = answered.author
    hidden.save()
    services.publish_enquiry(answered, by=mehdi, at=at)
    services.refuse_enquiry(hidden, by=mehdi, at=at, reason="Un nom.")
    chloe = answered.author
    assert [row["Ce que j’ai écrit"] for row in personal_data.export(chloe)] == [QUESTION, "Nom d’un voisin"]

    assert personal_data.erase(chloe, at) == 2

    answered.refresh_from_db()
    hidden.refresh_from_db()
    assert (answered.public_name, answered.author, answered.text) == ("", None, QUESTION)
    assert (hidden.text, hidden.author, JournalReason.objects.count()) == ("", None, 0)
