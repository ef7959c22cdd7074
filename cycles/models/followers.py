"""Who asked to be told when the règlement of an edition is put to consultation, adopted or set aside."""

from __future__ import annotations

from django.db import models

from bp_platform.accounts.models import Contact
from cycles.models.editions import Cycle


class RulebookFollower(models.Model):
    """Somebody who asked to be told; each letter carries the way out."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="rulebook_followers")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="followed_rulebooks")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "contact"], name="rulebook_followed_once")]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.contact_id}"
