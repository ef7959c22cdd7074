"""The acts on an idea: filed, asked, published, hidden, withdrawn, followed; each with its refusals, line and letter."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from bp_platform.accounts.models import Contact
from bp_platform.core import codes
from bp_platform.core.actors import RESIDENT
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.notifications.models import OutboxMessage
from proposals import policies, services
from proposals.models import Follow, ModerationDecision, Proposal, ProposalState, Stage
from tests.factories import cycles as factory
from tests.factories import proposals as ideas

pytestmark = pytest.mark.django_db


def acts(subject):
    found = JournalEntry.objects.filter(subject=f"{subject._meta.label_lower}:{subject.pk}")
    return list(found.order_by("position").values_list("act", "from_state", "to_state", "role"))


def letters(event):
    return list(OutboxMessage.objects.filter(event=event).values_list("contact__email", flat=True))


def test_an_idea_gets_its_number_and_its_code(at):
    cycle = factory.cycle(at)

    received = services.submit(cycle, ideas.idea(cycle), by=RESIDENT, at=at)

    proposal = received.proposal
    assert (proposal.number, proposal.state, proposal.stage) == ("BP26-0001", ProposalState.SUBMITTED, Stage.IDEA)
    assert policies.proposal_by_code(codes.grouped(received.code).lower()) == proposal
    assert received.code not in str(Proposal.objects.filter(pk=proposal.pk).values().get())
    assert acts(proposal) == [("submit_proposal", "", "submitted", "")]
    assert letters("proposal_received") == ["aicha@valrive.example"]


@pytest.mark.parametrize(
    ("open_phase", "sentence"),
    [("instruction", "L’appel à idées est clos depuis le"), ("vote", "L’appel à idées est clos depuis le")],
)
def test_nobody_files_outside_the_call(at, open_phase, sentence):
    cycle = factory.cycle(at, open_phase=open_phase)

    with pytest.raises(Refused, match=sentence):
        services.submit(cycle, ideas.idea(cycle), by=RESIDENT, at=at)

    assert not Proposal.objects.exists()


def test_an_area_of_another_cycle_is_refused(at):
    cycle, other = factory.cycle(at), factory.cycle(at, slug="2025", prefix="BP25")

    with pytest.raises(ValidationError, match="n’appartient pas à cette édition"):
        services.submit(cycle, ideas.idea(other), by=RESIDENT, at=at)


def test_an_idea_without_any_name_or_address_is_refused_and_costs_no_number(at):
    cycle = factory.cycle(at)

    with pytest.raises(ValidationError, match="Indiquez au moins un nom"):
        services.submit(cycle, ideas.idea(cycle, owner_email="", owner_name=""), by=RESIDENT, at=at)

    cycle.refresh_from_db()
    assert cycle.last_number == 0


def test_publishing_dates_it_tells_its_owner_and_touches_the_cycle(at, paula, django_capture_on_commit_callbacks):
    proposal = ideas.submitted(at)

    with django_capture_on_commit_callbacks(execute=True):
        published = services.publish(proposal, by=paula, at=at)

    assert (published.state, published.published_at) == (ProposalState.PUBLISHED, at)
    assert acts(proposal)[-1] == ("publish_proposal", "submitted", "published", "moderator")
    assert letters("proposal_published") == ["aicha@valrive.example"]
    published.cycle.refresh_from_db()
    assert published.cycle.stamp > 0


def test_a_stranger_does_not_moderate(at, chloe):
    with pytest.raises(Refused, match="Seule l’équipe de modération"):
        services.publish(ideas.submitted(at), by=chloe, at=at)


def test_a_question_is_asked_once_and_reaches_the_owner(at, paula):
    proposal = ideas.submitted(at)

    asked = services.ask_for_information(proposal, by=paula, at=at, question="Où exactement ?")

    assert asked.state == ProposalState.NEEDS_INFO
    assert OutboxMessage.objects.get(event="proposal_needs_info").context["question"] == "Où exactement ?"
    with pytest.raises(Refused, match="l’état actuel est « précision demandée »"):
        services.ask_for_information(proposal, by=paula, at=at, question="Encore ?")


@pytest.mark.parametrize("act", [services.ask_for_information, services.hide])
def test_what_is_not_a_publication_says_why(at, paula, act):
    proposal = ideas.submitted(at)
    words = {"question": " "} if act is services.ask_for_information else {"reason": " "}

    with pytest.raises(ValidationError, match="Expliquez en une phrase"):
        act(proposal, by=paula, at=at, **words)

    proposal.refresh_from_db()
    assert proposal.state == ProposalState.SUBMITTED
    assert not ModerationDecision.objects.exists()


def test_a_hidden_idea_is_dated_and_its_owner_may_contest(at, paula):
    hidden = services.hide(ideas.published(at), by=paula, at=at, reason="Propos insultants.")

    assert (hidden.state, hidden.ended_at) == (ProposalState.HIDDEN, at)
    assert letters("proposal_hidden") == ["aicha@valrive.example"]


def test_its_owner_withdraws_it_and_that_is_final(at, paula):
    proposal = ideas.published(at)

    withdrawn = services.withdraw(proposal, at=at)

    assert (withdrawn.state, withdrawn.stage) == (ProposalState.WITHDRAWN, Stage.WITHDRAWN)
    with pytest.raises(Refused, match="l’état actuel est « retirée »"):
        services.publish(proposal, by=paula, at=at)


def test_a_stranger_does_not_withdraw(at, chloe):
    with pytest.raises(Refused, match="Seul le porteur"):
        services.withdraw(ideas.published(at), by=chloe, at=at)


@pytest.mark.parametrize(
    "lie", [{"state": "withdrawn"}, {"state": "published", "published_at": None}, {"ended_at": "2026-03-02T09:00Z"}]
)
def test_even_sql_cannot_lie_about_the_state(at, lie):
    proposal = ideas.submitted(at)

    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(**lie)


def test_following_twice_is_once(at):
    proposal = ideas.published(at)
    contact = Contact.objects.create(email="chloe@valrive.example")

    services.follow(proposal, contact=contact, at=at)
    services.follow(proposal, contact=contact, at=at)

    assert Follow.objects.count() == 1


def test_an_unpublished_idea_cannot_be_followed(at):
    with pytest.raises(Refused, match="n’est pas publié"):
        services.follow(ideas.submitted(at), contact=Contact.objects.create(email="c@valrive.example"), at=at)


def test_numbers_are_never_given_twice(at, transactional_db):
    cycle = factory.cycle(at)
    barrier, numbers = threading.Barrier(8), []

    def file() -> None:
        barrier.wait()
        try:
            numbers.append(services.submit(cycle, ideas.idea(cycle), by=RESIDENT, at=at).proposal.number)
        finally:
            connection.close()

    threads = [threading.Thread(target=file) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(numbers) == [f"BP26-{n:04d}" for n in range(1, 9)]


def test_two_moderators_at_once_decide_once(at, transactional_db, paula):
    proposal = ideas.submitted(at)
    barrier, said = threading.Barrier(2), []

    def decide(act) -> None:
        barrier.wait()
        try:
            act()
            said.append("done")
        except Refused:
            said.append("refused")
        finally:
            connection.close()

    calls = (
        lambda: services.ask_for_information(proposal, by=paula, at=at, question="Où ?"),
        lambda: services.hide(proposal, by=paula, at=at, reason="Non."),
    )
    threads = [threading.Thread(target=decide, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    # Asking then hiding is allowed; hiding then asking is not: never two asks, never a lost decision.
    assert ModerationDecision.objects.count() == said.count("done")
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.HIDDEN
