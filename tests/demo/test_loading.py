"""Loading the demo town: every app has something to show, every account and letter works, and a second load does nothing."""

from __future__ import annotations

import pytest
from django.apps import apps

from bp_platform.accounts.models import Role
from bp_platform.demo import town
from tests.walk import DemoTown

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(600)]


def tables_of(app: str) -> list[str]:
    return [model._meta.db_table for model in apps.get_app_config(app).get_models()]


@pytest.mark.parametrize("app", ["accounts", "cycles", "proposals", "instruction", "voting", "realisation"])
def test_every_app_has_something_to_show(demo_town: DemoTown, app):
    empty = {table for table in tables_of(app) if not demo_town.rows[table]}

    assert empty == EMPTY.get(app, set())


EMPTY = {
    "accounts": {"accounts_invitation"},  # the demo's people have their accounts already
    "cycles": {"cycles_meetingphoto", "cycles_rulebookfollower"},
    "instruction": {"instruction_preselectionreopening"},  # the forum was counted right
    "proposals": {"proposals_follow", "proposals_clarification", "proposals_meetingidea"},
    "realisation": {"realisation_reminder", "realisation_heldnews"},  # the clock's own; an election's
    "voting": {
        "voting_withdrawnproject",
        "voting_paperbalance",
        "voting_tabletunlock",
        "voting_letterbatch",
        "voting_destruction",  # the town keeps its votes' papers
    },
}


def test_it_gives_the_address_and_what_is_there(demo_town):
    assert demo_town.report["url"] == "http://testserver"
    assert demo_town.report["counts"] == {"cycles": 5, "proposals": demo_town.rows["proposals_proposal"]}
    assert set(demo_town.report) >= {
        "url", "accounts", "voter_codes", "key_shares", "receipts", "mail_url", "counts",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("who", "url", "first"),
    [
        ("paula", "/bureau/tri/", "Des hamacs face à la Loire"),
        ("bruno", "/bureau/dossiers/", "Un parcours de disc-golf dans le bois de Saint-Aubin"),
        ("helene", "/bureau/direction/", "Une haie à grignoter sur le chemin du collège"),
        ("paula", "/bureau/decisions/", "Un écran près des bus qui dit ce qui se passe ce soir"),
        ("elias", "/bureau/decisions/", "Un écran près des bus qui dit ce qui se passe ce soir"),
        ("paula", "/bureau/reponses/", "Un plancher de danse qui se déplie"),
    ],
)
def test_each_desk_of_the_study_has_its_first_task(demo_town, who, url, first):
    [page] = [visit.html for visit in demo_town.visits if (visit.who, visit.method, visit.url) == (who, "get", url)]
    positions = {page.find(title) for title in TITLES} - {-1}

    assert page.find(first) == min(positions)


TITLES = [idea["title"] for edition in ("2026", "jeunes", "2027") for idea in town.data(edition)["ideas"]]


def test_visitors_come_to_the_edition_that_votes(demo_town):
    [home] = [
        visit.html for visit in demo_town.visits if (visit.who, visit.method, visit.url) == ("visitor", "get", "/")
    ]

    assert "Édition 2026" in home


def test_one_ready_account_per_role(demo_town):
    accounts = demo_town.report["accounts"]

    roles = {account["role"] for account in accounts}
    assert roles - {"resident"} <= set(Role.values)
    assert {"participation", "moderator", "department_agent", "department_head", "finance", "elected_member", "polling_officer", "committee_member", "ambassador", "auditor", "administrator", "resident"} <= roles  # fmt: skip
    assert len({account["username"] for account in accounts}) == len(accounts)


def test_staff_have_a_second_factor_and_residents_none(demo_town):
    without = {account["role"] for account in demo_town.report["accounts"] if not account["totp_secret"]}

    assert without == {"resident"}


def test_each_letter_opens_the_booth(demo_town):
    assert len(demo_town.entered) >= 10
    assert set(demo_town.entered.values()) == {200}


def test_the_books_the_journal_and_the_lists_agree(demo_town):
    assert {name: said for name, said in demo_town.checks.items() if "FAILED" in said} == {}


def test_a_second_load_changes_nothing(demo_town):
    assert demo_town.rows_after_second == demo_town.rows
    assert demo_town.second_report == demo_town.report
