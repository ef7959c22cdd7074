"""News before an election: asked for by one person, published or sent back by another (article L. 52-1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from bp_platform.accounts.models import User
from bp_platform.core import journal
from bp_platform.core.decisions import demand
from cycles.reserve import REASON
from realisation import notifications, policies
from realisation.models import Delivery, HeldNews, ProgressUpdate
from realisation.services import reminders
from realisation.services.news import Photo, demand_to_come, keep_all, signature, tell


def ask_reading(
    delivery: Delivery,
    *,
    by: User,
    at: datetime,
    text: str,
    key: UUID,
    to: str = "",
    next_on: date | None = None,
    next_text: str = "",
    photos: Sequence[Photo] = (),
) -> HeldNews:
    """Keep a piece of news until somebody else has read it: nothing is public, nothing moves. The same `key` is one."""
    role = demand(policies.can_follow_up(by, delivery, at)).role
    demand_to_come(next_on, at)
    with journal.transaction_with_journal():
        locked = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
        known = HeldNews.objects.filter(key=key, delivery=locked).first()
        if known is not None:
            return known
        held = HeldNews(
            key=key, delivery=locked, text=text.strip(), to=to, next_on=next_on, next_text=next_text.strip(),
            author_label=signature(locked, role), asked_by=by, asked_at=at,
        )  # fmt: skip
        held.full_clean()
        held.save()
        held.files.set(keep_all(photos, by=by, at=at))
        journal.record(journal.Line(locked.journal_chain, at, by, "ask_reading", held, rule=REASON, role=role))
        notifications.news_to_read(held, reminders.readers_of(locked, by, at), at=at)
    return held


def publish_read(held: HeldNews, *, by: User, at: datetime) -> ProgressUpdate:
    """Somebody else has read it: it is published as it was written, and signed by who wrote it. Twice is once."""
    with journal.transaction_with_journal():
        locked = _lock(held)
        if locked.update is not None and locked.decided_by_id == by.pk:
            return locked.update
        role = demand(policies.can_publish_read(by, locked, at)).role
        update = ProgressUpdate(
            key=locked.key, delivery=locked.delivery, text=locked.text, next_on=locked.next_on,
            next_text=locked.next_text, author_label=locked.author_label,
        )  # fmt: skip
        files = list(locked.files.order_by("pk"))
        locked.update = tell(update, to=locked.to, by=by, at=at, role=role, keep=lambda: files)
        locked.decided_by, locked.decided_at = by, at
        locked.full_clean()
        locked.save()
        chain = locked.delivery.journal_chain
        journal.record(journal.Line(chain, at, by, "publish_read", locked, rule=REASON, role=role))
    return locked.update


def send_back_news(held: HeldNews, *, by: User, at: datetime, reason: str) -> HeldNews:
    """It is not published: what is to be written again, by who read it; or taken back by who wrote it."""
    with journal.transaction_with_journal():
        locked = _lock(held)
        role = demand(policies.can_send_back_news(by, locked, at)).role
        locked.decided_by, locked.decided_at, locked.refusal = by, at, reason.strip()
        locked.full_clean()
        locked.save()
        line = journal.Line(
            locked.delivery.journal_chain, at, by, "send_back_news", locked, rule=REASON, role=role,
            reason=locked.refusal,
        )  # fmt: skip
        journal.record(line)
    return locked


def _lock(held: HeldNews) -> HeldNews:
    Delivery.objects.select_for_update(of=("self",)).get(pk=held.delivery_id)
    rows = HeldNews.objects.select_for_update(of=("self",)).select_related("delivery__proposal__cycle", "update")
    return rows.get(pk=held.pk)
