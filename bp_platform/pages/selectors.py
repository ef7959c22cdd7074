"""Reads that several apps share: the home page, the project sheet, the personal space."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet, Value
from django.db.models.functions import MD5, Concat
from django.urls import reverse
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Contact, User
from bp_platform.core import calendar, money, registries
from bp_platform.core.components import Event, Link, Station, StationState, Ticket
from bp_platform.notifications.policies import preference_key
from cycles import selectors as cycle_selectors
from cycles.models import Cycle, Phase, PhaseKind
from instruction import selectors as instruction
from instruction.notifications import answer_path
from proposals import selectors as proposals
from proposals.models import Proposal, ProposalQuerySet, ProposalState, Stage
from realisation import selectors as realisation
from voting import policies as voting_policies
from voting import selectors as voting

SHOWN_PRIORITIES = 5
AFTER_THE_VOTE = (PhaseKind.REALISATION, PhaseKind.REVIEW)


@dataclass(frozen=True, slots=True)
class CyclePage:
    """The page of a cycle, which is also the home page of the current one."""

    cycle: Cycle
    stations: list[Station]
    amount: str
    promise: str
    headline: str
    detail: str
    actions: list[Link]
    preselection: str
    priorities: list[str]
    projects_title: str
    tickets: list[Ticket]
    money: realisation.Money | None
    money_cycle: Cycle | None


def cycle_page(cycle: Cycle, at: datetime) -> CyclePage:
    """What a visitor needs to know in a minute: where we are, how long is left, what to do."""
    phases = list(cycle.phases.order_by("opens_at", "pk"))
    now = cycle_selectors.leading_phase(phases, at)
    following = next((p for p in phases if p.opens_at > at), None)
    published = Proposal.objects.filter(cycle=cycle).public()
    shown = _shown(published, now, at)
    headline, detail = _situation(now, following, at)
    funded = _cycle_with_money(cycle)
    return CyclePage(
        cycle=cycle,
        stations=cycle_selectors.stations(phases, at),
        amount=money.in_words(cycle_selectors.voted_total(cycle)),
        promise=cycle.promise or _("À vous de choisir."),
        headline=headline,
        detail=detail,
        actions=_actions(cycle, now),
        preselection=_preselection(cycle, phases, at),
        priorities=_priorities(cycle, phases, now),
        projects_title=_projects_title(published.count(), now),
        tickets=proposals.tickets(cycle, shown),
        money=realisation.money_of(funded) if funded else None,
        money_cycle=funded,
    )


def _preselection(cycle: Cycle, phases: list[Phase], at: datetime) -> str:
    """What is said of the preselection once its phase has come: one sentence, that leads to its page."""
    begun = [phase for phase in phases if phase.kind == PhaseKind.PRESELECTION and phase.opens_at <= at]
    if not begun or not instruction.has_preselection(cycle):
        return ""
    held = instruction.preselection_of(cycle)
    if held is None or not held.is_decided:
        return _("La présélection : comment elle se fait")
    return _("La présélection : les voix, les idées gardées et les raisons")


def _priorities(cycle: Cycle, phases: list[Phase], now: Phase | None) -> list[str]:
    """During the call, what the shared diagnosis put first, if the edition has one."""
    has_diagnosis = any(phase.kind == PhaseKind.DIAGNOSIS for phase in phases)
    if not has_diagnosis or now is None or now.kind != PhaseKind.CALL:
        return []
    return [issue.title for issue in cycle_selectors.priority_issues(cycle, SHOWN_PRIORITIES)]


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition among the others: what it spends, and where it stands."""

    title: str
    url: str
    said: str


def editions(at: datetime) -> list[Edition]:
    """Every edition that anybody may see, the latest first; three queries."""
    cycles = Cycle.objects.visible().prefetch_related("phases", "envelopes")
    return [_edition(cycle, at) for cycle in cycles.order_by("-pk")]


def _edition(cycle: Cycle, at: datetime) -> Edition:
    phases = sorted(cycle.phases.all(), key=lambda phase: (phase.opens_at, phase.pk))
    following = next((phase for phase in phases if phase.opens_at > at), None)
    headline, detail = _situation(cycle_selectors.leading_phase(phases, at), following, at)
    voted = sum((envelope.amount_eur for envelope in cycle.envelopes.all()), money.ZERO)
    over = _("Cette édition est terminée.") if phases else _("Cette édition se prépare.")
    return Edition(
        title=cycle.title,
        url=reverse("pages:cycle", args=[cycle.slug]),
        said=" ".join(filter(None, (f"{money.in_words(voted)}." if voted else "", headline or over, detail))),
    )


def _shown(published: ProposalQuerySet, now: Phase | None, at: datetime) -> list[Proposal]:
    """Three projects: during campaign and vote, three of the ballot, others each day, at the same chance for all."""
    found = published.for_tickets()
    if now is None or now.kind not in {PhaseKind.VOTE, PhaseKind.CAMPAIGN}:
        return list(found.exclude(stage__in=[Stage.UNFEASIBLE, Stage.NOT_KEPT]).order_by("-published_at", "-pk")[:3])
    seed = calendar.local_day(at).isoformat()
    drawn = MD5(Concat(Value(seed), "number"))
    return list(found.filter(stage=Stage.ON_BALLOT).order_by(drawn, "pk")[:3])


def _situation(now: Phase | None, following: Phase | None, at: datetime) -> tuple[str, str]:
    if now is not None:
        closing = calendar.moment_words(now.closes_at)
        said = {
            PhaseKind.DIAGNOSIS: _("On dit ce qu’on voit de la ville jusqu’au %(when)s."),
            PhaseKind.CALL: _("On dépose les idées jusqu’au %(when)s."),
            PhaseKind.INSTRUCTION: _("Les services étudient les idées ; les réponses paraissent d’ici au %(when)s."),
            PhaseKind.PRESELECTION: _("On choisit, parmi les idées, celles qui continuent, jusqu’au %(when)s."),
            PhaseKind.CAMPAIGN: _("Les projets se présentent jusqu’au %(when)s, puis on vote."),
            PhaseKind.VOTE: _("Le vote ferme le %(when)s."),
            PhaseKind.PROCLAMATION: _("Les résultats sont publiés."),
            PhaseKind.REALISATION: _("Les projets lauréats se construisent ; chacun donne de ses nouvelles."),
            PhaseKind.REVIEW: _("C’est l’heure du bilan."),
        }  # fmt: skip
        words = said.get(PhaseKind(now.kind), "") % {"when": closing}
        counted = now.kind in {PhaseKind.CALL, PhaseKind.CAMPAIGN, PhaseKind.VOTE}
        head = calendar.days_left_words(now.closes_at, at) + "." if counted else f"{now.get_kind_display()}."
        return head, words
    if following is not None:
        return _("Bientôt."), _("%(phase)s : ouverture le %(when)s.") % {
            "phase": following.get_kind_display(),
            "when": calendar.moment_words(following.opens_at),
        }
    return "", ""


def _actions(cycle: Cycle, now: Phase | None) -> list[Link]:
    ideas = Link(_("Voir les projets"), reverse("proposals:ideas", args=[cycle.slug]))
    on_the_list = Link(_("Découvrir les projets au vote"), reverse("voting:campaign", args=[cycle.slug]))
    first = (
        {
            PhaseKind.DIAGNOSIS: Link(_("Dire ce que je vois"), reverse("cycles:diagnosis", args=[cycle.slug])),
            PhaseKind.CALL: Link(_("Déposer une idée"), reverse("proposals:submit", args=[cycle.slug])),
            PhaseKind.CAMPAIGN: on_the_list,
            PhaseKind.VOTE: Link(_("Voter maintenant"), reverse("voting:entrance", args=[cycle.slug])),
            PhaseKind.PROCLAMATION: Link(_("Voir les résultats"), reverse("voting:results", args=[cycle.slug])),
            PhaseKind.REALISATION: Link(
                _("Suivre les chantiers"), reverse("realisation:deliveries", args=[cycle.slug])
            ),
        }.get(PhaseKind(now.kind))
        if now
        else None
    )
    if now and now.kind == PhaseKind.VOTE:
        second = on_the_list
    elif (now is None or now.kind in AFTER_THE_VOTE) and realisation.has_review(cycle):
        second = Link(_("Lire le bilan à un an"), reverse("realisation:review", args=[cycle.slug]))
    elif (now is None or now.kind in AFTER_THE_VOTE) and voting_policies.result_of(cycle):
        second = Link(_("Voir les résultats"), reverse("voting:results", args=[cycle.slug]))
    else:
        second = ideas
    return [first, second] if first else [second]


def _projects_title(count: int, now: Phase | None) -> str:
    if now and now.kind in {PhaseKind.VOTE, PhaseKind.CAMPAIGN}:
        return _("Les projets au vote")
    return _("Les dernières idées") if now and now.kind == PhaseKind.CALL else _("Les projets")


def _cycle_with_money(cycle: Cycle) -> Cycle | None:
    """The cycle itself when its money moves, else the last one whose money does."""
    return realisation.cycle_with_ledger(preferred=cycle)


@dataclass(frozen=True, slots=True)
class ProjectSheet:
    """One page from idea to inauguration."""

    proposal: Proposal
    eyebrow: str
    owners: str
    can_be_followed: bool
    picture: str
    stations: list[Station]
    events: list[Event]
    preselection: instruction.PreselectionSummary | None
    study: instruction.CaseSummary | None
    delivery: realisation.DeliverySummary | None
    outside: realisation.Outside | None
    vote: voting.VoteSummary | None


REACHED = {
    Stage.IDEA: 0,
    Stage.NOT_KEPT: 0,
    Stage.STUDY: 1,
    Stage.FEASIBLE: 1,
    Stage.UNFEASIBLE: 1,
    Stage.ON_BALLOT: 2,
    Stage.WINNER: 3,
    Stage.NOT_SELECTED: 3,
    Stage.DELIVERY: 4,
    Stage.ABANDONED: 4,
    Stage.DELIVERED: 5,
    Stage.DONE_OUTSIDE: 5,
    Stage.WITHDRAWN: 0,
}
STOPPED = {Stage.NOT_KEPT, Stage.UNFEASIBLE, Stage.NOT_SELECTED, Stage.ABANDONED, Stage.WITHDRAWN}


def sheet_rows() -> QuerySet[Proposal]:
    """What a sheet says of a project's idea, study and delivery comes with its row: one query for all."""
    joined = Proposal.objects.select_related(
        "cycle", "area", "theme", "issue", *instruction.JOINED, *realisation.JOINED
    )
    return joined.with_names()


def project_sheet(proposal: Proposal, at: datetime) -> ProjectSheet:
    """Everything public about a project, read from `sheet_rows`. Nine more queries at most, whatever its stage."""
    study = instruction.public_study(proposal)
    works = realisation.public_works(proposal, at)
    preselected = instruction.preselection_summary(proposal)
    events = [
        *proposals.timeline_events(proposal),
        *([preselected.event] if preselected else ()),
        *study.events,
        *voting.timeline_events(proposal),
        *works.events,
    ]
    return ProjectSheet(
        proposal=proposal,
        eyebrow=" · ".join((proposal.number, proposal.area.name, proposal.theme.name)),
        owners=", ".join(proposal.names),
        can_be_followed=proposal.state == ProposalState.PUBLISHED,
        picture=proposals.picture(proposal),
        stations=project_line(Stage(proposal.stage), is_studied=proposal.price_eur is not None),
        events=sorted(events, key=lambda e: e.on, reverse=True),
        preselection=preselected,
        study=study.summary,
        delivery=works.summary,
        outside=realisation.outside_of(proposal),
        vote=voting.vote_summary(proposal),
    )


def project_line(stage: Stage, *, is_studied: bool = False) -> list[Station]:
    """The project's own line; a project that stops shows where. `is_studied`: its preselection came after its study."""
    reached = REACHED[Stage.FEASIBLE] if stage == Stage.NOT_KEPT and is_studied else REACHED[stage]
    is_over = stage in {Stage.DELIVERED, Stage.DONE_OUTSIDE}
    stations = []
    for index, label in enumerate(project_words()):
        state: StationState = "past" if index < reached or is_over else "next"
        here = ""
        if index == reached and not is_over:
            state = "stopped" if stage in STOPPED else "now"
            here = str(stage.label)
        stations.append(Station(label, state=state, progress=50, here=here))
    return stations


def project_words() -> tuple[str, ...]:
    """The six stations of a project, in the reader's language."""
    return (_("Idée"), _("Étude"), _("Vote"), _("Résultat"), _("Travaux"), _("Ouverture"))


@dataclass(frozen=True, slots=True)
class PersonalSpace:
    """What somebody signed in finds about themself. `awaited`: the questions that wait for their answer; `choices`:
    where they choose what they are told, one for each address."""

    awaited: list[Link]
    owned: list[Ticket]
    followed: list[Ticket]
    choices: list[Link]


def personal_space(user: User) -> PersonalSpace:
    """One's own ideas, what is asked about them, and the projects one follows."""
    contacts = Contact.objects.filter(user=user, erased_at=None)
    base = Proposal.objects.select_related("cycle", "area", "theme")
    mine = base.filter(owners__contact__in=contacts, owners__left_at=None).order_by("-submitted_at", "-pk").distinct()
    followed = base.public().filter(follows__contact__in=contacts).order_by("-published_at", "-pk").distinct()
    owned = list(mine[:50])
    return PersonalSpace(
        awaited=_awaited(owned),
        owned=[_own_ticket(p) for p in owned],
        followed=[proposals.ticket(p) for p in followed[:50]],
        choices=[_choices(contact) for contact in contacts.order_by("pk") if contact.email],
    )


def _choices(contact: Contact) -> Link:
    label = _("Ce que je reçois à %(address)s, et ce que je ne veux plus suivre") % {"address": contact.email}
    return Link(label, reverse("notifications:preferences", args=[preference_key(contact)]))


def _own_ticket(proposal: Proposal) -> Ticket:
    """A ticket that leads to the owner's page; before its publication, an idea has no other."""
    item = replace(proposals.ticket(proposal), url=reverse("proposals:mine", args=[proposal.number]))
    if proposal.state == ProposalState.PUBLISHED:
        return item
    return replace(item, status=proposal.get_state_display(), tone="")


def _awaited(owned: list[Proposal]) -> list[Link]:
    asked = [p for p in owned if p.state == ProposalState.NEEDS_INFO]
    titles = {p.pk: p.title for p in owned}
    found = [(p.title, reverse("proposals:mine", args=[p.number])) for p in asked]
    found += [(titles[q.case.proposal_id], answer_path(q)) for q in instruction.questions_to_owners(titles)]
    return [Link(_("Répondre à la question posée sur « %(title)s »") % {"title": title}, url) for title, url in found]


def retentions() -> list[registries.Retention]:
    """How long each class of data is kept, as the apps have declared it."""
    return sorted(registries.retentions, key=lambda r: r.key)
