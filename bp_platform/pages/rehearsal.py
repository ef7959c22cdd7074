"""A whole edition run ahead of time by the real services, in a transaction that is never kept.

The edition is copied under another address, fictitious people file ideas, and each day is lived in order: what opens,
what closes, what would be sent, what would be refused. Nothing stays: no row, no message, no file. The vote itself is
read from the clock of the database and is rehearsed on its own page, by a practice vote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar, registries
from bp_platform.core.actors import RESIDENT, importing
from bp_platform.core.components import Tone
from bp_platform.core.decisions import Refused
from bp_platform.notifications.models import OutboxMessage
from cycles import rules
from cycles import selectors as cycle_selectors
from cycles import services as cycles
from cycles.models import ChecklistItem, Correspondent, Cycle, PhaseKind
from instruction import services as instruction
from proposals import services as proposals
from proposals.models import Channel, Proposal, ProposalState

DIRECTOR = importing("rehearsal")
PEOPLE = (("Aïcha (essai)", "aicha@essai.invalid", Channel.ONLINE), ("Bruno (essai)", "", Channel.ONLINE))
FRAMES = {frame.name: frame.title for frame in rules.FRAMES}


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that would happen on a day. `kind`: opens, closes, frozen, done, sent, refused, look."""

    on: date
    kind: str
    sentence: str

    @property
    def tone(self) -> Tone:
        """How its tag is drawn."""
        tones: dict[str, Tone] = {"opens": "success", "closes": "accent", "refused": "warning", "look": "signal"}
        return tones.get(self.kind, "")

    @property
    def label(self) -> str:
        """Its kind, in a word."""
        return {
            "opens": _("ouvre"), "closes": _("se termine"), "frozen": _("figé"), "done": _("fait"),
            "sent": _("envoyé"), "refused": _("refusé"), "look": _("à regarder"),
        }[self.kind]  # fmt: skip


class _CurtainError(Exception):
    """Raised at the end, so that nothing is kept."""


def rehearse(cycle: Cycle) -> list[Scene]:
    """Every scene of the edition, in order. Leaves no trace."""
    scenes: list[Scene] = []
    try:
        with transaction.atomic():
            scenes += _Play(cycle).run()
            raise _CurtainError
    except _CurtainError:
        return scenes


class _Play:
    """One rehearsal: the copy, and what was already told."""

    def __init__(self, cycle: Cycle) -> None:
        self.zone = public_body().zone
        self.original = cycle
        self.phases = cycle_selectors.ordered_phases(cycle)
        self.last_message = OutboxMessage.objects.aggregate(last=Max("pk"))["last"] or 0

    def run(self) -> Iterator[Scene]:
        if not self.phases:
            yield Scene(date(2026, 1, 1), "look", _("Aucune phase n’a de date\u00a0: il n’y a rien à répéter."))
            return
        days = self._days()
        self.copy = self._copied(self._at(days[0]) - timedelta(days=90))
        frame = cycle_selectors.frame_of(self.original)
        stages = [cycle_selectors.stage_of(phase) for phase in self.phases]
        for remark in cycle_selectors.remarks_of(self.original, frame, stages):
            yield Scene(days[0], "look", remark.sentence)
        for day in days:
            yield from self._day(day)

    def _days(self) -> list[date]:
        """The days on which something may happen: around each opening and closing, and the weeks of the checklist."""
        bounds = {calendar.local_day(moment) for phase in self.phases for moment in (phase.opens_at, phase.closes_at)}
        days = {bound + timedelta(days=shift) for bound in bounds for shift in (-1, 0, 1, 2)}
        for item in self.original.checklist.filter(done_at=None):
            days |= {item.due_on + timedelta(days=1), item.due_on + timedelta(days=8)}
        return sorted(days)

    def _at(self, day: date, hour: int = 10) -> datetime:
        return datetime.combine(day, time(hour), tzinfo=self.zone)

    def _copied(self, at: datetime) -> Cycle:
        """The same edition under another address, hidden, made by the same services as the original."""
        original = self.original
        number = 1
        while Cycle.objects.filter(number_prefix=f"ES{number}").exists() or Cycle.objects.filter(
            slug=f"essai-{number}"
        ):
            number += 1
        copy = cycles.create_cycle(
            by=DIRECTOR, at=at, title=original.title, slug=f"essai-{number}", number_prefix=f"ES{number}",
            kind=original.kind, promise=original.promise, is_hidden=True,
        )  # fmt: skip
        places: dict[int | None, Any] = {}
        for area, _depth in cycle_selectors.in_tree(cycle_selectors.areas_of(original)):
            places[area.pk] = cycles.add_area(
                copy, by=DIRECTOR, at=at, name=area.name, code=area.code, kind=area.kind,
                parent=places.get(area.parent_id), population=area.population,
            )  # fmt: skip
        for theme in original.themes.order_by("pk"):
            cycles.add_theme(copy, by=DIRECTOR, at=at, name=theme.name, code=theme.code, drawing=theme.drawing)
        for phase in self.phases:
            cycles.set_phase(
                copy, by=DIRECTOR, at=at, kind=phase.kind, opens_at=phase.opens_at, closes_at=phase.closes_at
            )
        values = cycle_selectors.rules_of(original).model_dump(mode="json")
        version = cycles.draft_rulebook(copy, by=DIRECTOR, at=at, values=values)
        cycles.adopt_rulebook(version, by=DIRECTOR, at=at, resolution=_("Essai"))
        for row in original.correspondents.order_by("pk"):
            Correspondent.objects.create(cycle=copy, department=row.department, person=row.person)
        for item in original.checklist.filter(done_at=None).order_by("pk"):
            ChecklistItem.objects.create(
                cycle=copy, code=item.code, label=item.label, department=item.department, person=item.person,
                due_on=item.due_on,
            )  # fmt: skip
        return cycles.publish_cycle(copy, by=DIRECTOR, at=at)

    def _day(self, day: date) -> Iterator[Scene]:
        at = self._at(day)
        for phase in self.phases:
            name = {"phase": str(phase.get_kind_display())}
            if calendar.local_day(phase.opens_at) == day:
                yield Scene(day, "opens", _("« %(phase)s » ouvre.") % name)
            if calendar.local_day(calendar.last_instant(phase.closes_at)) == day:
                yield Scene(day, "closes", _("« %(phase)s » se termine.") % name)
        for freeze in cycles.freeze_sections(self.copy, at=at):
            part = {"part": _(FRAMES[freeze.section])}
            yield Scene(day, "frozen", _("Le règlement se fige : « %(part)s ».") % part)
        yield from self._residents(day, at)
        yield from self._staff(day, at)
        cycles.remind_late(self.copy, at=at)
        yield from self._letters(day)

    def _residents(self, day: date, at: datetime) -> Iterator[Scene]:
        """Somebody tries the eve of the call, its first day, and the day after it closes."""
        for call in (phase for phase in self.phases if phase.kind == PhaseKind.CALL):
            opens, closes = calendar.local_day(call.opens_at), calendar.local_day(call.closes_at)
            if day in {opens - timedelta(days=1), opens + timedelta(days=1), closes + timedelta(days=1)}:
                for name, email, channel in PEOPLE:
                    yield self._tried(
                        day, _("%(name)s dépose une idée.") % {"name": name}, self._filing(name, email, channel, at)
                    )

    def _filing(self, name: str, email: str, channel: str, at: datetime) -> Callable[[], object]:
        area, theme = self.copy.areas.order_by("-pk").first(), self.copy.themes.order_by("pk").first()
        if area is None or theme is None:
            missing = _("L’édition n’a pas de lieu.") if area is None else _("L’édition n’a pas de thème.")

            def refuse() -> object:
                raise ValidationError(missing)

            return refuse
        idea = proposals.Idea(
            title=_("Une idée d’essai"), summary=_("Elle n’est gardée nulle part."), area=area, theme=theme,
            owner_name=name, owner_email=email, owner_phone="" if email else "02 00 00 00 00", channel=channel,
        )  # fmt: skip
        return partial(proposals.submit, self.copy, idea, by=RESIDENT, at=at)

    def _staff(self, day: date, at: datetime) -> Iterator[Scene]:
        """The team publishes what came the day before; the study opens with its phase."""
        waiting = Proposal.objects.filter(cycle=self.copy, state=ProposalState.SUBMITTED, submitted_at__lt=at)
        for proposal in waiting.order_by("pk"):
            said = _("L’idée %(number)s est publiée.") % {"number": proposal.number}
            yield self._tried(day, said, partial(proposals.publish, proposal, by=DIRECTOR, at=at))
        for phase in self.phases:
            if phase.kind == PhaseKind.INSTRUCTION and calendar.local_day(phase.opens_at) + timedelta(days=1) == day:
                act = partial(instruction.open_cases, self.copy, by=DIRECTOR, at=at)
                yield self._tried(day, _("Les dossiers s’ouvrent."), act)

    def _tried(self, day: date, said: str, act: Callable[[], object]) -> Scene:
        """What an act does, or the sentence that refuses it."""
        try:
            with transaction.atomic():
                act()
        except Refused as error:
            return Scene(day, "refused", f"{said} {error}")
        except ValidationError as error:
            return Scene(day, "refused", f"{said} {' '.join(error.messages)}")
        return Scene(day, "done", said)

    def _letters(self, day: date) -> Iterator[Scene]:
        """The messages of the day, by event."""
        fresh = list(OutboxMessage.objects.filter(pk__gt=self.last_message).order_by("pk").values_list("pk", "event"))
        self.last_message = max([self.last_message, *(pk for pk, _event in fresh)])
        for event in sorted({event for _pk, event in fresh}):
            number = sum(1 for _pk, one in fresh if one == event)
            words = {"n": number, "event": str(registries.events[event].label)}
            said = ngettext("%(n)d message\u00a0: %(event)s.", "%(n)d messages\u00a0: %(event)s.", number)
            yield Scene(day, "sent", said % words)
