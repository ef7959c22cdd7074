"""Opening cases and handing them to departments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Department, User
from bp_platform.core import calendar, journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand
from cycles import services as cycle_services
from cycles.models import Cycle
from instruction import flow, notifications, policies, selectors
from instruction.models import Assignment, AssignmentKind, Case, Complexity
from instruction.services.preselection import hold_preselection
from proposals import services as proposal_services
from proposals.models import Proposal, Stage


def open_case(proposal: Proposal, *, by: Actor, at: datetime) -> Case:
    """Begin the study of a published idea (règlement, art. 5). Its stage becomes « À l’étude »."""
    with hold_preselection(proposal.cycle):
        locked = Proposal.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=proposal.pk)
        role = demand(policies.can_open(by, locked, at)).role
        case = _open(locked, by=by, at=at, role=role)
        cycle_services.freeze_sections(locked.cycle, at=at)
    return case


def open_cases(cycle: Cycle, *, by: Actor, at: datetime) -> list[Case]:
    """Begin the study of every published idea of the cycle that has no case yet, all in one transaction; where a
    preselection came first, of those it kept."""
    with hold_preselection(cycle):
        role = demand(policies.can_open_study(by, cycle, at)).role
        cycle_services.freeze_sections(cycle, at=at)
        waiting = list(selectors.ideas_without_case(cycle).select_for_update(of=("self",)))
        for proposal in waiting:
            proposal.cycle = cycle
        return [_open(proposal, by=by, at=at, role=role) for proposal in waiting]


def _open(proposal: Proposal, *, by: Actor, at: datetime, role: str) -> Case:
    case = Case(proposal=proposal, received_at=at)
    case.full_clean()
    case.save()
    proposal_services.project(proposal, stage=Stage.STUDY)
    journal.record(journal.Line(case.journal_chain, at, by, "open_case", case, to_state=case.state, role=role))
    return case


def assign(
    case: Case,
    *,
    by: Actor,
    at: datetime,
    lead: Department,
    due_on: date,
    consulted: Sequence[Department] = (),
    person: User | None = None,
    complexity: str = Complexity.MEDIUM,
) -> Case:
    """Name the lead department and those it consults, with the day to answer by; again until the study starts.

    The owners are told once who studies their idea.
    """
    if due_on < calendar.local_day(at):
        raise ValidationError({"due_on": _("choisissez une échéance à venir.")})
    if lead in consulted:
        raise ValidationError({"consulted": _("la direction pilote n’a pas à être aussi consultée.")})
    with flow.ASSIGN.take(case, by=by, at=at) as locked:
        locked.triaged_at = locked.triaged_at or at
        locked.assignments.all().delete()
        for department in (lead, *consulted):
            is_lead = department == lead
            part = Assignment(
                case=locked,
                department=department,
                kind=AssignmentKind.LEAD if is_lead else AssignmentKind.CONSULTED,
                person=person if is_lead else None,
                due_on=due_on,
                complexity=complexity,
                assigned_at=at,
            )
            part.full_clean()
            part.save()
        notifications.study_started(locked, at=at)
        cycle_services.touch(locked.proposal.cycle)
    return locked


def entrust(assignment: Assignment, *, by: Actor, at: datetime, person: User | None) -> Assignment:
    """The head of a department names who follows the case there; None gives it back to the whole department."""
    with journal.transaction_with_journal():
        case = Case.objects.select_for_update(of=("self",)).get(pk=assignment.case_id)
        locked = Assignment.objects.select_related("department").get(pk=assignment.pk)
        role = demand(policies.can_entrust(by, case, locked.department, at)).role
        if person is not None and not person.holds(at, *policies.STUDY_ROLES, department_id=locked.department_id):
            raise ValidationError({"person": _("choisissez quelqu’un de la direction.")})
        locked.person = person
        locked.full_clean()
        locked.save()
        journal.record(journal.Line(case.journal_chain, at, by, "entrust_case", case, role=role))
    return locked
