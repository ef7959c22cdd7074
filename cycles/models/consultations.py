"""Residents asked about the settings that are still open, before the council adopts the règlement."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cycles.models.answers import HandCount, RemarkedAnswer
from cycles.models.editions import Cycle
from cycles.models.rulebooks import RulebookVersion

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class Consultation(models.Model):
    """A consultation on a draft: prepared, open between two instants, closed, then its results published."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="consultations")
    version = models.OneToOneField(RulebookVersion, on_delete=models.PROTECT, related_name="consultation")
    intro = models.TextField(_("présentation"), max_length=1500, blank=True)
    opens_at = models.DateTimeField(_("ouverture"))
    closes_at = models.DateTimeField(_("clôture"))
    paper_places = models.CharField(_("où déposer les feuilles"), max_length=300, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)  # when people were told that it is open
    published_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        parameters: RelatedManager[OpenParameter]
        answers: RelatedManager[ConsultationAnswer]
        sheets: RelatedManager[PaperAnswers]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="consultation_closes_after_it_opens",
                violation_error_message=_("La clôture de la consultation doit suivre son ouverture."),
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(published_at__gte=F("closes_at")),
                name="consultation_published_once_closed",
                violation_error_message=_("Les résultats se publient après la clôture de la consultation."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} consultation"

    def is_open(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at

    def has_opened(self, at: datetime) -> bool:
        return self.opens_at <= at

    def is_over(self, at: datetime) -> bool:
        return at >= self.closes_at


class OpenParameter(models.Model):
    """One setting put to residents: a question, two to five options, and in the end what was decided and why."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="parameters")
    setting = models.CharField(_("réglage"), max_length=80)
    question = models.CharField(_("question"), max_length=200)
    options = models.JSONField(_("réponses possibles"))  # [{"value": 3, "label": "3 projets"}, …]
    decided = models.CharField(_("ce qui est décidé"), max_length=200, blank=True)
    why = models.CharField(_("pourquoi"), max_length=600, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "setting"], name="open_parameter_once"),
            models.CheckConstraint(
                condition=Q(decided="", why="", decided_at=None)
                | (~Q(decided="") & ~Q(why="") & Q(decided_at__isnull=False)),
                name="open_parameter_decided_iff_told",
                violation_error_message=_("Une décision dit ce qui est retenu, et pourquoi."),
            ),
        ]

    def __str__(self) -> str:
        return self.setting


class ConsultationAnswer(RemarkedAnswer):
    """One browser's answer, without a name; it may be changed until the closing."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="answers")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "browser"], name="consultation_answered_once_per_browser"),
            models.CheckConstraint(
                condition=Q(remark="", remark_state="none") | (~Q(remark="") & ~Q(remark_state="none")),
                name="remark_state_iff_remark",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id}"


class AnswerChoice(models.Model):
    """The option that an answer takes for one parameter; its place in the parameter's list."""

    answer = models.ForeignKey(ConsultationAnswer, on_delete=models.CASCADE, related_name="choices")
    parameter = models.ForeignKey(OpenParameter, on_delete=models.CASCADE, related_name="choices")
    option = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "parameter"], name="one_choice_per_parameter")]

    def __str__(self) -> str:
        return f"{self.parameter_id}: {self.option}"


class PaperAnswers(HandCount):
    """Answers counted by hand at one place. `counts`: how many for each option, by the parameter's setting."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="sheets")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sheets__gt=0),
                name="paper_answers_are_some",
                violation_error_message=_("Indiquez combien de feuilles ont été reçues."),
            )
        ]

    def __str__(self) -> str:
        return self.place
