"""The deposit desk: an idea typed for somebody, its receipt, a lost code; and the owner who answers the moderators."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from bp_platform.accounts.models import Contact, Role
from bp_platform.core import codes
from bp_platform.core.actors import RESIDENT, importing
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.notifications.models import OutboxMessage
from cycles.models import Cycle, CycleState, Phase
from proposals import personal_data, policies, services
from proposals.models import Clarification, Owner, Proposal, ProposalState
from tests.factories import cycles as factory
from tests.factories import proposals as ideas
from tests.people import staff
from tests.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

DESK, RECEIPT = "/bureau/depots/", "/bureau/depots/recepisse/"
FORM = f"{DESK}saisir/2026/"
ROLES = [(Role.PARTICIPATION, 1), (Role.MODERATOR, 1), (Role.ADMINISTRATOR, 1), (Role.AMBASSADOR, 1), (Role.AGENT, 1), (Role.HEAD, 0), (Role.FINANCE, 0), (Role.ELECTED, 0), (Role.AUDITOR, 0)]  # fmt: skip


@pytest.fixture
def cycle(town, at):
    return factory.cycle(at)


@pytest.fixture
def nour(at):
    """Nour is an ambassador."""
    return staff("nour", "Nour", "Haddad", Role.AMBASSADOR, at)


def person(role, at, green_spaces):
    return staff("qui", "Maxime", "Roux", role, at, green_spaces if role in {Role.AGENT, Role.HEAD} else None)


def told(cycle, at, **changes):
    """What Odette said at the market; she has no mailbox."""
    given = {"channel": "paper", "received_on": at.date(), "owner_email": "", "owner_name": "Odette Renard", "owner_postal_address": "3 rue Haute\n37000 Valrive"}  # fmt: skip
    return ideas.idea(cycle, **(given | changes))


def typed(cycle, at, **changes) -> dict:
    return {
        "channel": "paper",
        "received_on": at.date().isoformat(),
        "title": "Des bancs à l’ombre",
        "summary": "Pour se poser les jours de marché.",
        "area": cycle.areas.get(code="mariniers").pk,
        "theme": cycle.themes.get(code="nature").pk,
        "owner_name": "Odette Renard",
        "owner_postal_address": "3 rue Haute\n37000 Valrive",
    } | changes


def acts(subject):
    found = JournalEntry.objects.filter(subject=f"proposals.proposal:{subject.pk}").order_by("position")
    return list(found.values_list("act", "from_state", "to_state", "role"))


@pytest.fixture
def with_a_pause(at):
    """A call open from 23 February to 30 March, and a study that opens a week later."""
    made = Cycle.objects.create(title="Édition 2027", slug="2027", number_prefix="BP27", state=CycleState.PUBLIC)
    for kind, opens, closes in (("call", -7, 28), ("instruction", 35, 60)):
        Phase.objects.create(
            cycle=made, kind=kind, opens_at=at + timedelta(days=opens), closes_at=at + timedelta(days=closes)
        )
    return made


def test_an_idea_is_entered_for_somebody(cycle, at, nour):
    received = services.enter(cycle, told(cycle, at), by=nour, at=at)

    proposal, letter = received.proposal, OutboxMessage.objects.get()
    assert (proposal.channel, proposal.entered_by, proposal.received_on) == ("paper", nour, at.date())
    assert acts(proposal) == [("submit_proposal", "", "submitted", "ambassador")]
    assert (letter.event, letter.channel, letter.contact.name) == ("proposal_received", "letter", "Odette Renard")
    assert proposal.owners.get().contact.user is None


@pytest.mark.parametrize(("role", "allowed"), ROLES)
def test_who_may_enter_an_idea(cycle, at, green_spaces, role, allowed):
    someone = person(role, at, green_spaces)

    assert bool(policies.can_enter(someone, cycle, at)) == bool(allowed)


@pytest.mark.parametrize(("role", "allowed"), [(r, a and r not in {Role.AMBASSADOR, Role.AGENT}) for r, a in ROLES])
def test_who_may_give_a_new_code_to_anybody(cycle, at, green_spaces, role, allowed):
    proposal, someone = ideas.submitted(at, cycle), person(role, at, green_spaces)

    assert bool(policies.can_reissue(someone, proposal, at)) == bool(allowed)


def test_an_import_does_all_three(cycle, at):
    proposal, hand = ideas.submitted(at, cycle), importing("demo")

    decisions = [policies.can_enter(hand, cycle, at), policies.can_reissue(hand, proposal, at)]

    assert [d.role for d in [*decisions, policies.can_answer(hand, proposal, at)]] == ["import", "import", "owner"]


@pytest.mark.parametrize(
    ("days", "received", "sentence"),
    [
        (0, 0, ""),
        (0, -7, ""),
        (0, -8, "Cette idée a été reçue le 22 février 2026 : l’appel à idées est ouvert du 23 février au 30 mars 2026."),
        (0, 1, "La date de réception est dans l’avenir : indiquez le jour où vous avez reçu cette idée."),
        (30, 27, ""),
        (30, 30, "Cette idée a été reçue le 1er avril 2026 : l’appel à idées est ouvert du 23 février au 30 mars 2026."),
        (40, 20, "L’étude des idées a commencé le"),
        (-30, -30, "L’appel à idées ouvre le"),
    ],
)  # fmt: skip
def test_what_was_received_in_time_is_taken_until_the_study_opens(with_a_pause, at, nour, days, received, sentence):
    now, day = at + timedelta(days=days), (at + timedelta(days=received)).date()

    decision = policies.can_enter(nour, with_a_pause, now, day)

    assert bool(decision) == (not sentence)
    assert str(decision.reason).replace("\u00a0", " ").startswith(sentence)


def test_a_refused_entry_costs_no_number(cycle, at, chloe, nour):
    for who, idea, refusal in (
        (chloe, told(cycle, at), Refused),
        (nour, told(cycle, at, channel="online", received_on=None), ValidationError),
        (nour, told(cycle, at + timedelta(days=1)), Refused),
    ):
        with pytest.raises(refusal):
            services.enter(cycle, idea, by=who, at=at)

    cycle.refresh_from_db()
    assert (cycle.last_number, Proposal.objects.count()) == (0, 0)


def test_a_new_code_kills_the_old_one_and_a_letter_says_so(cycle, at, nour):
    first = services.enter(cycle, told(cycle, at), by=nour, at=at)

    second = services.reissue_code(first.proposal, by=nour, at=at)

    letter = OutboxMessage.objects.get(event="proposal_code")
    assert policies.proposal_by_code(second.code) == first.proposal
    with pytest.raises(policies.Http404):
        policies.proposal_by_code(first.code)
    assert acts(first.proposal)[-1] == ("reissue_code", "", "", "ambassador")
    assert (letter.channel, letter.context["code"]) == ("letter", codes.grouped(second.code))


def test_a_stranger_gets_no_code(cycle, at, chloe):
    proposal = ideas.submitted(at, cycle)

    with pytest.raises(Refused, match="peuvent donner un nouveau code"):
        services.reissue_code(proposal, by=chloe, at=at)

    assert Proposal.objects.get().code_digest == proposal.code_digest


# The pages


@pytest.mark.parametrize(("role", "allowed"), ROLES)
def test_the_desk_opens_to_those_who_work_there(cycle, at, green_spaces, sign_in, role, allowed):
    client = sign_in(person(role, at, green_spaces))

    asked = [client.get(DESK), client.get(FORM)]

    assert [answer.status_code for answer in asked] == [200 if allowed else 404] * 2


def test_the_receipt_shows_the_code_once(cycle, at, nour, sign_in):
    client = sign_in(nour)

    answer = client.post(FORM, typed(cycle, at))
    receipt, again = Page(client.get(RECEIPT)), client.get(RECEIPT)

    [code] = receipt.words("output")
    assert (answer.status_code, answer["Location"]) == (303, RECEIPT)
    assert policies.proposal_by_code(code).number == "BP26-0001"
    assert (receipt.heading, "Imprimer le récépissé" in receipt.text) == ("Récépissé de dépôt", True)
    assert (again.status_code, again["Location"]) == (303, DESK)


def test_a_form_posted_twice_enters_one_idea_and_shows_its_code(cycle, at, nour, sign_in):
    client = sign_in(nour)
    once = Page(client.get(FORM)).value_of("once")

    for _twice in range(2):
        client.post(FORM, typed(cycle, at, once=once))

    [code] = Page(client.get(RECEIPT)).words("output")
    assert policies.proposal_by_code(code) == Proposal.objects.get()
    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"received_on": ""}, "indiquez le jour où vous avez reçu cette idée."),
        ({"received_on": "2025-01-01"}, "Cette idée a été reçue le 1er janvier 2025"),
        ({"owner_name": "", "owner_postal_address": ""}, "Indiquez au moins un nom"),
        ({"title": ""}, "donnez un titre à votre idée"),
        ({"channel": "online"}, "choi"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(cycle, at, nour, sign_in, changes, sentence):
    answer = sign_in(nour).post(FORM, typed(cycle, at, **changes))

    page = Page(answer)
    assert answer.status_code == 422
    assert sentence.lower() in page.text.lower()
    assert page.value_of("summary") == "Pour se poser les jours de marché."
    assert not Proposal.objects.exists()


def test_after_the_study_opened_the_form_says_why(cycle, at, nour, sign_in, clock):
    clock.move_to(at + timedelta(days=40))
    client = sign_in(nour)

    refused = client.get(FORM)

    assert refused.status_code == 403
    assert "L’étude des idées a commencé le" in Page(refused).text
    assert "Aucune édition ne prend d’idées aujourd’hui" in Page(client.get(DESK)).text


@pytest.mark.parametrize("words", ["{number}", "benali", "AICHA"])
def test_a_lost_code_is_found_by_number_or_by_name(cycle, at, paula, sign_in, words):
    proposal = ideas.submitted(at, cycle)
    Contact.objects.create(name="Aïcha Benali")  # somebody of the same name, who carries nothing
    client = sign_in(paula)

    found = Page(client.get(DESK, {"q": words.format(number=proposal.number.lower())}))
    once = Page(client.get(found.links()[proposal.title])).value_of("once")
    for _twice in range(2):
        client.post(f"{DESK}code/{proposal.number}/", {"once": once})

    [code] = Page(client.get(RECEIPT)).words("output")
    assert policies.proposal_by_code(code) == proposal
    assert [act for act, *_rest in acts(proposal)] == ["reissue_code"]


def test_an_ambassador_finds_only_what_they_entered(cycle, at, nour, sign_in):
    other, mine = ideas.submitted(at, cycle), ideas.submitted(at, cycle, channel="paper", entered_by=nour)
    client = sign_in(nour)

    found = Page(client.get(DESK, {"q": "Benali"}))

    assert other.title not in found.text
    assert mine.title in found.text
    assert client.get(f"{DESK}code/{other.number}/").status_code == 404
    assert client.post(f"{DESK}code/{other.number}/").status_code == 404


def test_words_that_find_nothing_say_so(cycle, paula, sign_in):
    assert "Aucune idée ne répond à « Zola »" in Page(sign_in(paula).get(DESK, {"q": "Zola"})).text


@pytest.mark.parametrize("items", [1, 3])
def test_the_desk_costs_the_same_for_one_as_for_three(cycle, at, nour, sign_in, items, django_assert_num_queries):
    for _n in range(items):
        ideas.submitted(at, cycle, channel="paper", entered_by=nour)
    client = sign_in(nour)
    client.get("/bureau/")

    with django_assert_num_queries(QUERIES):
        client.get(DESK, {"q": "Benali"})


QUERIES = 11


# The owner answers


@pytest.fixture
def asked(cycle, at, paula):
    """Aïcha's idea, about which Paula asks something."""
    received = services.submit(cycle, ideas.idea(cycle), by=RESIDENT, at=at)
    services.ask_for_information(received.proposal, by=paula, at=at, question="Sur quelle place ?")
    return received


def test_an_answer_sends_the_idea_back_to_the_moderators(asked, at):
    answered = services.answer(asked.proposal, at=at, text=" Place du Marché. ")

    kept = Clarification.objects.values_list("question", "asked_at", "answer", "answered_at")
    assert answered.state == ProposalState.SUBMITTED
    assert list(kept) == [("Sur quelle place ?", at, "Place du Marché.", at)]
    assert acts(asked.proposal)[-1] == ("answer_proposal", "needs_info", "submitted", "owner")


def test_an_answer_needs_words_a_question_and_an_owner(asked, at, chloe, cycle):
    with pytest.raises(ValidationError, match="même en quelques mots"):
        services.answer(asked.proposal, at=at, text="  ")
    with pytest.raises(Refused, match="Seul le porteur"):
        services.answer(asked.proposal, by=chloe, at=at, text="Ici.")
    with pytest.raises(Refused, match="l’état actuel est « déposée »"):
        services.answer(ideas.submitted(at, cycle), at=at, text="Ici.")

    assert not Clarification.objects.exists()


def test_it_is_answered_on_the_page_of_the_code_and_read_by_the_moderators_alone(asked, at, client, paula, sign_in):
    address, number = f"/suivi/{asked.code}/", asked.proposal.number

    answer = client.post(address, {"text": "Place du Marché."})
    mine = Page(client.get(address)).text
    services.publish(asked.proposal, by=paula, at=at)
    public = Page(client.get(f"/2026/projets/{number}/")).text
    desk = Page(sign_in(paula).get(f"/bureau/moderation/{number}/")).text

    assert (answer.status_code, answer["Location"]) == (303, address)
    assert ["Place du Marché." in page for page in (mine, desk, public)] == [True, True, False]


def test_an_empty_answer_is_refused_beside_the_field_and_a_second_one_is_told(asked, client):
    address = f"/suivi/{asked.code}/"

    empty = client.post(address, {"text": " "})
    client.post(address, {"text": "Place du Marché."})
    second = client.post(address, {"text": "Place du Marché."})

    assert empty.status_code == 422
    assert "même en quelques mots" in Page(empty).error_of("text")
    assert second.status_code == 303
    assert "l’état actuel est" in Page(client.get(second["Location"])).text.replace("\u00a0", " ")
    assert Clarification.objects.count() == 1


def test_what_somebody_answered_is_theirs_to_read_and_to_erase(asked, at):
    services.answer(asked.proposal, at=at, text="Devant chez moi.")
    contact = Owner.objects.get(proposal=asked.proposal).contact

    held = [row["Ma réponse"] for row in personal_data.export(contact) if "Ma réponse" in row]
    personal_data.erase(contact, at)

    assert (held, Clarification.objects.get().answer) == (["Devant chez moi."], "")
