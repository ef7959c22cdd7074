"""Who may do what: the matrix, like an annex of the règlement."""

from __future__ import annotations

import pytest

from bp_platform.accounts.models import Role
from bp_platform.core.actors import CLOCK, RESIDENT, importing
from instruction import flow, policies
from tests.factories import instruction as factory
from tests.people import staff

#                     act      Paula  Bruno  Hélène Sonia  Élias  Odile  Chloé  résident  import
#                              équipe agent  resp.  autre  élu    comité sans   sans      demo
#                                                   dir.                 rôle   compte
MATRIX = {
    "open":                   ("oui", "non", "non", "non", "non", "non", "non", "non", "oui"),
    "assign":                 ("oui", "non", "non", "non", "non", "non", "non", "non", "oui"),
    "start":                  ("non", "oui", "oui", "non", "non", "non", "non", "non", "oui"),
    "give_opinion":           ("non", "oui", "oui", "non", "non", "non", "non", "non", "oui"),
    "validate":               ("non", "non", "oui", "non", "non", "non", "non", "non", "oui"),
    "entrust":                ("non", "non", "oui", "non", "non", "non", "non", "non", "oui"),
    "cost":                   ("non", "oui", "oui", "non", "non", "non", "non", "non", "oui"),
    "ask":                    ("non", "oui", "oui", "non", "non", "non", "non", "non", "oui"),
    "answer":                 ("oui", "oui", "oui", "non", "non", "non", "non", "oui", "oui"),
    "complete":               ("oui", "oui", "oui", "non", "non", "non", "non", "non", "oui"),
    "accept":                 ("oui", "non", "non", "non", "oui", "non", "non", "non", "oui"),
    "refuse":                 ("oui", "non", "non", "non", "oui", "non", "non", "non", "oui"),
    "refuse_politically":     ("non", "non", "non", "non", "oui", "non", "non", "non", "oui"),
    "publish":                ("oui", "non", "non", "non", "non", "non", "non", "non", "oui"),
    "give_committee_opinion": ("non", "non", "non", "non", "non", "oui", "non", "non", "non"),
    "read":                   ("oui", "oui", "oui", "non", "oui", "non", "non", "non", "non"),
}  # fmt: skip


@pytest.fixture
def everybody(paula, bruno, helene, elias, odile, chloe, at, buildings):
    sonia = staff("sonia", "Sonia", "Weber", Role.HEAD, at, buildings)
    return (paula, bruno, helene, sonia, elias, odile, chloe, RESIDENT, importing("demo"))


def question(act: str, cycle, at, department):
    """The policy of an act on a case in the state where it may happen."""
    if act == "open":
        idea = factory.idea(cycle, at)
        return lambda by: policies.can_open(by, idea, at)
    states = {
        "assign": "received", "start": "triaged", "answer": "awaiting_owner", "accept": "reviewed", "refuse": "reviewed",
        "refuse_politically": "reviewed", "publish": "decided", "give_committee_opinion": "reviewed",
    }  # fmt: skip
    case = factory.case(cycle, at, department, state=states.get(act, "under_review"))
    if act == "validate":
        opinion = factory.services.give_opinion(
            case, by=factory.HAND, at=at, department=department, verdict="favourable", public_text="Oui."
        )
        return lambda by: policies.can_validate(by, opinion, at)
    if act == "complete":
        factory.give(case, at, department, verdict="unfavourable")
    return {
        "assign": lambda by: flow.ASSIGN.may(by, case, at),
        "start": lambda by: flow.START.may(by, case, at),
        "give_opinion": lambda by: policies.can_give_opinion(by, case, department, at),
        "entrust": lambda by: policies.can_entrust(by, case, department, at),
        "cost": lambda by: policies.can_study(by, case, at),
        "ask": lambda by: flow.ASK.may(by, case, at),
        "answer": lambda by: flow.ANSWER.may(by, case, at),
        "complete": lambda by: flow.COMPLETE.may(by, case, at),
        "accept": lambda by: flow.FEASIBLE.may(by, case, at),
        "refuse": lambda by: flow.REJECT.may(by, case, at),
        "refuse_politically": lambda by: (
            flow.REJECT.may(by, case, at) and policies.can_refuse_for(by, "contrary_to_deliberated_policy", at)
        ),
        "publish": lambda by: policies.can_publish(by, cycle, at),
        "give_committee_opinion": lambda by: policies.can_give_committee_opinion(by, case, at),
        "read": lambda by: policies.can_read(by, case, at),
    }[act]


@pytest.mark.parametrize("act", MATRIX)
def test_the_matrix(act, everybody, cycle, at, green_spaces):
    may = question(act, cycle, at, green_spaces)

    assert tuple("oui" if may(by) else "non" for by in everybody) == MATRIX[act]


@pytest.mark.parametrize("act", [act for act in MATRIX if act != "read"])
def test_each_refusal_is_a_french_sentence(act, everybody, cycle, at, green_spaces):
    may = question(act, cycle, at, green_spaces)

    for decision in map(may, [*everybody, CLOCK]):
        assert decision or str(decision.reason).endswith(".")


def test_every_step_has_its_policy():
    assert [step.act for step in flow.STEPS if not step.policy.__module__.startswith("instruction.policies")] == []


def test_the_owner_with_an_account_answers(case_in, chloe, at):
    case = case_in("awaiting_owner")
    owner = case.proposal.owners.get().contact
    owner.user = chloe
    owner.save()

    assert flow.ANSWER.may(chloe, case, at).role == "owner"
