"""What consultations, priorities and phase questions share: one answer per browser, remarks read before they show."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from django.utils.translation import gettext as _

from bp_platform.core.decisions import Refused, no
from cycles.models.answers import BrowserAnswer, RemarkedAnswer, RemarkState
from cycles.selectors.answers import mark_of

REMARKS_KEPT = timedelta(days=365)
A = TypeVar("A", bound=BrowserAnswer)


def kept(answer: type[A], *, browser: str, at: datetime, **of: object) -> tuple[A, bool]:
    """The answer of that browser, made or found and held until the commit; and whether it is the first."""
    made, is_new = answer._default_manager.get_or_create(browser=browser, defaults={"answered_at": at}, **of)
    if not is_new:
        made.answered_at = at
        made.save(update_fields=["answered_at"])  # holds the row: what it chose is replaced by one at a time
    return made, is_new


def write_remark(answer: RemarkedAnswer, words: str) -> None:
    """Its remark, to be read again if it changed."""
    if answer.remark == words.strip():
        return
    answer.remark = words.strip()
    answer.remark_state = RemarkState.WAITING if answer.remark else RemarkState.NONE
    answer.save(update_fields=["remark", "remark_state"])


def demand_read(answer: RemarkedAnswer, mark: str | None) -> None:
    """A remark is published as it was read: its writer may have changed it since. `mark`: of the words read."""
    if mark is not None and mark != mark_of(answer.remark):
        raise Refused(no(_("Cette remarque a changé depuis que vous l’avez lue : relisez-la.")))
