"""Between the form and the deposit: published ideas that resemble it are shown once, and nothing typed is lost."""

from __future__ import annotations

import pytest

from proposals import selectors
from proposals.models import Proposal, ProposalState
from tests.factories import cycles as factory
from tests.factories import proposals as ideas
from tests.proposals.test_pages import FORM, RECEIPT, answers
from tests.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def cycle(town, at):
    return factory.cycle(at)


def hidden_fields(page: Page) -> dict[str, str]:
    return {e.get("name", ""): e.get("value", "") for e in page.all("input", type="hidden")}


@pytest.mark.parametrize(
    ("title", "is_alike"),
    [
        ("Des bancs à l’ombre", True),
        ("DES BANCS A L'OMBRE", True),
        ("Des banc à l’ombres, place du Marché", True),
        ("Ombre : bancs", True),
        ("Un verger partagé", False),
        ("de la", False),
        ("🦆", False),
    ],
)
def test_what_resembles(cycle, at, title, is_alike):
    bench = ideas.published(at, cycle, title="Des bancs à l’ombre")

    assert selectors.resembling(cycle, title) == ([bench] if is_alike else [])


def test_only_what_is_published_in_the_same_edition_and_three_at_most(cycle, at, django_assert_num_queries):
    other = factory.cycle(at, slug="2025", prefix="BP25")
    ideas.published(at, other, title="Des bancs à l’ombre")
    ideas.submitted(at, cycle, title="Des bancs à l’ombre")
    ideas.submitted(at, cycle, title="Des bancs à l’ombre", state=ProposalState.HIDDEN, ended_at=at)
    far, *_same = [ideas.published(at, cycle, title=t) for t in ("Bancs à l’ombre du parc", *["Des bancs à l’ombre"] * 3)]  # fmt: skip

    with django_assert_num_queries(1):
        found = selectors.resembling(cycle, "Des bancs à l’ombre")

    assert (len(found), far in found, {p.cycle_id for p in found}) == (3, False, {cycle.pk})


def test_they_are_shown_once_then_the_second_post_files(client, cycle, at):
    bench = ideas.published(at, cycle, title="Des bancs à l’ombre")
    typed = answers(cycle, text="Six bancs.\r\nEn bois.", shows_name="on", owner_name="Aïcha")

    shown = Page(client.post(FORM, typed))
    kept = hidden_fields(shown)
    count = Proposal.objects.count()
    answer = client.post(FORM, kept | {"confirmed": "1"})

    proposal = Proposal.objects.order_by("-pk")[0]
    assert (shown.heading, count) == ("Une idée ressemble à la vôtre", 1)
    assert f"/2026/projets/{bench.number}/suivre/" in shown.links().values()
    assert shown.words("button")[-2:] == ["Déposer quand même", "Revenir à mon texte"]
    assert (answer.status_code, answer["Location"]) == (303, RECEIPT)
    assert (proposal.text.splitlines(), proposal.owners.get().public_name) == (["Six bancs.", "En bois."], "Aïcha")


def test_one_may_go_back_to_the_text(client, cycle, at):
    ideas.published(at, cycle, title="Des bancs à l’ombre")
    kept = hidden_fields(Page(client.post(FORM, answers(cycle))))

    page = Page(client.post(FORM, kept | {"revise": "1"}))

    assert (page.heading, page.value_of("title")) == ("Déposer une idée", "Des bancs à l’ombre")
    assert Proposal.objects.count() == 1


def test_confirming_twice_files_one_idea(client, cycle, at):
    ideas.published(at, cycle, title="Des bancs à l’ombre")
    once = Page(client.get(FORM)).value_of("once")
    kept = hidden_fields(Page(client.post(FORM, answers(cycle, once=once))))

    for _twice in range(2):
        client.post(FORM, kept | {"confirmed": "1"})

    assert kept["once"] == once
    assert Proposal.objects.count() == 2
