"""Limits by target, counted in the database so that every web process sees the same number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import F
from django.utils.translation import ngettext

from bp_platform.core import codes
from bp_platform.core.decisions import YES, Decision, no
from bp_platform.core.models import RateCount


def spend(purpose: str, target: str, *, limit: int, per: timedelta, at: datetime) -> Decision:
    """Count one try at `target` and say whether it is still allowed: at most `limit` per window of time.

    The target (a code, an address, a network) is kept only as a keyed hash. Commits with the caller's transaction:
    call it outside the act, so that a failed try is counted too.
    """
    window = _window(per, at)
    if _count(purpose, target, window) <= limit:
        return YES
    minutes = max(1, round((window + per - at).total_seconds() / 60))
    return no(
        ngettext(
            "Trop d’essais. Réessayez dans %(minutes)d minute.",
            "Trop d’essais. Réessayez dans %(minutes)d minutes.",
            minutes,
        )
        % {"minutes": minutes}
    )


def spend_until(purpose: str, target: str, *, limit: int, until: datetime) -> bool:
    """Count one try at `target` and say whether it is still allowed: at most `limit` until that moment, in all."""
    return _count(purpose, target, until) <= limit


def spent(purpose: str, target: str) -> list[tuple[datetime, int]]:
    """The tries still counted at `target`, by window of time, the oldest first."""
    kept = RateCount.objects.filter(key=_key(purpose, target)).order_by("window")
    return list(kept.values_list("window", "count"))


def give_back(purpose: str, target: str, *, per: timedelta, at: datetime) -> None:
    """Count one try less: it was a good one, where only the wrong ones count."""
    kept = RateCount.objects.filter(key=_key(purpose, target), window=_window(per, at), count__gt=0)
    kept.update(count=F("count") - 1)


def _count(purpose: str, target: str, window: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO core_ratecount (key, "window", count) VALUES (%s, %s, 1) '
            'ON CONFLICT (key, "window") DO UPDATE SET count = core_ratecount.count + 1 RETURNING count',
            [_key(purpose, target), window],
        )
        return int(cursor.fetchone()[0])


def _window(per: timedelta, at: datetime) -> datetime:
    seconds = int(per.total_seconds())
    return datetime.fromtimestamp(at.timestamp() // seconds * seconds, tz=UTC)


def _key(purpose: str, target: str) -> str:
    return codes.digest(f"limit:{purpose}", target)


def forget_before(at: datetime) -> int:
    """Delete the windows older than a day; called by the heartbeat. A count kept until a moment goes a day after it."""
    return RateCount.objects.filter(window__lt=at - timedelta(days=1)).delete()[0]
