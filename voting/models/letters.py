"""The letters that carry codes: each stream made for the printer is a batch, so that a lost one can be made again."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import User
from voting.models.poll import Poll


class LettersState(models.TextChoices):
    MADE = "made", _("fabriquées")
    REDO_ASKED = "redo_asked", _("à refaire, si une deuxième personne le valide")
    REDONE = "redone", _("codes révoqués, à refaire")


class LetterBatch(models.Model):
    """A batch of letters (« lot de lettres »): one stream of codes, encrypted for one printer, that nothing keeps.

    `digest`: SHA-256 of the stream once it has left whole; empty when it broke off, and its codes are known to nobody.
    """

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="letter_batches")
    number = models.PositiveSmallIntegerField(_("lot"))
    size = models.PositiveIntegerField(_("lettres"))
    printer_key = models.CharField(_("clé publique de l’imprimeur"), max_length=64)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    digest = models.CharField(_("empreinte du fichier chiffré"), max_length=64, blank=True)
    state = models.CharField(_("état"), max_length=10, choices=LettersState, default=LettersState.MADE)
    reason = models.CharField(_("motif"), max_length=300, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "number"], name="letter_batch_number_once_per_poll"),
            models.CheckConstraint(condition=Q(size__gt=0), name="letter_batch_is_not_empty"),
            models.CheckConstraint(
                condition=Q(state="made", reason="", asked_by=None, asked_at=None)
                | ~Q(state="made") & Q(asked_by__isnull=False, asked_at__isnull=False) & ~Q(reason=""),
                name="letter_batch_asked_again_iff_reasoned",
                violation_error_message=_("Dites en une phrase pourquoi ces lettres sont à refaire."),
            ),
            models.CheckConstraint(
                condition=Q(state="redone", decided_by__isnull=False, decided_at__isnull=False)
                | ~Q(state="redone") & Q(decided_by=None, decided_at=None),
                name="letter_batch_redone_iff_decided",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="letter_batch_takes_two_persons",
                violation_error_message=_("Une autre personne que celle qui demande doit valider."),
            ),
        ]

    def __str__(self) -> str:
        return f"lot {self.poll_id}-{self.number}"

    @property
    def journal_chain(self) -> str:
        return self.poll.journal_chain
