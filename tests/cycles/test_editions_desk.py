"""The editions’ desk: a new edition from a card, a former one, one screen or nothing; launched, hidden, closed."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from bp_platform.core import calendar
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from cycles import selectors, services
from cycles.models import Cycle, CycleState, Lesson
from tests.factories import cycles as factory
from tests.people import BUILDER

pytestmark = pytest.mark.django_db

NAMES = {"title": "Édition 2027", "slug": "2027", "number_prefix": "BP27"}
MICRO = NAMES | {
    "amount_eur": "30 000", "maximum_cost_eur": "10 000", "starts_on": "2027-01-11", "call_weeks": "8", "study_weeks": "9",
    "vote_weeks": "3", "minimum_age": "10", "maximum_choices": "3", "deadline_months": "18",
    "contact": "Mairie, 02 47 00 00 00", "resolution": "Délibération 2026-045", "resolution_on": "2026-02-27",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _today(town, at, time_machine):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def former(at):
    return factory.cycle(at, open_phase="realisation")


def last_act(cycle):
    return JournalEntry.objects.filter(chain=cycle.journal_chain).order_by("-position").first().act


def test_a_former_edition_is_taken_up_with_its_lessons_beside_the_setting(former, paula, at, sign_in):
    services.write_lesson(
        former, by=paula, at=at, text="Trois choix suffisent.", setting="ballot.maximum_choices", key=uuid4()
    )
    services.write_lesson(former, by=paula, at=at, text="Prévenez les écoles.", key=uuid4())
    client = sign_in(paula)
    assert "Vous y avez noté 2 leçons" in client.get("/bureau/editions/nouvelle/copie/2026/").content.decode()

    answer = client.post("/bureau/editions/nouvelle/copie/2026/", NAMES | {"years": "1"})

    assert answer.headers["Location"] == "/bureau/editions/2027/"
    cycle = Cycle.objects.get(slug="2027")
    assert (cycle.state, cycle.prior, cycle.last_number) == (CycleState.PREPARED, former, 0)
    assert list(cycle.areas.order_by("pk").values_list("code", "parent__code", "population")) == [
        ("ville", None, None),
        ("mariniers", "ville", 4210),
    ]
    assert list(cycle.envelopes.values_list("name", "amount_eur")) == [("Enveloppe de la ville", Decimal("100000.00"))]
    assert [version.state for version in selectors.versions_of(cycle)] == ["draft"]
    assert last_act(cycle) == "clone_cycle:2026"
    page = client.get("/bureau/editions/2027/vote/").content.decode()
    assert page.count("Trois choix suffisent.") == 1 and "Prévenez les écoles." not in page
    assert client.get("/bureau/editions/2027/cadre/").content.decode().count("Prévenez les écoles.") == 1
    field = page.partition('name="ballot__maximum_choices"')[2]
    assert "Trois choix suffisent." in field.partition("</fieldset>")[0]
    assert "Trois choix" not in client.get("/bureau/editions/2027/suites/").content.decode()


@pytest.mark.parametrize("years", [0, 1, 2])
def test_dates_move_by_whole_years_to_the_same_weekday_and_hour(former, paula, at, years):
    cycle = services.clone_cycle(former, by=paula, at=at, **NAMES, years=years)

    old, new = (list(c.phases.order_by("opens_at", "pk")) for c in (former, cycle))
    assert [phase.kind for phase in new] == [phase.kind for phase in old]
    shifts = set()
    for before, after in zip(old, new, strict=True):
        local = [timezone.localtime(phase.opens_at) for phase in (before, after)]
        assert local[0].weekday() == local[1].weekday()
        assert local[0].time() == local[1].time()
        shifts.add((local[1].date() - local[0].date()).days)
    assert len(shifts) == 1
    assert abs(shifts.pop() - 365.25 * years) <= 4


def test_a_card_gives_a_whole_edition_under_its_own_name(paula, sign_in):
    client = sign_in(paula)
    page = client.get("/bureau/editions/nouvelle/").content.decode()
    assert "Les Flamants et Le Mail, Marseille, 2022" in page

    answer = client.post("/bureau/editions/nouvelle/modele/P17/", NAMES | {"starts_on": "2027-01-04"})

    assert answer.status_code == 303
    cycle = Cycle.objects.get(slug="2027")
    assert (cycle.title, cycle.number_prefix) == ("Édition 2027", "BP27")
    assert calendar.local_day(selectors.phase_of(cycle, "call").opens_at).isoformat() == "2027-01-04"
    assert client.get("/bureau/editions/nouvelle/modele/P99/").status_code == 404


def test_the_names_proposed_are_free(former, paula, at, sign_in):
    year = timezone.now().year + 1
    services.create_empty(by=paula, at=at, title="Déjà là", slug=str(year), number_prefix=f"BP{year % 100}")
    client = sign_in(paula)
    for address in ("simple/", "modele/P17/", "vide/"):
        page = client.get(f"/bureau/editions/nouvelle/{address}").content.decode()
        assert f'value="{year + 1}"' in page
        assert f'value="BP{(year + 1) % 100}"' in page

    following = 2028 if year == 2027 else 2027
    assert f'value="{following}"' in client.get("/bureau/editions/nouvelle/copie/2026/").content.decode()


def test_an_edition_that_could_not_get_its_dates_is_not_offered(paula, sign_in, monkeypatch):
    """One begins from a card, a copy or the one screen as long as a step of the line has no page."""
    client = sign_in(paula)
    for answers in (False, True):
        monkeypatch.setattr(selectors, "every_step_answers", lambda answers=answers: answers)
        page = client.get("/bureau/editions/nouvelle/").content.decode()
        assert ("/bureau/editions/nouvelle/vide/" in page) is answers


def test_the_promise_of_another_town_is_not_ours(paula, sign_in):
    sign_in(paula).post("/bureau/editions/nouvelle/modele/P06/", NAMES | {"starts_on": "2027-01-04"})

    assert Cycle.objects.get(slug="2027").promise == ""


def test_an_edition_from_nothing_begins_with_the_usual_rules(paula, sign_in):
    assert sign_in(paula).post("/bureau/editions/nouvelle/vide/", NAMES).status_code == 303

    cycle = Cycle.objects.get(slug="2027")
    assert (cycle.phases.count(), cycle.areas.count(), selectors.open_draft(cycle).number) == (0, 1, 1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"slug": "2026"}, "ette adresse est déjà prise"),
        ({"slug": "nouvelle"}, "ette adresse est réservée"),
        ({"slug": "l’été"}, "crivez l’adresse en lettres sans accent"),
        ({"number_prefix": "BP26"}, "e préfixe est déjà pris"),
        ({"number_prefix": "27"}, "crivez deux à quatre lettres"),
        ({"title": ""}, "onnez un titre à l’édition"),
    ],
)
def test_a_bad_name_is_refused_in_a_sentence(former, paula, sign_in, changes, sentence):
    answer = sign_in(paula).post("/bureau/editions/nouvelle/vide/", NAMES | changes)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Cycle.objects.count() == 1


def test_a_small_commune_goes_from_nothing_to_public_in_under_forty_interactions(paula, sign_in):
    client = sign_in(paula)
    screen = client.get("/bureau/editions/nouvelle/simple/").content.decode()
    form = screen.partition('<form class="form micro"')[2].partition("</form>")[0]
    fields = len(re.findall(r"<(?:input|select|textarea)(?![^>]*type=\"hidden\")", form))
    clicks = 4  # the desk, « Nouvelle édition », « Tout régler ici », then « Publier l’édition »
    assert fields + 1 + clicks + 2 < 40  # with the box to tick for what an election means, and the button again

    asked = client.post("/bureau/editions/nouvelle/simple/", MICRO)
    assert "Période de réserve du" in asked.content.decode() and not Cycle.objects.exists()
    ready = client.post("/bureau/editions/nouvelle/simple/", MICRO | {"has_read": "on"})
    assert ready.headers["Location"] == "/bureau/editions/2027/publication/"
    cycle = Cycle.objects.get(slug="2027")
    assert [(phase.kind, calendar.local_day(phase.opens_at).isoformat()) for phase in cycle.phases.order_by("opens_at")][:3] == [
        ("call", "2027-01-11"), ("instruction", "2027-03-08"), ("campaign", "2027-05-10"),
    ]  # fmt: skip
    assert selectors.adopted_version(cycle).adopted_by_resolution == "Délibération 2026-045"
    assert "Tout est prêt" in client.get("/bureau/editions/2027/publication/").content.decode()

    assert client.post("/bureau/editions/2027/publication/", {"acte": "publier"}).status_code == 303
    cycle.refresh_from_db()
    assert (cycle.state, last_act(cycle)) == (CycleState.PUBLIC, "publish_cycle")
    assert client.get("/2027/reglement/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"maximum_cost_eur": "40 000"}, "e coût maximal d’un projet dépasse l’enveloppe."),
        ({"amount_eur": "0"}, "crivez un montant supérieur à zéro."),
        ({"amount_eur": "beaucoup"}, "crivez un montant en chiffres"),
        ({"resolution_on": ""}, "ndiquez le jour de la délibération."),
        ({"contact": ""}, "ites à qui les habitant·es posent leurs questions."),
        ({"starts_on": "2027-07-19", "call_weeks": "6"}, "29 jours sur 42 tombent en août"),
    ],
)
def test_the_one_screen_refuses_in_a_sentence_and_writes_nothing(paula, sign_in, changes, sentence):
    answer = sign_in(paula).post("/bureau/editions/nouvelle/simple/", MICRO | changes)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert 'value="Mairie, 02 47 00 00 00"' in answer.content.decode() or changes.get("contact") == ""
    assert not Cycle.objects.exists()


def test_the_one_screen_asks_to_read_its_warnings_then_goes_on(paula, sign_in):
    summer = MICRO | {"starts_on": "2027-07-19", "call_weeks": "6"}
    client = sign_in(paula)
    assert 'name="has_read"' in client.post("/bureau/editions/nouvelle/simple/", summer).content.decode()

    assert client.post("/bureau/editions/nouvelle/simple/", summer | {"has_read": "on"}).status_code == 303
    assert selectors.adopted_version(Cycle.objects.get()) is not None


def test_without_a_resolution_the_one_screen_waits_for_the_council(paula, sign_in):
    answer = sign_in(paula).post("/bureau/editions/nouvelle/simple/", MICRO | {"resolution": "", "resolution_on": ""})

    assert answer.headers["Location"] == "/bureau/editions/2027/adoption/"
    assert selectors.adopted_version(Cycle.objects.get()) is None


def test_the_launch_says_what_is_missing(paula, at, sign_in):
    cycle = services.create_empty(by=BUILDER, at=at, **NAMES)
    client = sign_in(paula)

    page = client.get("/bureau/editions/2027/publication/").content.decode()

    sentence = (
        "Il manque encore\u00a0: le règlement adopté, les dates des phases, une enveloppe, qui répond aux questions."
    )
    assert sentence in page
    with pytest.raises(Refused, match="Il manque encore"):
        services.launch_cycle(cycle, by=paula, at=at)
    assert (
        sentence in client.post("/bureau/editions/2027/publication/", {"acte": "publier"}, follow=True).content.decode()
    )
    cycle.refresh_from_db()
    assert cycle.state == CycleState.PREPARED


def test_an_edition_is_hidden_with_a_reason_and_shown_again(
    paula, at, sign_in, client, django_capture_on_commit_callbacks
):
    cycle = factory.cycle(at)
    desk = sign_in(paula)
    assert "ites pourquoi" in desk.post("/bureau/editions/2026/publication/", {"acte": "cacher", "reason": ""}).content.decode()  # fmt: skip

    desk.post("/bureau/editions/2026/publication/", {"acte": "cacher", "reason": "Un recours est en cours."})
    cycle.refresh_from_db()
    assert (cycle.is_hidden, last_act(cycle)) == (True, "hide_cycle")
    desk.logout()
    assert desk.get("/2026/reglement/").status_code == 404

    sign_in(paula).post("/bureau/editions/2026/publication/", {"acte": "montrer"})
    cycle.refresh_from_db()
    assert (cycle.is_hidden, last_act(cycle)) == (False, "show_cycle")


def test_closing_says_what_the_review_objects(paula, at, sign_in):
    from realisation.models import OneYearReview

    cycle = factory.cycle(at, open_phase="review")
    OneYearReview.objects.create(cycle=cycle, scheduled_on=at.date() - timedelta(days=3))
    client = sign_in(paula)

    page = client.get("/bureau/editions/2026/publication/").content.decode()
    refused = client.post("/bureau/editions/2026/publication/", {"acte": "clore"}, follow=True).content.decode()

    veto = re.search(r'id="clore-reason">([^<]+)<', page)[1]
    assert "bilan" in veto.lower()
    assert veto in refused
    cycle.refresh_from_db()
    assert cycle.state == CycleState.PUBLIC


def test_lessons_are_written_once_and_taken_back(former, paula, sign_in):
    client, key = sign_in(paula), str(uuid4())
    data = {"text": "Ouvrir le vote un samedi.", "setting": "calendrier", "key": key}

    for _twice in range(2):
        assert client.post("/bureau/editions/2026/lecons/", data).status_code == 303

    lesson = Lesson.objects.get()
    assert (lesson.author_role, last_act(former)) == ("participation", "write_lesson")
    assert "Ouvrir le vote un samedi." in client.get("/bureau/editions/2026/lecons/").content.decode()
    client.post(f"/bureau/editions/2026/lecons/{lesson.pk}/retirer/")
    client.post(f"/bureau/editions/2026/lecons/{lesson.pk}/retirer/")
    assert last_act(former) == "withdraw_lesson"
    assert "Ouvrir le vote un samedi." not in client.get("/bureau/editions/2026/lecons/").content.decode()
    empty = client.post("/bureau/editions/2026/lecons/", data | {"text": " ", "key": str(uuid4())})
    assert "crivez ce que vous avez appris." in empty.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_desk_asks_as_much_for_three_editions_as_for_one(at, paula, sign_in, django_assert_num_queries, number):
    for n in range(number):
        factory.cycle(at, slug=f"202{n}", prefix=f"BP2{n}")
    client = sign_in(paula)
    client.get("/bureau/editions/")

    with django_assert_num_queries(6):
        page = client.get("/bureau/editions/").content.decode()

    assert page.count('<th scope="row"') == number
