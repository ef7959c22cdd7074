"""What a body does: opinions that must be answered by a date, decisions with their votes, its own annual report."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Department
from cycles.models.bodies import Body, BodyPower
from cycles.models.meetings import Meeting

CHARTER = "charter"


class OpinionKind(models.TextChoices):
    ADVICE = "advice", _("avis")
    QUESTION = "question", _("question")
    ALERT = "alert", _("alerte")


class BodyOpinionQuerySet(models.QuerySet["BodyOpinion"]):
    def waiting(self) -> Self:
        return self.filter(answered_at=None)

    def late(self, day: date) -> Self:
        return self.waiting().filter(due_on__lt=day)


class BodyOpinion(models.Model):
    """Something a body asks or advises; the named department owes a public answer by a date."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="opinions")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="opinions")
    number = models.PositiveSmallIntegerField(_("numéro"))
    key = models.UUIDField(unique=True)
    kind = models.CharField(_("nature"), max_length=8, choices=OpinionKind, default=OpinionKind.ADVICE)
    subject = models.CharField(_("objet"), max_length=160)
    text = models.TextField(_("ce que dit l’instance"), max_length=4000)
    given_on = models.DateField(_("donné le"))
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="asked_opinions", verbose_name=_("qui répond")
    )
    due_on = models.DateField(_("réponse attendue le"))
    recorded_at = models.DateTimeField()
    reminded_on = models.DateField(null=True, blank=True)
    answer = models.TextField(_("réponse"), max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(_("répondu par"), max_length=160, blank=True)

    objects = BodyOpinionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "number"], name="body_opinion_number_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by="")
                | (~Q(answer="") & Q(answered_at__isnull=False) & ~Q(answered_by="")),
                name="body_opinion_answered_iff_signed",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("given_on")),
                name="body_opinion_due_after_it_is_given",
                violation_error_message=_("La réponse est attendue après l’avis : choisissez une date plus tardive."),
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(answered_at=None), name="body_opinion_waiting")]

    def __str__(self) -> str:
        return f"avis {self.number} de {self.body_id}"

    @property
    def journal_chain(self) -> str:
        return self.body.journal_chain

    def days_late(self, day: date) -> int:
        """Days between the due date and the answer, or that day; 0 when in time."""
        return max(0, ((self.answered_on or day) - self.due_on).days)

    @property
    def answered_on(self) -> date | None:
        from bp_platform.core import calendar

        return calendar.local_day(self.answered_at) if self.answered_at else None


class BodyDecision(models.Model):
    """A decision that a body took in the cycle, at a meeting, with its votes."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="decisions")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    key = models.UUIDField(unique=True)
    matter = models.CharField(_("sur quoi"), max_length=16, choices=[*BodyPower.choices, (CHARTER, _("sa charte"))])
    subject = models.CharField(_("décision"), max_length=200)
    text = models.TextField(_("pourquoi"), max_length=4000, blank=True)
    decided_on = models.DateField(_("prise le"))
    votes_for = models.PositiveSmallIntegerField(_("pour"))
    votes_against = models.PositiveSmallIntegerField(_("contre"), default=0)
    abstentions = models.PositiveSmallIntegerField(_("abstentions"), default=0)
    charter_version = models.PositiveSmallIntegerField(default=0)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(votes_for__gt=0) | Q(votes_against__gt=0) | Q(abstentions__gt=0),
                name="body_decision_was_voted",
                violation_error_message=_("Notez les voix : pour, contre, abstentions."),
            ),
            models.CheckConstraint(
                condition=Q(matter=CHARTER, charter_version__gt=0) | (~Q(matter=CHARTER) & Q(charter_version=0)),
                name="body_decision_names_its_charter",
            ),
        ]

    def __str__(self) -> str:
        return f"décision {self.pk} de {self.body_id}"

    @property
    def is_carried(self) -> bool:
        """More for than against; abstentions do not count."""
        return self.votes_for > self.votes_against


class BodyReport(models.Model):
    """A body's own annual report: its words, above figures that the platform reads."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="reports")
    year = models.PositiveSmallIntegerField(_("année"))
    text = models.TextField(_("ce que l’instance veut dire"), max_length=8000, blank=True)
    written_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "year"], name="body_report_once_a_year")]

    def __str__(self) -> str:
        return f"rapport {self.year} de {self.body_id}"
