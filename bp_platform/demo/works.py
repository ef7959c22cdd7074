"""What happened around the works of the finished edition: changes, residents' questions, what followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bp_platform.core import calendar
from bp_platform.demo.town import DEMO
from cycles.models import Cycle
from proposals.models import Proposal
from realisation import services
from realisation.models import Delivery


def tell_all(cycle: Cycle, told: Sequence[Mapping[str, Any]], *, at: datetime) -> None:
    """Each line names a project by its title, and tells one thing about it, so many days before the loading."""
    for line in told:
        proposal = Proposal.objects.get(cycle=cycle, title=line["title"])
        when = at - timedelta(days=line["days_ago"])
        if line["tells"] == "done_outside":
            facts = services.Elsewhere(line["by"], calendar.local_day(when), text=line["text"])
            services.mark_done_outside(proposal, by=DEMO, at=when, facts=facts)
        else:
            TELL[line["tells"]](proposal.delivery, line, when)


def _change(delivery: Delivery, line: Mapping[str, Any], at: datetime) -> None:
    wanted = services.AsBuilt(
        lead_department=delivery.lead_department,
        contact_name=delivery.contact_name,
        scope=line["scope"],
        expected_cost_eur=Decimal(line["cost_eur"]),
        expected_on=_later(at, line["expected_in_days"]),
    )
    services.change(delivery, by=DEMO, at=at, wanted=wanted, reason=line["reason"])


def _later(at: datetime, days: int) -> date:
    return calendar.local_day(at) + timedelta(days=days)


def _question(delivery: Delivery, line: Mapping[str, Any], at: datetime) -> None:
    name = line.get("name", "")
    asking = services.Asking(line["kind"], line["text"], name=name, shows_name=bool(name))
    asked = services.ask(delivery, asking, by=DEMO, at=at, once=line["text"]).enquiry
    if line.get("is_published", True):
        services.publish_enquiry(asked, by=DEMO, at=at + timedelta(days=1))
    if "answer" in line:
        services.answer_enquiry(asked, by=DEMO, at=at + timedelta(days=8), words=line["answer"])


def _sequel(delivery: Delivery, line: Mapping[str, Any], at: datetime) -> None:
    services.tell_sequel(delivery, by=DEMO, at=at, words=line["text"])


TELL = {"change": _change, "question": _question, "sequel": _sequel}
