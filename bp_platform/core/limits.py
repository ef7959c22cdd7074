"""Limits by target, counted in the database so that every web process sees the same number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.translation import ngettext

from bp_platform.core import codes
from bp_platform.core.decisions import YES, Decision, no
from bp_platform.core.models import RateCount


def spend(purpose: str, target: str, *, limit: int, per: timedelta, at: datetime) -> Decision:
    """Count one try at `target` and say whether it is still allowed: at most `limit` per window of time.

    The target (a code, an address, a network) is kept only as a keyed hash. Commits with the caller's transaction:
    call it outside the act, so that a failed try is counted too.
    """
    seconds = int(per.total_seconds())
    window = datetime.fromtimestamp(at.timestamp() // seconds * seconds, tz=UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO core_ratecount (key, "window", count) VALUES (%s, %s, 1) '
            'ON CONFLICT (key, "window") DO UPDATE SET count = core_ratecount.count + 1 RETURNING count',
            [codes.digest(f"limit:{purpose}", target), window],
        )
        row = cursor.fetchone()
    if row is not None and row[0] <= limit:
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


def forget_before(at: datetime) -> int:
    """Delete the windows older than a day; called by the heartbeat."""
    return RateCount.objects.filter(window__lt=at - timedelta(days=1)).delete()[0]
