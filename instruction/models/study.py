"""Who studies a case and by when, what they say of it, what they ask its owner."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Department, User
from bp_platform.core import calendar
from bp_platform.core.checks import Checked
from instruction.models.case import Case


class AssignmentKind(models.TextChoices):
    LEAD = "lead", _("pilote")
    CONSULTED = "consulted", _("consultée")


class Complexity(models.TextChoices):
    SIMPLE = "simple", _("simple")
    MEDIUM = "medium", _("moyen")
    COMPLEX = "complex", _("complexe")


# Hours of work that a case of each class asks of its lead department: the load shown on desks.
HOURS = {Complexity.SIMPLE: 1.5, Complexity.MEDIUM: 4.0, Complexity.COMPLEX: 10.0}


class Assignment(models.Model):
    """A department's part in a case: it leads, or is consulted; a person if named; a day to answer by."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="assignments")
    kind = models.CharField(_("part"), max_length=10, choices=AssignmentKind)
    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments")
    due_on = models.DateField(_("échéance"))
    complexity = models.CharField(_("complexité"), max_length=8, choices=Complexity, default=Complexity.MEDIUM)
    assigned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(kind="lead"),
                name="assignment_one_lead_per_case",
                violation_error_message=_("Ce dossier a déjà une direction pilote."),
            ),
            models.UniqueConstraint(
                fields=["case", "department"],
                name="assignment_department_once_per_case",
                violation_error_message=_("Cette direction étudie déjà ce dossier."),
            ),
        ]
        indexes = [models.Index(fields=["department", "case"], name="assignment_desk")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.department_id} {self.kind}"

    @property
    def is_lead(self) -> bool:
        return self.kind == AssignmentKind.LEAD


class Verdict(models.TextChoices):
    FAVOURABLE = "favourable", _("Favorable")
    WITH_RESERVATIONS = "with_reservations", _("Avec réserves")
    UNFAVOURABLE = "unfavourable", _("Défavorable")


class DepartmentOpinion(Checked):
    """What a department finds, in words for residents. Once its head has validated it, it never changes (trigger)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="opinions")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="opinions")
    verdict = models.CharField(_("avis"), max_length=18, choices=Verdict)
    public_text = models.TextField(_("texte public"), max_length=2000)
    internal_note = models.TextField(_("note interne"), max_length=2000, blank=True)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField()
    validated_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    validated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "department"], name="opinion_one_per_department"),
            models.CheckConstraint(
                condition=~Q(public_text__regex=r"^\s*$"),
                name="opinion_says_why",
                violation_error_message=_("Expliquez l’avis en une ou deux phrases : elles seront publiées."),
            ),
            models.CheckConstraint(
                condition=Q(validated_by=None) | Q(validated_at__isnull=False), name="opinion_validator_is_dated"
            ),
            models.CheckConstraint(
                condition=Q(validated_at=None) | Q(validated_at__gte=F("given_at")), name="opinion_given_then_validated"
            ),
        ]

    def __str__(self) -> str:
        return f"avis {self.case_id} {self.department_id}"

    @property
    def is_validated(self) -> bool:
        return self.validated_at is not None


PATIENCE = timedelta(days=30)  # where the règlement leaves no written delay to the owner


class Question(Checked):
    """A question to the owner. While it waits, the departments' clock stands still.

    `due_on` is the day by which the règlement asks for an answer, none where it says no delay. Past it, the study may
    go on without one (`resumed_at`); an answer that comes later is still read, until the decision.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="questions")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(_("question"), max_length=1000)
    is_public = models.BooleanField(_("visible sur la page du projet"), default=False)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField(_("réponse attendue pour le"), null=True, blank=True)
    resumed_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("réponse"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(answered_at=None, resumed_at=None),
                name="question_one_open_per_case",
                violation_error_message=_("Une question attend déjà la réponse du porteur."),
            ),
            models.CheckConstraint(condition=~Q(text__regex=r"^\s*$"), name="question_is_not_empty"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="")
                | (Q(answered_at__isnull=False, answered_at__gte=F("asked_at")) & ~Q(answer__regex=r"^\s*$")),
                name="question_answered_iff_dated",
                violation_error_message=_("Une réponse porte sa date et son texte."),
            ),
            models.CheckConstraint(
                condition=Q(resumed_at=None) | Q(answered_at=None) | Q(answered_at__gte=F("resumed_at")),
                name="question_resumed_before_a_late_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return self.answered_at is None and self.resumed_at is None

    @property
    def patient_until(self) -> date:
        """The last day on which the study waits for the owner."""
        return self.due_on or calendar.local_day(self.asked_at) + PATIENCE

    def days_stopped(self, today: date) -> int:
        """Whole local days during which the clock stood still."""
        ended_at = self.resumed_at or self.answered_at
        end = calendar.local_day(ended_at) if ended_at else today
        return max(0, (end - calendar.local_day(self.asked_at)).days)


def due_day(due_on: date, questions: list[Question], at: datetime) -> date:
    """The day to answer by, moved by the days spent waiting for the owner."""
    today = calendar.local_day(at)
    return date.fromordinal(due_on.toordinal() + sum(question.days_stopped(today) for question in questions))
