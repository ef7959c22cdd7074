"""What becomes of each setting once it is printed: held by the software, stated by a person, or only declared.

A setting that nothing enforces says so at the desk, so that nobody believes otherwise. Each has its row here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from django.utils.translation import gettext_lazy as _

from bp_platform.core.registries import Words

Force = Literal["held", "stated", "declared"]
SAID: Mapping[Force, Words] = {
    "held": "",
    "stated": _("La personne l’atteste en déposant son idée ; la plateforme ne le vérifie pas."),
    "declared": _("Écrit dans le règlement, mais la plateforme ne le vérifie pas : à vous d’y veiller."),
}
HELD: Mapping[str, str] = {
    "proposers.kinds": "proposals.eligibility.can_carry",
    "proposers.channels": "proposals.eligibility.can_be_filed_here",
    "proposers.maximum_per_owner": "proposals.eligibility.can_carry",
    "proposers.is_elected_excluded": "proposals.eligibility.can_carry, by the roles of accounts",
    "proposers.is_instructing_agent_excluded": "proposals.eligibility.can_carry, by the roles of accounts",
    "proposers.is_past_laureate_excluded": "proposals.eligibility.can_carry, in the edition before",
    "admissibility.is_investment_only": "instruction.policies.citable; coherence with the envelopes' section",
    "admissibility.maximum_running_cost_eur": "instruction.policies.can_declare_feasible",
    "admissibility.reasons": "instruction.policies.can_cite",
    "admissibility.is_operating_only": "coherence with the envelopes' section",
    "caps.maximum_cost_eur": "instruction.policies.can_declare_feasible",
    "caps.minimum_cost_eur": "instruction.policies.can_declare_feasible",
    "caps.counts": "instruction.selectors.counted_eur",
    "caps.studies_percent": "instruction.services.set_costing adds the line that nobody priced",
    "caps.contingencies_percent": "instruction.services.set_costing adds the line that nobody priced",
    "caps.are_other_funders_deducted": "instruction.selectors.price_eur and counted_eur",
    "caps.tranches": "instruction.policies.can_declare_feasible, voting.services.plans, the envelopes of a card",
    "places.split": "cycles.policies.can_split_so; the desk proposes it; coherence with the envelopes",
    "places.priority_bonus_percent": "cycles.policies.can_split_so; the desk proposes it; coherence",
    "places.town_share_percent": "the desk proposes what is left to share; coherence with the envelopes",
    "study.first_answer_days": "measured and published in the review",
    "study.opinion_days": "the due day that the triage proposes; measured in the review",
    "study.owner_answer_days": "instruction.policies.can_resume; the day written in the letter to the owner",
    "preselection.mode": "instruction.policies: no case, or no sealed vote, before its decision",
    "preselection.choices": "instruction.services.save_voices: no more voices than people have",
    "preselection.keeps_at_most": "instruction.policies.fits_places; the list that the voices make",
    "preselection.minimum_per_area": "instruction.services.shortlists; the list that the voices make",
    "preselection.body": "cycles.policies.has_decided, asked by instruction.policies.can_decide_preselection",
    "preselection.is_opinion_only": "instruction.services.decide_preselection drops no idea",
    "bodies.listed": "the bodies that a card or the desk makes; coherence with those that exist",
    "electorate.minimum_age": "voting.services: roll import and entry by hand",
    "electorate.maximum_age": "voting.services: roll import and entry by hand",
    "electorate.proofs": "voting.services.sealing",
    "electorate.is_elected_excluded": "voting.services: roll import and entry by hand, by the names of accounts",
    "electorate.maximum_proxies": "voting.services.sealing refuses a vote with proxies",
    "ballot.decision_mode": "voting.services.sealing refuses what is not a vote by roll",
    "ballot.venue": "voting.policies.takes_online closes the booth at home",
    "ballot.is_paper_refused": "voting.policies.takes_paper",
    "ballot.kind": "voting.services.plans",
    "ballot.lists": "voting.services.plans",
    "ballot.minimum_choices": "voting.services.plans",
    "ballot.maximum_choices": "voting.services.plans",
    "ballot.list_choices": "voting.services.plans",
    "ballot.is_budget_bounded": "voting.services.plans",
    "ballot.points_per_voter": "voting.services.plans",
    "ballot.points_per_project": "voting.services.plans",
    "ballot.grades": "voting.services.plans; sealing refuses grades until the booth takes them",
    "ballot.allocation": "voting.services.plans",
    "ballot.on_misfit": "voting.services.plans",
    "ballot.threshold_votes": "voting.services.plans",
    "ballot.threshold_percent": "voting.services.plans",
    "ballot.maximum_laureates": "voting.services.plans",
    "ballot.minimum_per_area": "voting.services.plans",
    "ballot.minimum_per_priority_area": "voting.services.plans",
    "ballot.minimum_per_theme": "voting.services.plans",
    "ballot.maximum_per_area": "voting.services.plans",
    "ballot.maximum_per_theme": "voting.services.plans",
    "ballot.one_laureate_per_owner": "voting.services.plans",
    "ballot.one_laureate_per_site": "voting.services.polls",
    "ballot.tie_criterion": "voting.services.plans",
    "delivery.deadline_months": "the promised day that the launch proposes",
    "delivery.update_every_days": "the badge, the reminders and the alerts of the return",
    "delivery.answer_days": "realisation.services.enquiries: the day an answer is due",
    "leftovers.unspent": "the count passes it on to the town's list; the leftovers' desk says when a decision differs",
    "evaluation.is_asked_to_residents": "cycles.policies.may_end: no edition ends without it",
    "evaluation.checkpoints": "cycles.policies.may_end: no edition ends without them",
    "retention.deposit_months": "cycles.selectors.editions_to_reach: whom the clock lets go of, and when",
    "retention.roll_months": "coherence refuses another length than voting.policies.can_destroy asks",
}
STATED = frozenset(
    {"proposers.minimum_age", "proposers.maximum_age", "proposers.referent_under_age", "proposers.links"}
)
DECLARED = frozenset(
    {
        "admissibility.is_general_interest", "admissibility.criteria", "places.is_diagnosis_per_place",
        "places.consulted", "study.support", "electorate.links", "ballot.decided_by", "ballot.confirmed_by",
        "ballot.assembly_order", "delivery.carried_by", "delivery.has_follow_up_groups", "evaluation.led_by",
        "evaluation.indicators",
    }
)  # fmt: skip


def force_of(code: str) -> Force:
    """What holds a setting; one that no table knows is only declared."""
    return "held" if code in HELD else "stated" if code in STATED else "declared"
