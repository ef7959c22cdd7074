"""Loading the demo town, all or nothing; a second call only tells what is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from bp_platform.demo import editions, leftovers, listening, meetings, preparing, rulebooks, town
from cycles.models import Cycle
from proposals.models import Proposal


def load(at: datetime, *, known: Mapping[str, Any]) -> dict[str, Any]:
    """Build the town unless it is there; what visitors need, as plain values for the JSON file."""
    kept = {name: known.get(name, []) for name in ("voter_codes", "key_shares", "receipts")}
    if not town.is_loaded():
        with transaction.atomic():
            kept = _build(at)
    return {
        "url": town.address(),
        "accounts": [asdict(account) for account in town.people()],
        **kept,
        "mail_url": town.address() + reverse("demo:mails") if settings.IS_DEMO else "",
        "counts": {"cycles": Cycle.objects.count(), "proposals": Proposal.objects.count()},
    }


def _build(at: datetime) -> dict[str, list[dict[str, Any]]]:
    departments = town.build(at)
    past = editions.finished(departments, at)
    running = editions.voting_now(departments, at)
    meetings.hold(running.cycle, departments, at)
    leftovers.tell(past, running.cycle, at=at - timedelta(days=60))
    editions.studying("jeunes", departments, at, over_days=33)  # its call is closed
    current = editions.studying("2027", departments, at, over_days=22)  # its call is open, its first ideas are studied
    preparing.prepare(current, departments, at)
    closed = editions.just_closed(departments, at)
    town.join_ideas(at)
    rulebooks.live(at)
    listening.listen(at)
    return {
        "voter_codes": [letter._asdict() for letter in running.codes],
        "key_shares": [
            {"cycle": closed.poll.cycle.slug, "threshold": closed.key.threshold, "share": place, "lines": lines}
            for place, lines in enumerate(closed.key.shares, start=1)
        ],
        "receipts": running.receipts,
    }
