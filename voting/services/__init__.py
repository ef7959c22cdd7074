"""The acts of the vote, from its preparation to its proclamation."""

from __future__ import annotations

from voting.services.casting import Cast, Recorded, cast_many, order_seed, receipt, review
from voting.services.counting import close, count, open_box, proclaim
from voting.services.polls import Candidacy, Plan, annul, create_poll, plan_of, withdraw_project
from voting.services.replay import Replayed, cast_ballots, finish, replay_election, show
from voting.services.roll import IssuedCode, Person, admit, identify, issue_codes
from voting.services.sealing import Draft, draft, project_list_digest, seal

__all__ = [
    "Candidacy",
    "Cast",
    "Draft",
    "IssuedCode",
    "Person",
    "Plan",
    "Recorded",
    "Replayed",
    "admit",
    "annul",
    "cast_ballots",
    "cast_many",
    "close",
    "count",
    "create_poll",
    "draft",
    "finish",
    "identify",
    "issue_codes",
    "open_box",
    "order_seed",
    "plan_of",
    "proclaim",
    "project_list_digest",
    "receipt",
    "replay_election",
    "review",
    "seal",
    "show",
    "withdraw_project",
]
