"""Opening cases and handing them to departments."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.notifications.models import OutboxMessage
from instruction import services
from instruction.models import Case
from proposals import services as proposals
from tests.factories import cycles
from tests.factories import instruction as factory

DUE = date(2026, 3, 20)


def journal(act: str) -> list[tuple[str, str, str]]:
    entries = JournalEntry.objects.filter(act=act).order_by("pk")
    return [(e.from_state, e.to_state, e.role) for e in entries]


def test_an_idea_gets_its_case(idea, paula, at):
    case = services.open_case(idea, by=paula, at=at)

    idea.refresh_from_db()
    assert (case.state, case.received_at, idea.stage) == ("received", at, "study")
    assert journal("open_case") == [("", "received", "participation")]


def test_an_idea_is_studied_once(idea, paula, at):
    services.open_case(idea, by=paula, at=at)

    with pytest.raises(Refused, match="Le dossier BP26-0001 est déjà ouvert"):
        services.open_case(idea, by=paula, at=at)


def test_an_unpublished_idea_is_not_studied(cycle, paula, at):
    draft = factory.idea(cycle, at, state="submitted", published_at=None)

    with pytest.raises(Refused, match="BP26-0001 n’est pas publiée"):
        services.open_case(draft, by=paula, at=at)


def test_a_study_does_not_begin_before_its_day(idea, paula, at):
    with pytest.raises(Refused, match="L’étude des idées ouvre le lundi 23 février"):
        services.open_case(idea, by=paula, at=at - timedelta(days=8))


def test_a_cycle_without_study_has_no_case(idea, paula, at):
    cycles.drop_phases(idea.cycle, "instruction")

    with pytest.raises(Refused, match="n’a pas de phase d’étude"):
        services.open_case(idea, by=paula, at=at)


def test_all_published_ideas_at_once(cycle, paula, at):
    bench, tree = factory.idea(cycle, at), factory.idea(cycle, at, title="Un verger")
    factory.idea(cycle, at, state="submitted", published_at=None)

    cases = services.open_cases(cycle, by=paula, at=at)

    assert [case.proposal for case in cases] == [bench, tree]
    assert services.open_cases(cycle, by=paula, at=at) == []


def test_the_first_case_freezes_the_study_rules(idea, paula, at):
    services.open_case(idea, by=paula, at=at)

    assert "study" in idea.cycle.section_freezes.values_list("section", flat=True)


def test_a_case_goes_to_a_lead_and_consulted_departments(case_in, paula, at, green_spaces, buildings):
    case = case_in("received")

    services.assign(case, by=paula, at=at, lead=green_spaces, consulted=[buildings], due_on=DUE, complexity="simple")

    case.refresh_from_db()
    parts = case.assignments.order_by("pk").values_list("department", "kind", "due_on", "complexity")
    assert list(parts) == [
        (green_spaces.pk, "lead", DUE, "simple"),
        (buildings.pk, "consulted", DUE, "simple"),
    ]
    assert (case.state, case.triaged_at) == ("triaged", at)
    assert journal("assign_case") == [("received", "triaged", "participation")]


def test_the_owner_learns_who_studies(case_in, paula, at, green_spaces, buildings):
    case = case_in("received")

    services.assign(case, by=paula, at=at, lead=green_spaces, due_on=DUE)
    services.assign(case, by=paula, at=at, lead=buildings, due_on=DUE)

    letters = OutboxMessage.objects.filter(event="case_study_started")
    assert [(m.contact.name, m.context["department"]) for m in letters] == [
        ("Aïcha Benali", "Direction des espaces verts")
    ]


def test_a_case_changes_hands_until_its_study_starts(case_in, paula, at, green_spaces, buildings):
    case = case_in("triaged")

    services.assign(case, by=paula, at=at, lead=buildings, due_on=DUE)

    assert list(case.assignments.values_list("department", "kind")) == [(buildings.pk, "lead")]


def test_a_started_study_does_not_change_hands(case_in, paula, at, buildings):
    case = case_in("under_review")

    with pytest.raises(Refused, match=r"On ne peut pas attribuer ce dossier\s: l’état actuel est «\sà l’étude\s»"):
        services.assign(case, by=paula, at=at, lead=buildings, due_on=DUE)


def test_a_day_in_the_past_is_refused(case_in, paula, at, green_spaces):
    case = case_in("received")

    with pytest.raises(ValidationError, match="choisissez une échéance à venir"):
        services.assign(case, by=paula, at=at, lead=green_spaces, due_on=date(2026, 3, 1))


def test_the_lead_is_not_consulted_too(case_in, paula, at, green_spaces):
    case = case_in("received")

    with pytest.raises(ValidationError, match="n’a pas à être aussi consultée"):
        services.assign(case, by=paula, at=at, lead=green_spaces, consulted=[green_spaces], due_on=DUE)


def test_a_withdrawn_idea_is_no_longer_studied(case_in, paula, at, green_spaces):
    case = case_in("received")
    proposals.withdraw(case.proposal, at=at)

    with pytest.raises(Refused, match="BP26-0001 a été retirée par son porteur : son étude s’arrête"):
        services.assign(case, by=paula, at=at, lead=green_spaces, due_on=DUE)
    assert list(Case.objects.active()) == []


def test_a_head_names_who_follows_the_case(case_in, helene, bruno, at):
    part = case_in("triaged").assignments.get()

    services.entrust(part, by=helene, at=at, person=bruno)

    part.refresh_from_db()
    assert part.person == bruno
    assert journal("entrust_case") == [("", "", "department_head")]


def test_a_case_is_entrusted_inside_the_department(case_in, helene, paula, at):
    part = case_in("triaged").assignments.get()

    with pytest.raises(ValidationError, match="choisissez quelqu’un de la direction"):
        services.entrust(part, by=helene, at=at, person=paula)


def test_an_agent_entrusts_nothing(case_in, bruno, at):
    part = case_in("triaged").assignments.get()

    with pytest.raises(Refused, match="responsable de la direction peut confier"):
        services.entrust(part, by=bruno, at=at, person=bruno)
