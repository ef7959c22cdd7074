"""The order of a play: what is to be done at which instant, and what is told of it."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction

from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar
from bp_platform.core.decisions import Refused
from bp_platform.pages.rehearsal.scenes import Scene

Act = Callable[[datetime], object]


class Agenda:
    """Acts in the order of their instants; each tells scenes."""

    def __init__(self) -> None:
        self.zone: ZoneInfo = public_body().zone
        self.scenes: list[Scene] = []
        self.figures: dict[str, int] = {}
        self._waiting: list[tuple[datetime, int, Act]] = []
        self._order = 0

    def instant(self, day: date, hour: int = 10) -> datetime:
        """That hour of that day, in the town."""
        return datetime.combine(day, time(hour), tzinfo=self.zone)

    def plan(self, at: datetime, act: Act) -> None:
        """To be done then; several acts of one instant are done in the order they were planned."""
        self._order += 1
        heapq.heappush(self._waiting, (at, self._order, act))

    def play(self, each: Callable[[datetime], None], until: Callable[[int, int], None]) -> None:
        """All of it. `each` is called at the end of every instant, `until` with how many acts are done and left."""
        done = 0
        while self._waiting:
            at, _order, act = heapq.heappop(self._waiting)
            act(at)
            done += 1
            if not self._waiting or self._waiting[0][0] != at:
                each(at)
                until(done, len(self._waiting))

    def tell(self, at: datetime, kind: str, sentence: str, *, who: str = "", times: int = 1) -> None:
        self.scenes.append(Scene(calendar.local_day(at, self.zone), kind, sentence, who, times))

    def look(self, at: datetime, sentence: str) -> None:
        """Something that went wrong, or will."""
        self.tell(at, "look", sentence)

    def refusal(self, act: Callable[[], object]) -> str:
        """Do it; the sentence that refuses it, or nothing. What a refused act wrote is undone."""
        try:
            with transaction.atomic():
                act()
        except Refused as error:
            return str(error)
        except ValidationError as error:
            return " ".join(error.messages)
        return ""

    def tried(self, at: datetime, who: str, said: str, act: Callable[[], object]) -> bool:
        """Do it and tell it, or tell why it is refused."""
        if refusal := self.refusal(act):
            self.tell(at, "refused", f"{said} {refusal}", who=who)
            return False
        self.tell(at, "done", said, who=who)
        return True

    def told_together(
        self, at: datetime, who: str, acts: Sequence[Callable[[], object]], one: str, many: str, **words: object
    ) -> int:
        """The same act so many times, told in one line (`%(n)d` of them), and each refusal once. Returns how many."""
        refusals = [self.refusal(act) for act in acts]
        done = sum(not refusal for refusal in refusals)
        if done:
            self.tell(at, "done", (one if done == 1 else many) % {"n": done, **words}, who=who, times=done)
        for sentence, times in Counter(refusal for refusal in refusals if refusal).items():
            self.tell(at, "refused", sentence, who=who, times=times)
        return done
