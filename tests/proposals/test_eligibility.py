"""Règlement, article 2: who may file an idea, by what means, and how many; the form and the service say the same."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from django.db import connection

from bp_platform.core.actors import RESIDENT
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from cycles.rules import Rules
from proposals import services
from proposals.forms import EntryForm, IdeaForm
from proposals.models import Proposal
from tests.factories import cycles as factory
from tests.factories import cycles as rulebooks
from tests.factories import proposals as ideas
from tests.people import BUILDER
from tests.reading import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

FORM = "/2026/idees/deposer/"


@pytest.fixture
def cycle(town, at):
    return factory.cycle(at)


@pytest.fixture
def rule(cycle):
    """`rule(maximum_per_owner=2)`: the article says so, before anything is filed."""

    def _rule(**values):
        given = Rules.model_validate({"proposers": values}).model_dump(mode="json")
        rulebooks.adopt(cycle, given)

    return _rule


def file(cycle, at, **facts):
    return services.submit(cycle, ideas.idea(cycle, **facts), by=RESIDENT, at=at)


def typed(cycle, **changes):
    area, theme = cycle.areas.get(code="mariniers"), cycle.themes.get(code="nature")
    given = {"title": "Des bancs", "summary": "À l’ombre.", "area": area.pk, "theme": theme.pk, "owner_name": "Aïcha"}
    return given | changes


def test_one_owner_files_no_more_than_the_article_says(cycle, rule, at):
    rule(maximum_per_owner=2)
    first, second = file(cycle, at), file(cycle, at, owner_email="AICHA@valrive.example", title="Un verger")

    with pytest.raises(Refused, match=r"Vous portez déjà 2 idées dans cette édition, le maximum \(article 2"):
        file(cycle, at, title="Une troisième")
    assert (Proposal.objects.count(), JournalEntry.objects.filter(act="submit_proposal").count()) == (2, 2)

    assert file(cycle, at, title="De Bruno", owner_email="bruno@valrive.example").proposal
    services.withdraw(second.proposal, by=RESIDENT, at=at)
    assert file(cycle, at, title="Une autre à la place").proposal.cycle == first.proposal.cycle


def test_the_same_form_posted_twice_at_the_limit_is_still_one_idea(cycle, rule, at):
    rule(maximum_per_owner=1)
    idea = ideas.idea(cycle)

    first = services.submit(cycle, idea, by=RESIDENT, at=at, once="jeton")
    again = services.submit(cycle, idea, by=RESIDENT, at=at, once="jeton")

    assert first == again


def test_of_two_posts_at_once_for_the_last_place_one_is_filed(town, at, transactional_db):
    cycle = factory.cycle(at)
    values = Rules.model_validate({"proposers": {"maximum_per_owner": 1}}).model_dump(mode="json")
    rulebooks.adopt(cycle, values)
    barrier, said = threading.Barrier(2), []

    def post(title: str) -> None:
        barrier.wait()
        try:
            said.append(file(cycle, at, title=title).proposal.number)
        except Refused as refusal:
            said.append(str(refusal.decision.reason)[:16])
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=[title]) for title in ("Un verger", "Un kiosque")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == ["BP26-0001", "Vous portez déjà"]


def test_who_has_nothing_to_be_known_by_is_not_counted(cycle, rule, at):
    rule(maximum_per_owner=1)

    for title in ("Sans courriel", "Sans courriel non plus"):
        assert file(cycle, at, title=title, owner_email="").proposal


def test_one_phone_is_one_owner_at_the_desk(cycle, rule, at):
    rule(maximum_per_owner=1)
    paper = replace(ideas.idea(cycle, owner_email="", owner_phone="02 47 00 00 00"), channel="phone")
    services.enter(cycle, paper, by=BUILDER, at=at)

    with pytest.raises(Refused, match="Vous portez déjà 1 idée"):
        services.enter(cycle, replace(paper, title="Une autre"), by=BUILDER, at=at)


@pytest.mark.parametrize("person", ["elias", "bruno"])
def test_elected_members_and_agents_who_study_are_known_by_account_and_by_mail(cycle, rule, at, person, request):
    user = request.getfixturevalue(person)
    rule(is_elected_excluded=True, is_instructing_agent_excluded=True)

    with pytest.raises(Refused, match=r"dans cette édition \(article 2 du règlement\)"):
        services.submit(cycle, ideas.idea(cycle, owner_email=""), by=user, at=at)
    with pytest.raises(Refused, match=r"dans cette édition \(article 2 du règlement\)"):
        file(cycle, at, owner_email=user.email.title())


def test_where_nothing_is_filed_online_the_page_says_how_it_is(client, cycle, rule, at):
    rule(channels=["paper", "workshop"])

    page = plain(client.get(FORM).content.decode())

    assert "Dans cette édition, une idée se dépose sur papier ou en atelier (article 2 du règlement)." in page
    with pytest.raises(Refused, match="se dépose sur papier ou en atelier"):
        file(cycle, at)
    assert client.post(FORM, typed(cycle)).status_code == 422
    assert [value for value, _label in EntryForm(cycle=cycle, today=at.date()).fields["channel"].choices] == [
        "paper", "workshop",
    ]  # fmt: skip


def test_the_form_lists_the_kinds_of_the_article_and_no_other(client, cycle, rule):
    rule(kinds=["association", "collective"])

    form = IdeaForm(cycle=cycle)

    assert [value for value, _label in form.fields["owner_kind"].choices] == ["collective", "association"]
    assert client.post(FORM, typed(cycle)).status_code == 303
    assert Proposal.objects.get().owners.get().kind == "association"


def test_a_condition_is_stated_before_filing_and_nothing_typed_is_lost(client, cycle, rule):
    rule(minimum_age=11, links=["lives", "studies"])

    asked = client.post(FORM, typed(cycle))
    done = client.post(FORM, typed(cycle, meets_conditions="on"))

    page = plain(asked.content.decode())
    assert asked.status_code == 422
    assert "Je remplis cette condition : avoir 11 ans ou plus, et habiter ou étudier sur le territoire" in page
    assert "cochez cette case si vous remplissez la condition" in page
    assert "Des bancs" in page
    assert done.status_code == 303


def test_no_condition_no_box(cycle):
    assert "meets_conditions" not in IdeaForm(cycle=cycle).fields


def test_the_page_offers_paper_and_phone_only_where_the_article_does(client, cycle, rule):
    offer = "Vous pouvez aussi la déposer sur papier en mairie, ou par téléphone."
    assert offer in plain(client.get(FORM).content.decode())

    rule(channels=["online"])
    assert offer not in plain(client.get(FORM).content.decode())
