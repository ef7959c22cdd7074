"""The règlement as it was written, adopted, frozen; and where it was set aside, publicly."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bp_platform.documents.models import StoredFile
from cycles.models.editions import Cycle

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class RulebookState(models.TextChoices):
    DRAFT = "draft", _("projet")
    ADOPTED = "adopted", _("adopté")
    WITHDRAWN = "withdrawn", _("retiré")


class RulebookVersion(models.Model):
    """One version of the règlement: a validated `Rules` value (cycles.rules), as JSON with its schema version.

    Once adopted nothing of it changes (trigger of migration 0007); it is withdrawn, for a reason, as long as no section
    rests on it.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="rulebook_versions")
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("état"), max_length=10, choices=RulebookState, default=RulebookState.DRAFT)
    values = models.JSONField(_("règles"))
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by")
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by_resolution = models.CharField(_("délibération"), max_length=160, blank=True)
    resolution_on = models.DateField(_("date de la délibération"), null=True, blank=True)
    resolution_document = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="adopted_rulebooks"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(_("motif du retrait"), max_length=300, blank=True)

    if TYPE_CHECKING:
        freezes: RelatedManager[SectionFreeze]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="rulebook_version_number_once"),
            models.CheckConstraint(
                condition=Q(state="adopted", adopted_at__isnull=False)
                | Q(state="draft", adopted_at=None)
                | Q(state="withdrawn"),
                name="rulebook_adopted_iff_dated",
                violation_error_message=_("Un règlement adopté porte sa date d’adoption, et lui seul."),
            ),
            models.CheckConstraint(
                condition=(Q(state="withdrawn", withdrawn_at__isnull=False) & ~Q(withdrawn_reason=""))
                | (~Q(state="withdrawn") & Q(withdrawn_at=None, withdrawn_reason="")),
                name="rulebook_withdrawn_iff_reasoned",
                violation_error_message=_("Un règlement retiré porte sa date et son motif, et lui seul."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} v{self.number}"

    @property
    def canonical(self) -> str:
        """The values as one text, the same for equal values: what the hash is taken of."""
        return json.dumps(self.values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        """SHA-256 (hex) of the canonical JSON: printed on the page and on the PDF."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()


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


class Deviation(models.Model):
    """A decision to set a frozen article aside, in one case, in public. It never changes a value. Append-only."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="deviations")
    section = models.CharField(_("article"), max_length=30)
    article = models.PositiveSmallIntegerField()
    what = models.CharField(_("ce qui est fait autrement"), max_length=600)
    why = models.CharField(_("pourquoi"), max_length=600)
    decided_by = models.CharField(_("décidé par"), max_length=160)
    decided_on = models.DateField(_("date de la décision"))
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="deviations")
    recorded_at = models.DateTimeField()
    key = models.UUIDField(unique=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(what="") & ~Q(why="") & ~Q(decided_by=""),
                name="deviation_is_told",
                violation_error_message=_("Une dérogation dit ce qui est fait autrement, pourquoi, et qui l’a décidé."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} art. {self.article}"
