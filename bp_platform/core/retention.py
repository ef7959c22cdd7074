"""The retention clock: each class of data lets go of what has been kept as long as the privacy page says."""

from __future__ import annotations

import logging
from datetime import datetime
from importlib import import_module

from django.conf import settings

from bp_platform.core import limits, registries

logger = logging.getLogger(__name__)


def keep_times(at: datetime) -> dict[str, int]:
    """Run what every class forgets by the clock; returns the rows let go, by class. Harmless twice.

    A class that fails is left for the next time, said in the log, and stops no other.
    """
    gone: dict[str, int] = {}
    for retention in registries.retentions:
        if retention.forget is None:
            continue
        try:
            gone[retention.key] = retention.forget(at)
        except Exception:
            logger.exception("What is kept under « %s » could not be let go.", retention.key)
    return gone


def forget_traces(at: datetime) -> int:
    """Delete the counts of tries older than a day, and the sessions that have ended. Returns the counts deleted."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return limits.forget_before(at)
