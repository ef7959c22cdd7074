"""When a message leaves: at once, or with the next digest, at seven in the morning of the public body's clock."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bp_platform.notifications.models import Cadence

DIGEST_HOUR = time(7)
MONDAY = 0


def leaves_at(cadence: Cadence, at: datetime, zone: ZoneInfo) -> datetime:
    """The instant from which a message of that cadence may leave."""
    if cadence == Cadence.AT_ONCE:
        return at
    local = at.astimezone(zone)
    day = local.date() if local.time() < DIGEST_HOUR else local.date() + timedelta(days=1)
    if cadence == Cadence.WEEKLY:
        day += timedelta(days=(MONDAY - day.weekday()) % 7)
    return datetime.combine(day, DIGEST_HOUR, tzinfo=zone)
