"""What the desks show: queues, counts, what is late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import User
from bp_platform.core import calendar
from bp_platform.core.components import Cell, Row, Tone
from cycles.models import Cycle, CycleState
from instruction.models import (
    HOURS,
    Assignment,
    Case,
    CaseState,
    Complexity,
    DepartmentOpinion,
    Outcome,
    Verdict,
)
from instruction.models.study import due_day
from instruction.selectors.preselection import set_aside, that_go_on
from proposals.models import Proposal, Stage

TRIAGE_SHOWN = 100

VERDICT_TONES: dict[str, Tone] = {
    Verdict.FAVOURABLE: "success",
    Verdict.WITH_RESERVATIONS: "warning",
    Verdict.UNFAVOURABLE: "error",
}
OUTCOME_TONES: dict[str, Tone] = {
    Outcome.FEASIBLE: "success",
    Outcome.FEASIBLE_WITH_CHANGES: "success",
    Outcome.UNFEASIBLE: "",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A department's part in a case, as its desk shows it."""

    assignment: Assignment
    due_on: date
    waits_for: str
    days_late: int

    @property
    def is_late(self) -> bool:
        return self.days_late > 0

    @property
    def case(self) -> Case:
        return self.assignment.case


def parts_of(departments: Sequence[int], at: datetime, *, person: User | None = None) -> list[Part]:
    """What these departments have in hand, the most pressing first; `person`: only theirs and what is nobody's."""
    found = (
        Assignment.objects.filter(department__in=departments, case__in=Case.objects.under_study().active())
        .select_related("case__proposal__area", "department", "person")
        .prefetch_related("case__questions", "case__opinions", "case__assignments__department")
        .order_by("due_on", "pk")
    )
    parts = [_part(assignment, at) for assignment in found]
    shown = [
        part
        for part in parts
        if part.waits_for != "nothing"
        and (person is None or part.assignment.person_id is None or part.assignment.person_id == person.pk)
    ]
    return sorted(shown, key=lambda part: (-part.days_late, part.due_on, part.assignment.pk))


def _part(assignment: Assignment, at: datetime) -> Part:
    case = assignment.case
    due = due_day(assignment.due_on, list(case.questions.all()), at)
    waits = _waits_for(assignment, calendar.local_day(at))
    late = max(0, (calendar.local_day(at) - due).days) if waits in {"opinion", "validation", "completion"} else 0
    return Part(assignment, due, waits, late)


def _waits_for(assignment: Assignment, today: date) -> str:
    """« owner », « silence » once their delay is over, « opinion », « validation », « others », « completion » or
    « nothing » more from this department."""
    case = assignment.case
    if case.state == CaseState.AWAITING_OWNER:
        is_over = any(q.is_waiting and q.patient_until < today for q in case.questions.all())
        return "silence" if is_over else "owner"
    validated = {o.department_id for o in case.opinions.all() if o.is_validated}
    if assignment.department_id not in validated:
        given = any(o.department_id == assignment.department_id for o in case.opinions.all())
        return "validation" if given else "opinion"
    if not assignment.is_lead:
        return "nothing"
    asked = {part.department_id for part in case.assignments.all()}
    return "others" if asked - validated else "completion"


def part_rows(parts: Iterable[Part], at: datetime, *, current: str = "", names_person: bool = False) -> list[Row]:
    """The queue of an agent or of a head; `current` is the number of the case that is open beside it."""
    return [
        Row(
            [
                Cell(
                    part.case.proposal.title,
                    note=_role_words(part, names_person=names_person),
                    url=reverse("instruction:case", args=[part.case.proposal.number]),
                ),
                Cell(_due_words(part, at), is_late=part.is_late),
            ],
            is_current=part.case.proposal.number == current,
        )
        for part in parts
    ]


def _role_words(part: Part, *, names_person: bool) -> str:
    where = part.case.proposal.area.name
    if part.assignment.is_lead:
        words = _("Pilote · %(area)s") % {"area": where}
    else:
        lead = next((a.department.short_name for a in part.case.assignments.all() if a.is_lead), "")
        words = _("Consulté par %(lead)s · %(area)s") % {"lead": lead, "area": where}
    if names_person:
        person = part.assignment.person.shown_name if part.assignment.person else _("à confier")
        words = f"{words} · {person}"
    return words


def _due_words(part: Part, at: datetime) -> str:
    if part.waits_for == "owner":
        return _("en attente du porteur")
    if part.waits_for == "silence":
        return _("sans réponse du porteur")
    if part.is_late:
        return ngettext("retard de %(days)d jour", "retard de %(days)d jours", part.days_late) % {
            "days": part.days_late
        }
    if part.waits_for == "validation":
        return _("avis à valider")
    if part.waits_for == "others":
        return _("en attente des avis")
    if part.waits_for == "completion":
        return _("étude à rendre")
    days = (part.due_on - calendar.local_day(at)).days
    return [_("aujourd’hui"), _("demain")][days] if days < 2 else _weekday_words(part.due_on)


def _weekday_words(day: date) -> str:
    """« jeu. 18 juin »."""
    words = {"weekday": date_format(day, "D").lower(), "day": calendar.day_words(day, year=False)}
    return _("%(weekday)s. %(day)s") % words


def parts_words(parts: Sequence[Part]) -> str:
    """« 5 dossiers, 1 en retard »; « » without any."""
    if not parts:
        return ""
    late = sum(1 for part in parts if part.is_late)
    said = ngettext("%(n)d dossier", "%(n)d dossiers", len(parts)) % {"n": len(parts)}
    return _("%(cases)s, %(late)d en retard") % {"cases": said, "late": late} if late else said


def hours_words(parts: Iterable[Part]) -> str:
    """« 6 h 30 »: the work that the listed cases still ask of their lead."""
    hours = sum(
        HOURS[Complexity(p.assignment.complexity)] for p in parts if p.assignment.is_lead and p.waits_for == "opinion"
    )
    whole, minutes = int(hours), round(hours % 1 * 60)
    return f"{whole}\u00a0h" + (f"\u00a0{minutes:02d}" if minutes else "")


def done_this_month(departments: Sequence[int], at: datetime) -> int:
    """Opinions that these departments validated since the first of the month."""
    first = calendar.local_day(at).replace(day=1)
    return DepartmentOpinion.objects.filter(department__in=departments, validated_at__date__gte=first).count()


def opinions_to_validate(departments: Sequence[int]) -> QuerySet[DepartmentOpinion]:
    """Opinions given and not yet validated, the oldest first."""
    return (
        DepartmentOpinion.objects.filter(
            department__in=departments, validated_at=None, case__in=Case.objects.under_study().active()
        )
        .select_related("case__proposal__cycle", "department", "given_by")
        .order_by("given_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class Triage:
    """What waits for the participation team: ideas without a case, by cycle, and cases without a department."""

    without_case: tuple[tuple[Cycle, int], ...]
    to_assign: tuple[Case, ...]
    to_assign_count: int

    @property
    def ideas_count(self) -> int:
        return sum(count for _cycle, count in self.without_case)


def ideas_without_case(cycle: Cycle) -> QuerySet[Proposal]:
    """Published ideas that nobody studies yet, by number."""
    has_one = Exists(Case.objects.filter(proposal=OuterRef("pk")))  # not « case=None »: planned 3 times slower
    return that_go_on(Proposal.objects.public().filter(~has_one, cycle=cycle)).order_by("number")


def triage_of() -> Triage:
    """The triage desk in five queries, six when it does not show everything."""
    counts = _ideas_to_open()
    cycles = Cycle.objects.filter(state=CycleState.PUBLIC).prefetch_related("phases").in_bulk(counts)
    received = Case.objects.active().to_triage()
    rows = received.select_related("proposal__area", "proposal__theme").order_by("received_at", "proposal__number")
    shown = tuple(rows[:TRIAGE_SHOWN])
    return Triage(
        without_case=tuple((cycles[pk], count) for pk, count in sorted(counts.items()) if pk in cycles),
        to_assign=shown,
        to_assign_count=len(shown) if len(shown) < TRIAGE_SHOWN else received.count(),
    )


def _ideas_to_open() -> dict[int, int]:
    """How many ideas of each cycle wait for their case, none left out; two queries, the first of an index alone.

    The stage is written with the case: an idea still at its first has none. A preselection's own leave theirs too, but
    what was published after its decision, which is not for the study.
    """
    ideas = Proposal.objects.public().filter(stage=Stage.IDEA).order_by("cycle")
    found = dict(ideas.values_list("cycle").annotate(Count("cycle")))
    late = dict(set_aside(ideas).values_list("cycle").annotate(Count("pk")))
    return {pk: count - late.get(pk, 0) for pk, count in found.items() if count > late.get(pk, 0)}


def triage_rows(cases: Iterable[Case], at: datetime) -> list[Row]:
    """Cases without a department, the oldest first."""
    return [
        Row(
            [
                Cell(
                    case.proposal.title,
                    note=f"{case.proposal.number} · {case.proposal.area.name} · {case.proposal.theme.name}",
                    url=reverse("instruction:assign", args=[case.proposal.number]),
                ),
                Cell(_since(case.received_at, at)),
            ]
        )
        for case in cases
    ]


def every_case(edition: str = "") -> QuerySet[Case]:
    """The cases of every edition, or of one, the latest first."""
    cases = Case.objects.select_related("proposal__area", "proposal__cycle")
    return (cases.filter(proposal__cycle__slug=edition) if edition else cases).order_by("-received_at", "-pk")


def studied_editions() -> list[Cycle]:
    """The editions that have cases, the latest first."""
    studied = Case.objects.filter(proposal__cycle=OuterRef("pk"))
    return list(Cycle.objects.filter(Exists(studied)).order_by("-pk"))


def case_rows(cases: Iterable[Case]) -> list[Row]:
    """Each case, where its study stands, what was answered."""
    return [_case_row(case) for case in cases]


def _case_row(case: Case) -> Row:
    proposal = case.proposal
    note = f"{proposal.number} · {proposal.area.name} · {proposal.cycle.title}"
    return Row(
        [
            Cell(proposal.title, note=note, url=reverse("instruction:case", args=[proposal.number])),
            Cell("", tag=case.get_state_display(), tone="accent"),
            Cell("", tag=case.get_outcome_display(), tone=OUTCOME_TONES[case.outcome]) if case.outcome else Cell("—"),
        ]
    )


def decision_rows(at: datetime) -> list[Row]:
    """Reviewed cases, the oldest review first, with what the lead department found."""
    cases = (
        Case.objects.active()
        .to_decide()
        .select_related("proposal__area", "proposal__theme")
        .prefetch_related("opinions", "assignments__department")
        .order_by("reviewed_at", "proposal__number")
    )
    return [_decision_row(case, at) for case in cases]


def _decision_row(case: Case, at: datetime) -> Row:
    lead = next(part for part in case.assignments.all() if part.is_lead)
    opinion = next(o for o in case.opinions.all() if o.department_id == lead.department_id)
    proposal = case.proposal
    return Row(
        [
            Cell(
                proposal.title,
                note=f"{proposal.number} · {proposal.area.name} · {lead.department.short_name}",
                url=reverse("instruction:decide", args=[proposal.number]),
            ),
            Cell("", tag=opinion.get_verdict_display(), tone=VERDICT_TONES[opinion.verdict]),
            Cell(_since(case.reviewed_at or at, at)),
        ]
    )


def _since(start: datetime, at: datetime) -> str:
    days = (calendar.local_day(at) - calendar.local_day(start)).days
    if days < 1:
        return _("aujourd’hui")
    return ngettext("depuis %(days)d jour", "depuis %(days)d jours", days) % {"days": days}
