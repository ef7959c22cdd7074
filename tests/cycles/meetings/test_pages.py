"""Pages of the meetings: the agenda, a registration without an account, the hosts' desk, the workshop's sheets, the paper."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bp_platform.accounts.models import Role
from bp_platform.core import registries
from bp_platform.documents import rendering
from cycles import services
from cycles.models import Meeting, MeetingState, Minutes, Registration
from cycles.services import Guest
from proposals.models import MeetingIdea, Proposal
from tests.documents.test_uploads import picture
from tests.factories import meetings as factory
from tests.people import staff
from tests.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "town")]

DESK = "/bureau/rendez-vous/"


@pytest.fixture
def nour(at):
    """Nour is an ambassador."""
    return staff("nour", "Nour", "Haddad", Role.AMBASSADOR, at)


def test_the_agenda_shows_what_is_announced_by_place_and_edition(client, at):
    workshop = factory.workshop(at, area=factory.cycle_of(at).areas.get(code="mariniers"))
    factory.meeting(at, title="Permanence", kind="office_hours")
    factory.meeting(at, state=MeetingState.DRAFT, title="Secret")
    factory.meeting(at, starts_in=-timedelta(days=9), title="Forum passé")

    everything = Page(client.get("/agenda/"))
    there = Page(client.get("/agenda/?lieu=Les+Mariniers"))
    past = Page(client.get("/agenda/?passes=oui"))
    nothing = Page(client.get("/agenda/?nature=forum"))

    assert [title for title in everything.words(class_="meetings__title")] == [workshop.title, "Permanence"]
    assert "Mars 2026" in everything.words("h2")
    assert there.words(class_="meetings__title") == [workshop.title]
    assert past.words(class_="meetings__title") == ["Forum passé"]
    assert "Rien ne répond à ces choix" in nothing.text
    assert client.get("/agenda/calendrier.ics")["Content-Type"].startswith("text/calendar")


def test_the_agenda_asks_as_much_for_one_as_for_three(client, at, django_assert_num_queries):
    factory.workshop(at)
    client.get("/agenda/")
    with django_assert_num_queries(5):
        client.get("/agenda/")
    factory.workshop(at)
    factory.workshop(at)
    with django_assert_num_queries(5):
        client.get("/agenda/")


def test_somebody_without_an_account_comes_then_gives_the_seat_back(client, at):
    workshop = factory.workshop(at, capacity=1)
    address = f"/2026/rendez-vous/{workshop.slug}/"
    form = f"{address}inscription/"

    assert "Il reste 1 place sur 1" in Page(client.get(address)).text
    empty = client.post(form, {"seats": "1"})
    assert empty.status_code == 422
    assert "indiquez votre nom" in Page(empty).error_of("name")
    unreachable = Page(client.post(form, {"name": "Aïcha Benali", "seats": "1"}))
    assert "indiquez un courriel, un téléphone" in unreachable.error_of("email")
    typed = {"name": "Aïcha Benali", "email": "aicha@valrive.example", "seats": "1", "access_need": "un fauteuil", "once": "x"}  # fmt: skip
    receipt = Page(client.post(form, typed, follow=True))
    client.post(form, typed)

    assert receipt.heading == "Votre place est gardée"
    assert Registration.objects.count() == 1
    own = receipt.links()["Voir mon inscription"]
    waiting = Page(client.post(form, {"name": "Bruno Martel", "phone": "06 00", "seats": "1"}, follow=True))
    assert waiting.heading == "Vous êtes en tête de la liste d’attente"
    assert Page(client.get(own)).heading == "Vous êtes inscrit·e"
    done = Page(client.post(own, follow=True))
    assert done.heading == "Votre inscription est annulée"
    assert client.get(own.replace("2026/", "2027/", 1)).status_code == 404
    assert Registration.objects.get(contact__name="Bruno Martel").state == "confirmed"

    code = own.rstrip("/").rsplit("/", 1)[-1]
    assert client.post("/2026/inscription/", {"code": code.lower()})["Location"] == own
    assert "aucune inscription" in Page(client.post("/2026/inscription/", {"code": "ABCD"})).error_of("code")


def test_a_meeting_that_takes_no_registration_says_so(client, at):
    meeting = factory.meeting(at, text="Venez avec vos idées.", is_step_free=True, agenda="- Les idées\n- Le vote")
    page = Page(client.get(f"/2026/rendez-vous/{meeting.slug}/"))

    assert "Ouvert à tout le monde, sans inscription." in page.text
    assert "Accessible en fauteuil roulant" in page.text
    assert [w for w in page.words("li") if w.startswith("Les idées")] == ["Les idées"]
    back = client.get(f"/2026/rendez-vous/{meeting.slug}/inscription/", follow=True)
    assert "venez sans vous inscrire" in Page(back).text
    assert client.get(f"/2026/rendez-vous/{factory.meeting(at, state='draft').slug}/").status_code == 404


def test_the_desk_carries_a_meeting_from_its_plan_to_its_minutes(sign_in, paula, at, clock, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = sign_in(paula)
    body = factory.body(at)
    odette = factory.member(at, body, "Odette Renard")
    facts = {"kind": "body_session", "body": str(body.pk), "title": "Comité de suivi", "starts_at": "2026-03-12T18:00", "ends_at": "2026-03-12T20:00", "place": "Mairie", "agenda": "Les avis", "seats_per_person": "4", "takes_registrations": "on"}  # fmt: skip
    form = f"{DESK}nouveau/2026/"
    key = Page(client.get(f"{form}?instance={body.pk}")).all("input", name="key")[0].get("value")

    wrong = Page(client.post(form, facts | {"key": key, "ends_at": "2026-03-12T17:00"}))
    assert "doit suivre son début" in wrong.text
    page = Page(client.post(form, facts | {"key": key}, follow=True))
    meeting = Meeting.objects.get()
    one = f"{DESK}{meeting.pk}/"
    assert "En préparation : personne ne le voit encore." in page.text
    assert meeting.starts_at.isoformat() == "2026-03-12T17:00:00+00:00"  # 18 h in Paris
    assert "annoncé dans l’agenda" in Page(client.post(f"{one}annoncer/", follow=True)).text
    assert "La convocation est partie" in Page(client.post(f"{one}convoquer/", follow=True)).text
    client.post(f"{one}inscrire/", {"name": "Aïcha Benali", "seats": "2", "childcare": "", "once": "z"})
    seen = Page(client.get(one))
    assert "Aïcha Benali" in seen.text
    assert Page(client.get(f"{one}changer/")).heading == "Changer le rendez-vous"
    assert "2 comptes" not in Page(client.get(DESK)).text

    clock.move_to(meeting.ends_at + timedelta(hours=1))
    client.logout()
    sign_in(paula)
    guest = meeting.registrations.get()
    marked = client.post(f"{one}presences/", {f"member_{odette.pk}": "present", "guests": [str(guest.pk)]}, follow=True)
    assert "1 membre présent sur 1" in Page(marked).text
    assert Page(client.get(f"{one}compte-rendu/")).all("textarea")[0].text.strip().startswith("## Les avis")
    client.post(f"{one}compte-rendu/", {"words": "On a parlé des bancs."})
    client.post(f"{one}compte-rendu/approuver/", {"approved_by": "le comité de suivi"})
    assert "est publié" in Page(client.post(f"{one}compte-rendu/publier/", follow=True)).text
    sent = {
        "upload": SimpleUploadedFile("p.jpg", picture()),
        "alt_text": "Une table",
        "consent": "nul n’est reconnaissable",
    }
    assert "La photo est sur la page" in Page(client.post(f"{one}photos/", sent, follow=True)).text
    photo = meeting.photos.get()
    public = Page(client.get(f"/2026/rendez-vous/{meeting.slug}/"))
    assert "On a parlé des bancs." in public.text
    assert public.all("img", alt="Une table")
    client.post(f"{one}photos/{photo.pk}/", {"reason": "Une personne se reconnaît"})
    assert not meeting.photos.exists()
    assert Minutes.objects.get().state == "published"
    assert Page(client.get(f"{DESK}?passes=oui")).words("tbody") != []


def test_the_desk_is_the_hosts(sign_in, nour, chloe, bruno, at):
    meeting = factory.workshop(at)
    services.register(meeting, Guest("Aïcha Benali", "a@valrive.example", access_need="un fauteuil"), at=at)

    assert "un fauteuil" in Page(sign_in(nour).get(f"{DESK}{meeting.pk}/")).text
    assert sign_in(nour).get(f"{DESK}nouveau/2026/").status_code == 404
    assert (
        "Seule l’équipe participation" in Page(sign_in(nour).post(f"{DESK}{meeting.pk}/annuler/", {"reason": "x"})).text
    )
    for stranger in (chloe, bruno):
        assert sign_in(stranger).get(f"{DESK}{meeting.pk}/").status_code == 404
        assert sign_in(stranger).get(DESK).status_code == 404


def test_the_desks_list_asks_as_much_for_one_as_for_three(sign_in, paula, at, django_assert_num_queries):
    client = sign_in(paula)
    factory.workshop(at)
    client.get(DESK)
    with django_assert_num_queries(9):
        client.get(DESK)
    factory.workshop(at)
    factory.workshop(at)
    with django_assert_num_queries(9):
        client.get(DESK)


def sheet(n, cycle, **facts):
    given = {"title": f"Des bancs {n}", "summary": "Pour souffler.", "area": cycle.areas.get(code="ville").pk, "theme": cycle.themes.get().pk, "owner_name": "Odette Renard"}  # fmt: skip
    return {f"f{n}-{name}": str(value) for name, value in (given | facts).items()}


def test_a_workshops_sheets_are_entered_together_or_not_at_all(sign_in, nour, at):
    client = sign_in(nour)
    workshop = factory.workshop(at, starts_in=-timedelta(hours=3))
    address = f"{DESK}{workshop.pk}/idees/"
    cycle = workshop.cycle

    refused = client.post(address, sheet(1, cycle) | sheet(2, cycle, summary="") | {"once": "x"})
    assert (refused.status_code, Proposal.objects.count()) == (422, 0)
    assert "dites en une phrase" in Page(refused).text
    typed = sheet(1, cycle) | sheet(2, cycle) | {"once": "x"}
    receipts = Page(client.post(address, typed, follow=True))
    client.post(address, typed)

    assert receipts.heading == "Récépissés de l’atelier"
    assert len(receipts.all(class_="receipt")) == 2
    assert list(Proposal.objects.values_list("channel", "received_on").distinct()) == [("workshop", at.date())]
    assert MeetingIdea.objects.filter(meeting=workshop).count() == 2
    assert "2 idées déjà saisies" in Page(client.get(address)).text
    assert "au moins une fiche" in Page(client.post(address, {"once": "y"})).text
    later = factory.workshop(at)
    assert "n’a pas eu lieu" in client.get(f"{DESK}{later.pk}/idees/").content.decode()


def test_the_paper_holds_names_and_never_needs(at, town, paula):
    session = factory.workshop(at, body=factory.body(at))
    factory.member(at, session.body, "Odette Renard")
    services.register(session, Guest("Aïcha Benali", "a@valrive.example", access_need="un fauteuil"), at=at)
    spec = registries.reports["sign_in_sheet"]
    data = spec.build({"meeting": session.pk})
    assert (data["members"], data["guests"]) == ([("Odette Renard", "Habitantes et habitants")], [("Aïcha Benali", 1)])
    assert "un fauteuil" not in str(data)
    assert rendering.render_pdf(spec.template, data, language="fr", title=str(spec.title)).startswith(b"%PDF")

    board = registries.reports["meetings_board"]
    data = board.build({"cycle": "2026", "from": at.isoformat(), "format": "A3"})
    assert [line.title for _meeting, line, _access in data["lines"]] == [session.title]
    assert rendering.render_pdf(board.template, data, language="fr", title=str(board.title)).startswith(b"%PDF")
    assert not spec.may_request(None or staffless(), {"meeting": session.pk}, at)


def staffless():
    from bp_platform.core.actors import RESIDENT

    return RESIDENT
