"""Loading the demo town, all or nothing; a second call only tells what is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from bp_platform.demo import deliveries, editions, town
from cycles.models import Cycle
from proposals.models import Proposal


def load(at: datetime, *, known: Mapping[str, Any]) -> dict[str, Any]:
    """Build the town unless it is there; what visitors need, as plain values for the JSON file."""
    voter_codes = list(known.get("voter_codes", []))
    if not town.is_loaded():
        with transaction.atomic():
            voter_codes = _build(at)
    return {
        "url": town.address(),
        "accounts": [asdict(account) for account in town.people()],
        "voter_codes": voter_codes,
        "counts": {"cycles": Cycle.objects.count(), "proposals": Proposal.objects.count()},
    }


def _build(at: datetime) -> list[dict[str, Any]]:
    departments = town.build(at)
    past = editions.finished(departments, at)
    running = editions.voting_now(departments, at)
    deliveries.pass_on(past, running.cycle, at=at - timedelta(days=60))
    editions.studying("jeunes", departments, at, over_days=33)  # its call is closed
    editions.studying("2027", departments, at, over_days=22)  # its call is open, its first ideas are studied
    town.join_ideas(at)
    return [letter._asdict() for letter in running.codes]
