"""The house: its floors, its rooms, its sizes, its registrations."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, get_resolver

from bp_platform.core import registries, relations
from bp_platform.core.syntax import tree_of

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("bp_platform", "cycles", "proposals", "instruction", "voting", "realisation")
PHASES = PACKAGES[1:]
ROOMS = {
    "models", "policies", "flow", "selectors", "services", "notifications", "reports", "forms", "filters", "tasks",
    "views", "urls", "admin", "apps", "management", "migrations", "tests",
}  # fmt: skip
MODULES = sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py") if "migrations" not in p.parts)
NOT_A_NAME = {"utils", "helpers", "common", "misc", "tools"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


SHORT = 400
CARRIED_ALONE = {"bureau.py": 618, "recompter.py": 500}  # downloaded or published as one file; they grow no more


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_is_named_for_what_it_holds_and_stays_short(path):
    assert path.stem not in NOT_A_NAME
    most = CARRIED_ALONE.get(path.name, SHORT) if path.parent.name == "offline" else SHORT
    assert len(path.read_text().splitlines()) <= most


@pytest.mark.parametrize("path", [p for p in MODULES if p.name != "gallery.py"], ids=name)  # its functions are samples
def test_functions_stay_short(path):
    source = path.read_text()
    tall = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(tree_of(source if source.count("\n") > 60 else ""))  # a short module is not parsed
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno + 1 > 60
    ]
    assert tall == []


@pytest.mark.parametrize("path", [p for p in MODULES if p.name not in {"views.py", "tasks.py"}], ids=name)
def test_the_domain_never_reads_the_clock(path):
    parts = set(path.relative_to(ROOT).parts)
    if {"views", "management", "bootstrap", "demo"} & parts or path.name in {
        "middleware.py",
        "adapters.py",
        "context.py",
        "signals.py",
        "caching.py",
    }:
        return
    source = path.read_text()
    assert not re.search(r"timezone\.now\(|datetime\.now\(|date\.today\(", source)


@pytest.mark.parametrize("path", [p for p in MODULES if p.name != "flows.py"], ids=name)
def test_a_state_changes_in_one_place(path):
    source = path.read_text()
    changes = [
        node.lineno
        for node in ast.walk(tree_of(source if "state" in source and _is_flowed(path) else ""))
        if isinstance(node, ast.Assign)
        and any(isinstance(t, ast.Attribute) and t.attr == "state" for t in node.targets)
    ]
    assert changes == []


def _is_flowed(path: Path) -> bool:
    return path.relative_to(ROOT).parts[0] in {"proposals", "instruction", "realisation"}


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=name)
def test_a_template_stays_short(path):
    assert len(path.read_text().splitlines()) <= 120


REGISTERED = {
    "vetoes": {
        "checkpoints_are_owed",
        "deliveries_rest_on_envelope", "deliveries_rest_on_split", "ideas_are_located", "poll_holds_dates",
        "poll_holds_project", "poll_is_under_way", "poll_rests_on_envelope", "poll_rests_on_preselection",
        "poll_rests_on_split", "return_is_owed",
        "works_are_under_way",
    },
    "reports": {
        "body_report", "campaign_poster", "consultation_sheet", "delivery_sheet", "dots_sheet", "instruction_sheet", "letters", "meetings_board",
        "official_record", "one_year_review", "paper_ballot", "preselection_ballot", "preselection_tally",
        "proposal_receipt", "rulebook", "sign_in_sheet",
        "station_sheet", "voting_booklet",
    },
    "events": {
        "application_not_chosen", "application_received", "body_convened", "body_drawn", "body_seated",
        "meeting_cancelled", "meeting_changed", "meeting_moved_up", "meeting_registered", "opinion_answered",
        "opinion_asked", "rulebook_adopted", "rulebook_answered", "rulebook_asked", "rulebook_set_aside",
        "checklist_late",
        "case_feasible", "case_feasible_with_changes", "case_question", "case_resumed", "case_study_started", "case_unfeasible",
        "delivery_abandoned", "delivery_change", "delivery_done", "delivery_news", "delivery_resumed",
        "delivery_scheduled", "delivery_suspended", "enquiry_answered", "enquiry_followed", "enquiry_received",
        "enquiry_refused", "enquiry_to_answer", "idea_not_preselected", "idea_preselected", "news_to_read", "project_done_outside", "project_lost", "project_won",
        "preselection_opinion",
        "proposal_code", "proposal_hidden", "proposal_needs_info", "proposal_published", "proposal_received",
        "review_due", "review_published", "review_sent_back", "review_submitted", "review_validated",
        "works_reminder",
    },
    "personal_data": {
        "accounts", "cycles", "documents", "instruction", "notifications", "preparation", "proposals",
        "realisation",
    },
    "phase_figures": {"ideas", "preselection", "study", "vote"},
    "audiences": {"owners"},
    "table_grants": {"voting_sealedballot"},
    "desks": {
        "accounts", "answers", "bodies", "body_opinions", "checkpoints", "committee", "contacts", "courriers", "decisions",
        "deliveries", "departments", "deposits", "editions", "enquiries", "every_case", "finance", "leftovers", "meetings",
        "moderation", "my_cases", "my_department", "places", "poll", "preparation", "preselections", "public_body", "reviews",
        "triage",
    },
    "subscriptions": {"projects", "rulebooks"},
    "retentions": {
        "applications", "bodies", "checkpoints", "diagnosis", "enquiries", "files", "frame", "held_news", "house",
        "ideas", "invitations", "jobs", "journal", "limits", "meetings", "outbox", "people", "preferences",
        "preparation", "registrations", "return", "roll", "rulebook_consultation", "rulebook_followers",
        "sealed_ballots", "study", "vote_results",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", REGISTERED)
def test_registrations_are_these(name):
    """The only calls upward: whoever adds one says so here."""
    assert {entry.key for entry in getattr(registries, name)} == REGISTERED[name]


def test_every_table_has_a_retention_class():
    assert relations.unretained() == []


def test_the_relation_map_is_true():
    assert (ROOT / "bp_platform" / "RELATIONS.md").read_text() == relations.page()


def _patterns(resolver, prefix=""):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry
        else:
            yield from _patterns(entry, prefix + str(entry.pattern))


def test_public_addresses_are_these():
    """Closed by default: whatever is public is named here."""
    public = {
        entry.name
        for _address, entry in _patterns(get_resolver())
        if not getattr(entry.callback, "login_required", True) and not _address.startswith("compte/")
    }
    assert public == PUBLIC


PUBLIC = {
    "accessibility", "agenda", "agenda_ics", "answer", "appearance", "application", "applied", "apply", "areas",
    "ballot", "board", "bodies", "body", "body_year", "body_year_pdf", "bundle", "calendar", "calendar_feed",
    "campaign", "campaign_booklet", "campaign_kit", "checkpoint", "checkpoints", "confirm", "consultation", "consultation_sheet", "cycle", "deliveries", "diagnosis",
    "dots_sheet", "draw", "draw_list", "editions", "election_file", "enquiries", "enquiry_received", "enquiry_status", "entrance",
    "file", "find_application", "find_enquiry", "find_registration", "find_status", "follow", "follow_rulebook", "health", "home",
    "ideas", "job", "language", "leave", "legal", "logo", "meeting", "meeting_ics", "money", "money_csv", "place",
    "places_csv", "preferences", "preselection", "preselection_csv", "priorities", "privacy", "project", "receipt_lookup", "received", "refs", "register",
    "registered", "registration", "results", "results_csv", "results_json", "retry", "review", "review_csv",
    "review_json", "review_pdf", "rulebook", "rulebook_comparison", "rulebook_editions", "rulebook_pdf",
    "rulebook_version", "rulebook_versions", "sealed_text", "status", "submit", "tablet", "withdraw",
}  # fmt: skip


def test_no_database_number_in_public_addresses():
    """Outside the desks and one's own passkeys."""
    numbered = [
        a for a, _entry in _patterns(get_resolver()) if "<int:" in a and not a.startswith(("bureau/", "compte/"))
    ]
    assert numbered == []


def test_apps_have_the_same_rooms():
    for app in PHASES:
        assert apps.get_app_config(app).path
        assert (ROOT / app / "README.md").exists()
