"""Pages of the bodies: public, an application without an account, the draw that is done again, the team's desk."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from bp_platform.accounts.models import Contact
from bp_platform.core import registries
from bp_platform.documents import rendering
from cycles import lots, selectors, services
from cycles.lots import Quota
from cycles.models import Application, Body, BodyOpinion, Draw, Recruitment
from cycles.selectors import bodies as reading
from cycles.services import Candidate
from tests.factories import meetings as factory
from tests.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "town")]

DESK = "/bureau/instances/"
PUBLIC = "/2026/instances/comite-de-suivi/"


@pytest.fixture
def body(at):
    return factory.body(at, applications_from=at - timedelta(days=2), applications_until=at + timedelta(days=10))


def test_a_bodys_page_names_who_agreed_and_shows_what_is_owed(client, at, body, paula, green_spaces, clock):
    factory.member(at, body, "Aïcha Benali", shows_name=True)
    factory.member(at, body, "Odette Renard")
    services.record_opinion(body, by=paula, at=at, kind="advice", subject="Les bancs", words="Gardez-les.", department=green_spaces, due_on=at.date() + timedelta(5))  # fmt: skip
    services.record_decision(body, by=paula, at=at, matter="ties", subject="Tirer au sort", votes_for=2)
    factory.meeting(at, body=body, kind="body_session", title="Première séance")

    page = Page(client.get(PUBLIC))

    assert "Aïcha Benali" in page.text
    assert "Odette" not in page.text
    assert "1 personne a choisi de ne pas être nommée." in page.text
    assert "réponse attendue le 7 mars 2026" in page.text
    assert "Première séance" in page.text
    clock.move_to(at + timedelta(days=8))
    assert "réponse en retard de 3 jours" in Page(client.get(PUBLIC)).text
    assert Page(client.get("/2026/instances/")).links()["Ouvrir : Comité de suivi"] == PUBLIC
    Body.objects.update(published_at=None)
    assert client.get(PUBLIC).status_code == 404


def test_the_page_asks_as_much_for_one_as_for_three(client, at, body, paula, green_spaces, django_assert_num_queries):
    def grow(n):
        factory.member(at, body, f"Personne {n}", shows_name=True, contact=factory.contact(f"P {n}", email=f"p{n}@v.example"))  # fmt: skip
        services.record_opinion(body, by=paula, at=at, kind="advice", subject=f"Avis {n}", words="Oui.", department=green_spaces, due_on=at.date() + timedelta(5))  # fmt: skip
        factory.meeting(at, body=body, kind="body_session")

    grow(1)
    client.get(PUBLIC)
    with django_assert_num_queries(11):
        client.get(PUBLIC)
    grow(2)
    grow(3)
    with django_assert_num_queries(11):
        client.get(PUBLIC)


def test_somebody_without_an_account_applies_then_withdraws(client, body):
    form = f"{PUBLIC}candidater/"
    college = body.colleges.get(recruitment=Recruitment.LOT)

    empty = Page(client.post(form, {"college": college.pk}))
    assert "indiquez votre nom" in empty.error_of("name")
    receipt = Page(client.post(form, {"college": college.pk, "name": "Aïcha Benali", "email": "aicha@valrive.example", "gender": "F", "once": "x"}, follow=True))  # fmt: skip
    assert receipt.heading == "Votre candidature est arrivée"
    own = receipt.links()["Voir ma candidature"]
    assert Page(client.get(own)).heading == "Votre candidature est reçue"
    assert Page(client.post(own, follow=True)).heading == "Votre candidature est retirée"
    assert client.post("/2026/candidature/", {"code": own.rstrip("/").rsplit("/", 1)[-1]})["Location"] == own


def test_the_draws_page_does_it_again(client, at, body, paula, clock):
    college = body.colleges.get(recruitment=Recruitment.LOT)
    for n, gender in enumerate("FHFHFH"):
        services.apply(college, Candidate(f"Personne {n}", f"p{n}@valrive.example", gender=gender), at=at)
    draw = services.announce_draw(college, by=paula, at=at, quotas=[Quota("gender", "F", 2, "une femme")], source="Le Loto du 7 mars", value_due_at=at + timedelta(days=5))  # fmt: skip
    address = f"{PUBLIC}tirages/{draw.slug}/"

    announced = Page(client.get(address))
    listing = client.get(f"{address}liste.csv").content.decode()

    assert announced.heading == "3 sièges tirés au sort parmi 6 personnes"
    assert "Personne" not in announced.text.replace("personnes", "").replace("Une personne siège", "").replace("une personne refuse", "")  # fmt: skip
    assert lots.digest(listing) == draw.list_digest
    services.draw_lots(draw, by=paula, at=at + timedelta(days=6), value="7 12 31")
    clock.move_to(at + timedelta(days=6))
    done = Page(client.get(address))
    assert "Recalculé à l’instant : le résultat est juste" in done.text
    reckoned = reading.drawn_again.cache_info().misses
    assert Page(client.get(address)).text == done.text
    assert reading.drawn_again.cache_info().misses == reckoned  # seconds of work, that anybody could ask for
    result = lots.draw(lots.read_listing(listing), 3, selectors.quotas_of(draw), lots.seed_of("7 12 31", lots.digest(listing)))  # fmt: skip
    assert [int(cell) for cell in done.words("td", data_label="Rang")] == [*result.seated, *result.substitutes]


def test_the_team_makes_a_body_from_nothing(sign_in, paula, at, chloe, helene, green_spaces):
    client = sign_in(paula)
    cycle = factory.cycle_of(at)
    facts = {"cycle": cycle.pk, "name": "Jury citoyen", "kind": "jury", "powers": ["laureates", "studies"], "mandate_from": "2026-03-02", "mandate_until": "2027-03-02", "quorum": "1"}  # fmt: skip

    assert Page(client.get(DESK)).text.count("Aucune instance") == 1
    assert "Créer une instance" in Page(client.get(f"{DESK}nouvelle/")).heading
    made = Page(client.post(f"{DESK}nouvelle/", facts, follow=True))
    assert made.heading == "Jury citoyen"
    body = Body.objects.get()
    one = f"{DESK}{body.pk}/"
    assert "pas de collège" in Page(client.post(f"{one}publier/", follow=True)).text
    for name in ("Habitantes et habitants", "En trop"):
        college = {"name": name, "seats": "2", "recruitment": "call", "key": uuid4()}
        twice = [client.post(f"{one}colleges/", college) for _n in range(2)]
        assert [answer.status_code for answer in twice] == [303, 303]
    assert body.colleges.count() == 2
    again = Page(client.post(f"{one}colleges/", college | {"key": uuid4()}))
    assert "Ce collège existe déjà : donnez-lui un autre nom" in again.text
    client.post(f"{one}colleges/{body.colleges.get(name='En trop').pk}/retirer/")
    college = body.colleges.get()
    client.post(f"{one}publier/")
    client.post(f"{one}charte/", {"words": "Nous écoutons."})
    client.post(f"{one}appel/", {"applications_from": "2026-03-01T09:00", "applications_until": "2026-04-01T20:00", "call_text": "Venez."})  # fmt: skip
    typed = {"college": college.pk, "channel": "paper", "received_on": "2026-03-02", "name": "Odette Renard", "postal_address": "3 rue Haute", "once": "x"}  # fmt: skip
    assert Page(client.get(f"{one}candidatures/saisir/")).heading == "Saisir une candidature"
    client.post(f"{one}candidatures/saisir/", typed)
    application = Application.objects.get()
    assert "Odette Renard" in Page(client.get(f"{one}candidatures/")).text
    client.post(f"{one}candidatures/{application.pk}/", {"act": "choose"})
    client.post(f"{one}designer/", {"college": college.pk, "name": "Chloé Petit", "email": chloe.email})
    seen = Page(client.get(one))
    assert "lit les études" in seen.text
    member = body.members.get(contact__name="Odette Renard")
    client.post(f"{one}membres/{member.pk}/charte/")
    decided = client.post(f"{one}decisions/", {"key": "7a1e6c1e-6d3c-4d2c-9c55-111111111111", "matter": "laureates", "subject": "Le square", "decided_on": "2026-03-02", "votes_for": "2", "votes_against": "0", "abstentions": "0"}, follow=True)  # fmt: skip
    assert "Le square" in Page(decided).text
    client.post(f"{one}avis/", {"key": "7a1e6c1e-6d3c-4d2c-9c55-222222222222", "kind": "advice", "subject": "Les bancs", "words": "Gardez-les.", "given_on": "2026-03-02", "department": green_spaces.pk, "due_on": "2026-03-10"})  # fmt: skip
    client.post(f"{one}rapports/2026/", {"year": "2026", "words": "Une année pleine."})
    assert client.get("/2026/instances/jury-citoyen/rapports/2026/").status_code == 200
    client.post(f"{one}membres/{member.pk}/fin/", {"until_on": "2026-03-02", "reason": "Elle déménage"})
    for page in (
        "changer/",
        "charte/",
        "appel/",
        "designer/",
        "avis/",
        "decisions/",
        "rapports/2026/",
        "candidatures/",
    ):
        assert client.get(f"{one}{page}").status_code == 200

    desk = sign_in(helene)
    assert Page(desk.get("/bureau/avis-des-instances/")).heading == "1 avis attend sa réponse"
    opinion = BodyOpinion.objects.get()
    answer = f"/bureau/avis-des-instances/{opinion.pk}/"
    assert Page(desk.get(answer)).heading.replace("\u00a0", " ") == "Répondre à l’avis n° 1"
    desk.post(answer, {"words": "Ils restent."})
    assert "Ils restent." in Page(desk.get(answer)).text
    assert desk.get(one).status_code == 404
    assert sign_in(chloe).get("/bureau/avis-des-instances/").status_code == 404
    mine = Page(sign_in(chloe).get("/compte/instances/"))
    assert "J’accepte cette charte" in mine.words("button")
    sign_in(chloe).post("/compte/instances/", {"seat": body.members.get(contact__user=chloe).pk})
    assert "Vous avez accepté la charte (version 1)" in Page(sign_in(chloe).get("/compte/instances/")).text


def test_the_desk_draws_by_lot(sign_in, paula, at, body, clock):
    college = body.colleges.get(recruitment=Recruitment.LOT)
    for n, gender in enumerate("FHFH"):
        services.apply(college, Candidate(f"Personne {n}", f"p{n}@valrive.example", gender=gender), at=at)
    client = sign_in(paula)
    one = f"{DESK}{body.pk}/"
    announce = f"{one}tirages/annoncer/{college.pk}/"

    refused = client.post(announce, {"source": "Le Loto", "value_due_at": "2026-03-07T21:00", "least-gender-F": "3"})
    assert "Il en manque 1" in Page(refused).text
    client.post(announce, {"source": "Le Loto du 7 mars", "value_due_at": "2026-03-07T21:00", "least-gender-F": "2"})
    draw = Draw.objects.get()
    assert "sera connu le" in Page(client.get(f"{one}candidatures/")).text
    clock.move_to(at + timedelta(days=6))
    client.logout()
    sign_in(paula)
    drawn = client.post(f"{one}tirages/{draw.slug}/", {"value": "7 12 31"}, follow=True)
    assert "Le tirage est fait et publié" in Page(drawn).text
    first, second, _third = draw.entries.filter(outcome="seated").order_by("order")
    client.post(f"{one}sieges/{first.pk}/", {"act": "accept"})
    client.post(f"{one}sieges/{second.pk}/", {"act": "refuse"})
    assert "remplace le rang" in Page(client.get(f"{one}candidatures/")).text
    assert body.members.count() == 1


def test_the_report_is_printed(at, body, paula, green_spaces):
    services.record_opinion(body, by=paula, at=at, kind="advice", subject="Les bancs", words="Gardez-les.", department=green_spaces, due_on=at.date() + timedelta(5))  # fmt: skip
    report = services.write_report(body, by=paula, at=at, year=2026, words="Une année pleine.")
    spec = registries.reports["body_report"]
    arguments = {"body": body.pk, "year": 2026, "day": "2026-12-31"}

    data = spec.build(arguments)

    assert (data["figures"].opinions, data["figures"].late) == (1, 1)
    assert rendering.render_pdf(spec.template, data, language="fr", title=str(spec.title)).startswith(b"%PDF")
    from bp_platform.core.actors import RESIDENT

    assert not spec.may_request(RESIDENT, arguments, at)
    services.publish_report(report, by=paula, at=at)
    assert spec.may_request(RESIDENT, arguments, at)


def test_a_form_posted_twice_seats_one_person_and_keeps_nothing_of_the_second(at, town, sign_in, paula):
    body = factory.body(at)
    typed = {"college": body.colleges.order_by("position").first().pk, "name": "Odette Renard", "phone": "0237000000"}
    desk = sign_in(paula)

    assert desk.post(f"{DESK}{body.pk}/designer/", typed).status_code == 303
    assert "siège déjà" in Page(desk.post(f"{DESK}{body.pk}/designer/", typed)).text

    assert [member.contact.name for member in body.members.all()] == ["Odette Renard"]
    assert Contact.objects.filter(name="Odette Renard").count() == 1
