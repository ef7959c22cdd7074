"""Who may do what with a case, and the doors to it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Prefetch
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import Department, Role, User
from bp_platform.core import calendar, money, text
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Decision, no, yes_as
from cycles import policies as cycle_policies
from cycles import selectors as cycle_selectors
from cycles.models import Cycle, PhaseKind
from cycles.rules import REFUSAL_REASONS
from instruction import selectors
from instruction.models import (
    COMMITTEE_STATES,
    Assignment,
    Case,
    CaseState,
    DepartmentOpinion,
    Question,
    Verdict,
)
from instruction.policies import preselection
from proposals.models import Proposal, ProposalState

STUDY_STATES = frozenset({CaseState.TRIAGED, CaseState.UNDER_REVIEW, CaseState.AWAITING_OWNER})
STUDY_ROLES = (Role.AGENT, Role.HEAD)
NAMED_AT_MOST = 3
READERS = (Role.PARTICIPATION, Role.ADMINISTRATOR, Role.ELECTED, Role.AUDITOR)


def _is_import(by: Actor) -> bool:
    return by.actor_kind == "import"


def _goes_on(case: Case) -> Decision:
    """A case stops when its proposal is no longer published."""
    if case.proposal.state == ProposalState.PUBLISHED:
        return Decision(True)
    if case.proposal.state == ProposalState.WITHDRAWN:
        return no(_("L’idée %(number)s a été retirée par son porteur : son étude s’arrête.") % _named(case))
    return no(_("L’idée %(number)s n’est plus publiée : son étude s’arrête.") % _named(case))


def _named(case: Case) -> dict[str, str]:
    return {"number": case.proposal.number}


# Opening, assigning, publishing: the participation team


def can_open_study(by: Actor, cycle: Cycle, at: datetime) -> Decision:
    """Règlement, art. 5: ideas are studied from the opening of the study on."""
    decision = cycle_policies.team_only(by, at)
    if not decision:
        return decision
    phase = cycle_selectors.phase_of(cycle, PhaseKind.INSTRUCTION)
    if phase is None and not _is_import(by):
        return no(_("Cette édition n’a pas de phase d’étude."))
    if phase is not None and phase.opens_at > at and not _is_import(by):
        return no(_("L’étude des idées ouvre le %(when)s.") % {"when": calendar.moment_words(phase.opens_at)})
    settled = preselection.is_preselected_before(cycle, "study")
    return decision if settled else settled


def can_open(by: Actor, proposal: Proposal, at: datetime) -> Decision:
    """A published idea is studied once."""
    if proposal.state != ProposalState.PUBLISHED:
        return no(_("L’idée %(number)s n’est pas publiée : elle ne peut pas être étudiée.") % {"number": proposal})
    if Case.objects.filter(proposal=proposal).exists():
        return no(_("Le dossier %(number)s est déjà ouvert.") % {"number": proposal})
    opens = can_open_study(by, proposal.cycle, at)
    goes_on = preselection.may_go_on(proposal) if opens else opens
    return opens if goes_on else goes_on


def can_assign(by: Actor, case: Case, at: datetime) -> Decision:
    """The participation team names the lead department and those it consults."""
    return _goes_on(case) and cycle_policies.team_only(by, at)


def can_publish(by: Actor, cycle: Cycle, at: datetime) -> Decision:
    """All answers of the cycle leave together: not before the last one is decided."""
    decision = cycle_policies.team_only(by, at)
    if not decision:
        return decision
    undecided = Case.objects.of_cycle(cycle).active().undecided().order_by("proposal__number")
    numbers = list(undecided.values_list("proposal__number", flat=True))
    if numbers:
        others = len(numbers) - NAMED_AT_MOST
        more = [ngettext("%(n)d autre", "%(n)d autres", others) % {"n": others}] if others > 0 else []
        shown = text.enumerate_fr([*numbers[:NAMED_AT_MOST], *more])
        return no(_("Toutes les réponses partent ensemble : il reste à décider %(numbers)s.") % {"numbers": shown})
    if not Case.objects.of_cycle(cycle).active().to_publish().exists():
        return no(_("Aucune réponse n’attend d’être publiée."))
    return decision


def can_publish_case(by: Actor, case: Case, at: datetime) -> Decision:
    return _goes_on(case) and cycle_policies.team_only(by, at)


# The study: the departments


def department_of(by: Actor, case: Case, at: datetime, *, heads_only: bool = False) -> Department | None:
    """The department for which this person studies the case, the lead one first."""
    if not isinstance(by, User):
        return None
    roles = (Role.HEAD,) if heads_only else STUDY_ROLES
    mine = departments_of(by, at, *roles)
    part = next((part for part in _lead_first(case) if part.department_id in mine), None)
    return part.department if part else None


def _lead_first(case: Case) -> list[Assignment]:
    """The parts of a case; no query when they are prefetched."""
    return sorted(case.assignments.all(), key=lambda part: (not part.is_lead, part.pk))


def can_study(by: Actor, case: Case, at: datetime) -> Decision:
    """The people of a department that leads or is consulted, while the study is open."""
    going = _goes_on(case)
    if not going:
        return going
    if case.state not in STUDY_STATES:
        return no(
            _("Le dossier %(number)s n’est pas à l’étude : son état est « %(state)s ».")
            % (_named(case) | {"state": case.get_state_display()})
        )
    if _is_import(by):
        return yes_as("import")
    if department_of(by, case, at, heads_only=True):
        return yes_as(Role.HEAD)
    if department_of(by, case, at):
        return yes_as(Role.AGENT)
    return no(_("Seules les directions chargées du dossier %(number)s peuvent l’étudier.") % _named(case))


def can_give_opinion(by: Actor, case: Case, department: Department, at: datetime) -> Decision:
    """One's own department, as long as its head has not validated the opinion."""
    decision = can_study(by, case, at)
    if not decision:
        return decision
    if all(part.department_id != department.pk for part in case.assignments.all()):
        return no(_("La direction « %(name)s » n’est pas consultée sur ce dossier.") % {"name": department.short_name})
    if isinstance(by, User) and not by.holds(at, Role.AGENT, Role.HEAD, department_id=department.pk):
        return no(_("Vous ne pouvez donner un avis que pour votre direction."))
    if any(o.department_id == department.pk and o.is_validated for o in case.opinions.all()):
        return no(_("L’avis de votre direction est validé : il ne change plus."))
    return decision


def can_validate(by: Actor, opinion: DepartmentOpinion, at: datetime) -> Decision:
    """The head of the department, once."""
    going = _goes_on(opinion.case)
    if not going:
        return going
    if opinion.is_validated:
        return no(_("Cet avis est déjà validé."))
    if opinion.case.state not in STUDY_STATES:
        return no(_("L’étude du dossier %(number)s est close.") % _named(opinion.case))
    if _is_import(by):
        return yes_as("import")
    if isinstance(by, User) and by.holds(at, Role.HEAD, department_id=opinion.department_id):
        return yes_as(Role.HEAD)
    return no(
        _("Seul·e le ou la responsable de la direction « %(name)s » valide cet avis.")
        % {"name": opinion.department.short_name}
    )


def can_complete(by: Actor, case: Case, at: datetime) -> Decision:
    """The lead department's people or the team, once every opinion is validated and the project is costed."""
    decision = _goes_on(case) and _lead_or_team(by, case, at)
    if not decision:
        return decision
    opinions = {o.department_id: o for o in case.opinions.all() if o.is_validated}
    parts = _lead_first(case)
    missing = [part.department.short_name for part in parts if part.department_id not in opinions]
    if missing:
        return no(_("Il manque l’avis validé de : %(names)s.") % {"names": text.enumerate_fr(missing)})
    lead = next(part for part in parts if part.is_lead)
    if opinions[lead.department_id].verdict != Verdict.UNFAVOURABLE and not case.costings.exists():
        return no(_("Il manque le chiffrage : un projet qui peut se faire a un prix."))
    return decision


def _lead_or_team(by: Actor, case: Case, at: datetime) -> Decision:
    team = cycle_policies.team_only(by, at)
    if team:
        return team
    lead = next((part for part in case.assignments.all() if part.is_lead), None)
    if isinstance(by, User) and lead and by.holds(at, Role.AGENT, Role.HEAD, department_id=lead.department_id):
        return yes_as(Role.AGENT)
    return no(_("Seules la direction pilote et l’équipe participation peuvent rendre l’étude."))


def can_entrust(by: Actor, case: Case, department: Department, at: datetime) -> Decision:
    """A head names the person who follows the case."""
    decision = can_study(by, case, at)
    if not decision or _is_import(by):
        return decision
    if isinstance(by, User) and by.holds(at, Role.HEAD, department_id=department.pk):
        return yes_as(Role.HEAD)
    return no(_("Seul·e le ou la responsable de la direction peut confier ce dossier."))


def can_answer(by: Actor, case: Case, at: datetime) -> Decision:
    """The owner (by the link of the letter, or signed in), or the staff who writes the answer down for them."""
    going = _goes_on(case)
    if not going:
        return going
    if by.actor_kind in {"import", "resident"}:
        return yes_as("owner")
    if isinstance(by, User) and case.proposal.owners.filter(contact__user=by, left_at=None).exists():
        return yes_as("owner")
    if cycle_policies.team_only(by, at) or can_study(by, case, at):
        return yes_as(Role.AGENT)
    return no(_("Seul le porteur de l’idée peut répondre à cette question."))


# The decision: the team for what is technical, a named elected member for what is political


def can_decide(by: Actor, case: Case, at: datetime) -> Decision:
    """The participation team, or an elected member."""
    going = _goes_on(case)
    if not going:
        return going
    if isinstance(by, User) and by.holds(at, Role.ELECTED):
        return yes_as(Role.ELECTED)
    if cycle_policies.team_only(by, at):
        return cycle_policies.team_only(by, at)
    return no(_("Seuls l’équipe participation et les élu·es décident de la réponse."))


def can_declare_feasible(by: Actor, case: Case, at: datetime) -> Decision:
    """Règlement, art. 4: what can be done fits under the cap and over the floor, running cost included."""
    decision = can_decide(by, case, at)
    if not decision:
        return decision
    costing = selectors.current_costing(case)
    if costing is None:
        return no(_("Un projet réalisable est chiffré : complétez d’abord le chiffrage."))
    rules = cycle_selectors.rules_of(case.proposal.cycle)
    total = selectors.counted_eur(costing, rules.caps)
    high, low = rules.caps.maximum_cost_eur, rules.caps.minimum_cost_eur
    yearly = rules.admissibility.maximum_running_cost_eur
    words = {"cost": money.in_words(total), "running": money.in_words(costing.running_cost_eur)}
    if high is not None and total > high:
        limit = words | {"limit": money.in_words(high)}
        return no(_("Le coût, %(cost)s, dépasse le plafond de %(limit)s (article 4.1 du règlement).") % limit)
    if low is not None and total < low:
        limit = words | {"limit": money.in_words(low)}
        return no(_("Le coût, %(cost)s, est sous le minimum de %(limit)s (article 4 du règlement).") % limit)
    if rules.caps.tranches and rules.caps.tranche_of(total, case.proposal.theme.code) is None:
        return no(
            _("Le coût, %(cost)s, n’entre dans aucune tranche de coût (article 4 du règlement) : revoyez le chiffrage.")
            % words
        )
    if yearly is not None and costing.running_cost_eur > yearly:
        limit = words | {"limit": money.in_words(yearly)}
        return no(
            _("L’entretien, %(running)s par an, dépasse la limite de %(limit)s (article 4.2 du règlement).") % limit
        )
    return decision


def can_refuse_for(by: Actor, code: str, at: datetime) -> Decision:
    """A political reason belongs to elected members: no technician, no team member may use it."""
    reason = REFUSAL_REASONS.get(code)
    if reason is None:
        return no(_("Choisissez un motif du règlement."))
    if not reason.is_political or _is_import(by) or (isinstance(by, User) and by.holds(at, Role.ELECTED)):
        return Decision(True)
    return no(_("Ce motif est politique : seul·e un·e élu·e peut le retenir, en son nom."))


def citable(case: Case) -> list[str]:
    """Règlement, art. 3: the reasons that this edition has kept, and those of the other articles."""
    rules = cycle_selectors.rules_of(case.proposal.cycle).admissibility
    kept = set(rules.reasons) - (set() if rules.is_investment_only else {"operating_expenditure"})  # as it is printed
    return [code for code, reason in REFUSAL_REASONS.items() if code in kept or not reason.article.startswith("3.")]


def can_cite(case: Case, code: str) -> Decision:
    """A refusal cites a reason that this edition has kept."""
    if code in citable(case):
        return Decision(True)
    label = _(REFUSAL_REASONS[code].label)
    return no(
        _("« %(label)s » n’est pas un motif de l’article 3 de cette édition : choisissez-en un qui y est écrit.")
        % {"label": label}
    )


# The follow-up committee: it reads what was studied, and says what it thinks before the answer leaves


def can_give_committee_opinion(by: Actor, case: Case, at: datetime) -> Decision:
    """A committee member, from the end of the study to the publication, on somebody else's idea."""
    going = _goes_on(case)
    if not going:
        return going
    if not isinstance(by, User) or not by.holds(at, Role.COMMITTEE):
        return no(
            _("Seuls les membres du comité de suivi donnent cet avis : l’administration nomme qui en fait partie.")
        )
    seat = cycle_policies.reads_studies_for(by, case.proposal.cycle_id, at)
    if not seat:
        return seat
    if case.state == CaseState.PUBLISHED:
        return no(
            _("La réponse au dossier %(number)s est publiée : les avis du comité se lisent sur la page du projet.")
            % _named(case)
        )
    if case.state not in COMMITTEE_STATES:
        return no(
            _("L’étude du dossier %(number)s n’est pas encore rendue : donnez votre avis dès qu’elle le sera.")
            % _named(case)
        )
    if case.proposal.owners.filter(contact__user=by, left_at=None).exists():
        return no(_("Vous portez l’idée %(number)s : laissez les autres membres donner leur avis.") % _named(case))
    return yes_as(Role.COMMITTEE)


def committee_case_for(user: User, number: str, at: datetime) -> Case:
    """A committee member's door to a case: once studied, and never that of one's own idea, whose answer is secret."""
    desk_for(user, at, Role.COMMITTEE)
    validated = DepartmentOpinion.objects.filter(validated_at__isnull=False).select_related("department")
    case = (
        Case.objects.read_by_committee()
        .of_others(user)
        .select_related("proposal__cycle", "proposal__area", "proposal__theme", "costing__department", "arbitration")
        .prefetch_related(
            Prefetch("opinions", validated.order_by("validated_at", "pk")), "committee_opinions", "costing__items"
        )
        .filter(proposal__number=number)
        .first()
    )
    if case is None:
        raise Http404
    return case


# The doors


def can_read(user: object, case: Case, at: datetime) -> bool:
    """The team, the elected members, the auditors, and the departments that study the case."""
    return isinstance(user, User) and (user.holds(at, *READERS) or department_of(user, case, at) is not None)


def case_for(user: User, number: str, at: datetime) -> Case:
    """The only door to a case."""
    case = (
        Case.objects.select_related("proposal__cycle", "proposal__area", "proposal__theme")
        .prefetch_related("assignments__department", "opinions__department", "questions")
        .filter(proposal__number=number)
        .first()
    )
    if case is None or not can_read(user, case, at):
        raise Http404
    return case


def question_for(pk: int) -> Question:
    """The door of the owner's link, whose signature the view has checked."""
    question = Question.objects.select_related("case__proposal__cycle", "department").filter(pk=pk).first()
    if question is None:
        raise Http404
    return question


def desk_for(user: User, at: datetime, *roles: str) -> User:
    """A desk belongs to some roles; for anybody else it does not exist."""
    if not user.holds(at, *roles):
        raise Http404
    return user


def departments_of(user: User, at: datetime, *roles: str) -> list[int]:
    """The departments in which these roles are held."""
    return sorted({row.department_id for row in user.held_roles(at) if row.role in roles and row.department_id})
