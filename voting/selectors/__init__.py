"""Page-sized reads of the vote."""

from __future__ import annotations

from voting.selectors.campaign import (
    Draw,
    Kit,
    KitProject,
    campaign_tickets,
    draw,
    kit,
    kit_projects,
    on_the_list,
)
from voting.selectors.desk import desk_rows, facts, plan_words, polls_at_desk, project_rows, status_words, steps
from voting.selectors.polls import (
    Entrance,
    Window,
    ballot_words,
    candidates,
    choices_left,
    entrance,
    feasible,
    has_voted,
    picture,
    rule_words,
    sealed_of,
    window,
)
from voting.selectors.results import ResultView, ScopeView, reason_words, record_view, result_of, results
from voting.selectors.sheet import VoteSummary, expected_stage, timeline_events, vote_summary

__all__ = [
    "Draw",
    "Entrance",
    "Kit",
    "KitProject",
    "ResultView",
    "ScopeView",
    "VoteSummary",
    "Window",
    "ballot_words",
    "campaign_tickets",
    "candidates",
    "choices_left",
    "desk_rows",
    "draw",
    "entrance",
    "expected_stage",
    "facts",
    "feasible",
    "has_voted",
    "kit",
    "kit_projects",
    "on_the_list",
    "picture",
    "plan_words",
    "polls_at_desk",
    "project_rows",
    "reason_words",
    "record_view",
    "result_of",
    "results",
    "rule_words",
    "sealed_of",
    "status_words",
    "steps",
    "timeline_events",
    "vote_summary",
    "window",
]
