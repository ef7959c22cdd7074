"""A project's page, one address from idea to inauguration: what it says at each stage."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import caches
from django.urls import reverse

from cycles.models import Cycle, CycleState
from instruction import services as instruction
from proposals import services as proposals
from proposals.models import Proposal, ProposalState, Stage
from realisation import services as realisation
from tests.factories import cycles as factory
from tests.factories import instruction as studies
from tests.factories import proposals as ideas
from tests.people import BUILDER
from tests.reading import Page

pytestmark = pytest.mark.django_db


def sheet(client, proposal) -> Page:
    """As it is now: what was kept before an act of this test is another test's subject."""
    caches["local"].clear()
    return Page(client.get(reverse("pages:project", args=[proposal.cycle.slug, proposal.number])))


@pytest.fixture
def cycle(town, at):
    return factory.cycle(at, open_phase="instruction")


@pytest.mark.parametrize(
    ("stage", "here", "said", "terminated"),
    [
        (Stage.IDEA, "Idée", "Idée", 0),
        (Stage.STUDY, "Étude", "À l’étude", 1),
        (Stage.FEASIBLE, "Étude", "Réalisable", 1),
        (Stage.UNFEASIBLE, "Étude", "Non retenue", 1),
        (Stage.ON_BALLOT, "Vote", "Au vote", 2),
        (Stage.WINNER, "Résultat", "Lauréat", 3),
        (Stage.NOT_SELECTED, "Résultat", "Non lauréat", 3),
        (Stage.DELIVERY, "Travaux", "En réalisation", 4),
        (Stage.ABANDONED, "Travaux", "Abandonné", 4),
    ],
)
def test_its_line_says_where_it_is_and_where_it_stopped(client, cycle, at, stage, here, said, terminated):
    page = sheet(client, ideas.published(at, cycle, stage=stage))

    [line] = page.all("ol", class_="line")
    [station] = [li for li in line if "now" in li.get("class").split() or "stopped" in li.get("class").split()]
    is_stopped = "stopped" in station.get("class").split()
    assert [e.text.strip() for e in station.iter() if e.get("class") == "here" or e.tag == "b"] == [said, here]
    assert is_stopped == (stage in {Stage.UNFEASIBLE, Stage.NOT_SELECTED, Stage.ABANDONED})
    assert (station.get("aria-current") == "step") is not is_stopped
    assert len(page.words("li", class_="past")) == terminated


def test_a_project_that_is_done_has_its_whole_line_behind_it(client, cycle, at):
    page = sheet(client, ideas.published(at, cycle, stage=Stage.DELIVERED))

    assert len(page.all("li", class_="past")) == 6
    assert page.all("li", aria_current="step") == []


def test_an_idea_shows_who_where_and_when(client, cycle, at):
    proposal = ideas.published(
        at, cycle, title="Un verger", text="Des pommiers.\n\nEt des bancs.", place="Rue Haute", submitted_at=at - timedelta(days=3)
    )  # fmt: skip

    page = sheet(client, proposal)

    assert page.heading == "Un verger"
    assert page.words("p", class_="page-header__eyebrow") == [f"{proposal.number} · Les Mariniers · Nature en ville"]
    for said in ("Proposé par Aïcha Benali", "Lieu : Rue Haute", "Des pommiers.", "Et des bancs.", "Idée déposée en ligne", "Idée publiée", "27 février 2026"):  # fmt: skip
        assert said in page.text
    assert page.links()["Suivre ce projet"] == f"/2026/projets/{proposal.number}/suivre/"
    assert "aicha@" not in page.response.content.decode()


def test_a_name_that_its_owner_keeps_is_not_shown(client, cycle, at):
    proposal = ideas.published(at, cycle)
    proposal.owners.update(public_name="")

    assert "Aïcha" not in sheet(client, proposal).text


def test_what_people_write_is_only_words(client, cycle, at):
    attack = "<script>alert(1)</script><b onclick='x'>gras</b>"

    page = sheet(client, ideas.published(at, cycle, title=attack[:90], summary=attack, text=attack, place=attack))

    assert page.heading == attack[:90]
    assert [s for s in page.all("script") if not s.get("src")] == []


def test_an_answer_is_secret_until_all_answers_are_published(client, cycle, at, green_spaces):
    case = studies.case(cycle, at, green_spaces, state="decided")
    before = sheet(client, case.proposal)

    instruction.publish_answers(cycle, by=BUILDER, at=at)
    after = sheet(client, case.proposal)

    assert "13 800 €" not in before.text
    assert "Le sol est sain." not in before.text
    for said in (
        "Ce que ça coûte",
        "13 800 €",
        "Direction des espaces verts",
        "Le sol est sain.",
        "prix du 1er janvier 2026, à ± 15 %",
    ):
        assert said in after.text
    assert after.words("td", class_="num") == ["12 000,00 €", "1 800,00 €"]


def test_a_refusal_gives_its_article_its_reason_and_what_comes_next(client, cycle, at, green_spaces):
    case = studies.case(cycle, at, green_spaces, state="reviewed")
    instruction.reject(
        case, by=BUILDER, at=at, reason="no_land_control", explanation="Le terrain appartient au département.",
        next_step="Nous transmettons votre idée au département.", decider_name="Élias Ben Amar",
    )  # fmt: skip
    instruction.publish_answers(cycle, by=BUILDER, at=at)

    page = sheet(client, case.proposal)

    assert "Pourquoi ce projet n’est pas retenu" in page.words("h2")
    for said in ("du règlement", "Le terrain appartient au département.", "Et maintenant ?", "Nous transmettons votre idée au département.", "Élias Ben Amar"):  # fmt: skip
        assert said in page.text
    assert "Ce que ça coûte" not in page.text


@pytest.mark.parametrize("state", [ProposalState.SUBMITTED, ProposalState.NEEDS_INFO, ProposalState.HIDDEN])
def test_what_is_not_published_is_for_the_staff(client, cycle, at, state, chloe, elias, sign_in):
    ended = {"ended_at": at} if state == ProposalState.HIDDEN else {}
    proposal = ideas.submitted(at, cycle, state=state, **ended)
    address = reverse("pages:project", args=["2026", proposal.number])

    answers = [client.get(address).status_code, sign_in(chloe).get(address).status_code, sign_in(elias).get(address).status_code]  # fmt: skip

    assert answers == [404, 404, 200]


def test_a_withdrawn_project_keeps_its_address_and_says_so(client, cycle, at):
    proposal = proposals.withdraw(ideas.published(at, cycle), at=at)

    page = sheet(client, proposal)

    assert "Retirée" in page.words("span", class_="here")
    assert "Suivre ce projet" not in page.links()


def test_an_idea_withdrawn_before_it_was_ever_published_stays_private(client, cycle, at):
    proposal = proposals.withdraw(ideas.submitted(at, cycle), at=at)

    assert client.get(reverse("pages:project", args=["2026", proposal.number])).status_code == 404


def test_a_number_belongs_to_its_cycle(client, cycle, at):
    other = factory.cycle(at, slug="2025", prefix="BP25")
    proposal = ideas.published(at, other)

    assert [client.get(f"/{slug}/projets/{proposal.number}/").status_code for slug in ("2025", "2026", "2031")] == [200, 404, 404]  # fmt: skip


@pytest.mark.parametrize("facts", [{"state": CycleState.PREPARED}, {"is_hidden": True}])
def test_a_sheet_is_as_private_as_its_edition(client, cycle, at, facts, paula, sign_in):
    url = reverse("pages:project", args=["2026", ideas.published(at, cycle).number])
    Cycle.objects.update(**facts)

    assert (client.get(url).status_code, client.get(f"{url}suivre/").status_code) == (404, 404)
    assert sign_in(paula).get(url).status_code == 200


def just_filed(cycle, at, green_spaces, buildings):
    return ideas.published(at, cycle)


def studied(cycle, at, green_spaces, buildings):
    return studies.case(cycle, at, green_spaces, state="published", consulted=[buildings]).proposal


def being_built(cycle, at, green_spaces, buildings):
    proposal = studied(cycle, at, green_spaces, buildings)
    proposals.project(proposal, stage=Stage.WINNER)
    made = realisation.create_delivery(
        Proposal.objects.get(pk=proposal.pk), by=BUILDER, at=at, resolution="2026-031", lead_department=green_spaces, contact_name="Nadia Lemaire",
        promised_on=at.date() + timedelta(days=400),
    )  # fmt: skip
    realisation.post_update(made, by=BUILDER, at=at, text="Les plans sont prêts.")
    return proposal


@pytest.mark.parametrize(("history", "queries"), [(just_filed, 4), (studied, 8), (being_built, 12)])
def test_with_nothing_kept_it_costs_twelve_queries_at_most(
    client, cycle, at, green_spaces, buildings, settings, django_assert_num_queries, history, queries
):
    proposal = history(cycle, at, green_spaces, buildings)
    settings.CACHES = settings.CACHES | {"local": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

    with django_assert_num_queries(queries):
        assert client.get(reverse("pages:project", args=["2026", proposal.number])).status_code == 200


def test_the_price_on_a_ticket_is_the_study_s(client, cycle, at, green_spaces):
    studies.case(cycle, at, green_spaces, state="published")

    page = Page(client.get("/2026/idees/"))

    assert page.words("span", class_="price") == ["13 800 €"]
    assert Decimal("13800.00") == cycle.proposals.get().price_eur
