"""Preparing a vote: its plan, its projects; withdrawing a project, annulling the vote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from bp_platform.core import journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import selectors as cycle_selectors
from cycles import services as cycle_services
from cycles.districts import TOWN
from cycles.models import Cycle
from proposals import services as proposal_services
from proposals.models import Proposal, Stage
from voting import flow, policies, sealed, selectors
from voting.models import Candidate, Poll, PollKind, WithdrawnProject
from voting.services.plans import Candidacy, Plan, plan_of, same_site

__all__ = ["TOWN", "Candidacy", "Plan", "annul", "create_poll", "plan_of", "withdraw_project"]


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
    listed = list(_candidacies(cycle, selectors.feasible(cycle) if candidates is None else candidates, chosen))
    if plan is None and cycle_selectors.rules_of(cycle).ballot.one_laureate_per_site:
        chosen = replace(chosen, rules=replace(chosen.rules, conflicts=same_site(listed)))
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
        Candidate.objects.bulk_create(
            [
                Candidate(
                    poll=poll,
                    proposal=c.proposal,
                    scope=c.scope,
                    cost_eur=c.cost_eur,
                    count_id=c.count_id,
                )
                for c in listed
            ]
        )
        journal.record(journal.Line(poll.journal_chain, at, by, "create_poll", poll, to_state=poll.state, role=role))
    return poll


def _candidacies(cycle: Cycle, listed: Iterable[Candidacy | Proposal], plan: Plan) -> Iterator[Candidacy]:
    """Each project in a scope: its theme's list, or the nearest place around it that has one, else the town."""
    scopes = {scope.id for scope in plan.rules.scopes}
    by_theme = len(scopes) > 1 and cycle_selectors.rules_of(cycle).ballot.lists == "by_theme"
    themes = dict(cycle.themes.values_list("pk", "code")) if by_theme else {}
    areas = {area.pk: area for area in cycle_selectors.areas_of(cycle)} if len(scopes) > 1 or TOWN not in scopes else {}
    for item in listed:
        if isinstance(item, Candidacy):
            yield item
            continue
        if by_theme and (theme := themes.get(item.theme_id, "")) in scopes:
            yield Candidacy(item, item.price_eur or Decimal(0), scope=theme)
            continue
        area = None if by_theme else areas.get(item.area_id)
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
