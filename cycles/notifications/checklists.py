"""Who is told what of the preparation of an edition, after commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import User
from bp_platform.core import calendar
from bp_platform.notifications import services as outbox
from cycles.models import ChecklistItem, Cycle


def late_items(cycle: Cycle, person: User, items: Sequence[ChecklistItem], *, week: date, at: datetime) -> int:
    """What somebody had to prepare and has not, once a week."""
    contact = accounts.add_contact(name=person.shown_name, email=person.email, phone=person.phone, user=person)
    context = {
        "cycle": cycle.title,
        "items": [{"label": item.label, "due": outbox.later(calendar.day_words, item.due_on)} for item in items],
        "count": len(items),
        "url": f"{settings.BASE_URL}{reverse('cycles:my_checklist', args=[cycle.slug])}",
    }
    return outbox.queue("checklist_late", [contact], key=f"{cycle.slug}:{week:%G-W%V}", context=context, at=at)
