"""Who is told of the règlement: when it is put to residents, answered, adopted, set aside; each once. And its sheet."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from bp_platform.accounts.models import Contact, Role
from bp_platform.core import registries
from bp_platform.core.actors import RESIDENT, importing
from bp_platform.core.models import JournalEntry
from bp_platform.documents import rendering
from bp_platform.documents.models import Job
from bp_platform.notifications import mail
from bp_platform.notifications import services as outbox
from bp_platform.notifications.models import OutboxMessage
from cycles import personal_data, selectors, services, tasks
from cycles.models import Correspondent, Cycle, CycleState, RulebookFollower
from cycles.services import Question
from tests.factories import cycles as factory
from tests.factories import meetings
from tests.factories import proposals as ideas
from tests.people import staff
from tests.reading import Page

pytestmark = pytest.mark.django_db

PAGE = "/2026/reglement/avis/"
CHOICES = Question("ballot.maximum_choices", "Combien de projets chacun choisit-il ?", ((3, "3"), (5, "5")))


@pytest.fixture(autouse=True)
def _today(town, at, time_machine):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def cycle(at):
    made = factory.read_warnings(factory.cycle(at, open_phase="call"), at)
    meetings.member(at, meetings.body(at, cycle=made), "Aïcha Benali")
    return made


@pytest.fixture
def draft(cycle, paula, at):
    return services.start_draft(cycle, by=paula, at=at)


@pytest.fixture
def consultation(draft, paula, at):
    return services.prepare_consultation(
        draft, by=paula, at=at - timedelta(hours=2), opens_at=at - timedelta(hours=1),
        closes_at=at + timedelta(days=14), questions=[CHOICES], intro="Dites-nous.", paper_places="Médiathèque",
    )  # fmt: skip


def told(event):
    found = OutboxMessage.objects.filter(event=event).select_related("contact").order_by("pk")
    return [message.contact.name or message.contact.email for message in found]


def words(event):
    return mail.preview(OutboxMessage.objects.filter(event=event).order_by("pk")[0])


def test_the_opening_and_the_results_are_told_once_to_members_and_who_asked(cycle, consultation, paula, at):
    lea = Client()
    assert "indiquez l’adresse" in Page(lea.post("/2026/reglement/suivre/", {})).error_of("email").lower()
    for _twice in range(2):
        assert lea.post("/2026/reglement/suivre/", {"email": "lea@valrive.example"}).status_code == 303
    assert RulebookFollower.objects.count() == 1

    for _twice in range(2):
        tasks.follow_calendar()

    assert told("rulebook_asked") == ["Aïcha Benali", "lea@valrive.example"]
    text = str(words("rulebook_asked"))
    assert "Combien de projets chacun choisit-il" in text and PAGE in text
    assert JournalEntry.objects.filter(act="announce_consultation").count() == 1
    after = consultation.closes_at + timedelta(hours=1)
    services.decide_parameter(consultation.parameters.get(), by=paula, at=after, decided="3", why="Plus simple.")
    services.publish_consultation(consultation, by=paula, at=after)
    assert told("rulebook_answered") == ["Aïcha Benali", "lea@valrive.example"]
    assert "Plus simple." in str(words("rulebook_answered"))


def test_a_consultation_that_is_over_or_hidden_is_not_announced(cycle, consultation, paula, at):
    assert services.announce_consultations(consultation.closes_at) == 0
    assert services.announce_consultations(at - timedelta(hours=3)) == 0
    services.set_hidden(cycle, by=paula, at=at, is_hidden=True, reason="x")
    assert services.announce_consultations(at) == 0


def test_adoption_and_deviation_reach_who_lives_by_it(cycle, draft, paula, elias, bruno, green_spaces, at):
    for _twice in range(2):
        owner = ideas.published(at, cycle=cycle).owners.get().contact
        owner.name, owner.email = "Chloé Petit", "chloe@valrive.example"
        owner.save()
    staff("ancien", "Ancien", "Élu", Role.ELECTED, at).role_assignments.update(until_on=at.date() - timedelta(days=1))
    elias.role_assignments.create(role=Role.MODERATOR, from_on=date(2024, 1, 1), until_on=date(2024, 12, 31))
    Correspondent.objects.create(cycle=cycle, department=green_spaces, person=bruno)
    silent = Contact.objects.create(name="Zoé", email="zoe@valrive.example")
    outbox.set_cadence(silent, "rulebook_adopted", "never", at=at)
    RulebookFollower.objects.create(cycle=cycle, contact=silent, since=at)

    codes = frozenset(read.finding.code for read in selectors.findings(cycle, at))
    services.acknowledge_warnings(cycle, by=paula, at=at, codes=codes)
    services.adopt_rulebook(draft, by=paula, at=at, resolution="Délibération 2026-031")
    facts = {
        "section": "proposers", "what": "Le papier jusqu’au 9.", "why": "La grève.", "decided_by": "Le conseil",
        "decided_on": at.date(), "key": uuid4(),
    }  # fmt: skip
    for _twice in range(2):
        services.record_deviation(cycle, by=paula, at=at, **facts)

    people = ["Aïcha Benali", "Élias Ben Amar", "Bruno Martel", "Chloé Petit"]
    assert told("rulebook_adopted") == people
    assert "Délibération 2026-031" in str(words("rulebook_adopted"))
    assert told("rulebook_set_aside") == [*people, "Zoé"]
    assert "La grève." in str(words("rulebook_set_aside")) and "#article-2" in str(words("rulebook_set_aside"))
    services.record_deviation(cycle, by=importing("archives"), at=at, **(facts | {"key": uuid4()}))
    assert len(told("rulebook_set_aside")) == 5


def test_who_asked_to_be_told_reads_it_and_is_forgotten(cycle, at):
    follower = services.follow_rulebook(cycle, email="lea@valrive.example", at=at)
    assert {"Prévenu·e du règlement de": "Édition 2026", "Depuis le": at.date()} in personal_data.export(
        follower.contact
    )

    assert personal_data.erase(follower.contact, at) >= 1
    assert not RulebookFollower.objects.exists()


def test_the_sheet_is_printed_by_the_team_and_by_anybody_while_it_is_open(
    cycle, consultation, paula, sign_in, at, time_machine
):
    spec = registries.reports["consultation_sheet"]
    arguments = {"cycle": "2026", "version": consultation.version.number}
    data = spec.build(arguments)
    assert [question.question for question in data["questions"]] == [CHOICES.question]
    assert data["until"] == "15 mars 2026" or "mars 2026" in data["until"]
    content = rendering.render_pdf(spec.template, data, language="fr", title=str(spec.title))
    assert content.startswith(b"%PDF")
    assert "Médiathèque" in Client().get(PAGE).content.decode()

    assert Client().post(f"{PAGE}feuille/").status_code == 303
    assert sign_in(paula).post(f"{PAGE}feuille/").status_code == 303
    assert Job.objects.filter(kind="consultation_sheet").exists()
    assert not spec.may_request(RESIDENT, arguments, at - timedelta(hours=2))
    assert spec.may_request(paula, arguments, at - timedelta(hours=2))
    assert "est close depuis" in str(spec.may_request(RESIDENT, arguments, consultation.closes_at).reason)
    assert not spec.may_request(RESIDENT, {"cycle": "nulle-part"}, at)
    time_machine.move_to(consultation.closes_at, tick=False)
    late = Client().post(f"{PAGE}feuille/", follow=True)
    assert "est close depuis" in Page(late).text


def test_the_reglement_of_an_edition_in_preparation_is_told_once_it_opens(cycle, draft, paula, at):
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.PREPARED, contact="Paula, 02 37 00 00 00")
    draft.cycle.refresh_from_db()
    factory.read_warnings(draft.cycle, at)

    services.adopt_rulebook(draft, by=paula, at=at, resolution="Délibération 2026-031")
    assert told("rulebook_adopted") == []

    for _twice in range(2):
        Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.PREPARED, contact="Paula, 02 37 00 00 00")
        services.launch_cycle(cycle, by=paula, at=at)
    assert told("rulebook_adopted") == ["Aïcha Benali"]
