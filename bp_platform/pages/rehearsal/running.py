"""The job that the desk starts: one play at a time for an edition, its progress, its report kept a day and never in a
table. The play has a connection of its own, so that its progress is told while its transaction is still open."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Queue
from threading import Thread
from typing import Any

from django.core.cache import cache
from django.db import Error, connection
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bp_platform.accounts.selectors import public_body
from bp_platform.core import clocks, wakeups
from bp_platform.core.components import Link, Progress
from bp_platform.pages import rehearsal
from bp_platform.pages.rehearsal.scenes import Report
from cycles.models import Cycle

logger = logging.getLogger(__name__)

WAKE = "pages.rehearse"
KEPT = 24 * 3600  # seconds: a report is for the people who asked for it, not an archive
PATIENCE = timedelta(minutes=2)  # a job that says nothing for so long has lost its worker


@dataclass(frozen=True, slots=True)
class Run:
    """Where a rehearsal stands. `percent` is None while it waits its turn; `error` is a sentence."""

    asked_at: datetime
    told_at: datetime
    language: str
    percent: int | None = None
    words: str = ""
    error: str = ""
    report: Mapping[str, Any] | None = None

    @property
    def is_over(self) -> bool:
        return bool(self.error) or self.report is not None

    def is_lost(self, at: datetime) -> bool:
        return not self.is_over and at - self.told_at > PATIENCE


def state_of(cycle: Cycle) -> Run | None:
    """The last rehearsal of this edition, while it is kept."""
    found: Run | None = cache.get(_key(cycle.pk))
    return found


@dataclass(frozen=True, slots=True)
class Page:
    """What the page shows: where it stands, else the report, else the invitation to play."""

    progress: Progress | None = None
    report: Report | None = None
    played_at: datetime | None = None
    has_changed: bool = False
    is_lost: bool = False


def page_of(cycle: Cycle, at: datetime) -> Page:
    """The page of an edition's rehearsal."""
    run, address = state_of(cycle), reverse("pages:rehearsal", args=[cycle.slug])
    if run is None:
        return Page()
    if run.report is not None:
        report = Report.from_value(run.report)
        read = Link(_("Lire le compte rendu"), address)
        done = Progress(_("La répétition est finie."), 100, done=read)
        return Page(done, report, run.told_at, has_changed=report.stamp != cycle.stamp)
    if run.error:
        return Page(Progress(_("La répétition n’a pas abouti."), run.percent, run.error, is_failed=True))
    if run.is_lost(at):
        said = _("Rien ne bouge depuis deux minutes : le travail de fond est peut-être arrêté. Relancez la répétition.")
        return Page(Progress(_("La répétition n’avance pas."), run.percent, said, is_failed=True), is_lost=True)
    if run.percent is None:
        return Page(Progress(_("La répétition attend son tour."), None, poll_url=address))
    return Page(Progress(_("L’édition se joue."), run.percent, run.words, poll_url=address))


def request(cycle: Cycle, *, at: datetime) -> None:
    """Ask for a rehearsal. One that is under way is not started twice."""
    run = state_of(cycle)
    if run is not None and not run.is_over and not run.is_lost(at):
        return
    cache.set(_key(cycle.pk), Run(at, at, translation.get_language() or "fr"), KEPT)
    wakeups.wake(WAKE, str(cycle.pk))


def run(cycle_pk: int, *, at: datetime) -> None:
    """Play it, in the worker. Nothing to do when it was played meanwhile."""
    cycle = Cycle.objects.filter(pk=cycle_pk).first()
    asked = cache.get(_key(cycle_pk))
    if cycle is None or asked is None or asked.is_over or (asked.percent is not None and not asked.is_lost(at)):
        return
    if not cache.add(stage_key(cycle_pk), 1, PATIENCE.total_seconds()):
        return  # another worker plays it
    try:
        _stage(cycle, asked, at)
    finally:
        cache.delete(stage_key(cycle_pk))


def _stage(cycle: Cycle, asked: Run, at: datetime) -> None:
    told: Queue[tuple[int, str] | Report | Exception] = Queue()
    stage = Thread(target=_play, args=(cycle, at, asked.language, told), name="rehearsal")
    _tell(cycle.pk, asked, at, percent=2, words="")
    stage.start()
    clock = clocks.running_from(at)
    while isinstance(news := told.get(), tuple):
        _tell(cycle.pk, asked, clock(), percent=news[0], words=news[1])
    stage.join()
    if isinstance(news, Report):
        _tell(cycle.pk, asked, clock(), percent=100, report=news.value())
    else:
        with translation.override(asked.language):
            _tell(cycle.pk, asked, clock(), error=_sentence(news))


def _play(cycle: Cycle, at: datetime, language: str, told: Queue[tuple[int, str] | Report | Exception]) -> None:
    """On a connection of its own, closed at the end; whatever happens, the last word is a report or an error."""
    shown = 0

    def progress(percent: int, words: str) -> None:
        nonlocal shown
        if percent > shown:
            shown = percent
            told.put((percent, words))

    try:
        with translation.override(language), timezone.override(public_body().zone):
            last: Report | Exception = rehearsal.rehearse(cycle, at=at, progress=progress)
    except Exception as error:  # who waits reads a sentence; who runs the machine reads the log
        logger.exception("The rehearsal of edition %s stopped.", cycle.pk)
        last = error
    finally:
        connection.close()
    told.put(last)


def _sentence(error: Exception) -> str:
    if isinstance(error, Error):
        return _(
            "Quelqu’un se sert de la plateforme au même endroit : la répétition lui a laissé la place. Rejouez-la."
        )
    return _(
        "La répétition s’est arrêtée en route, rien n’en est gardé. Rejouez-la ; si elle s’arrête encore, "
        "prévenez l’assistance."
    )


def _tell(cycle_pk: int, asked: Run, at: datetime, **facts: Any) -> None:
    cache.set(_key(cycle_pk), Run(asked.asked_at, at, asked.language, **facts), KEPT)


def stage_key(cycle_pk: int) -> str:
    """The key of the worker that plays."""
    return f"rehearsal:{cycle_pk}:stage"


def _key(cycle_pk: int) -> str:
    return f"rehearsal:{cycle_pk}"
