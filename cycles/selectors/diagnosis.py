"""The issues in the order of their dots, each source apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Q, Sum, Value
from django.db.models.fields import CharField
from django.db.models.functions import MD5, Cast, Concat

from cycles.models import Cycle, Diagnosis, DotAnswer, DotCount, Dots, DotSource, Issue
from cycles.selectors.answers import hashed


@dataclass(frozen=True, slots=True)
class Priority:
    """An issue, who gave it its dots, what it comes from, and how many ideas answer to it."""

    issue: Issue
    online: int
    associations: int
    paper: int
    meeting: int
    voices: int

    @property
    def total(self) -> int:
        return self.online + self.associations + self.paper + self.meeting

    @property
    def by_source(self) -> tuple[int, int, int, int]:
        return (self.online, self.associations, self.paper, self.meeting)


@dataclass(frozen=True, slots=True)
class Heard:
    """How many answered: browsers, associations (as they say), sheets, people at meetings."""

    online: int = 0
    associations: int = 0
    paper: int = 0
    meeting: int = 0

    @property
    def by_source(self) -> tuple[int, int, int, int]:
        return (self.online, self.associations, self.paper, self.meeting)


def priorities(cycle: Cycle) -> list[Priority]:
    """Every issue, the one with the most dots first; three queries, whatever their number."""
    issues = cycle.issues.annotate(voices=Count("concerns")).order_by("title", "pk")
    given = Dots.objects.filter(issue__cycle=cycle).order_by().values_list("issue")
    online = {
        pk: (own or 0, named or 0)
        for pk, own, named in given.annotate(
            own=Sum("number", filter=Q(answer__association="")), named=Sum("number", filter=~Q(answer__association=""))
        )
    }
    counted: Counter[tuple[str, str]] = Counter()
    rows = DotCount.objects.filter(diagnosis__cycle=cycle, withdrawn_at=None)
    for source, counts in rows.values_list("source", "counts"):
        for pk, number in counts.items():
            counted[source, pk] += number
    found = [
        Priority(
            issue,
            *online.get(issue.pk, (0, 0)),
            paper=counted[DotSource.PAPER, str(issue.pk)],
            meeting=counted[DotSource.MEETING, str(issue.pk)],
            voices=issue.voices,
        )
        for issue in issues
    ]
    return sorted(found, key=lambda one: (-one.total, one.issue.title, one.issue.pk))


def heard(cycle: Cycle) -> Heard:
    """Who answered, by source; two queries."""
    answers = DotAnswer.objects.filter(diagnosis__cycle=cycle)
    said = answers.aggregate(own=Count("pk", filter=Q(association="")), named=Count("pk", filter=~Q(association="")))
    sheets = DotCount.objects.filter(diagnosis__cycle=cycle, withdrawn_at=None).aggregate(
        paper=Sum("sheets", filter=Q(source=DotSource.PAPER)), meeting=Sum("sheets", filter=Q(source=DotSource.MEETING))
    )
    return Heard(said["own"], said["named"], sheets["paper"] or 0, sheets["meeting"] or 0)


def issues_to_weigh(cycle: Cycle, day: date) -> list[Issue]:
    """The issues in an order that is drawn anew each day: the first of the list gets no advantage."""
    drawn = MD5(Concat(Value(day.isoformat()), Cast("pk", CharField())))
    return list(cycle.issues.order_by(drawn, "pk"))


def dots_of(diagnosis: Diagnosis, token: str) -> DotAnswer | None:
    """What the browser that holds this token gave."""
    mine = diagnosis.dot_answers.filter(browser=hashed("dots", diagnosis.pk, token))
    return mine.prefetch_related("dots").first()


def priority_issues(cycle: Cycle, most: int = 50) -> list[Issue]:
    """The issues of a published diagnosis, in the order of their dots; none before. One query without a diagnosis."""
    if not Diagnosis.objects.filter(cycle=cycle, published_at__isnull=False).exists():
        return []
    return [one.issue for one in priorities(cycle)[:most]]


class Subject(NamedTuple):
    """What ideas can be about: a theme with its code, or an issue of the diagnosis and how many ideas answer it."""

    pk: int
    code: str
    name: str
    ideas: int


def subjects_of(cycle: Cycle) -> tuple[list[Subject], list[Subject]]:
    """The themes, then the issues to which published ideas answer, each by name; one query for both."""
    no_code = Value("", output_field=CharField())
    themes = cycle.themes.annotate(ideas=Value(0)).values_list("pk", "code", "name", "ideas")
    issues = cycle.issues.filter(ideas__gt=0).annotate(code=no_code).values_list("pk", "code", "title", "ideas")
    found = [Subject(*row) for row in themes.union(issues, all=True).order_by("name", "pk")]
    return [one for one in found if one.code], [one for one in found if not one.code]
