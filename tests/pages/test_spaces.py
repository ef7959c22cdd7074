"""What somebody signed in finds: the personal space, and the staff's home."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Contact, Role
from bp_platform.core import registries
from bp_platform.core.models import JournalEntry
from proposals import services as proposals
from proposals.models import Owner
from tests.factories import cycles as factory
from tests.factories import instruction as studies
from tests.factories import proposals as ideas
from tests.factories import realisation as works
from tests.people import BUILDER, make_user, staff
from tests.reading import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(town, at):
    return factory.cycle(at)


def test_a_visitor_is_asked_who_they_are(client, cycle):
    answer = client.get("/compte/")

    assert (answer.status_code, answer["Location"]) == (302, "/compte/connexion/?next=/compte/")


def test_a_resident_finds_their_ideas_and_what_they_follow(client, cycle, at, chloe, sign_in):
    contact = Contact.objects.create(name="Chloé Petit", email=chloe.email, user=chloe)
    mine, followed, other = (ideas.published(at, cycle, title=title) for title in ("Un verger", "Un préau", "Un quai"))
    Owner.objects.create(proposal=mine, contact=contact, joined_at=at)
    proposals.follow(followed, contact=contact, at=at)
    unread = ideas.submitted(at, cycle, title="Pas encore relue")
    Owner.objects.create(proposal=unread, contact=contact, joined_at=at)

    page = Page(sign_in(chloe).get("/compte/"))

    assert page.heading == "Bonjour Chloé Petit"
    assert sorted(page.words("h3", class_="ticket__title")) == ["Pas encore relue", "Un préau", "Un verger"]
    assert other.title not in page.text
    assert "Ouvrir mon bureau" not in page.links()


def test_every_ticket_of_the_space_leads_somewhere(client, cycle, at, chloe, sign_in):
    contact = Contact.objects.create(name="Chloé Petit", email=chloe.email, user=chloe)
    for proposal in (ideas.published(at, cycle), ideas.submitted(at, cycle), ideas.submitted(at, cycle)):
        Owner.objects.create(proposal=proposal, contact=contact, joined_at=at)
    client = sign_in(chloe)

    answers = {url: client.get(url).status_code for url in Page(client.get("/compte/")).links().values()}

    assert {url: code for url, code in answers.items() if code not in {200, 302}} == {}


def owned_by(user, proposal, at):
    contact, _new = Contact.objects.get_or_create(user=user, defaults={"name": "Chloé Petit", "email": user.email})
    Owner.objects.create(proposal=proposal, contact=contact, joined_at=at)
    return proposal


def test_who_is_asked_something_finds_it_first(client, cycle, at, chloe, paula, green_spaces, sign_in):
    asked = owned_by(chloe, ideas.submitted(at, cycle, title="Un verger"), at)
    proposals.ask_for_information(asked, by=BUILDER, at=at, question="Où exactement ?")
    studied = studies.case(cycle, at, green_spaces, state="awaiting_owner", title="Un préau").proposal
    owned_by(chloe, studied, at)
    studies.case(cycle, at, green_spaces, state="awaiting_owner", title="À quelqu’un d’autre")

    page = Page(sign_in(chloe).get("/compte/"))

    waiting = {words: url for words, url in page.links().items() if words.startswith("Répondre")}
    assert list(waiting) == [
        "Répondre à la question posée sur « Un verger »",
        "Répondre à la question posée sur « Un préau »",
    ]
    answers = [sign_in(chloe).post(url, {"text": "Place Haute.", "answer": "Oui."}) for url in waiting.values()]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert "On vous attend" not in Page(sign_in(chloe).get("/compte/")).text


def test_the_page_of_one_s_own_idea_is_nobody_else_s(client, cycle, at, chloe, paula, sign_in):
    mine = owned_by(chloe, ideas.submitted(at, cycle), at)
    url = f"/compte/idees/{mine.number}/"

    assert client.get(url)["Location"] == f"/compte/connexion/?next={url}"
    assert sign_in(paula).get(url).status_code == 404
    assert sign_in(paula).post(f"{url}retirer/").status_code == 404
    assert "Votre idée est bien arrivée." in Page(sign_in(chloe).get(url)).text
    Owner.objects.update(left_at=at)
    assert sign_in(chloe).get(url).status_code == 404


def test_an_owner_takes_their_idea_back_without_a_code(cycle, at, chloe, sign_in):
    mine = owned_by(chloe, ideas.submitted(at, cycle), at)

    answer = sign_in(chloe).post(f"/compte/idees/{mine.number}/retirer/")

    mine.refresh_from_db()
    assert (answer.status_code, answer["Location"], mine.state) == (303, f"/compte/idees/{mine.number}/", "withdrawn")
    assert JournalEntry.objects.filter(act="withdraw_proposal", actor_kind="person").count() == 1


def test_an_idea_that_is_not_one_s_own_is_left_behind(cycle, at, chloe, sign_in):
    mine = owned_by(chloe, ideas.published(at, cycle), at)
    proposals.follow(mine, contact=chloe.contacts.get(), at=at)
    client = sign_in(chloe)

    offered = "Ce n’est pas, ou plus, mon idée" in Page(client.get(f"/compte/idees/{mine.number}/")).text
    answers = [client.post(f"/compte/idees/{mine.number}/quitter/").status_code for _ in range(2)]

    mine.refresh_from_db()
    assert (offered, answers, mine.state) == (True, [303, 404], "published")
    assert list(mine.owners.filter(contact__user=chloe).values_list("left_at", flat=True)) != [None]
    assert JournalEntry.objects.filter(act="disown_proposal").count() == 1
    assert not mine.follows.exists()  # nobody writes to them about it any more
    assert mine.title not in Page(client.get("/compte/")).text


def test_a_second_click_or_a_reload_is_harmless(cycle, at, chloe, sign_in):
    mine = owned_by(chloe, ideas.submitted(at, cycle), at)
    proposals.ask_for_information(mine, by=BUILDER, at=at, question="Où ?")
    client, url = sign_in(chloe), f"/compte/idees/{mine.number}/"

    answers = [client.post(url, {"text": "Là."}) for _ in range(2)]
    answers += [client.post(f"{url}retirer/") for _ in range(2)] + [client.get(f"{url}retirer/")]

    assert {answer.status_code for answer in answers} == {303}
    assert JournalEntry.objects.filter(act__in=["answer_proposal", "withdraw_proposal"]).count() == 2


def test_what_was_voted_is_not_taken_back(cycle, at, chloe, sign_in):
    built = works.delivery(cycle, at).proposal
    owned_by(chloe, built, at)
    client, url = sign_in(chloe), f"/compte/idees/{built.number}/"

    before = Page(client.get(url)).text
    assert ("Retirer mon idée" in before, "il ne se retire plus" in before) == (False, True)
    client.post(f"{url}retirer/")

    built.refresh_from_db()
    assert built.state == "published"
    assert "il ne se retire plus" in Page(client.get(url)).text


def test_an_empty_space_says_what_to_do(client, cycle, chloe, sign_in):
    page = Page(sign_in(chloe).get("/compte/"))

    assert "Vous n’avez pas encore déposé d’idée avec ce compte" in page.text
    assert page.links()["J’ai un code de suivi"] == "/suivi/"


def test_the_ideas_of_others_never_show(client, cycle, at, chloe, paula, sign_in):
    Owner.objects.create(
        proposal=ideas.published(at, cycle, title="À Paula"), contact=Contact.objects.create(name="P", user=paula), joined_at=at
    )  # fmt: skip

    assert "À Paula" not in Page(sign_in(chloe).get("/compte/")).text


def test_staff_find_the_door_of_their_desk(cycle, paula, sign_in):
    assert Page(sign_in(paula).get("/compte/")).links()["Ouvrir mon bureau"] == "/bureau/"


def test_the_personal_space_is_kept_by_nobody(cycle, chloe, sign_in):
    answer = sign_in(chloe).get("/compte/")

    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


def test_the_staff_s_home_does_not_exist_without_a_role(client, cycle, chloe, sign_in):
    assert client.get("/bureau/")["Location"] == "/compte/connexion/?next=/bureau/"
    assert sign_in(chloe).get("/bureau/").status_code == 404


def test_a_second_factor_comes_before_any_desk(client, cycle, paula):
    client.force_login(paula)

    answer = client.get("/bureau/")

    assert (answer.status_code, answer["Location"]) == (302, "/compte/double-authentification/")


TEAM = ["Éditions", "Modération", "Dépôts assistés", "Rendez-vous", "Instances", "Bilans de phase", "Présélection", "Tri des idées", "Décisions", "Publication des réponses", "Vote", "Lieux de vote", "Avis des instances", "Chantiers", "Demandes", "Reliquats", "Bilans", "Courriers"]  # fmt: skip
HOUSE = ["Vote", "Lieux de vote", "Courriers", "Comptes et rôles", "Directions", "Données personnelles", "Collectivité"]
DESKS = {
    Role.PARTICIPATION: TEAM,
    Role.MODERATOR: ["Modération", "Dépôts assistés", "Demandes"],
    Role.AMBASSADOR: ["Dépôts assistés", "Rendez-vous"],
    Role.FACILITATOR: ["Rendez-vous"],
    Role.AGENT: ["Dépôts assistés", "Mes dossiers", "Chantiers", "Demandes", "Préparatifs"],
    Role.HEAD: ["Mes dossiers", "Ma direction", "Avis des instances", "Chantiers", "Demandes", "Préparatifs", "Bilans"],
    Role.FINANCE: ["Finances", "Reliquats", "Préparatifs"],
    Role.ELECTED: ["Présélection", "Décisions", "Bilans"],
    Role.COMMITTEE: ["Comité de suivi"],
    Role.COUNT: ["Vote"],
    Role.POLLING: ["Lieux de vote"],
    Role.AUDITOR: ["Éditions", "Présélection", "Études", "Finances"],
    Role.ADMINISTRATOR: HOUSE,
}


@pytest.mark.parametrize("role", Role.values)
def test_each_role_finds_its_desks_in_order_and_they_open(cycle, at, green_spaces, sign_in, role):
    department = green_spaces if role in {Role.AGENT, Role.HEAD} else None
    client = sign_in(staff("quelqu-un", "Maxime", "Roux", role, at, department))

    home = client.get("/bureau/")
    if Role(role) not in DESKS:
        assert home.status_code == 404
        return
    page = Page(home)

    assert page.words("h2") == DESKS[Role(role)]
    assert {url: client.get(url).status_code for url in page.links().values()} == dict.fromkeys(
        page.links().values(), 200
    )


def test_several_roles_share_one_home(cycle, at, green_spaces, sign_in):
    both = staff("claire", "Claire", "Roux", Role.HEAD, at, green_spaces)
    accounts.appoint(both, by=BUILDER, at=at, role=Role.MODERATOR, from_on=date(2025, 1, 1))

    page = Page(sign_in(both).get("/bureau/"))

    assert set(page.words("h2")) == {*DESKS[Role.HEAD], *DESKS[Role.MODERATOR]}
    assert page.heading == "Bonjour Claire"


def test_a_role_that_is_over_opens_nothing(cycle, at, sign_in):
    former = make_user("claire", "Claire", "Roux")
    accounts.appoint(
        former, by=BUILDER, at=at, role=Role.MODERATOR, from_on=date(2025, 1, 1), until_on=date(2026, 3, 1)
    )  # fmt: skip

    assert sign_in(former).get("/bureau/").status_code == 404


READ_WITHOUT_A_DESK = {"every_case"}  # the elected members read any case; their own desk is that of the decisions


def test_the_desk_of_somebody_else_does_not_exist(cycle, at, sign_in, elias, chloe):
    """For each desk: an elected member or a stranger without its role gets a page that does not exist."""
    desks = {desk.key: reverse(desk.url_name) for desk in registries.desks}
    closed = {desk.key for desk in registries.desks if Role.ELECTED not in desk.roles} - READ_WITHOUT_A_DESK

    assert {key: sign_in(elias).get(desks[key]).status_code for key in closed} == dict.fromkeys(closed, 404)
    assert {key: sign_in(chloe).get(url).status_code for key, url in desks.items()} == dict.fromkeys(desks, 404)


def test_the_gallery_is_for_the_staff(cycle, paula, chloe, sign_in):
    assert sign_in(chloe).get("/bureau/galerie/").status_code == 404
    assert sign_in(paula).get("/bureau/galerie/").status_code == 200
