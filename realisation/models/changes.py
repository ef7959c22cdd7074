"""What changed on a delivery after it was promised, and why."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from realisation.models.deliveries import SAID, Delivery


class ChangeKind(models.TextChoices):
    DEPARTMENT = "department", _("Direction qui réalise")
    CONTACT = "contact", _("Personne à contacter")
    PLACE = "place", _("Lieu")
    SCOPE = "scope", _("Ce qui est construit")
    COST = "cost", _("Coût attendu")
    DATE = "date", _("Date attendue")
    STATE = "state", _("Correction de l’avancement")


class DeliveryChange(models.Model):
    """A change after the promise, as the public reads it: what, from, to, why. Append-only by trigger.

    `before` and `after` are words, so that what was said stays readable when a department is renamed. `key` makes the
    same change posted twice one.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(_("ce qui change"), max_length=10, choices=ChangeKind)
    before = models.CharField(_("avant"), max_length=1000, blank=True)
    after = models.CharField(_("après"), max_length=1000)
    reason = models.CharField(_("pourquoi"), max_length=1000)
    author_label = models.CharField(_("signature"), max_length=120)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__regex=SAID),
                name="change_says_why",
                violation_error_message=_("Dites pourquoi cela change : cette raison est publique."),
            ),
            models.CheckConstraint(
                condition=Q(after__regex=SAID) & ~Q(before=models.F("after")),
                name="change_changes_something",
                violation_error_message=_("Rien n’a changé : modifiez au moins une ligne."),
            ),
        ]
        indexes = [models.Index(fields=["delivery", "changed_at"], name="change_of_delivery")]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.kind}"
