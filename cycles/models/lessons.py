"""What one edition teaches the next."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cycles.models.editions import Cycle


class Lesson(models.Model):
    """What the team learned, on one setting (`ballot.maximum_choices`, `calendrier.vote`) or on the whole edition.

    Shown beside that setting in the editions that follow. Kept even when withdrawn.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="lessons")
    setting = models.CharField(_("réglage concerné"), max_length=80, blank=True)
    text = models.CharField(_("ce que nous avons appris"), max_length=600)
    author_role = models.CharField(max_length=40)
    written_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    key = models.UUIDField(unique=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="lesson_says_something",
                violation_error_message=_("Écrivez ce que vous avez appris."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.setting}"


class AcknowledgedWarning(models.Model):
    """A coherence warning that the team has read and keeps: by its words, so that new figures ask again."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="acknowledged_warnings")
    code = models.CharField(max_length=60)
    sentence = models.CharField(max_length=400)
    acknowledged_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "code", "sentence"], name="warning_acknowledged_once")]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.code}"
