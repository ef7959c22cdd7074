"""One play of an edition: its days in order, by the real services, at its own dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import calendar, registries, text
from bp_platform.notifications.models import OutboxMessage
from bp_platform.pages.rehearsal import stage
from bp_platform.pages.rehearsal.agenda import Agenda
from bp_platform.pages.rehearsal.ballot import Vote
from bp_platform.pages.rehearsal.people import Call, Scenario
from bp_platform.pages.rehearsal.preselection import Choice
from bp_platform.pages.rehearsal.scenes import Scene
from bp_platform.pages.rehearsal.study import Study
from bp_platform.pages.rehearsal.works import Works
from cycles import rules
from cycles import selectors as cycle_selectors
from cycles import services as cycles
from cycles.models import Cycle, Phase, PhaseKind

FRAMES = {frame.name: frame.title for frame in rules.FRAMES}
BEFORE = timedelta(days=90)
Progress = Callable[[int, str], None]


class Play:
    """The copy, its people, its agenda. Played inside a transaction that the caller undoes."""

    def __init__(self, original: Cycle, progress: Progress) -> None:
        self.agenda = Agenda()
        self.original, self.progress = original, progress
        self.phases = cycle_selectors.ordered_phases(original)
        self.last_message = OutboxMessage.objects.aggregate(last=Max("pk"))["last"] or 0

    def run(self, today: datetime) -> list[Scene]:
        """Every scene, in order."""
        if not self.phases:
            self.agenda.look(today, _("Aucune phase n’a de date : il n’y a rien à répéter."))
            return self.agenda.scenes
        first = self.phases[0].opens_at
        copy = stage.copy_of(self.original, first - BEFORE)
        company = stage.company(first - BEFORE)
        self.scenario = Scenario(self.original, copy, company, self.agenda, cycle_selectors.rules_of(copy))
        self._look_ahead(first)
        self._plan_calendar()
        call = Call(self.scenario)
        call.plan()
        for closing in cycle_selectors.phases_of(copy, PhaseKind.CALL)[-1:]:
            self.agenda.plan(closing.closes_at + timedelta(days=2), call.close)
        Choice(self.scenario).plan()
        Study(self.scenario).plan()
        Vote(self.scenario).plan()
        Works(self.scenario).plan()
        self.agenda.play(self._end_of_instant, self._tell_progress)
        return sorted(self.agenda.scenes, key=lambda scene: scene.on)

    def _look_ahead(self, at: datetime) -> None:
        """What the calendar and the règlement already say: holidays, elections, delays, money that does not add up."""
        frame = cycle_selectors.frame_of(self.original)
        stages = [cycle_selectors.stage_of(phase) for phase in self.phases]
        days = {phase.kind: phase.opens_at for phase in self.phases}
        for remark in cycle_selectors.remarks_of(self.original, frame, stages):
            self.agenda.look(days.get(PhaseKind(remark.kind), at) if remark.kind in days else at, remark.sentence)

    def _plan_calendar(self) -> None:
        for phase in self.phases:
            self.agenda.plan(phase.opens_at, partial(self._opens, phase=phase))
            self.agenda.plan(calendar.last_instant(phase.closes_at), partial(self._closes, phase=phase))
        for item in self.original.checklist.filter(done_at=None).order_by("pk"):
            for shift in (1, 8):
                self.agenda.plan(self.agenda.instant(item.due_on + timedelta(days=shift)), lambda _at: None)

    def _opens(self, at: datetime, *, phase: Phase) -> None:
        name = {"phase": str(phase.get_kind_display())}
        self.agenda.tell(at, "opens", _("« %(phase)s » ouvre.") % name)
        parts = [
            f"«\u00a0{_(FRAMES[freeze.section])}\u00a0»" for freeze in cycles.freeze_sections(self.scenario.copy, at=at)
        ]
        if parts:
            said = _("Le règlement se fige\u00a0: %(parts)s.") % {"parts": text.enumerate_fr(parts)}
            self.agenda.tell(at, "frozen", said)

    def _closes(self, at: datetime, *, phase: Phase) -> None:
        self.agenda.tell(at, "closes", _("« %(phase)s » se termine.") % {"phase": str(phase.get_kind_display())})

    def _end_of_instant(self, at: datetime) -> None:
        """Reminders of the preparation, and the letters that this instant wrote."""
        cycles.remind_late(self.scenario.copy, at=at)
        fresh = list(OutboxMessage.objects.filter(pk__gt=self.last_message).order_by("pk").values_list("pk", "event"))
        self.last_message = max([self.last_message, *(pk for pk, _event in fresh)])
        for event in sorted({event for _pk, event in fresh}):
            number = sum(1 for _pk, one in fresh if one == event)
            words = {"n": number, "event": str(registries.events[event].label)}
            said = ngettext("%(n)d message : %(event)s.", "%(n)d messages : %(event)s.", number)
            self.agenda.tell(at, "sent", said % words, times=number)

    def _tell_progress(self, done: int, left: int) -> None:
        last = self.agenda.scenes[-1].on if self.agenda.scenes else None
        self.progress(5 + 94 * done // max(1, done + left), calendar.day_words(last) if last else "")
