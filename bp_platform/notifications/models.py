"""What people are told: the outbox, one row per recipient, event and channel; and what they chose to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Contact

LETTERS = "letters"  # the kind of the jobs that print them


class Channel(models.TextChoices):
    EMAIL = "email", _("courriel")
    LETTER = "letter", _("lettre")
    NONE = "none", _("aucun moyen")


class Cadence(models.TextChoices):
    AT_ONCE = "at_once", _("tout de suite")
    DAILY = "daily", _("un résumé par jour")
    WEEKLY = "weekly", _("un résumé par semaine")
    NEVER = "never", _("jamais")


class OutboxState(models.TextChoices):
    QUEUED = "queued", _("en attente")
    SENDING = "sending", _("en cours d’envoi")
    SENT = "sent", _("parti")
    FAILED = "failed", _("échoué")
    UNCERTAIN = "uncertain", _("en doute")
    UNREACHABLE = "unreachable", _("sans adresse")
    CANCELLED = "cancelled", _("annulé")


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def due(self, at: datetime) -> Self:
        """E-mails that may leave now: their time has come and no live worker holds them."""
        return self.filter(
            Q(lease_until=None) | Q(lease_until__lte=at),
            state=OutboxState.QUEUED,
            channel=Channel.EMAIL,
            next_try_at__lte=at,
        )

    def abandoned(self, at: datetime) -> Self:
        """Handed to the mail server by a worker that died: perhaps sent, perhaps not."""
        return self.filter(state=OutboxState.SENDING, lease_until__lte=at)

    def waiting_letters(self) -> Self:
        """Letters of no print run yet."""
        return self.filter(state=OutboxState.QUEUED, channel=Channel.LETTER, print_run=None)

    def to_decide(self) -> Self:
        """What a person must look at: failures and doubts."""
        return self.filter(state__in=[OutboxState.FAILED, OutboxState.UNCERTAIN])


class OutboxMessage(models.Model):
    """A message to somebody about one event. `context` holds plain values for its templates.

    It is emptied when the message leaves: codes and links that give access do not stay, and the row only says who
    was told what, when and how.
    """

    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="outbox_messages", db_index=False
    )  # the unique constraint indexes it
    event = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    channel = models.CharField(_("moyen"), max_length=6, choices=Channel)
    cadence = models.CharField(max_length=7, choices=Cadence, default=Cadence.AT_ONCE)
    context = models.JSONField(default=dict)
    language = models.CharField(max_length=5, default="fr")
    state = models.CharField(_("état"), max_length=11, choices=OutboxState, default=OutboxState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    print_run = models.UUIDField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    objects = OutboxQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "event", "key", "channel"], name="outbox_once_per_channel"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="outbox_sent_iff_dated",
                violation_error_message=_("Un message est parti si, et seulement si, son départ est daté."),
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(context={}),
                name="outbox_sent_keeps_no_words",
                violation_error_message=_("Un message parti ne garde pas ses mots."),
            ),
            models.CheckConstraint(
                condition=Q(channel="none", state__in=["unreachable", "cancelled"])
                | (~Q(channel="none") & ~Q(state="unreachable")),
                name="outbox_unreachable_iff_no_channel",
            ),
            models.CheckConstraint(
                condition=(Q(state="sending", lease_until__isnull=False) | Q(state="queued"))
                | (~Q(state__in=["sending", "queued"]) & Q(lease_until=None)),
                name="outbox_lease_while_under_way",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["failed", "uncertain"]) | ~Q(error=""),
                name="outbox_trouble_says_why",
                violation_error_message=_("Un échec ou un doute dit sa raison."),
            ),
            models.CheckConstraint(
                condition=Q(channel="email") | Q(state__in=["queued", "sent", "unreachable", "cancelled"]),
                name="outbox_delivery_troubles_are_emails",
            ),
            models.CheckConstraint(
                condition=Q(channel="letter") | Q(print_run=None), name="outbox_print_runs_hold_letters"
            ),
            models.CheckConstraint(
                condition=Q(channel="email", cadence__in=["at_once", "daily", "weekly"]) | Q(cadence="at_once"),
                name="outbox_digests_are_emails",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(state="queued", channel="email"), name="outbox_due"),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="outbox_under_way"),
            models.Index(fields=["id"], condition=Q(state__in=["failed", "uncertain"]), name="outbox_to_decide"),
            models.Index(fields=["print_run", "id"], condition=Q(channel="letter"), name="outbox_letters"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.key} → {self.contact_id}"


class Preference(models.Model):
    """How often somebody is told about one event, or (event empty) about all those that may be switched off."""

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="preferences", db_index=False
    )  # a choice goes with the person
    event = models.CharField(max_length=60, blank=True)
    cadence = models.CharField(_("fréquence"), max_length=7, choices=Cadence)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "event"], name="preference_one_per_event")]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.event or '*'} {self.cadence}"
