"""Waking the worker: by name, after commit, once per transaction. Rows are the truth: beat finds what is lost."""

from __future__ import annotations

import logging

from celery import current_app
from django.db import connection, transaction

logger = logging.getLogger(__name__)


class _WakeUp:
    """A call of a task by name; two of the same name and arguments are equal, so that one of them suffices."""

    def __init__(self, task: str, arguments: tuple[str, ...]) -> None:
        self.task, self.arguments = task, arguments

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _WakeUp) and (self.task, self.arguments) == (other.task, other.arguments)

    def __hash__(self) -> int:
        return hash((self.task, self.arguments))

    def __call__(self) -> None:
        try:
            current_app.send_task(self.task, args=self.arguments, retry=False)
        except Exception:  # whatever the broker's trouble, the act is done and beat will find its row
            logger.warning("The broker did not take the wake-up %s: beat will find its rows.", self.task, exc_info=True)


def wake(task: str, *arguments: str) -> None:
    """Call a task when the transaction commits (at once outside one). Never fails when the broker is down."""
    call = _WakeUp(task, arguments)
    # Django's own list is asked rather than one of ours: a rolled-back savepoint takes its entries out of it.
    if any(entry[1] == call for entry in connection.run_on_commit):
        return
    transaction.on_commit(call)
