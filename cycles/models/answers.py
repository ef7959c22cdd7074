"""What residents answer without a name: one row per browser, remarks that are read first, sheets counted by hand."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class RemarkState(models.TextChoices):
    NONE = "none", _("sans remarque")
    WAITING = "waiting", _("à relire")
    SHOWN = "shown", _("publiée")
    KEPT = "kept", _("non publiée")


class BrowserAnswer(models.Model):
    """One browser's answer, without a name; it may be changed until the closing."""

    browser = models.CharField(max_length=64)  # keyed hash of a random cookie
    answered_at = models.DateTimeField()

    class Meta:
        abstract = True


class RemarkedAnswer(BrowserAnswer):
    """The same, with a remark that the team reads before it is published."""

    remark = models.TextField(_("remarque"), max_length=1000, blank=True)
    remark_state = models.CharField(max_length=10, choices=RemarkState, default=RemarkState.NONE)

    class Meta:
        abstract = True


class HandCount(models.Model):
    """Answers counted by hand at one place; withdrawn when entered by mistake, and kept, struck out."""

    place = models.CharField(_("lieu"), max_length=120)
    on_date = models.DateField(_("jour"))
    sheets = models.PositiveIntegerField(_("feuilles reçues"))
    counts = models.JSONField()
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True
