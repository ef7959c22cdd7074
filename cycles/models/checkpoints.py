"""« Ce que cette phase nous a appris »: the checkpoint of a phase that ended, made with bodies and residents."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cycles.models.answers import RemarkedAnswer
from cycles.models.bodies import Body
from cycles.models.editions import Phase
from cycles.models.lessons import Lesson
from cycles.models.rulebooks import Deviation

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from cycles.models.editions import Cycle


class Checkpoint(models.Model):
    """The checkpoint of a phase (« bilan de phase »). `figures` are those of the day it was published."""

    phase = models.OneToOneField(Phase, on_delete=models.PROTECT, related_name="checkpoint")
    held_on = models.DateField(_("fait le"))
    bodies = models.ManyToManyField(Body, related_name="checkpoints", blank=True, verbose_name=_("instances présentes"))
    present = models.PositiveSmallIntegerField(_("personnes présentes"), default=0)
    worked = models.TextField(_("ce qui a marché"), max_length=3000, blank=True)
    failed = models.TextField(_("ce qui n’a pas marché"), max_length=3000, blank=True)
    figures = models.JSONField(default=list, blank=True)  # [[label, value], …], written at the publication
    asked_from = models.DateTimeField(null=True, blank=True)  # the three questions to residents
    asked_until = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        adjustments: RelatedManager[Adjustment]
        answers: RelatedManager[CheckpointAnswer]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_from=None, asked_until=None) | Q(asked_until__gt=F("asked_from")),
                name="checkpoint_questions_have_an_end",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | (~Q(worked="") & ~Q(failed="")),
                name="checkpoint_published_says_both",
                violation_error_message=_("Un bilan publié dit ce qui a marché, et ce qui n’a pas marché."),
            ),
        ]

    def __str__(self) -> str:
        return f"bilan de phase {self.phase_id}"

    @property
    def cycle(self) -> Cycle:
        return self.phase.cycle

    @property
    def journal_chain(self) -> str:
        return f"cycle:{self.phase.cycle_id}"

    def is_asking(self, at: datetime) -> bool:
        return self.asked_from is not None and self.asked_from <= at and not self.has_asked(at)

    def has_asked(self, at: datetime) -> bool:
        return self.asked_until is not None and at >= self.asked_until


class AdjustmentEffect(models.TextChoices):
    THIS = "this", _("dès cette édition")
    NEXT = "next", _("à la prochaine édition")


class Adjustment(models.Model):
    """What a checkpoint changes: in this edition (and the deviation, if an article is set aside), or in the next."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="adjustments")
    text = models.CharField(_("ce qui change"), max_length=600)
    effect = models.CharField(_("quand"), max_length=4, choices=AdjustmentEffect)
    deviation = models.ForeignKey(
        Deviation, on_delete=models.PROTECT, null=True, blank=True, related_name="adjustments"
    )
    lesson = models.OneToOneField(Lesson, on_delete=models.PROTECT, null=True, blank=True, related_name="adjustment")
    decided_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    key = models.UUIDField(unique=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="adjustment_says_something",
                violation_error_message=_("Dites ce qui change."),
            ),
            models.CheckConstraint(
                condition=Q(effect="this", lesson=None) | Q(effect="next", lesson__isnull=False, deviation=None),
                name="adjustment_has_one_effect",
                violation_error_message=_("Une dérogation vaut dès cette édition : corrigez l’un des deux choix."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Feeling(models.IntegerChoices):
    YES = 2, _("oui")
    PARTLY = 1, _("en partie")
    NO = 0, _("non")


class CheckpointAnswer(RemarkedAnswer):
    """What one browser answers to the three questions about a phase; none is compulsory."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="answers")
    was_clear = models.PositiveSmallIntegerField(choices=Feeling, null=True, blank=True)
    could_take_part = models.PositiveSmallIntegerField(choices=Feeling, null=True, blank=True)
    was_heard = models.PositiveSmallIntegerField(choices=Feeling, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "browser"], name="checkpoint_answered_once_per_browser"),
            models.CheckConstraint(
                condition=Q(remark="", remark_state="none") | (~Q(remark="") & ~Q(remark_state="none")),
                name="checkpoint_remark_state_iff_remark",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checkpoint_id}"
