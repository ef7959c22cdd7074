"""What was done without the participatory budget."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from proposals.models import Proposal
from realisation.models.deliveries import SAID


class DoneOutside(models.Model):
    """A project that was not chosen, and that the town or another body did anyway: who, when, and the proof."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="done_outside")
    done_by = models.CharField(_("réalisé par"), max_length=160)
    done_on = models.DateField(_("réalisé le"))
    text = models.CharField(_("ce qui a été fait"), max_length=600, blank=True)
    link = models.URLField(_("page qui le montre"), max_length=300, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_by__regex=SAID),
                name="done_outside_says_by_whom",
                violation_error_message=_("Dites qui l’a réalisé : la ville, le département, une association…"),
            ),
            models.CheckConstraint(
                condition=Q(text__regex=SAID) | ~Q(link=""),
                name="done_outside_is_shown",
                violation_error_message=_("Dites ce qui a été fait, ou donnez l’adresse d’une page qui le montre."),
            ),
        ]

    def __str__(self) -> str:
        return f"done outside {self.proposal_id}"
