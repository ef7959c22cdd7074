"""Loading the demo town: every app has something to show, every account and letter works, and a second load does nothing."""

from __future__ import annotations

import pytest
from django.apps import apps

from bp_platform.accounts.models import Role
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
    "proposals": {"proposals_follow", "proposals_clarification"},
    "voting": {"voting_withdrawnproject"},
}


def test_it_gives_the_address_and_what_is_there(demo_town):
    assert demo_town.report["url"] == "http://testserver"
    assert demo_town.report["counts"] == {"cycles": 3, "proposals": demo_town.rows["proposals_proposal"]}
    assert set(demo_town.report) >= {"url", "accounts", "voter_codes", "counts"}


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
