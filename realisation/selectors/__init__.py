"""Page-sized reads of the return."""

from __future__ import annotations

from realisation.selectors.accounts import Account, Balance, account_of, balance_of, breaches
from realisation.selectors.deliveries import (
    DeliverySummary,
    Expected,
    News,
    delivery_lines,
    delivery_summary,
    expected_stage,
    latest_news,
    objection_to_closing,
    summaries,
    timeline_events,
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
    "Account",
    "Balance",
    "DeliverySummary",
    "EnvelopeLine",
    "Expected",
    "Money",
    "MoneyPage",
    "News",
    "ProjectMoney",
    "account_of",
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
    "latest_news",
    "laureates_without_delivery",
    "money_of",
    "money_page",
    "objection_to_closing",
    "recent_entries",
    "silent_days",
    "study_leads",
    "summaries",
    "timeline_events",
]
