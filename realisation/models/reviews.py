"""What an edition says of itself a year later."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cycles.models import Cycle
from realisation.models.deliveries import SAID


class OneYearReview(models.Model):
    """The review (« bilan à un an »), scheduled with the deliveries; a cycle cannot close before it is published."""

    cycle = models.OneToOneField(Cycle, on_delete=models.PROTECT, related_name="one_year_review")
    scheduled_on = models.DateField(_("prévu le"))
    text = models.TextField(_("texte"), blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(text__regex=SAID),
                name="review_published_says_something",
                violation_error_message=_("Un bilan publié ne peut pas être vide."),
            )
        ]

    def __str__(self) -> str:
        return f"review {self.cycle_id}"
