"""The follow-up committee: it reads the studies before the answers leave, and says what it thinks of them."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from bp_platform.accounts import selectors as accounts_selectors
from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Role
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from cycles.models import Cycle
from instruction import selectors, services
from instruction.models import Case, CommitteeOpinion
from proposals import services as proposals
from proposals.models import Proposal
from tests.factories import cycles as cycle_factory
from tests.factories import instruction as factory
from tests.factories import meetings
from tests.people import BUILDER, staff
from tests.reading import Page

WHY = "Le banc serait mieux au soleil."


@pytest.fixture
def at():
    """Pages read the clock: their cases are made today."""
    return timezone.now()


@pytest.fixture
def cycle(town, at):
    return cycle_factory.cycle(at, open_phase="instruction")


@pytest.fixture
def rene(db, at):
    """René sits on the committee with Odile."""
    return staff("rene", "René", "Colin", Role.COMMITTEE, at)


def carry(case: Case, user) -> None:
    """From now on this person carries the idea."""
    contact = case.proposal.owners.get().contact
    contact.user = user
    contact.save()


def page_of(case: Case) -> str:
    return reverse("instruction:committee_opinion", args=[case.proposal.number])


def sheet_of(case: Case) -> str:
    return reverse("pages:project", args=["2026", case.proposal.number])


# The act


@pytest.mark.parametrize("state", ["reviewed", "decided"])
def test_a_member_gives_an_opinion(case_in, odile, at, state):
    case = case_in(state)

    opinion = services.give_committee_opinion(case, by=odile, at=at, stance="reserved", text=f"  {WHY} ")

    opinion.refresh_from_db()
    assert (opinion.case, opinion.author, opinion.author_label, opinion.stance, opinion.text, opinion.given_at) == (
        case, odile, "Odile Vasseur", "reserved", WHY, at,
    )  # fmt: skip
    line = JournalEntry.objects.get(act="give_committee_opinion")
    assert (line.subject, line.actor_id, line.role, line.rule, line.from_state, line.to_state) == (
        f"instruction.case:{case.pk}", str(odile.uid), "committee_member", "art. 5", "", "",
    )  # fmt: skip


def test_an_agreement_needs_no_words(case_in, odile, at):
    assert services.give_committee_opinion(case_in("reviewed"), by=odile, at=at, stance="agrees").text == ""


@pytest.mark.parametrize("stance", ["reserved", "disagrees"])
def test_any_other_opinion_says_why(case_in, odile, at, stance):
    with pytest.raises(ValidationError) as refusal:
        services.give_committee_opinion(case_in("reviewed"), by=odile, at=at, stance=stance, text=" \n ")

    assert refusal.value.message_dict == {"text": ["dites pourquoi en une ou deux phrases."]}
    assert not CommitteeOpinion.objects.exists()


def test_an_opinion_is_one_of_three(case_in, odile, at):
    with pytest.raises(ValidationError):
        services.give_committee_opinion(case_in("reviewed"), by=odile, at=at, stance="abstains", text=WHY)


REFUSED = [
    ("paula", "reviewed", "Seuls les membres du comité de suivi donnent cet avis"),
    ("elias", "reviewed", "Seuls les membres du comité de suivi donnent cet avis"),
    ("chloe", "reviewed", "Seuls les membres du comité de suivi donnent cet avis"),
    ("odile", "under_review", "L’étude du dossier BP26-0001 n’est pas encore rendue"),
    ("odile", "awaiting_owner", "L’étude du dossier BP26-0001 n’est pas encore rendue"),
    ("odile", "published", "La réponse au dossier BP26-0001 est publiée"),
]


@pytest.mark.parametrize(("who", "state", "sentence"), REFUSED)
def test_nobody_else_and_at_no_other_moment(case_in, request, at, who, state, sentence):
    case = case_in(state)

    with pytest.raises(Refused, match=sentence):
        services.give_committee_opinion(case, by=request.getfixturevalue(who), at=at, stance="agrees")

    assert not CommitteeOpinion.objects.exists()


def test_a_former_member_gives_none(case_in, odile, at):
    odile.role_assignments.update(until_on=at.date() - timedelta(days=2))

    with pytest.raises(Refused, match="Seuls les membres du comité"):
        services.give_committee_opinion(case_in("reviewed"), by=odile, at=at, stance="agrees")


def test_nobody_judges_their_own_idea(case_in, odile, at):
    case = case_in("reviewed")
    carry(case, odile)

    with pytest.raises(Refused, match=r"Vous portez l’idée BP26-0001\s: laissez les autres membres donner leur avis"):
        services.give_committee_opinion(case, by=odile, at=at, stance="agrees")


def test_who_carries_an_idea_no_more_may_judge_it(case_in, odile, at):
    case = case_in("reviewed")
    carry(case, odile)
    case.proposal.owners.update(left_at=at)

    assert services.give_committee_opinion(case, by=odile, at=at, stance="agrees").pk


def test_the_study_of_a_withdrawn_idea_is_judged_no_more(case_in, odile, at):
    case = case_in("reviewed")
    proposals.withdraw(case.proposal, at=at)

    with pytest.raises(Refused, match="a été retirée par son porteur"):
        services.give_committee_opinion(case, by=odile, at=at, stance="agrees")


def test_giving_it_again_replaces_ones_own_only(case_in, odile, rene, at):
    case = case_in("reviewed")
    for by in (odile, rene):
        services.give_committee_opinion(case, by=by, at=at, stance="disagrees", text=WHY)

    services.give_committee_opinion(case, by=odile, at=at + timedelta(hours=1), stance="agrees")

    said = CommitteeOpinion.objects.order_by("pk").values_list("author_label", "stance", "text", "given_at")
    assert list(said) == [
        ("Odile Vasseur", "agrees", "", at + timedelta(hours=1)), ("René Colin", "disagrees", WHY, at),
    ]  # fmt: skip
    assert JournalEntry.objects.filter(act="give_committee_opinion").count() == 3


def test_the_same_opinion_posted_twice_is_one(case_in, odile, at):
    case = case_in("reviewed")

    for minutes in (0, 1):
        services.give_committee_opinion(case, by=odile, at=at + timedelta(minutes=minutes), stance="reserved", text=WHY)

    assert CommitteeOpinion.objects.get().given_at == at
    assert JournalEntry.objects.filter(act="give_committee_opinion").count() == 1


# What the database holds


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"text": " \n "}, "committee_opinion_says_why"),
        ({"stance": "abstains"}, "committee_opinion_says_why"),
        ({"text": "a" * 1001}, "committee_opinion_is_short"),
        ({"author": None}, "committee_opinion_author_is_named"),
        ({"author_label": ""}, "committee_opinion_author_is_named"),
    ],
)
def test_an_opinion_tells_the_truth(case_in, odile, at, changes, constraint):
    services.give_committee_opinion(case_in("reviewed"), by=odile, at=at, stance="reserved", text=WHY)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CommitteeOpinion.objects.update(**changes)


def test_a_member_speaks_once(case_in, odile, at):
    case = case_in("reviewed")
    services.give_committee_opinion(case, by=odile, at=at, stance="agrees")

    with pytest.raises(IntegrityError, match="committee_opinion_once_per_member"), transaction.atomic():
        CommitteeOpinion.objects.create(case=case, author=odile, author_label="Odile", stance="agrees", given_at=at)


def test_once_published_it_is_frozen(case_in, cycle, odile, rene, at):
    case = case_in("decided")
    services.give_committee_opinion(case, by=odile, at=at, stance="reserved", text=WHY)
    services.publish_answers(cycle, by=BUILDER, at=at)
    opinions = CommitteeOpinion.objects.all()

    for attack in (
        lambda: opinions.update(text="Autre chose."),
        lambda: opinions.update(author=None, author_label="", text="Autre chose."),
        opinions.delete,
        lambda: opinions.create(case=case, author=rene, author_label="René", stance="agrees", given_at=at),
    ):
        with pytest.raises(IntegrityError, match="committee opinions of a published case"), transaction.atomic():
            attack()


@pytest.mark.django_db(transaction=True)
def test_an_opinion_comes_before_the_publication_or_not_at_all(case_in, cycle, odile, paula, at):
    case = case_in("decided")
    gate, said = threading.Barrier(2), []

    def race(act, done):
        gate.wait()
        try:
            act()
            said.append(done)
        except Refused:
            said.append("refused")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=race, args=(lambda: services.publish_answers(Cycle.objects.get(), by=paula, at=at), "published")),
        threading.Thread(target=race, args=(lambda: services.give_committee_opinion(Case.objects.get(), by=odile, at=at, stance="agrees"), "given")),
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    case.refresh_from_db()
    acts = list(JournalEntry.objects.filter(act__in=["publish_answer", "give_committee_opinion"]).order_by("pk").values_list("act", flat=True))  # fmt: skip
    assert case.state == "published"
    assert (sorted(said), CommitteeOpinion.objects.count(), acts) in [
        (["given", "published"], 1, ["give_committee_opinion", "publish_answer"]),
        (["published", "refused"], 0, ["publish_answer"]),
    ]


@pytest.mark.django_db(transaction=True)
def test_an_opinion_waits_for_a_publication_under_way(case_in, cycle, odile, paula, at):
    case_in("decided")
    said = []

    def give():
        try:
            services.give_committee_opinion(Case.objects.get(), by=odile, at=at, stance="agrees")
        except Refused as refusal:
            said.append(str(refusal.decision.reason))
        finally:
            connection.close()

    thread = threading.Thread(target=give)
    with transaction.atomic():
        services.publish_answers(cycle, by=paula, at=at)
        thread.start()
        thread.join(timeout=0.5)
        is_waiting = thread.is_alive()
    thread.join()

    assert is_waiting
    assert "est publiée" in said[0]
    assert not CommitteeOpinion.objects.exists()


# The desk


def test_the_desk_shows_what_waits_for_me_first(case_in, odile, rene, at, sign_in):
    said = case_in("reviewed", title="Une haie")
    case_in("decided", title="Un verger")
    case_in("under_review", title="Trop tôt")
    carry(case_in("decided", title="Mon kiosque"), odile)
    factory.Owner.objects.filter(proposal__title__in=["Une haie", "Un verger"]).update(left_at=at)
    services.give_committee_opinion(said, by=odile, at=at, stance="reserved", text=WHY)
    services.give_committee_opinion(said, by=rene, at=at, stance="agrees")

    page = Page(sign_in(odile).get(reverse("instruction:committee")))

    assert page.heading == "1 avis à donner"
    assert "Confidentiel jusqu’à la publication des réponses." in page.text
    rows = [[" ".join(cell.itertext()).split("\n")[0].strip() for cell in row] for row in page.all("tr")[1:]]
    assert [row[0].startswith(title) for row, title in zip(rows, ("Un verger", "Une haie"), strict=True)] == [
        True,
        True,
    ]
    assert page.words("td") == [
        "Favorable", "13 800 €", "Réalisable", "à donner", "Favorable", "13 800 €", "pas encore décidée", "Réservé",
    ]  # fmt: skip
    assert page.links()["Un verger"] == "/bureau/comite/BP26-0002/"


def test_a_study_without_costing_says_so(case_in, odile, at, green_spaces, sign_in):
    case = case_in("under_review")
    factory.give(case, at, green_spaces, verdict="unfavourable")
    services.complete_review(case, by=BUILDER, at=at)

    page = Page(sign_in(odile).get(reverse("instruction:committee")))

    assert page.words("td") == ["Défavorable", "pas chiffré", "pas encore décidée", "à donner"]


# The page of a case


def test_the_page_shows_the_study_and_takes_the_opinion(case_in, odile, rene, at, sign_in):
    case = case_in("decided")
    services.give_committee_opinion(case, by=rene, at=at, stance="disagrees", text="Trop cher pour deux arbres.")
    client = sign_in(odile)

    page = Page(client.get(page_of(case)))
    answer = client.post(page_of(case), {"stance": "reserved", "text": WHY})

    assert page.heading == case.proposal.title
    for said in (
        "Confidentiel jusqu’à la publication des réponses", "L’idée déposée", "Le sol est sain.", "13 800,00 €",
        "La réponse décidée", "Réalisable", "Les autres membres du comité", "1 pas d’accord", "René Colin", "Trop cher pour deux arbres.",
    ):  # fmt: skip
        assert said in page.text
    assert [radio.get("value") for radio in page.all("input", type="radio")] == ["agrees", "reserved", "disagrees"]
    assert (answer.status_code, answer["Location"]) == (303, "/bureau/comite/")
    assert [str(m) for m in get_messages(answer.wsgi_request)] == [
        "Votre avis sur le dossier BP26-0001 est enregistré."
    ]
    assert CommitteeOpinion.objects.get(author=odile).text == WHY


def test_the_page_costs_as_much_with_three_opinions(case_in, odile, rene, at, sign_in, django_assert_num_queries):
    case = case_in("decided")
    client = sign_in(odile)
    for members in ((), (rene,), (odile, staff("lea", "Léa", "Morel", Role.COMMITTEE, at))):
        for by in members:
            services.give_committee_opinion(case, by=by, at=at, stance="disagrees", text=WHY)
        client.get(page_of(case))
        with django_assert_num_queries(9):
            client.get(page_of(case))


def test_what_was_said_comes_back_to_be_changed(case_in, odile, at, sign_in):
    case = case_in("reviewed")
    services.give_committee_opinion(case, by=odile, at=at, stance="reserved", text=WHY)

    page = Page(sign_in(odile).get(page_of(case)))

    assert page.value_of("text") == WHY
    assert [r.get("value") for r in page.all("input", type="radio") if "checked" in r.attrib] == ["reserved"]
    assert "Changer mon avis" in page.words("button")
    assert "Les autres membres du comité" not in page.text


def test_an_opinion_without_its_why_is_asked_again_and_loses_nothing(case_in, odile, sign_in):
    case = case_in("reviewed")

    answer = sign_in(odile).post(page_of(case), {"stance": "disagrees", "text": " "})

    page = Page(answer)
    assert answer.status_code == 422
    assert page.error_of("text") == "dites pourquoi en une ou deux phrases."
    assert [r.get("value") for r in page.all("input", type="radio") if "checked" in r.attrib] == ["disagrees"]


def test_what_is_internal_or_not_validated_or_private_stays_with_the_services(
    case_in, odile, bruno, at, green_spaces, sign_in
):
    case = case_in("under_review")
    question = services.ask_owner(case, by=bruno, at=at, text="Une question en privé ?")
    services.answer_question(question, by=bruno, at=at, answer="Une réponse en privé.")
    opinion = services.give_opinion(
        case, by=bruno, at=at, department=green_spaces, verdict="unfavourable", public_text="Le sol est pollué.",
        internal_note="Le maire y tient.",
    )  # fmt: skip
    services.validate_opinion(opinion, by=BUILDER, at=at)
    services.complete_review(case, by=BUILDER, at=at)

    page = Page(sign_in(odile).get(page_of(case)))

    assert "Le sol est pollué." in page.text
    for kept in ("Le maire y tient.", "Note interne", "en privé"):
        assert kept not in page.text


def test_after_the_publication_the_page_only_tells(case_in, cycle, odile, at, sign_in):
    case = case_in("decided")
    services.give_committee_opinion(case, by=odile, at=at, stance="reserved", text=WHY)
    services.publish_answers(cycle, by=BUILDER, at=at)
    client = sign_in(odile)

    page = Page(client.get(page_of(case)))
    late = client.post(page_of(case), {"stance": "agrees", "text": ""})

    assert "les avis du comité se lisent sur la page du projet" in page.text
    assert WHY in page.text
    assert page.all("input", type="radio") == []
    assert "Confidentiel" not in page.text
    assert late.status_code == 422
    assert CommitteeOpinion.objects.get().stance == "reserved"
    assert Page(client.get(reverse("instruction:committee"))).heading == "Aucun avis à donner"


def test_a_page_that_is_not_for_me_does_not_exist(case_in, odile, paula, chloe, sign_in):
    early, own, open_ = (
        case_in(state, title=t) for state, t in (("under_review", "A"), ("decided", "B"), ("reviewed", "C"))
    )
    aicha = own.proposal.owners.get()
    aicha.contact = factory.Contact.objects.create(name="Odile Vasseur", user=odile)
    aicha.save()

    found = {
        (user.username, case.proposal.title): sign_in(user).get(page_of(case)).status_code
        for user, case in ((odile, early), (odile, own), (odile, open_), (paula, open_), (chloe, open_))
    }

    assert found == {
        ("odile", "A"): 404, ("odile", "B"): 404, ("odile", "C"): 200, ("paula", "C"): 404, ("chloe", "C"): 404,
    }  # fmt: skip


def test_a_withdrawn_idea_says_why_it_stops_and_a_hidden_one_is_gone(case_in, odile, at, sign_in):
    withdrawn, hidden = case_in("reviewed", title="A"), case_in("reviewed", title="B")
    proposals.withdraw(withdrawn.proposal, at=at)
    proposals.hide(hidden.proposal, by=BUILDER, at=at, reason="Propos injurieux.")
    client = sign_in(odile)

    page = Page(client.get(page_of(withdrawn)))

    assert "a été retirée par son porteur" in page.text
    assert page.all("input", type="radio") == []
    assert client.get(page_of(hidden)).status_code == 404
    assert Page(client.get(reverse("instruction:committee"))).heading == "Aucun avis à donner"


def test_a_member_opens_neither_the_case_nor_its_sheet(case_in, odile, sign_in):
    number = case_in("reviewed").proposal.number
    client = sign_in(odile)

    assert client.get(reverse("instruction:case", args=[number])).status_code == 404
    assert client.post(reverse("instruction:sheet", args=[number])).status_code in {403, 404}


# Who decides, who publishes, who reads


@pytest.fixture
def heard(case_in, odile, rene, at):
    """A decided case on which two members spoke."""
    case = case_in("decided")
    services.give_committee_opinion(case, by=odile, at=at, stance="agrees")
    services.give_committee_opinion(case, by=rene, at=at + timedelta(minutes=1), stance="reserved", text=WHY)
    return case


def test_who_decides_reads_it_by_name(case_in, odile, elias, at, sign_in):
    case = case_in("reviewed")
    client = sign_in(elias)
    before = Page(client.get(reverse("instruction:decide", args=[case.proposal.number])))
    services.give_committee_opinion(case, by=odile, at=at, stance="disagrees", text=WHY)

    page = Page(client.get(reverse("instruction:decide", args=[case.proposal.number])))

    assert "comité" not in before.text
    for said in ("Avis du comité : 1 pas d’accord", "Odile Vasseur", WHY):
        assert said in page.text


def test_the_preview_shows_it_by_name(heard, paula, sign_in):
    page = Page(sign_in(paula).get(reverse("instruction:answers")))

    for said in ("Avis du comité : 1 d’accord, 1 réservé", "Odile Vasseur", "René Colin", WHY):
        assert said in page.text


def test_the_public_reads_it_with_the_answer_and_without_names(heard, cycle, client, at):
    before = Page(client.get(sheet_of(heard)))

    services.publish_answers(cycle, by=BUILDER, at=at)
    caches["local"].clear()
    after = Page(client.get(sheet_of(heard)))

    assert WHY not in before.text
    assert "comité" not in before.text
    assert "L’avis du comité de suivi" in after.words("h2")
    for said in ("1 d’accord, 1 réservé", "Un membre du comité", WHY):
        assert said in after.text
    for name in ("Odile", "Vasseur", "René", "Colin"):
        assert name not in after.response.content.decode()


def test_a_published_study_without_opinions_says_nothing_of_the_committee(case_in, client):
    assert "comité" not in Page(client.get(sheet_of(case_in("published")))).text


def test_it_comes_with_the_study_and_costs_no_query(heard, cycle, at, buildings, django_assert_num_queries):
    services.publish_answers(cycle, by=BUILDER, at=at)
    proposal = Proposal.objects.select_related(*selectors.JOINED).get(pk=heard.proposal_id)

    with django_assert_num_queries(4):
        summary = selectors.public_study(proposal).summary

    assert [(v.stance, v.text, v.by) for v in summary.committee] == [
        ("agrees", "", "un membre du comité"), ("reserved", WHY, "un membre du comité"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("stances", "words"),
    [
        ([], ""),
        (["agrees"], "1 d’accord"),
        (["reserved", "agrees", "reserved", "agrees", "agrees"], "3 d’accord, 2 réservés"),
        (["disagrees", "disagrees", "agrees"], "1 d’accord, 2 pas d’accord"),
    ],
)
def test_opinions_are_counted_in_words(stances, words):
    said = selectors.committee.voices(({"stance": s, "text": "", "by": ""} for s in stances), is_named=True)

    assert selectors.stances_words(said) == words


# The person's own file


def test_a_member_finds_their_opinions_in_their_file(heard, rene, at):
    sections = {section.key: section.rows for section in accounts_selectors.file_of_account(rene)}

    [row] = sections["instruction"]
    assert list(row.values())[:3] == [f"BP26-0001, {heard.proposal.title}", "Réservé", WHY]


def test_an_erased_account_leaves_its_opinion_without_its_name(heard, cycle, rene, ada, paula, at, sign_in):
    services.publish_answers(cycle, by=BUILDER, at=at)
    rene.role_assignments.update(until_on=at.date() - timedelta(days=2))
    rene.remember_roles(None)

    accounts.erase_account(rene, by=ada, at=at)

    said = CommitteeOpinion.objects.order_by("pk").values_list("author__username", "author_label", "text")
    assert list(said) == [("odile", "Odile Vasseur", ""), (None, "", WHY)]


def test_where_a_body_reads_the_studies_its_member_speaks_in_its_name(case_in, odile, rene, cycle, at):
    case = case_in("reviewed")
    body = meetings.body(at, cycle=cycle)
    seat = meetings.member(at, body, "", contact=meetings.contact("Odile Vasseur", odile))

    opinion = services.give_committee_opinion(case, by=odile, at=at, stance="agrees")

    assert opinion.seat == seat
    with pytest.raises(Refused, match="reviennent à"):
        services.give_committee_opinion(case, by=rene, at=at, stance="agrees")
