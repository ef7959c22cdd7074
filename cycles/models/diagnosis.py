"""The shared diagnosis: what residents say (« constats »), grouped in issues (« enjeux »), prioritised, published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cycles.models.editions import Cycle
from cycles.models.meetings import Meeting
from cycles.models.places import Area

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class CallKind(models.TextChoices):
    """What the call that follows the diagnosis is, in law."""

    IDEAS = "ideas", _("appel à idées")
    PROJECTS = "aap", _("appel à projets (AAP)")
    INTEREST = "ami", _("appel à manifestation d’intérêt (AMI)")
    SOLUTIONS = "aas", _("appel à solutions (AAS)")


class Diagnosis(models.Model):
    """The diagnosis of an edition, once per edition; public from `published_at`."""

    cycle = models.OneToOneField(Cycle, on_delete=models.PROTECT, related_name="diagnosis")
    text = models.TextField(_("ce qu’on en retient"), max_length=6000, blank=True)
    call_kind = models.CharField(_("l’appel qui suit"), max_length=8, choices=CallKind, default=CallKind.IDEAS)
    published_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"diagnostic {self.cycle_id}"


class Issue(models.Model):
    """An issue: what several concerns have in common, and how many dots residents gave it."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="issues")
    title = models.CharField(_("enjeu"), max_length=120)
    summary = models.CharField(_("en une phrase"), max_length=300, blank=True)
    dots = models.PositiveIntegerField(_("gommettes"), default=0)

    if TYPE_CHECKING:
        concerns: RelatedManager[Concern]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "title"],
                name="issue_title_once_per_cycle",
                violation_error_message=_("Cet enjeu existe déjà : donnez-lui un autre nom."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class ConcernChannel(models.TextChoices):
    ONLINE = "online", _("en ligne")
    PAPER = "paper", _("sur papier")
    MEETING = "meeting", _("en réunion")


class Concern(models.Model):
    """What somebody says of their town, in a sentence. Nobody's name: there is nothing to answer to one person."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="concerns")
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, null=True, blank=True, related_name="concerns")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="concerns")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="concerns")
    words = models.CharField(_("constat"), max_length=400)
    channel = models.CharField(_("reçu"), max_length=8, choices=ConcernChannel)
    key = models.CharField(max_length=64, unique=True)
    said_at = models.DateTimeField()
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_reason = models.CharField(_("pourquoi il est écarté"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(set_aside_at=None, set_aside_reason="")
                | (Q(set_aside_at__isnull=False, issue=None) & ~Q(set_aside_reason="")),
                name="concern_set_aside_says_why",
                violation_error_message=_("Dites en une phrase pourquoi ce constat est écarté."),
            ),
            models.CheckConstraint(condition=~Q(words=""), name="concern_says_something"),
        ]
        indexes = [models.Index(fields=["cycle", "said_at", "id"], name="concern_list")]

    def __str__(self) -> str:
        return f"constat {self.pk}"
