"""Paper ballots, keyed after closing: batches, two keyings by two persons, what they agree on, a scope's balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import User
from bp_platform.core.checks import Checked
from voting.models.poll import Poll

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class BatchState(models.TextChoices):
    FIRST = "first", _("première saisie")
    SECOND = "second", _("deuxième saisie")
    COMPARED = "compared", _("différences à résoudre")
    AGREED = "agreed", _("saisies concordantes")


class PaperBatch(Checked):
    """A pile of paper ballots of one scope (« lot »), boxes mixed, counted by hand before it is keyed twice."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="batches")
    scope = models.CharField(_("périmètre"), max_length=40)
    number = models.PositiveSmallIntegerField(_("lot"))
    boxes = models.CharField(_("urnes mélangées"), max_length=200)
    size = models.PositiveSmallIntegerField(_("bulletins comptés à la main"))
    state = models.CharField(_("état"), max_length=8, choices=BatchState, default=BatchState.FIRST)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    first_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    second_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        ballots: RelatedManager[PaperBallot]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "number"], name="batch_number_once_per_poll"),
            models.CheckConstraint(
                condition=Q(size__gt=0),
                name="batch_is_not_empty",
                violation_error_message=_("Un lot compte au moins un bulletin."),
            ),
            models.CheckConstraint(
                condition=Q(first_by=None) | Q(second_by=None) | ~Q(first_by=F("second_by")),
                name="batch_is_keyed_by_two_persons",
                violation_error_message=_("La deuxième saisie se fait par une autre personne."),
            ),
            models.CheckConstraint(
                condition=Q(state="agreed", agreed_at__isnull=False) | ~Q(state="agreed") & Q(agreed_at=None),
                name="batch_agreed_iff_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"lot {self.number}"

    @property
    def journal_chain(self) -> str:
        return self.poll.journal_chain


class Keying(models.TextChoices):
    FIRST = "first", _("première saisie")
    SECOND = "second", _("deuxième saisie")
    AGREED = "agreed", _("relecture à deux")


class PaperBallot(models.Model):
    """One ballot of a batch as one person keyed it. `place`: its place in the pile, from 1. `content`: canonical, as
    inside a seal; « » with a `null_reason` for a null ballot. « agreed » settles a difference between the two."""

    batch = models.ForeignKey(PaperBatch, on_delete=models.PROTECT, related_name="ballots")
    keying = models.CharField(_("saisie"), max_length=6, choices=Keying)
    place = models.PositiveSmallIntegerField(_("place dans le lot"))
    content = models.TextField(blank=True)
    null_reason = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "keying", "place"], name="paper_ballot_keyed_once"),
            models.CheckConstraint(
                condition=Q(content="") & ~Q(null_reason="") | ~Q(content="") & Q(null_reason=""),
                name="paper_ballot_is_read_or_null",
            ),
        ]

    def __str__(self) -> str:
        return f"bulletin {self.place} du lot {self.batch_id}"


class PaperBalance(models.Model):
    """What is stated of a scope's paper before the count: ballots found = marks + contested ones counted − not
    returned. A gap is stated with its reason, never corrected."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="balances")
    scope = models.CharField(_("périmètre"), max_length=40)
    marks = models.PositiveIntegerField(_("émargements sur papier"))
    contested = models.PositiveIntegerField(_("bulletins contestés et comptés"))
    ballots = models.PositiveIntegerField(_("bulletins trouvés"))
    reason = models.CharField(_("explication de l’écart"), max_length=300, blank=True)
    stated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "scope"], name="balance_once_per_scope"),
            models.CheckConstraint(
                condition=Q(ballots=F("marks") + F("contested")) | ~Q(reason=""),
                name="balance_gap_is_explained",
                violation_error_message=_("Les bulletins ne font pas le compte des émargements : expliquez l’écart."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id} {self.scope}"
