"""Residents asked about the open settings: prepared, answered, counted on paper too, published, decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.core import journal
from bp_platform.core.actors import CLOCK, Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import policies, selectors, settings_words
from cycles.models import (
    AnswerChoice,
    Consultation,
    ConsultationAnswer,
    Cycle,
    OpenParameter,
    PaperAnswers,
    RemarkState,
    RulebookVersion,
)
from cycles.notifications import rulebooks as notifications
from cycles.services import answers
from cycles.services.editions import touch

FEWEST, MOST = 2, 5


@dataclass(frozen=True, slots=True)
class Question:
    """A setting to put to residents: its options as (value, label)."""

    setting: str
    question: str
    options: tuple[tuple[Any, str], ...]


def prepare_consultation(
    version: RulebookVersion,
    *,
    by: Actor,
    at: datetime,
    opens_at: datetime,
    closes_at: datetime,
    questions: Sequence[Question],
    intro: str = "",
    paper_places: str = "",
) -> Consultation:
    """Put settings of a draft to residents, or change what is put to them before it opens."""
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=version.cycle_id)
        role = demand(policies.can_consult(by, version, at)).role
        _check(version, questions)
        consultation = Consultation.objects.filter(version=version).first() or Consultation(
            version=version, cycle=version.cycle
        )
        consultation.opens_at, consultation.closes_at, consultation.intro = opens_at, closes_at, intro.strip()
        consultation.paper_places = paper_places.strip()
        consultation.full_clean()
        consultation.save()
        consultation.parameters.all().delete()
        for question in questions:
            options = [{"value": value, "label": label} for value, label in question.options]
            OpenParameter.objects.create(
                consultation=consultation, setting=question.setting, question=question.question.strip(), options=options
            )
        chain = version.cycle.journal_chain
        journal.record(journal.Line(chain, at, by, "prepare_consultation", consultation, role=role))
        touch(version.cycle)
    return consultation


def _check(version: RulebookVersion, questions: Sequence[Question]) -> None:
    if not questions:
        raise ValidationError(_("Ouvrez au moins un réglage à la consultation."))
    for question in questions:
        if not settings_words.exists(question.setting):
            raise ValidationError(_("Ce réglage n’existe pas dans le règlement : choisissez-en un dans la liste."))
        demand(policies.may_change(version.cycle, question.setting.partition(".")[0]))
        if not FEWEST <= len(question.options) <= MOST:
            raise ValidationError(
                _("« %(question)s » : proposez de %(fewest)d à %(most)d réponses.")
                % {"question": question.question, "fewest": FEWEST, "most": MOST}
            )
        labels = [label for _value, label in question.options]
        if len(set(labels)) < len(labels):
            raise ValidationError(
                _("« %(question)s » : deux réponses sont les mêmes, changez-en une.") % {"question": question.question}
            )


def cancel_consultation(consultation: Consultation, *, by: Actor, at: datetime) -> None:
    """Take back a consultation that nobody has answered yet."""
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=consultation.cycle_id)
        Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)  # waits for answers on their way
        role = demand(policies.can_prepare(by, consultation.cycle, at)).role
        if consultation.answers.exists() or consultation.sheets.exists():
            raise Refused(no(_("Des réponses sont déjà arrivées : la consultation ira à son terme.")))
        chain = consultation.cycle.journal_chain
        journal.record(journal.Line(chain, at, by, "cancel_consultation", consultation.version, role=role))
        consultation.delete()
        touch(consultation.cycle)


def answer_consultation(
    consultation: Consultation, *, at: datetime, browser: str, choices: Mapping[str, int], remark: str = ""
) -> ConsultationAnswer:
    """One browser's answer; answered again before the closing, it replaces the first. `choices`: option by setting.

    Without a name: the journal has no line about it.
    """
    with journal.transaction_with_journal():
        held = Consultation.objects.select_for_update(of=("self",), no_key=True).filter(pk=consultation.pk).first()
        if held is None:
            raise Refused(no(_("Cette consultation vient d’être annulée : votre réponse n’est pas enregistrée.")))
        demand(policies.can_answer(held, at))
        parameters = {parameter.setting: parameter for parameter in held.parameters.all()}
        picked = {
            parameters[setting]: option
            for setting, option in choices.items()
            if setting in parameters and 0 <= option < len(parameters[setting].options)
        }
        if not picked and not remark.strip():
            raise ValidationError(_("Répondez à une question au moins, ou écrivez une remarque."))
        mine = selectors.hashed("consultation", held.pk, browser)
        answer, is_new = answers.kept(ConsultationAnswer, browser=mine, at=at, consultation=held)
        answers.write_remark(answer, remark)
        if not is_new:
            answer.choices.all().delete()
        AnswerChoice.objects.bulk_create(
            AnswerChoice(answer=answer, parameter=parameter, option=option) for parameter, option in picked.items()
        )
    return answer


def enter_paper(
    consultation: Consultation,
    *,
    by: Actor,
    at: datetime,
    place: str,
    on_date: date,
    sheets: int,
    counts: Mapping[str, Sequence[int]],
    key: UUID,
) -> PaperAnswers:
    """Answers counted by hand: no question may hold more answers than sheets. The same `key` twice is one entry."""
    with journal.transaction_with_journal():
        held = Consultation.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=consultation.pk)
        role = demand(policies.can_enter_paper(by, held, at)).role
        kept = PaperAnswers.objects.filter(key=key, consultation=held).first()
        if kept is not None:
            return kept
        for parameter in held.parameters.order_by("pk"):
            total = sum(counts.get(parameter.setting, ()))
            if total > sheets:
                raise ValidationError(
                    _("« %(question)s » : %(total)d réponses pour %(sheets)d feuilles, recomptez.")
                    % {"question": parameter.question, "total": total, "sheets": sheets}
                )
        plain = {setting: [int(n) for n in numbers] for setting, numbers in counts.items()}
        entered = PaperAnswers(
            consultation=held, place=place.strip(), on_date=on_date, sheets=sheets, counts=plain, entered_at=at, key=key
        )
        entered.full_clean()
        entered.save()
        journal.record(journal.Line(held.cycle.journal_chain, at, by, "enter_paper_answers", entered, role=role))
    return entered


def withdraw_paper(entered: PaperAnswers, *, by: Actor, at: datetime) -> PaperAnswers:
    """Take back a count entered by mistake; it stays, struck out. Harmless twice."""
    with journal.transaction_with_journal():
        locked = (
            PaperAnswers.objects.select_for_update(of=("self",))
            .select_related("consultation__cycle")
            .get(pk=entered.pk)
        )
        role = demand(policies.can_enter_paper(by, locked.consultation, at)).role
        if locked.withdrawn_at is None:
            locked.withdrawn_at = at
            locked.save(update_fields=["withdrawn_at"])
            chain = locked.consultation.cycle.journal_chain
            journal.record(journal.Line(chain, at, by, "withdraw_paper_answers", locked, role=role))
    return locked


def moderate_remark(
    answer: ConsultationAnswer, *, by: Actor, at: datetime, is_shown: bool, read: str | None = None
) -> ConsultationAnswer:
    """Publish a remark as it was `read`, or keep it at the desk. The team may change its mind."""
    with journal.transaction_with_journal():
        locked = (
            ConsultationAnswer.objects.select_for_update(of=("self",))
            .select_related("consultation__cycle")
            .get(pk=answer.pk)
        )
        cycle = locked.consultation.cycle
        role = demand(policies.can_prepare(by, cycle, at)).role
        if locked.remark_state == RemarkState.NONE:
            raise Refused(no(_("Cette réponse ne porte pas de remarque.")))
        if is_shown:
            answers.demand_read(locked, read)
        locked.remark_state = RemarkState.SHOWN if is_shown else RemarkState.KEPT
        locked.save(update_fields=["remark_state"])
        act = "show_remark" if is_shown else "keep_remark"
        journal.record(journal.Line(cycle.journal_chain, at, by, act, locked, role=role))
        touch(cycle)
    return locked


def decide_parameter(parameter: OpenParameter, *, by: Actor, at: datetime, decided: str, why: str) -> OpenParameter:
    """What the town keeps of one question, and why. It may be written again until the results are published."""
    with journal.transaction_with_journal():
        locked = (
            OpenParameter.objects.select_for_update(of=("self",))
            .select_related("consultation__cycle")
            .get(pk=parameter.pk)
        )
        held = locked.consultation
        role = demand(policies.can_prepare(by, held.cycle, at)).role
        if not held.is_over(at):
            raise Refused(no(_("La consultation est encore ouverte : attendez sa clôture pour décider.")))
        if held.published_at is not None:
            raise Refused(no(_("Les résultats sont publiés : la décision ne change plus.")))
        if not decided.strip() or not why.strip():
            raise ValidationError(
                _("« %(question)s » : dites ce qui est retenu, et pourquoi.") % {"question": locked.question}
            )
        locked.decided, locked.why, locked.decided_at = decided.strip(), why.strip(), at
        locked.full_clean()
        locked.save()
        chain = held.cycle.journal_chain
        journal.record(journal.Line(chain, at, by, "decide_parameter", locked, role=role))
    return locked


def publish_consultation(consultation: Consultation, *, by: Actor, at: datetime) -> Consultation:
    """Publish the answers and what was decided of each question. Only once closed, and once everything is decided."""
    with journal.transaction_with_journal():
        held = Consultation.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=consultation.pk)
        role = demand(policies.can_publish_results(by, held, at)).role
        held.published_at = at
        held.full_clean()
        held.save()
        journal.record(journal.Line(held.cycle.journal_chain, at, by, "publish_consultation", held, role=role))
        if not held.cycle.is_hidden:
            notifications.consultation_published(held, at=at)
        touch(held.cycle)
    return held


def announce_consultations(at: datetime) -> int:
    """Tell people that a consultation has opened, once, while they can still answer. Called by the clock."""
    opened = Consultation.objects.filter(announced_at=None, opens_at__lte=at, closes_at__gt=at, cycle__is_hidden=False)
    told = 0
    for pk in opened.order_by("pk").values_list("pk", flat=True):
        with journal.transaction_with_journal():
            rows = Consultation.objects.select_for_update(of=("self",), skip_locked=True).select_related("cycle")
            held = rows.filter(pk=pk, announced_at=None).first()
            if held is None:
                continue
            held.announced_at = at
            held.save(update_fields=["announced_at"])
            notifications.consultation_opened(held, at=at)
            journal.record(journal.Line(held.cycle.journal_chain, at, CLOCK, "announce_consultation", held))
            told += 1
    return told


def forget_answers(at: datetime) -> int:
    """Erase the remarks of consultations closed more than a year ago; counts stay. Called by the clock."""
    old = ConsultationAnswer.objects.filter(consultation__closes_at__lt=at - answers.REMARKS_KEPT).exclude(remark="")
    return old.update(remark="", remark_state=RemarkState.NONE)
