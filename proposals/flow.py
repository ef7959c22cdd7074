"""The proposal's machine. The study's and the delivery's are kept apart."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bp_platform.core.flows import Step
from proposals import policies
from proposals.models import Proposal
from proposals.models import ProposalState as S

PUBLISH: Step[Proposal] = Step(
    "publish_proposal",
    _("publier cette idée"),
    frozenset({S.SUBMITTED, S.NEEDS_INFO}),
    S.PUBLISHED,
    policies.can_moderate,
)
ASK: Step[Proposal] = Step(
    "ask_proposal", _("demander une précision"), frozenset({S.SUBMITTED}), S.NEEDS_INFO, policies.can_moderate
)
HIDE: Step[Proposal] = Step(
    "hide_proposal",
    _("masquer cette idée"),
    frozenset({S.SUBMITTED, S.NEEDS_INFO, S.PUBLISHED}),
    S.HIDDEN,
    policies.can_moderate,
)
ANSWER: Step[Proposal] = Step(
    "answer_proposal",
    _("répondre à cette question"),
    frozenset({S.NEEDS_INFO}),
    S.SUBMITTED,
    policies.can_answer,
)
WITHDRAW: Step[Proposal] = Step(
    "withdraw_proposal",
    _("retirer cette idée"),
    frozenset({S.SUBMITTED, S.NEEDS_INFO, S.PUBLISHED}),
    S.WITHDRAWN,
    policies.can_withdraw,
)

STEPS = (PUBLISH, ASK, ANSWER, HIDE, WITHDRAW)
