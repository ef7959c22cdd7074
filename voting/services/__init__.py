"""The acts of the vote, from its preparation to its proclamation."""

from __future__ import annotations

from bp_platform.documents.aside import Waiting
from voting.services.casting import Cast, Recorded, cast_many, order_seed, receipt, receipt_again, review
from voting.services.counting import close, count, proclaim
from voting.services.destruction import destroy, state_destruction
from voting.services.incidents import report_incident, rule_on_incident
from voting.services.keying import broken_rule, correct_ballot, finish_keying, key_ballot, resolve
from voting.services.letters import Letters, ask_letters_again, decide_letters, make_letters
from voting.services.marking import OnTablet, enter_tablet, mark_at_desk, open_tablet
from voting.services.nightly import nights_due, publish_night
from voting.services.opening import export_box, exported_box, open_box, open_with_contents
from voting.services.paper import (
    correct_size,
    create_batch,
    draw_batch,
    gap_sentence,
    remove_batch,
    restart_keying,
    state_balance,
)
from voting.services.polls import Candidacy, Plan, annul, create_poll, plan_of, withdraw_project
from voting.services.replay import Replayed, cast_ballots, finish, replay_election, show
from voting.services.roll import IssuedCode, Person, admit, identify, issue_codes
from voting.services.roll_changes import ask, decide, enter_person
from voting.services.roll_import import import_roll, keep_for_import, preview_roll, take_for_import
from voting.services.sealing import Draft, draft, project_list_digest, seal
from voting.services.stations import StationFacts, close_station, open_station, remove_station, save_station

__all__ = [
    "Candidacy",
    "Cast",
    "Draft",
    "IssuedCode",
    "Letters",
    "OnTablet",
    "Person",
    "Plan",
    "Recorded",
    "Replayed",
    "StationFacts",
    "Waiting",
    "admit",
    "annul",
    "ask",
    "ask_letters_again",
    "broken_rule",
    "cast_ballots",
    "cast_many",
    "close",
    "close_station",
    "correct_ballot",
    "correct_size",
    "count",
    "create_batch",
    "create_poll",
    "decide",
    "decide_letters",
    "destroy",
    "draft",
    "draw_batch",
    "enter_person",
    "enter_tablet",
    "export_box",
    "exported_box",
    "finish",
    "finish_keying",
    "gap_sentence",
    "identify",
    "import_roll",
    "issue_codes",
    "keep_for_import",
    "key_ballot",
    "make_letters",
    "mark_at_desk",
    "nights_due",
    "open_box",
    "open_station",
    "open_tablet",
    "open_with_contents",
    "order_seed",
    "plan_of",
    "preview_roll",
    "proclaim",
    "project_list_digest",
    "publish_night",
    "receipt",
    "receipt_again",
    "remove_batch",
    "remove_station",
    "replay_election",
    "report_incident",
    "resolve",
    "restart_keying",
    "review",
    "rule_on_incident",
    "save_station",
    "seal",
    "show",
    "state_balance",
    "state_destruction",
    "take_for_import",
    "withdraw_project",
]
