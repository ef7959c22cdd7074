"""Page-sized reads of the return."""

from __future__ import annotations

from realisation.selectors.accounts import Account, Balance, account_of, accounts, balance_of, breaches
from realisation.selectors.deliveries import (
    JOINED,
    DeliverySummary,
    Expected,
    News,
    PublicWorks,
    delivery_lines,
    delivery_summary,
    expected_stage,
    objection_to_closing,
    public_works,
)
from realisation.selectors.desks import (
    cycles_to_launch,
    deadline,
    desk_heading,
    desk_rows,
    entry_rows,
    envelope_rows,
    laureates_without_delivery,
    study_leads,
)
from realisation.selectors.imports import ImportPlan, import_plan
from realisation.selectors.money import (
    CSV_HEADINGS,
    EnvelopeLine,
    Money,
    MoneyPage,
    ProjectMoney,
    csv_lines,
    cycle_with_ledger,
    cycles_with_money,
    money_of,
    money_page,
    recent_entries,
)
from realisation.selectors.wording import silent_days

__all__ = [
    "CSV_HEADINGS",
    "JOINED",
    "Account",
    "Balance",
    "DeliverySummary",
    "EnvelopeLine",
    "Expected",
    "ImportPlan",
    "Money",
    "MoneyPage",
    "News",
    "ProjectMoney",
    "PublicWorks",
    "account_of",
    "accounts",
    "balance_of",
    "breaches",
    "csv_lines",
    "cycle_with_ledger",
    "cycles_to_launch",
    "cycles_with_money",
    "deadline",
    "delivery_lines",
    "delivery_summary",
    "desk_heading",
    "desk_rows",
    "entry_rows",
    "envelope_rows",
    "expected_stage",
    "import_plan",
    "laureates_without_delivery",
    "money_of",
    "money_page",
    "objection_to_closing",
    "public_works",
    "recent_entries",
    "silent_days",
    "study_leads",
]
