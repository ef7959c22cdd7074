"""Page-sized reads of the return."""

from __future__ import annotations

from realisation.selectors.accounts import Account, Balance, account_of, balance_of, breaches
from realisation.selectors.deliveries import (
    DeliveryLine,
    DeliverySummary,
    Expected,
    delivery_lines,
    delivery_summary,
    desk_rows,
    expected_stage,
    objection_to_closing,
    silent_days,
    timeline_events,
)
from realisation.selectors.money import Money, ProjectMoney, cycle_with_ledger, money_of

__all__ = [
    "Account",
    "Balance",
    "DeliveryLine",
    "DeliverySummary",
    "Expected",
    "Money",
    "ProjectMoney",
    "account_of",
    "balance_of",
    "breaches",
    "cycle_with_ledger",
    "delivery_lines",
    "delivery_summary",
    "desk_rows",
    "expected_stage",
    "money_of",
    "objection_to_closing",
    "silent_days",
    "timeline_events",
]
