"""The home page and the page of a cycle: where we are, how long is left, what to do."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import caches
from django.urls import reverse

from cycles.models import Cycle, CycleState, Phase
from proposals.models import Stage
from tests.factories import cycles as factory
from tests.factories import proposals as ideas
from tests.reading import Page

pytestmark = pytest.mark.django_db


def test_before_the_first_cycle_the_home_page_says_what_comes(client, town):
    page = Page(client.get("/"))

    assert page.heading == "Le budget participatif se prépare."
    assert "La première édition paraîtra ici" in page.text


@pytest.mark.parametrize(
    ("phase", "headline", "detail", "acts"),
    [
        ("call", "Encore 28 jours.", "On dépose les idées jusqu’au lundi 30 mars 2026 à 11 h.", "Déposer une idée"),
        ("instruction", "Étude.", "Les services étudient les idées", None),
        ("campaign", "Encore 28 jours.", "Les projets se présentent jusqu’au", None),
        ("vote", "Encore 28 jours.", "Le vote ferme le lundi 30 mars 2026 à 11 h.", "Voter maintenant"),
        ("proclamation", "Résultats.", "Les résultats sont publiés.", "Voir les résultats"),
        ("realisation", "Réalisation.", "Les projets lauréats se construisent", "Suivre les chantiers"),
        ("review", "Bilan.", "C’est l’heure du bilan.", None),
    ],
)
def test_it_says_where_we_are_and_the_one_thing_to_do(client, town, at, phase, headline, detail, acts):
    factory.cycle(at, open_phase=phase)

    page = Page(client.get("/"))

    assert page.heading == "100 000 € pour la ville. À vous de choisir."
    assert headline in page.text
    assert detail in page.text
    assert [w for w in page.links() if w in {"Déposer une idée", "Voter maintenant", "Voir les résultats", "Suivre les chantiers"}] == ([acts] if acts else [])  # fmt: skip
    assert page.words("li", aria_current="step") == [page.words("li", class_="now")[0]]


def test_between_two_phases_it_announces_the_next(client, town, at, clock):
    cycle = factory.cycle(at)
    factory.drop_phases(cycle, "instruction")
    Phase.objects.create(
        cycle=cycle, kind="instruction", opens_at=at + timedelta(weeks=5), closes_at=at + timedelta(weeks=8)
    )
    clock.move_to(at + timedelta(weeks=4, days=2))

    page = Page(client.get("/"))

    assert "Bientôt." in page.text
    assert "ouverture le lundi 6 avril 2026" in page.text


def test_a_cycle_that_is_over_or_has_no_phase_still_has_its_page(client, town, at):
    cycle = factory.cycle(at - timedelta(weeks=60), open_phase="review")
    over = Page(client.get("/2026/"))
    factory.drop_phases(cycle)
    caches["local"].clear()

    bare = Page(client.get("/2026/"))

    assert (over.heading, bare.heading) == ("100 000 € pour la ville. À vous de choisir.",) * 2
    assert (len(over.all("li", class_="past")) + len(over.all("li", class_="now")), len(bare.all("ol"))) == (7, 0)


def test_three_projects_at_most_the_latest_first(client, town, at):
    cycle = factory.cycle(at)
    for day in range(1, 5):
        ideas.published(at, cycle, title=f"Idée {day}", published_at=at - timedelta(days=day))
    ideas.published(at, cycle, title="Refusée", stage=Stage.UNFEASIBLE)
    ideas.submitted(at, cycle, title="Pas encore relue")

    page = Page(client.get("/"))

    assert page.words("h3", class_="ticket__title") == ["Idée 1", "Idée 2", "Idée 3"]


def test_during_the_vote_the_ballot_s_projects_each_day_others(client, town, at, clock):
    cycle = factory.cycle(at, open_phase="vote")
    for n in range(6):
        ideas.published(at, cycle, title=f"Projet {n}", stage=Stage.ON_BALLOT, price_eur=Decimal(1000))
    ideas.published(at, cycle, title="Pas au vote", stage=Stage.FEASIBLE)

    shown = []
    for day in range(12):
        clock.move_to(at + timedelta(days=day))
        shown.append(Page(client.get("/")).words("h3", class_="ticket__title"))

    assert {len(three) for three in shown} == {3}
    assert {title for three in shown for title in three} == {f"Projet {n}" for n in range(6)}


@pytest.mark.parametrize("facts", [{"state": CycleState.PREPARED}, {"is_hidden": True}])
def test_a_cycle_that_is_not_public_does_not_exist(client, town, at, paula, sign_in, facts):
    cycle = factory.cycle(at)
    for name, value in facts.items():
        setattr(cycle, name, value)
    cycle.save()

    assert client.get("/2026/").status_code == 404
    assert Page(client.get("/")).heading == "Le budget participatif se prépare."
    assert sign_in(paula).get("/2026/").status_code == 200


def test_the_current_cycle_is_the_one_that_votes_before_the_one_that_calls(client, town, at):
    factory.cycle(at, open_phase="vote", slug="2025", prefix="BP25")
    factory.cycle(at, open_phase="call", slug="2026")

    page = Page(client.get("/"))

    assert page.words("p", class_="page-header__eyebrow") == ["Édition 2025"]


def test_while_two_phases_are_open_the_page_speaks_of_the_call(client, town, at):
    cycle = factory.cycle(at, open_phase="call")
    Phase.objects.create(
        cycle=cycle, kind="diagnosis", opens_at=at - timedelta(hours=1), closes_at=at + timedelta(days=60)
    )

    page = Page(client.get("/2026/"))

    assert page.links()["Déposer une idée"] == "/2026/idees/deposer/"


def test_every_door_of_the_page_opens(client, town, at):
    cycle = factory.cycle(at)
    ideas.published(at, cycle)

    answers = {url: client.get(url).status_code for url in Page(client.get("/")).links().values()}

    assert answers.pop(reverse("proposals:submit", args=["2026"])) == 200
    assert set(answers.values()) == {200}
    assert len(answers) == 3


@pytest.mark.parametrize("items", [1, 3])
def test_all_the_editions_say_where_they_stand(client, town, at, django_assert_num_queries, items):
    for year in range(2026, 2026 - items, -1):
        then = at - timedelta(days=800) * (2026 - year)
        factory.cycle(then, slug=str(year), prefix=f"BP{year - 2000}")
    Cycle.objects.filter(slug="2025").update(is_hidden=True)
    client.get("/mentions-legales/")

    with django_assert_num_queries(5):
        page = Page(client.get("/editions/"))

    shown = {words.removeprefix("Ouvrir : "): url for words, url in page.links().items()}
    assert list(shown) == (["Édition 2026"] if items == 1 else ["Édition 2024", "Édition 2026"])
    assert "28 jours. On dépose les idées" in page.text
    assert page.text.count("Cette édition est terminée.") == items // 2


def test_before_the_first_edition_the_page_says_so(client, town):
    page = Page(client.get("/editions/"))

    assert (page.heading, "Aucune édition n’est encore publiée" in page.text) == ("Toutes les éditions", True)


def test_an_edition_without_dates_is_being_prepared(client, town, at):
    cycle = factory.cycle(at)
    factory.drop_phases(cycle)

    assert "Cette édition se prépare." in Page(client.get("/editions/")).text
