"""Preparing a vote: its plan, its projects; withdrawing a project, annulling the vote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from bp_platform.core import journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from bp_platform.core.money import to_cents
from cycles import selectors as cycle_selectors
from cycles import services as cycle_services
from cycles.models import AreaKind, Cycle
from cycles.rules import BallotRules
from proposals import services as proposal_services
from proposals.models import Proposal, Stage
from voting import flow, policies, sealed, selectors
from voting.models import Candidate, Poll, PollKind, WithdrawnProject
from voting.tally.values import BallotKind, BallotRule, Method, Rules, Scope, Threshold

TOWN = "ville"
_KINDS = {
    "approval": BallotKind.APPROVAL,
    "choose_1": BallotKind.CHOOSE_ONE,
    "points": BallotKind.POINTS,
    "ranking": BallotKind.RANKING,
    "majority_judgement": BallotKind.GRADES,
    "show_of_hands": BallotKind.HANDS,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a vote will seal: its rules (scopes in order), the scopes' names, the currency, the proofs of the right."""

    rules: Rules
    scope_names: dict[str, str]
    proofs: tuple[str, ...]
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class Candidacy:
    """A project put to the vote in a scope, at a cost in euros (in the plan's currency for a replayed file)."""

    proposal: Proposal
    cost_eur: Decimal
    scope: str = TOWN
    count_id: str = ""


def plan_of(cycle: Cycle) -> Plan:
    """The plan that the rulebook states: the whole town with the envelopes that no place owns, then each place that has
    one of its own, in the order of their names."""
    rules = cycle_selectors.rules_of(cycle)
    budgets = _budgets(cycle)
    scopes = tuple(_scope(rules.ballot, code, money) for code, (_name, money) in budgets.items())
    return Plan(
        Rules(scopes, one_per_owner=rules.ballot.one_laureate_per_owner),
        {code: name for code, (name, _money) in budgets.items()},
        tuple(rules.electorate.proofs),
    )


def _budgets(cycle: Cycle) -> dict[str, tuple[str, Decimal]]:
    """Scope → its name and its money. An envelope of the commune itself is the town's."""
    town, places = Decimal(0), dict[str, tuple[str, Decimal]]()
    for envelope in cycle.envelopes.select_related("area").order_by("area__name", "pk"):
        if envelope.area is None or (envelope.area.parent_id is None and envelope.area.kind == AreaKind.COMMUNE):
            town += envelope.amount_eur
            continue
        name, money = places.get(envelope.area.code, (envelope.area.name, Decimal(0)))
        places[envelope.area.code] = (name, money + envelope.amount_eur)
    return ({TOWN: (_("Toute la ville"), town)} if town or not places else {}) | places


def _scope(ballot: BallotRules, code: str, money: Decimal) -> Scope:
    kind = _KINDS[ballot.kind]
    method = Method.EQUAL_SHARES if ballot.allocation == "equal_shares" else Method.GREEDY
    if method is Method.GREEDY and ballot.on_misfit == "stop":
        method = Method.GREEDY_STOP
    return Scope(
        id=code,
        budget_cents=to_cents(money),
        ballot=BallotRule(
            kind,
            min_choices=ballot.minimum_choices,
            max_choices=1 if kind is BallotKind.CHOOSE_ONE else ballot.maximum_choices,
            ranks=ballot.maximum_choices if kind is BallotKind.RANKING else None,
        ),
        method=method,
        threshold=Threshold(ballot.threshold_votes) if ballot.threshold_votes else None,
    )


def create_poll(
    cycle: Cycle,
    *,
    by: Actor,
    at: datetime,
    kind: str,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    plan: Plan | None = None,
    candidates: Iterable[Candidacy] | None = None,
) -> Poll:
    """Prepare a vote. By default: the rulebook's plan, and every feasible published project at its studied cost."""
    role = demand(policies.can_prepare(by, cycle, at)).role
    if kind == PollKind.REPLAY and not (by.actor_kind == "import" and cycle.is_hidden):
        raise Refused(
            no(_("Un vote rejoué a sa propre édition, cachée du public, et ne se crée que par une commande."))
        )
    chosen = plan or plan_of(cycle)
    with journal.transaction_with_journal():
        poll = Poll(
            cycle=cycle,
            kind=kind,
            title=title,
            opens_at=opens_at,
            closes_at=closes_at,
            plan=sealed.rules_value(chosen.rules, chosen.scope_names)
            | {"currency": chosen.currency, "proofs": list(chosen.proofs)},
        )
        poll.full_clean()
        poll.save()
        listed = selectors.feasible(cycle) if candidates is None else candidates
        Candidate.objects.bulk_create(
            [
                Candidate(
                    poll=poll,
                    proposal=c.proposal,
                    scope=c.scope,
                    cost_eur=c.cost_eur,
                    count_id=c.count_id,
                )
                for c in _candidacies(cycle, listed, chosen)
            ]
        )
        journal.record(journal.Line(poll.journal_chain, at, by, "create_poll", poll, to_state=poll.state, role=role))
    return poll


def _candidacies(cycle: Cycle, listed: Iterable[Candidacy | Proposal], plan: Plan) -> Iterator[Candidacy]:
    """Each project in a scope: the nearest place around it that has its own envelope, else the town."""
    scopes = {scope.id for scope in plan.rules.scopes}
    areas = {area.pk: area for area in cycle_selectors.areas_of(cycle)} if len(scopes) > 1 or TOWN not in scopes else {}
    for item in listed:
        if isinstance(item, Candidacy):
            yield item
            continue
        area = areas.get(item.area_id)
        while area is not None and area.code not in scopes:
            area = areas.get(area.parent_id) if area.parent_id else None
        scope = area.code if area else TOWN
        if scope not in scopes:
            raise Refused(
                no(
                    _(
                        "Le projet %(number)s n’est dans aucun lieu qui a une enveloppe : "
                        "corrigez son lieu ou ajoutez-en une."
                    )
                    % {"number": item.number}
                )
            )
        yield Candidacy(item, item.price_eur or Decimal(0), scope=scope)


def withdraw_project(poll: Poll, number: str, *, by: Actor, at: datetime, reason: str) -> WithdrawnProject:
    """Record that a project leaves the vote: it stays on the list, the count skips it. Before closing only."""
    with journal.transaction_with_journal():
        locked = Poll.objects.select_for_update(of=("self",)).get(pk=poll.pk)
        role = demand(policies.can_withdraw_project(by, locked, at)).role
        if number not in selectors.sealed_of(locked).by_number:
            raise Refused(no(_("Le projet %(number)s n’est pas dans ce vote.") % {"number": number}))
        row = WithdrawnProject(poll=locked, number=number, reason=reason.strip(), withdrawn_at=at)
        row.full_clean()
        row.save()
        journal.record(
            journal.Line(locked.journal_chain, at, by, "withdraw_from_poll", row, rule="7", role=role, reason=reason)
        )
        cycle_services.touch(locked.cycle)
    return row


def annul(poll: Poll, *, by: Actor, at: datetime, reason: str) -> Poll:
    """Annul a vote, with a reason that is published. Its projects are feasible again; a new vote may be prepared."""
    if not reason.strip():
        raise Refused(no(_("Dites en une phrase pourquoi ce vote est annulé.")))
    with flow.ANNUL.take(poll, by=by, at=at, reason=reason.strip()) as locked:
        locked.annulled_at = at
        for row in locked.candidates.select_related("proposal__cycle").order_by("pk"):
            if row.proposal.stage == Stage.ON_BALLOT:
                proposal_services.project(row.proposal, stage=Stage.FEASIBLE)
        cycle_services.touch(locked.cycle)
    return locked
