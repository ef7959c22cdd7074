"""News that waits for its second reader, or came back, as its writer sees it."""

from __future__ import annotations

from uuid import UUID

from bp_platform.accounts.models import User
from realisation.models import Delivery, HeldNews


def last_key(delivery: Delivery, user: User) -> UUID | str:
    """The key of the last news that left this form, published or to be read: what is typed for it is forgotten."""
    told = delivery.updates.order_by("-published_at", "-pk").values_list("published_at", "key").first()
    asked = delivery.held_news.filter(asked_by=user).order_by("-asked_at", "-pk").values_list("asked_at", "key").first()
    latest = max((row for row in (told, asked) if row is not None), key=lambda row: row[0], default=None)
    return latest[1] if latest else ""


def returned_news(delivery: Delivery, user: User) -> HeldNews | None:
    """The last news that this person wrote, when somebody else sent it back and nothing was written since."""
    mine = delivery.held_news.filter(asked_by=user).select_related("decided_by").order_by("-asked_at", "-pk").first()
    if mine is None or not mine.refusal or mine.decided_by_id == user.pk or mine.decided_at is None:
        return None
    return None if delivery.updates.filter(published_at__gte=mine.decided_at).exists() else mine
