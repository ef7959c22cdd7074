"""What a rehearsal tells: its scenes day by day, what each role did, what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import calendar
from bp_platform.core.components import Tone

WRONG = frozenset({"refused", "look"})


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that would happen on a day. `kind`: opens, closes, frozen, done, sent, expected (a refusal that must
    come), refused, look. `who`: the role that acts; `times`: how many times it is done that day."""

    on: date
    kind: str
    sentence: str
    who: str = ""
    times: int = 1

    @property
    def tone(self) -> Tone:
        """How its tag is drawn."""
        tones: dict[str, Tone] = {"opens": "success", "closes": "accent", "refused": "error", "look": "signal"}
        return tones.get(self.kind, "")

    @property
    def label(self) -> str:
        """Its kind, in a word."""
        return {
            "opens": _("ouvre"), "closes": _("se termine"), "frozen": _("figé"), "done": _("fait"),
            "sent": _("envoyé"), "expected": _("refusé, comme prévu"), "refused": _("refusé"),
            "look": _("à regarder"),
        }[self.kind]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Day:
    """The scenes of one day."""

    on: date
    scenes: tuple[Scene, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What a role had to do: how many acts, on how many days, and its heaviest day."""

    who: str
    acts: int
    days: int
    heaviest_on: date
    heaviest: int

    @property
    def note(self) -> str:
        """« sur 3 jours, le plus chargé le 2 mars 2026 (12 actes) »."""
        words = {"days": self.days, "day": calendar.day_words(self.heaviest_on), "most": self.heaviest}
        return (
            ngettext(
                "en %(days)d journée, le %(day)s",
                "en %(days)d journées ; la plus chargée : le %(day)s (%(most)d)",
                self.days,
            )
            % words
        )


@dataclass(frozen=True, slots=True)
class Report:
    """A whole rehearsal. `seconds`: how long the play itself took; `stamp`: the edition's, when it was played."""

    scenes: tuple[Scene, ...] = ()
    seconds: float = 0.0
    stamp: int = 0
    figures: Mapping[str, int] = field(default_factory=dict)

    @property
    def wrong(self) -> list[Scene]:
        """What deserves a look or was refused, once each, in order."""
        seen: dict[tuple[str, str], Scene] = {}
        for scene in self.scenes:
            if scene.kind in WRONG:
                seen.setdefault((scene.kind, scene.sentence), scene)
        return list(seen.values())

    @property
    def days(self) -> list[Day]:
        """The scenes by day."""
        by_day: dict[date, list[Scene]] = {}
        for scene in self.scenes:
            by_day.setdefault(scene.on, []).append(scene)
        return [Day(on, tuple(scenes)) for on, scenes in by_day.items()]

    @property
    def parts(self) -> list[Part]:
        """What each role did, the busiest first."""
        return sorted(self._parts(), key=lambda part: (-part.acts, part.who))

    def _parts(self) -> Iterator[Part]:
        acts: dict[str, Counter[date]] = {}
        for scene in self.scenes:
            if scene.kind == "done" and scene.who:
                acts.setdefault(scene.who, Counter())[scene.on] += scene.times
        for who, days in acts.items():
            heaviest_on, heaviest = max(days.items(), key=lambda item: (item[1], -item[0].toordinal()))
            yield Part(who, sum(days.values()), len(days), heaviest_on, heaviest)

    @property
    def seconds_words(self) -> str:
        """« 7 secondes »."""
        number = max(1, round(self.seconds))
        return ngettext("%(n)d seconde", "%(n)d secondes", number) % {"n": number}

    def value(self) -> dict[str, Any]:
        """Plain values, for the cache."""
        return asdict(self)

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> Report:
        scenes = tuple(Scene(**scene) for scene in value["scenes"])
        return cls(scenes, value["seconds"], value["stamp"], value["figures"])
