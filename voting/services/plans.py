"""What a rulebook becomes in a vote: its lists, their money, their ballots, and what limits their laureates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from bp_platform.core import text
from bp_platform.core.decisions import Refused, no
from bp_platform.core.money import in_words, to_cents
from cycles import districts
from cycles import selectors as cycle_selectors
from cycles.districts import TOWN
from cycles.models import Area, AreaKind, Cycle, Envelope, Theme
from cycles.rules import BallotRules, ListChoices
from cycles.rules import Rules as Rulebook
from proposals.models import Proposal
from voting.tally.values import (
    BallotKind,
    BallotRule,
    Cap,
    Dimension,
    Floor,
    Method,
    Rules,
    Scope,
    Threshold,
    ThresholdUnit,
    TieCriterion,
)

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


@dataclass(frozen=True, slots=True)
class Ground:
    """What the plan is drawn on: the places that share laureates and money, the themes, the envelopes."""

    areas: Sequence[Area]
    themes: Sequence[Theme]
    envelopes: Sequence[Envelope]

    @property
    def districts(self) -> list[Area]:
        return districts.of(self.areas)

    @property
    def whole(self) -> str:
        """« Toute la ville », « Tout le département »: the one place that holds the others."""
        tops = [area for area in self.areas if area.parent_id is None]
        return tops[0].name if len(tops) == 1 else _("Toute la ville")

    def district_of(self, area_id: int) -> Area | None:
        """The place of « each place » that a project's own place belongs to."""
        own = next((area for area in self.areas if area.pk == area_id), None)
        return districts.holding(self.areas, own.code) if own else None


def ground_of(cycle: Cycle) -> Ground:
    """Three queries, whatever the edition's size."""
    return Ground(
        list(cycle.areas.select_related("parent").order_by("name", "pk")),
        list(cycle.themes.order_by("name", "pk")),
        list(cycle.envelopes.select_related("area", "theme").order_by("area__name", "theme__name", "pk")),
    )


def plan_of(cycle: Cycle) -> Plan:
    """The plan that the rulebook states: the whole town with the envelopes that no list owns, then each place (or each
    theme, if the rulebook says so) that has one of its own, in the order of their names. A town that receives what the
    other lists leave is counted last."""
    rules, ground = cycle_selectors.rules_of(cycle), ground_of(cycle)
    lists = _lists(ground, rules.ballot.lists)
    passes_on = rules.leftovers.unspent == "town_list" and TOWN in lists and len(lists) > 1
    if passes_on:
        lists[TOWN] = lists.pop(TOWN)
    scopes = tuple(
        _scope(rules, ground, code, money, lists=lists, leftover_to=TOWN if passes_on and code != TOWN else None)
        for code, (_name, money) in lists.items()
    )
    return Plan(
        Rules(scopes, one_per_owner=rules.ballot.one_laureate_per_owner),
        {code: name for code, (name, _money) in lists.items()},
        tuple(rules.electorate.proofs),
    )


def _lists(ground: Ground, by: str) -> dict[str, tuple[str, Decimal]]:
    """List → its name and its money. An envelope of the commune itself is the town's."""
    town, own = Decimal(0), dict[str, tuple[str, Decimal]]()
    for envelope in ground.envelopes:
        place: Area | Theme | None = None
        if by == "by_area" and envelope.area and not _is_whole(envelope.area):
            place = envelope.area
        elif by == "by_theme":
            place = envelope.theme
        if place is None:
            town += envelope.amount_eur
            continue
        name, money = own.get(place.code, (place.name, Decimal(0)))
        own[place.code] = (name, money + envelope.amount_eur)
    return ({TOWN: (ground.whole, town)} if town or not own else {}) | own


def _is_whole(area: Area) -> bool:
    return area.parent_id is None and area.kind == AreaKind.COMMUNE


def _scope(
    rules: Rulebook,
    ground: Ground,
    code: str,
    money: Decimal,
    *,
    lists: Mapping[str, object],
    leftover_to: str | None,
) -> Scope:
    ballot = rules.ballot
    method = Method.EQUAL_SHARES if ballot.allocation == "equal_shares" else Method.GREEDY
    if method is Method.GREEDY and ballot.on_misfit == "stop":
        method = Method.GREEDY_STOP
    return Scope(
        id=code,
        budget_cents=to_cents(money),
        ballot=_ballot(ballot, next((row for row in ballot.list_choices if row.code == code), None), to_cents(money)),
        method=method,
        threshold=_threshold(ballot),
        max_winners=ballot.maximum_laureates or None,
        caps=_caps(rules, ground),
        floors=_floors(ballot, ground, code, lists),
        leftover_to=leftover_to,
        tie_criterion=TieCriterion(ballot.tie_criterion),
    )


def _ballot(rules: BallotRules, own: ListChoices | None, budget_cents: int) -> BallotRule:
    kind = _KINDS[rules.kind]
    low, high = (own or rules).minimum_choices, (own or rules).maximum_choices
    if kind is BallotKind.GRADES:
        return BallotRule(kind, grades=len(rules.grades))
    if kind is BallotKind.POINTS:
        return BallotRule(kind, max_points=rules.points_per_project or None, max_sum_points=rules.points_per_voter)
    return BallotRule(
        kind,
        min_choices=min(low, 1) if kind is BallotKind.CHOOSE_ONE else low,
        max_choices=1 if kind is BallotKind.CHOOSE_ONE else high,
        max_sum_cost_cents=budget_cents if rules.is_budget_bounded else None,
        ranks=high if kind is BallotKind.RANKING else None,
    )


def _threshold(ballot: BallotRules) -> Threshold | None:
    if ballot.threshold_percent:
        return Threshold(ballot.threshold_percent, ThresholdUnit.PERCENT)
    return Threshold(ballot.threshold_votes) if ballot.threshold_votes else None


def _floors(ballot: BallotRules, ground: Ground, code: str, lists: Mapping[str, object]) -> tuple[Floor, ...]:
    """« Each place »: on the town's list those that have no list of their own, on a place's list that place."""
    if ballot.minimum_per_priority_area:
        _demand_priority_districts(ground)
    own = [area for area in ground.districts if area.code == code or (code == TOWN and area.code not in lists)]
    places = ground.districts if ballot.lists != "by_area" else own
    least = {
        (Dimension.AREA, area.code): max(
            ballot.minimum_per_area, ballot.minimum_per_priority_area * (area.kind == AreaKind.PRIORITY)
        )
        for area in places
    } | {(Dimension.THEME, theme.code): ballot.minimum_per_theme for theme in ground.themes}
    floors = tuple(Floor(dimension, key, number) for (dimension, key), number in least.items() if number)
    for dimension in (Dimension.AREA, Dimension.THEME):
        needed = sum(floor.min_projects for floor in floors if floor.dimension is dimension)
        if ballot.maximum_laureates and needed > ballot.maximum_laureates:
            raise Refused(
                no(
                    _(
                        "L’article 7 réserve %(needed)d lauréats aux lieux ou aux thèmes, et n’en admet que %(most)d : "
                        "relevez ce maximum, ou baissez le minimum."
                    )
                    % {"needed": needed, "most": ballot.maximum_laureates}
                )
            )
    return floors


def _demand_priority_districts(ground: Ground) -> None:
    """A priority area inside another place would count twice: once for each."""
    known = {area.pk for area in ground.districts}
    inner = next((area for area in ground.areas if area.kind == AreaKind.PRIORITY and area.pk not in known), None)
    if inner is not None:
        raise Refused(
            no(
                _(
                    "Le quartier prioritaire « %(name)s » est à l’intérieur d’un autre lieu : placez-le au même rang "
                    "que les autres lieux, ou retirez de l’article 7 le minimum par quartier prioritaire."
                )
                % {"name": inner.name}
            )
        )


def _caps(rules: Rulebook, ground: Ground) -> tuple[Cap, ...]:
    per_area, per_theme = rules.ballot.maximum_per_area, rules.ballot.maximum_per_theme
    caps = [Cap(Dimension.AREA, area.code, max_projects=per_area) for area in ground.districts if per_area]
    caps += [Cap(Dimension.THEME, theme.code, max_projects=per_theme) for theme in ground.themes if per_theme]
    caps += [
        Cap(Dimension.TRANCHE, tranche.code, max_cents=to_cents(tranche.amount_eur))
        for tranche in rules.caps.tranches
        if tranche.amount_eur
    ]
    return tuple(caps)


def keys_of(proposal: Proposal, cost_eur: Decimal, *, rules: Rulebook, ground: Ground) -> dict[str, str]:
    """The codes that floors and caps look a project up by: its place among « each place », its theme, its tranche."""
    place = ground.district_of(proposal.area_id)
    keys = {"area": place.code if place else proposal.area.code, "theme": proposal.theme.code}
    if not rules.caps.tranches:
        return keys
    tranche = rules.caps.tranche_of(cost_eur, proposal.theme.code)
    if tranche is None:
        raise Refused(
            no(
                _(
                    "Le projet %(number)s, à %(cost)s, n’entre dans aucune tranche de l’article 4 : "
                    "revoyez son chiffrage, ou retirez-le du vote."
                )
                % {"number": proposal.number, "cost": in_words(cost_eur)}
            )
        )
    return keys | {"tranche": tranche.code}


def same_site(candidacies: Iterable[Candidacy]) -> tuple[frozenset[str], ...]:
    """The projects that would be built at one place: the same words for the spot, in the same quartier."""
    sites: dict[tuple[int, str], set[str]] = {}
    for row in candidacies:
        spot = text.plain(text.tidy(row.proposal.place))
        if spot:
            sites.setdefault((row.proposal.area_id, spot), set()).add(row.count_id or row.proposal.number)
    return tuple(frozenset(group) for group in sites.values() if len(group) > 1)
