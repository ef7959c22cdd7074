"""Leaving one followed thing: a project, a règlement; from the key in each mail, or from one's own page."""

from __future__ import annotations

import pytest

from bp_platform.notifications import policies
from cycles.models import RulebookFollower
from proposals import services as proposals
from proposals.models import Follow
from tests.factories import cycles as cycle_factory
from tests.factories import meetings
from tests.factories import proposals as ideas
from tests.people import make_user
from tests.reading import Page


@pytest.fixture
def cycle(town, at):
    return cycle_factory.cycle(at)


@pytest.fixture
def moussa(cycle, at):
    """Moussa follows two projects and the règlement, without an account."""
    contact = meetings.contact("Moussa Diop")
    for title in ("Un four à pain", "Des bancs à l’ombre"):
        Follow.objects.create(proposal=ideas.published(at, cycle, title=title), contact=contact, since=at)
    RulebookFollower.objects.create(cycle=cycle, contact=contact, since=at)
    return contact


def centre(contact):
    return f"/desinscription/{policies.preference_key(contact)}/"


def test_one_project_is_left_and_the_others_stay(moussa, client):
    page = Page(client.get(centre(moussa)))
    names = ["Le règlement de « Édition 2026 »", "Des bancs à l’ombre", "Un four à pain"]
    assert [name for name in page.links() if name in names] == names
    oven = Follow.objects.get(proposal__title="Un four à pain").proposal
    assert page.words("button", value=f"projects:{oven.pk}") == ["Ne plus suivre : Un four à pain"]

    after = Page(client.post(centre(moussa), {"leave": f"projects:{oven.pk}"}, follow=True))

    assert "Vous ne suivez plus « Un four à pain ». Sa page permet d’y revenir." in after.words("p") + after.words(
        "div"
    )
    assert list(Follow.objects.values_list("proposal__title", flat=True)) == ["Des bancs à l’ombre"]
    assert RulebookFollower.objects.exists()
    again = Page(client.post(centre(moussa), {"leave": f"projects:{oven.pk}"}, follow=True))
    assert not any("ne suivez plus" in words for words in again.words("p"))


def test_the_reglement_is_left(moussa, cycle, client):
    client.post(centre(moussa), {"leave": f"rulebooks:{cycle.pk}"})

    assert not RulebookFollower.objects.exists()
    assert Follow.objects.count() == 2


@pytest.mark.parametrize("value", ["", "projects:", "projects:x", "projects:99999999999999999999", "nothing:1", ":", "rulebooks:-1"])  # fmt: skip
def test_what_is_forged_leaves_nothing(moussa, client, value):
    assert client.post(centre(moussa), {"leave": value}).status_code == 303
    assert (Follow.objects.count(), RulebookFollower.objects.count()) == (2, 1)


def test_nobody_leaves_for_somebody_else(moussa, client):
    other = meetings.contact("Inès Roux")
    client.post(centre(other), {"leave": f"projects:{Follow.objects.first().proposal_id}"})

    assert Follow.objects.count() == 2


def test_what_was_left_may_be_followed_again(moussa, client, at):
    oven = Follow.objects.get(proposal__title="Un four à pain").proposal
    client.post(centre(moussa), {"leave": f"projects:{oven.pk}"})

    proposals.follow(oven, contact=moussa, at=at)

    assert Follow.objects.filter(contact=moussa).count() == 2


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_as_much_for_three_as_for_one(cycle, at, client, number, django_assert_num_queries):
    contact = meetings.contact("Moussa Diop")
    for _n in range(number):
        Follow.objects.create(proposal=ideas.published(at, cycle), contact=contact, since=at)
    client.get(centre(contact))

    with django_assert_num_queries(4):
        page = Page(client.get(centre(contact)))

    assert len(page.words("button", name="leave")) == number


def test_one_s_own_page_leads_there(cycle, at, client):
    chloe = make_user("chloe", "Chloé", "Petit")
    contact = meetings.contact("Chloé Petit", chloe)
    client.force_login(chloe)

    links = Page(client.get("/compte/")).links()

    assert links["Ce que je reçois à chloe@valrive.example, et ce que je ne veux plus suivre"] == centre(contact)
