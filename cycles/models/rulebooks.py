"""The règlement as it was written, adopted and frozen."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cycles.models.editions import Cycle


class RulebookState(models.TextChoices):
    DRAFT = "draft", _("projet")
    ADOPTED = "adopted", _("adopté")


class RulebookVersion(models.Model):
    """One version of the règlement: a validated `Rules` value (cycles.rules), as JSON with its schema version."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="rulebook_versions")
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("état"), max_length=10, choices=RulebookState, default=RulebookState.DRAFT)
    values = models.JSONField(_("règles"))
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by_resolution = models.CharField(_("délibération"), max_length=160, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="rulebook_version_number_once"),
            models.CheckConstraint(
                condition=Q(state="adopted", adopted_at__isnull=False) | Q(state="draft", adopted_at=None),
                name="rulebook_adopted_iff_dated",
                violation_error_message=_("Un règlement adopté porte sa date d’adoption, et lui seul."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} v{self.number}"


class SectionFreeze(models.Model):
    """A section of the rulebook that no longer changes, from the day its phase opened. Append-only by trigger."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="section_freezes")
    section = models.CharField(max_length=30)
    version = models.ForeignKey(RulebookVersion, on_delete=models.PROTECT, related_name="freezes")
    frozen_at = models.DateTimeField()
    phase_opens_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "section"], name="section_frozen_once")]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.section}"
