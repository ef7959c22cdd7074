"""The end of a vote's papers: who certified that nothing opposes it, who destroyed them, and what was destroyed."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import User
from voting.models.poll import Poll


class Destruction(models.Model):
    """What PROTOCOL §6.5.23 asks before a box and a roll are destroyed, and the record that they were.

    Stated by one person, done by another. `kept`: the figures that the results go on showing, and how many rows went.
    """

    poll = models.OneToOneField(Poll, on_delete=models.PROTECT, related_name="destruction", primary_key=True)
    resolution = models.CharField(_("délibération ou décision publiée"), max_length=160)
    published_on = models.DateField(_("publiée le"))
    certified_by = models.CharField(_("service juridique : certifié par"), max_length=120)
    certified_on = models.DateField(_("certifié le"))
    archives_visa = models.CharField(_("visa des archives départementales"), max_length=160)
    visa_on = models.DateField(_("visa du"))
    backups_end_on = models.DateField(_("dernière sauvegarde effacée le"))
    shares = models.PositiveSmallIntegerField(_("parts de la clé détruites"), validators=[MinValueValidator(0)])
    witnesses = models.CharField(_("témoins"), max_length=300)
    stated_at = models.DateTimeField()
    stated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    destroyed_at = models.DateTimeField(null=True, blank=True)
    destroyed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kept = models.JSONField(_("constat"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(destroyed_at=None, destroyed_by=None, kept=None)
                | Q(destroyed_at__isnull=False, destroyed_by__isnull=False, kept__isnull=False),
                name="destruction_done_iff_recorded",
            ),
            models.CheckConstraint(
                condition=Q(destroyed_by=None) | ~Q(destroyed_by=F("stated_by")),
                name="destruction_takes_two_persons",
                violation_error_message=_("Une autre personne que celle qui a rempli le constat doit détruire."),
            ),
        ]

    def __str__(self) -> str:
        return f"destruction {self.poll_id}"
