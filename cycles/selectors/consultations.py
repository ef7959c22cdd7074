"""What residents answered about the open settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum

from cycles.models import AnswerChoice, Consultation, ConsultationAnswer, Cycle, OpenParameter, RemarkState
from cycles.selectors.answers import RemarkRow, hashed, remark_rows


@dataclass(frozen=True, slots=True)
class OptionCount:
    """An option and who took it: online, on paper, in all; `share` in per cent of the answers to its question."""

    label: str
    online: int
    paper: int
    total: int
    share: int


@dataclass(frozen=True, slots=True)
class QuestionCount:
    """A question, its options counted, and what was decided."""

    parameter: OpenParameter
    options: tuple[OptionCount, ...]
    answers: int


def shown_consultation(cycle: Cycle, at: datetime) -> Consultation | None:
    """The last consultation that residents may see: open, waiting for its results, or published."""
    found = cycle.consultations.filter(opens_at__lte=at).select_related("version").order_by("-opens_at", "-pk")
    return found.first()


def open_consultations(at: datetime) -> list[Consultation]:
    """Those that residents may answer now, the first to close first; one query."""
    found = Consultation.objects.filter(opens_at__lte=at, closes_at__gt=at, cycle__is_hidden=False)
    return list(found.select_related("cycle").order_by("closes_at", "pk"))


def question_counts(consultation: Consultation) -> list[QuestionCount]:
    """Each question with its answers by channel; three queries, whatever their number."""
    parameters = list(consultation.parameters.order_by("pk"))
    picked = AnswerChoice.objects.filter(parameter__consultation=consultation)
    online = {
        (parameter, option): count
        for parameter, option, count in picked.order_by().values_list("parameter", "option").annotate(n=Count("pk"))
    }
    paper: dict[tuple[str, int], int] = {}
    for counts in consultation.sheets.filter(withdrawn_at=None).values_list("counts", flat=True):
        for setting, numbers in counts.items():
            for option, number in enumerate(numbers):
                paper[setting, option] = paper.get((setting, option), 0) + number
    return [_counted(parameter, online, paper) for parameter in parameters]


def _counted(
    parameter: OpenParameter, online: dict[tuple[int, int], int], paper: dict[tuple[str, int], int]
) -> QuestionCount:
    counted = [
        (option["label"], online.get((parameter.pk, n), 0), paper.get((parameter.setting, n), 0))
        for n, option in enumerate(parameter.options)
    ]
    answers = sum(web + sheets for _label, web, sheets in counted)
    options = tuple(
        OptionCount(label, web, sheets, web + sheets, round(100 * (web + sheets) / answers) if answers else 0)
        for label, web, sheets in counted
    )
    return QuestionCount(parameter, options, answers)


def participation(consultation: Consultation) -> tuple[int, int]:
    """How many answered online, and how many sheets were counted."""
    sheets = consultation.sheets.filter(withdrawn_at=None).aggregate(total=Sum("sheets"))["total"]
    return consultation.answers.count(), sheets or 0


def remarks(consultation: Consultation, *states: RemarkState) -> list[RemarkRow]:
    """The remarks in these states, the oldest first."""
    return remark_rows(consultation.answers.all(), states)


def last_consultation(cycle: Cycle) -> Consultation | None:
    """The last one that the team prepared, open or not."""
    return cycle.consultations.select_related("version", "cycle").order_by("-pk").first()


def answer_of(consultation: Consultation, token: str) -> ConsultationAnswer | None:
    """What the browser that holds this token answered."""
    browser = hashed("consultation", consultation.pk, token)
    return consultation.answers.filter(browser=browser).prefetch_related("choices").first()
