"""Priorities: dots given without a name in a window before the call, beside those counted by hand; and the call's kind."""

from __future__ import annotations

import io
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction
from django.test import Client
from pypdf import PdfReader

from bp_platform.core import registries
from bp_platform.core.actors import RESIDENT
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.documents import rendering
from bp_platform.documents.models import Job
from cycles import selectors, services
from cycles.models import Diagnosis, DotAnswer, DotCount, Issue, Phase
from proposals import services as proposals
from tests.factories import cycles as factory
from tests.reading import Page, plain

pytestmark = pytest.mark.django_db

PAGE = "/2026/diagnostic/priorites/"
DESK = "/bureau/diagnostic/2026/"


@pytest.fixture(autouse=True)
def _today(town, at, time_machine):
    time_machine.move_to(at, tick=False)


def opens(cycle, moment):
    """The call opens then; a date in the past does not move, so it is another call."""
    factory.drop_phases(cycle, "call")
    Phase.objects.create(cycle=cycle, kind="call", opens_at=moment, closes_at=moment + timedelta(days=6))


@pytest.fixture
def cycle(at):
    """An edition in its diagnosis; the call opens in three weeks."""
    made = factory.cycle(at)
    opens(made, at + timedelta(days=21))
    Phase.objects.create(
        cycle=made, kind="diagnosis", opens_at=at - timedelta(days=9), closes_at=at + timedelta(days=20)
    )
    return made


@pytest.fixture
def issues(cycle):
    return [Issue.objects.create(cycle=cycle, title=title) for title in ("Le bruit", "L’ombre", "Les bancs")]


def opened(cycle, paula, at, **facts):
    given = {"opens_at": at - timedelta(days=1), "closes_at": at + timedelta(days=10), "dots_each": 3}
    return services.open_dots(cycle, by=paula, at=at - timedelta(days=2), **(given | facts))


def last_act(cycle):
    return JournalEntry.objects.filter(chain=cycle.journal_chain).order_by("-position").first().act


def totals(cycle):
    return [(one.issue.title, one.by_source) for one in selectors.priorities(cycle)]


def test_anybody_gives_a_few_dots_and_may_move_them(cycle, issues, paula, at, time_machine):
    noise, shade, _benches = (f"dots-{issue.pk}" for issue in issues)
    opened(cycle, paula, at)
    aicha, lanterne = Client(), Client()

    assert "Vous avez 3 gommettes" in Page(aicha.get(PAGE)).text
    assert aicha.post(PAGE, {noise: "2", shade: "1"}).status_code == 303
    again = Page(aicha.get(PAGE))
    assert "Vos gommettes sont données" in again.text
    assert aicha.post(PAGE, {shade: "3"}).status_code == 303
    assert lanterne.post(PAGE, {noise: "1", "association": "La Lanterne"}).status_code == 303

    assert totals(cycle) == [("L’ombre", (3, 0, 0, 0)), ("Le bruit", (0, 1, 0, 0)), ("Les bancs", (0, 0, 0, 0))]
    assert selectors.heard(cycle).by_source == (1, 1, 0, 0)
    assert not JournalEntry.objects.filter(act__contains="give").exists()
    too_many = aicha.post(PAGE, {noise: "3", shade: "2"})
    assert too_many.status_code == 422
    assert "Vous donnez 5 gommettes et vous en avez 3 : retirez-en 2." in Page(too_many).text
    assert "Donnez au moins une gommette" in Page(aicha.post(PAGE, {})).text
    assert Client().post(PAGE, {noise: "1", "site": "http://robot"}).status_code == 200
    assert DotAnswer.objects.count() == 2

    time_machine.move_to(at + timedelta(days=10), tick=False)
    late = aicha.post(PAGE, {noise: "1", "association": "Trop tard"})
    assert late.status_code == 422
    assert "ne se donnent plus depuis le" in Page(late).text and "Trop tard" in late.content.decode()
    assert "ne se donnent plus" in Page(aicha.get(PAGE)).text


def test_each_source_is_shown_apart_and_the_call_shows_the_priorities(cycle, issues, paula, sign_in, at, time_machine):
    noise, shade, benches = issues
    opened(cycle, paula, at)
    desk = sign_in(paula)
    data = {"source": "paper", "place": "Mairie", "on_date": "2026-03-01", "sheets": "2", "key": str(uuid4())}
    for _twice in range(2):
        assert desk.post(f"{DESK}gommettes/", data | {f"dots-{benches.pk}": "6"}).status_code == 303
    assert last_act(cycle) == "count_dots"
    refused = desk.post(f"{DESK}gommettes/", data | {f"dots-{benches.pk}": "7", "key": str(uuid4())})
    assert "7 gommettes pour 2 feuilles ou personnes de 3 chacune : recomptez." in Page(refused).text
    wall = data | {"source": "meeting", "place": "Forum", "key": str(uuid4()), f"dots-{shade.pk}": "3"}
    desk.post(f"{DESK}gommettes/", wall)
    desk.post(f"{DESK}gommettes/", data | {"place": "Par erreur", "key": str(uuid4()), f"dots-{noise.pk}": "1"})
    wrong = DotCount.objects.get(place="Par erreur")
    for _twice in range(2):
        desk.post(f"{DESK}gommettes/{wrong.pk}/retirer/")
    assert last_act(cycle) == "withdraw_dots"
    Client().post(PAGE, {f"dots-{shade.pk}": "2", "association": "La Lanterne"})
    assert "Associations déclarées : La Lanterne" in Page(desk.get(DESK)).text
    assert "publiez ensuite" in Page(desk.post(f"{DESK}publier/", {"words": ""})).text

    time_machine.move_to(at + timedelta(days=11), tick=False)
    services.publish_diagnosis(cycle, by=paula, at=at + timedelta(days=11), words="")

    assert totals(cycle) == [("Les bancs", (0, 0, 6, 0)), ("L’ombre", (0, 2, 0, 3)), ("Le bruit", (0, 0, 0, 0))]
    page = Page(Client().get("/2026/diagnostic/"))
    for said in ("1 association", "2 feuilles sur papier", "2 personnes en réunion"):
        assert said in page.text
    assert "La Lanterne" not in page.text
    time_machine.move_to(at + timedelta(days=22), tick=False)
    assert "Les priorités du diagnostic" in Page(Client().get("/2026/idees/deposer/")).text
    assert "Les priorités du diagnostic" in Page(Client().get("/2026/")).text


def test_what_the_window_refuses(cycle, issues, paula, chloe, at):
    for facts, sentence in (
        ({"closes_at": at + timedelta(days=22)}, "l’appel ouvre le"),
        ({"opens_at": at - timedelta(days=9), "closes_at": at - timedelta(days=3)}, "déjà passée"),
        ({"opens_at": at + timedelta(days=5), "closes_at": at + timedelta(days=4)}, "dans cet ordre"),
        ({"dots_each": 11}, "de 1 à 10"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            opened(cycle, paula, at, **facts)
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        opened(cycle, chloe, at)
    assert Client().get(PAGE).status_code == 404
    diagnosis = opened(cycle, paula, at, opens_at=at + timedelta(days=1))
    assert (last_act(cycle), diagnosis.dots_each) == ("open_dots", 3)
    with pytest.raises(Refused, match="se donnent à partir du"):
        services.give_dots(diagnosis, at=at, browser="a", dots={issues[0].pk: 1})
    later = at + timedelta(days=2)
    for act in (
        lambda: services.add_issue(cycle, by=paula, at=later, title="Le mien"),
        lambda: services.open_dots(
            cycle, by=paula, at=later, opens_at=later, closes_at=later + timedelta(days=3), dots_each=1
        ),
    ):
        with pytest.raises(Refused, match="la liste des enjeux ne change plus"):
            act()
    with pytest.raises(IntegrityError, match="published_once_dots"), transaction.atomic():
        Diagnosis.objects.update(published_at=at)
    Issue.objects.exclude(pk=issues[0].pk).delete()
    with pytest.raises(Refused, match="au moins deux enjeux"):
        opened(cycle, paula, at)
    opens(cycle, at - timedelta(days=3))
    with pytest.raises(Refused, match="L’appel est déjà ouvert"):
        opened(cycle, paula, at)


@pytest.mark.parametrize("number", [1, 3])
def test_the_published_page_asks_as_much_for_three_issues_as_for_one(cycle, at, number, django_assert_num_queries):
    for n in range(number):
        Issue.objects.create(cycle=cycle, title=f"Enjeu {n}")
    Diagnosis.objects.create(cycle=cycle, published_at=at)
    client = Client()
    client.get("/2026/diagnostic/")

    with django_assert_num_queries(11):
        page = client.get("/2026/diagnostic/").content.decode()

    assert page.count('<th scope="row">Enjeu') == number


@pytest.mark.django_db(transaction=True)
def test_one_browser_twice_at_once_is_one_answer(cycle, issues, paula, at):
    diagnosis = opened(cycle, paula, at)
    start, said = threading.Barrier(2), []

    def give():
        try:
            start.wait(timeout=20)
            services.give_dots(diagnosis, at=at, browser="same", dots={issues[0].pk: 2})
            said.append("fait")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=give) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert said == ["fait", "fait"]
    assert totals(cycle)[0] == ("Le bruit", (2, 0, 0, 0))


def test_an_idea_says_which_issue_it_answers_to_and_the_diagnosis_counts_it(cycle, issues, paula, at, client):
    shade = issues[1]
    Diagnosis.objects.create(cycle=cycle, published_at=at)
    opens(cycle, at - timedelta(days=1))
    form = {
        "title": "Des arbres", "summary": "De l’ombre au marché.", "area": cycle.areas.get(code="ville").pk,
        "theme": cycle.themes.get().pk, "owner_name": "Aïcha", "issue": shade.pk, "once": "x",
    }  # fmt: skip
    other = Issue.objects.create(cycle=factory.cycle(at, slug="2027", prefix="BP27"), title="Ailleurs")
    wrong = client.post("/2026/idees/deposer/", form | {"issue": other.pk})
    assert "un enjeu de la liste" in Page(wrong).error_of("issue")

    assert client.post("/2026/idees/deposer/", form).status_code == 303
    filed = cycle.proposals.get()
    proposals.publish(filed, by=paula, at=at)

    assert filed.issue == shade
    assert "1 idée y répond" in Page(client.get("/2026/diagnostic/")).text
    assert "Répond à un enjeu du diagnostic : L’ombre" in Page(client.get(f"/2026/projets/{filed.number}/")).text
    proposals.hide(filed, by=paula, at=at, reason="Doublon")
    assert Issue.objects.get(pk=shade.pk).ideas == 0


def test_the_call_says_its_kind_until_it_opens(cycle, paula, sign_in, at, client, time_machine):
    desk = sign_in(paula)
    address = "/bureau/editions/2026/calendrier/appel/"
    assert "rien n’est encore promis" in Page(desk.get(address)).text
    assert desk.post(address, {"call_kind": "aap"}).status_code == 303
    assert last_act(cycle) == "name_call:aap"
    assert "Un appel à projets (AAP). Qui répond propose un projet" in Page(client.get("/2026/reglement/")).text
    call = cycle.phases.get(kind="call")
    with pytest.raises(Refused, match="sa nature ne change plus"):
        services.name_call(call, by=paula, at=call.opens_at, call_kind="ideas")
    with pytest.raises(Refused, match="n’est pas un appel"):
        services.name_call(cycle.phases.get(kind="vote"), by=paula, at=at, call_kind="ami")
    with pytest.raises(IntegrityError, match="call_kind_is_the_calls"), transaction.atomic():
        cycle.phases.filter(kind="vote").update(call_kind="ami")
    codes = {read.finding.code for read in selectors.findings(cycle, at)}
    assert "call_built_by_services" in codes and "call_without_groups" not in codes

    time_machine.move_to(call.opens_at, tick=False)
    form = Page(client.get("/2026/idees/deposer/"))
    assert "Un appel à projets (AAP)." in form.text
    nobody = client.post("/2026/idees/deposer/", {"title": "x", "owner_kind": ""})
    assert "en quelle qualité vous répondez" in Page(nobody).error_of("owner_kind")
    copy = services.clone_cycle(cycle, by=paula, at=at, title="2027", slug="2027", number_prefix="BP27")
    assert copy.phases.get(kind="call").call_kind == "aap"


def test_a_call_for_groups_asks_for_rules_that_let_them_answer(cycle, paula, at):
    values = factory.next_version(cycle).values
    factory.adopt(cycle, values | {"proposers": values["proposers"] | {"kinds": ["resident"]}})
    services.name_call(cycle.phases.get(kind="call"), by=paula, at=at, call_kind="ami")

    found = {read.finding.code: read.finding for read in selectors.findings(cycle, at)}

    assert found["call_without_groups"].level == "error"
    assert "n’en laisse répondre aucun" in found["call_without_groups"].sentence


def test_the_sheet_for_dots_is_printed_by_anybody_while_they_are_given_and_by_the_team_before(
    cycle, issues, paula, sign_in, at, time_machine
):
    spec, arguments, page = registries.reports["dots_sheet"], {"cycle": "2026"}, "/2026/diagnostic/priorites/"
    assert Client().post(f"{page}feuille/").status_code == 404
    diagnosis = opened(cycle, paula, at)

    data = spec.build(arguments)
    assert {issue.title for issue in data["issues"]} == {"Le bruit", "L’ombre", "Les bancs"}
    assert (data["boxes"], data["until"]) == ([0, 1, 2], "12 mars 2026")
    content = rendering.render_pdf(spec.template, data, language="fr", title=str(spec.title))
    [sheet] = PdfReader(io.BytesIO(content)).pages
    words = plain(sheet.extract_text())
    for said in ("Vous avez 3 gommettes", "À déposer jusqu’au 12 mars 2026 compris", "Une feuille par personne"):
        assert said in words
    Diagnosis.objects.update(dots_each=8)
    assert spec.build(arguments)["boxes"] == []

    assert f"{page}feuille/" in Client().get(page).content.decode()
    assert f"{page}feuille/" in sign_in(paula).get("/bureau/diagnostic/2026/").content.decode()
    assert Client().post(f"{page}feuille/").status_code == sign_in(paula).post(f"{page}feuille/").status_code == 303
    assert Job.objects.filter(kind="dots_sheet").exists()
    early = diagnosis.dots_open_at - timedelta(days=1)
    assert spec.may_request(paula, arguments, early)
    assert "à partir du" in str(spec.may_request(RESIDENT, arguments, early).reason)
    assert "ne se donnent plus" in str(spec.may_request(paula, arguments, diagnosis.dots_close_at).reason)
    assert not spec.may_request(RESIDENT, {"cycle": "nulle-part"}, at)
    time_machine.move_to(diagnosis.dots_close_at, tick=False)
    assert "ne se donnent plus" in Page(Client().post(f"{page}feuille/", follow=True)).text
