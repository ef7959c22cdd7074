"""The shared diagnosis: what residents say (« constats »), grouped in issues (« enjeux »), prioritised, published."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cycles.models.answers import BrowserAnswer, HandCount
from cycles.models.editions import Cycle
from cycles.models.meetings import Meeting
from cycles.models.places import Area

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class Diagnosis(models.Model):
    """The diagnosis of an edition, once per edition; public from `published_at`."""

    cycle = models.OneToOneField(Cycle, on_delete=models.PROTECT, related_name="diagnosis")
    text = models.TextField(_("ce qu’on en retient"), max_length=6000, blank=True)
    dots_open_at = models.DateTimeField(_("les gommettes se donnent à partir du"), null=True, blank=True)
    dots_close_at = models.DateTimeField(_("jusqu’au"), null=True, blank=True)
    dots_each = models.PositiveSmallIntegerField(_("gommettes par réponse"), default=3)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(dots_open_at=None, dots_close_at=None) | Q(dots_close_at__gt=F("dots_open_at")),
                name="diagnosis_dots_close_after_they_open",
                violation_error_message=_("Les gommettes ont une ouverture et une clôture, dans cet ordre."),
            ),
            models.CheckConstraint(
                condition=Q(dots_each__gte=1, dots_each__lte=10),
                name="diagnosis_dots_are_a_few",
                violation_error_message=_("Donnez de 1 à 10 gommettes à chaque réponse."),
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(dots_close_at=None) | Q(published_at__gte=F("dots_close_at")),
                name="diagnosis_published_once_dots_are_given",
                violation_error_message=_("Le diagnostic se publie après la clôture des gommettes."),
            ),
        ]

    def __str__(self) -> str:
        return f"diagnostic {self.cycle_id}"

    def takes_dots(self, at: datetime) -> bool:
        return self.dots_open_at is not None and self.dots_open_at <= at and not self.dots_are_over(at)

    def dots_have_begun(self, at: datetime) -> bool:
        return self.dots_open_at is not None and self.dots_open_at <= at

    def dots_are_over(self, at: datetime) -> bool:
        return self.dots_close_at is not None and at >= self.dots_close_at


class Issue(models.Model):
    """An issue: what several concerns have in common. `ideas`: how many published ideas answer to it."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="issues")
    title = models.CharField(_("enjeu"), max_length=120)
    summary = models.CharField(_("en une phrase"), max_length=300, blank=True)
    ideas = models.PositiveIntegerField(_("idées"), default=0, editable=False)  # written by the ideas, see tell_ideas

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


class DotAnswer(BrowserAnswer):
    """The dots of one browser; `association`: the name in which they are given, as it was declared."""

    diagnosis = models.ForeignKey(Diagnosis, on_delete=models.PROTECT, related_name="dot_answers")
    association = models.CharField(_("association"), max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["diagnosis", "browser"], name="dots_given_once_per_browser")]

    def __str__(self) -> str:
        return f"{self.diagnosis_id}"


class Dots(models.Model):
    """How many dots an answer gives to one issue."""

    answer = models.ForeignKey(DotAnswer, on_delete=models.CASCADE, related_name="dots")
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="dots")
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "issue"], name="dots_once_per_issue"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=10), name="dots_are_some"),
        ]

    def __str__(self) -> str:
        return f"{self.issue_id}: {self.number}"


class DotSource(models.TextChoices):
    PAPER = "paper", _("sur papier")
    MEETING = "meeting", _("en réunion")


class DotCount(HandCount):
    """Dots counted by hand: on sheets, or on the wall of a meeting. `counts`: how many, by the issue's row."""

    diagnosis = models.ForeignKey(Diagnosis, on_delete=models.PROTECT, related_name="dot_counts")
    source = models.CharField(_("comment"), max_length=8, choices=DotSource)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sheets__gt=0),
                name="dots_are_counted_from_some",
                violation_error_message=_("Indiquez combien de feuilles, ou de personnes, vous avez comptées."),
            )
        ]

    def __str__(self) -> str:
        return self.place
