"""What the clock has already asked for, so that it asks once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cycles.models import Cycle
from realisation.models.deliveries import Delivery


class ReminderStep(models.TextChoices):
    SOON = "soon", _("bientôt attendu")
    DUE = "due", _("attendu")
    HEAD = "head", _("la direction est prévenue")
    TEAM = "team", _("l’équipe participation est prévenue")


NEWS, ANSWERS, LAUNCH = "news", "answers", "launch"


class Reminder(models.Model):
    """A reminder that left: of news, of answers, of a milestone (`about` is its kind) or, for a cycle, of the launch.

    `since_on` is the day from which the clock counted: news, or a new date, starts another round. Written with its
    letter, in one transaction, under the lock of its delivery or cycle.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="reminders")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, null=True, blank=True, related_name="reminders")
    about = models.CharField(max_length=12)
    step = models.CharField(_("étape"), max_length=4, choices=ReminderStep)
    since_on = models.DateField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "delivery", "about", "step", "since_on"], nulls_distinct=False, name="reminded_once"
            ),
            models.CheckConstraint(
                condition=Q(about="launch", delivery=None) | ~Q(about="launch") & Q(delivery__isnull=False),
                name="reminder_of_a_delivery_or_of_the_launch",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.delivery_id} {self.about} {self.step}"
