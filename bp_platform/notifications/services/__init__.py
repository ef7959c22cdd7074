"""The acts on what people are told: `queue` for every app; delivery for the worker; choices; the staff's desk."""

from __future__ import annotations

from bp_platform.core.text import later
from bp_platform.notifications.services.bounces import mark_bounced
from bp_platform.notifications.services.choices import leave, set_cadence, switch_off
from bp_platform.notifications.services.delivery import deliver_batch, sweep
from bp_platform.notifications.services.desk import (
    TROUBLES,
    confirm_print,
    drop,
    print_letters,
    put_back_letters,
    resend,
)
from bp_platform.notifications.services.outbox import queue, take_back

__all__ = [
    "TROUBLES",
    "confirm_print",
    "deliver_batch",
    "drop",
    "later",
    "leave",
    "mark_bounced",
    "print_letters",
    "put_back_letters",
    "queue",
    "resend",
    "set_cadence",
    "sweep",
    "switch_off",
    "take_back",
]
