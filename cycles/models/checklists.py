"""What must be ready before an edition opens, and who answers for it in each department."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cycles.models.editions import Cycle


class Correspondent(models.Model):
    """Who answers for a department during an edition."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="correspondents")
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="correspondents")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="correspondents")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "department"], name="correspondent_once")]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.department_id}"


class ChecklistItem(models.Model):
    """One thing to have ready before the launch: by whom, for when, done or not."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="checklist")
    code = models.SlugField(_("code"), max_length=40)
    label = models.CharField(_("à préparer"), max_length=160)
    department = models.ForeignKey(
        "accounts.Department", on_delete=models.PROTECT, null=True, blank=True, related_name="checklist_items"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="checklist_items"
    )
    due_on = models.DateField(_("pour le"))
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "code"], name="checklist_code_once_per_cycle"),
            models.CheckConstraint(
                condition=Q(done_by=None) | Q(done_at__isnull=False), name="checklist_done_by_iff_done"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_done(self) -> bool:
        return self.done_at is not None
