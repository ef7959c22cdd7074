"""News written before an election: it waits for a second person (code électoral, article L. 52-1)."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import User
from bp_platform.documents.models import StoredFile
from realisation.models.deliveries import SAID, Delivery, DeliveryState, ProgressUpdate


class HeldNewsQuerySet(models.QuerySet["HeldNews"]):
    def waiting(self) -> Self:
        return self.filter(decided_at=None)


class HeldNews(models.Model):
    """A piece of news asked for by one, published or sent back by another; whoever asked may only take it back."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="held_news")
    text = models.TextField(_("nouvelle"), max_length=1000)
    to = models.CharField(_("étape"), max_length=12, choices=DeliveryState, blank=True)
    next_on = models.DateField(_("prochaine date"), null=True, blank=True)
    next_text = models.CharField(_("ce qui se passe ce jour-là"), max_length=120, blank=True)
    files = models.ManyToManyField(StoredFile, related_name="+", blank=True)
    author_label = models.CharField(_("signature"), max_length=120)
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    update = models.OneToOneField(ProgressUpdate, on_delete=models.PROTECT, null=True, blank=True, related_name="held")
    refusal = models.CharField(_("ce qui est à reprendre"), max_length=300, blank=True)

    objects = HeldNewsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(text__regex=SAID),
                name="held_news_says_something",
                violation_error_message=_("Écrivez la nouvelle en une phrase."),
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, update=None, refusal="")
                | Q(decided_at__isnull=False, update__isnull=False, refusal="")
                | Q(decided_at__isnull=False, update=None, refusal__regex=SAID),
                name="held_news_published_or_sent_back",
                violation_error_message=_("Dites ce qui est à reprendre."),
            ),
            models.CheckConstraint(
                condition=Q(update=None) | Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="held_news_is_read_by_another",
                violation_error_message=_("Une autre personne relit cette nouvelle."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.asked_at:%Y-%m-%d}"
