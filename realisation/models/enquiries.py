"""What residents ask about the works: a question, or a defect to mend."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Contact
from bp_platform.core.checks import Checked
from realisation.models.deliveries import SAID, Delivery


class EnquiryKind(models.TextChoices):
    QUESTION = "question", _("une question")
    DEFECT = "defect", _("un défaut à réparer")


class EnquiryState(models.TextChoices):
    RECEIVED = "received", _("à relire")
    PUBLISHED = "published", _("en attente de réponse")
    ANSWERED = "answered", _("répondue")
    REFUSED = "refused", _("non publiée")


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def public(self) -> Self:
        """What anybody may read."""
        return self.filter(state__in=[EnquiryState.PUBLISHED, EnquiryState.ANSWERED])

    def to_moderate(self) -> Self:
        return self.filter(state=EnquiryState.RECEIVED).exclude(text="")  # emptied: its author was erased meanwhile

    def to_answer(self) -> Self:
        return self.filter(state=EnquiryState.PUBLISHED)

    def late(self, today: date) -> Self:
        """Published and past the day by which an answer was promised."""
        return self.to_answer().filter(due_on__lt=today)


class Enquiry(Checked):
    """A resident's question about the works, or a defect they saw (« demande »).

    Read before it is published; answered in public by the lead department before `due_on`, counted from the day it
    arrived. Its author needs no account: the code of the receipt opens it, and only its keyed hash is kept.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="enquiries")
    author = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="enquiries")
    public_name = models.CharField(_("nom affiché"), max_length=80, blank=True)
    kind = models.CharField(_("nature"), max_length=8, choices=EnquiryKind)
    text = models.TextField(_("demande"), max_length=1000)
    language = models.CharField(max_length=5, default="fr")
    code_digest = models.CharField(max_length=64, unique=True)
    state = models.CharField(_("état"), max_length=9, choices=EnquiryState, default=EnquiryState.RECEIVED)
    received_at = models.DateTimeField()
    due_on = models.DateField(_("réponse promise pour le"))
    published_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(_("pourquoi elle n’est pas publiée"), max_length=1000, blank=True)
    answer = models.TextField(_("réponse"), max_length=2000, blank=True)
    answered_by = models.CharField(_("signature"), max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="answered", answer__regex=SAID, answered_at__isnull=False)
                | ~Q(state="answered") & Q(answer="", answered_by="", answered_at=None),
                name="enquiry_answered_iff_answer",
                violation_error_message=_("Écrivez la réponse : elle sera publique."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["published", "answered"], published_at__isnull=False)
                | ~Q(state__in=["published", "answered"]) & Q(published_at=None),
                name="enquiry_public_iff_dated",
            ),
            models.CheckConstraint(
                condition=Q(state="refused", refusal__regex=SAID) | ~Q(state="refused") & Q(refusal=""),
                name="enquiry_refused_says_why",
                violation_error_message=_("Dites pourquoi cette demande n’est pas publiée."),
            ),
        ]
        indexes = [
            models.Index(fields=["delivery", "-published_at"], name="enquiry_latest"),
            models.Index(fields=["due_on"], condition=Q(state__in=["received", "published"]), name="enquiry_waiting"),
        ]

    def __str__(self) -> str:
        return f"enquiry {self.uid}"

    @property
    def journal_chain(self) -> str:
        return self.delivery.journal_chain
