"""What an edition says of itself a year later: the review, its blocks, what was rectified since."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import User
from bp_platform.core.checks import Checked
from bp_platform.documents.models import StoredFile
from cycles.models import Cycle
from realisation.models.deliveries import SAID

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class ReviewState(models.TextChoices):
    DRAFT = "draft", _("brouillon")
    SUBMITTED = "submitted", _("à valider")
    VALIDATED = "validated", _("validé")
    PUBLISHED = "published", _("publié")


_AFTER_SUBMISSION = ["submitted", "validated", "published"]
_AFTER_VALIDATION = ["validated", "published"]


class OneYearReview(Checked):
    """The review (« bilan à un an »), owed a year after the result is public; no cycle closes before it is published.

    `order` lists the keys of its blocks once somebody moved one; `remarks` holds what the validator asks of each.
    `document` is all that was published (figures.Document as JSON): from then on the row never changes (trigger).
    """

    cycle = models.OneToOneField(Cycle, on_delete=models.PROTECT, related_name="one_year_review")
    scheduled_on = models.DateField(_("prévu le"))
    state = models.CharField(_("état"), max_length=10, choices=ReviewState, default=ReviewState.DRAFT)
    order = models.JSONField(default=list, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    validator = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("à valider par")
    )
    remark = models.TextField(_("ce qui est à reprendre"), max_length=1000, blank=True)
    remarks = models.JSONField(default=dict, blank=True)
    validated_at = models.DateTimeField(null=True, blank=True)
    validated_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    validated_label = models.CharField(_("validé par"), max_length=160, blank=True)
    validated_digest = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    document = models.JSONField(null=True, blank=True)

    if TYPE_CHECKING:
        blocks: RelatedManager[ReviewBlock]
        rectifications: RelatedManager[Rectification]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=_AFTER_SUBMISSION, submitted_at__isnull=False)
                | ~Q(state__in=_AFTER_SUBMISSION) & Q(submitted_at=None),
                name="review_submitted_iff_dated",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_AFTER_VALIDATION, validated_at__isnull=False, validated_label__regex=SAID)
                | ~Q(state__in=_AFTER_VALIDATION) & Q(validated_at=None, validated_by=None, validated_label=""),
                name="review_validated_by_somebody",
                violation_error_message=_("Un bilan validé nomme qui l’a validé, et quand."),
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False, document__isnull=False)
                | ~Q(state="published") & Q(published_at=None, document__isnull=True),
                name="review_published_iff_kept",
                violation_error_message=_("Un bilan publié garde ses chiffres et ses textes, et lui seul."),
            ),
        ]

    def __str__(self) -> str:
        return f"review {self.cycle_id}"

    @property
    def journal_chain(self) -> str:
        return f"cycle:{self.cycle_id}"

    @property
    def is_draft(self) -> bool:
        return self.state == ReviewState.DRAFT

    def days_late(self, today: date) -> int:
        """How many days it is owed since; none once it is published."""
        return max(0, (today - self.scheduled_on).days) if self.published_at is None else 0


class BlockKind(models.TextChoices):
    OVERVIEW = "overview", _("En un coup d’œil")
    PARTICIPATION = "participation", _("La participation")
    ANSWERS = "answers", _("Les réponses données")
    VOTE = "vote", _("Le vote")
    LAUREATE = "laureate", _("Un projet lauréat")
    MONEY = "money", _("Où est passé l’argent")
    CHANGES = "changes", _("Ce qui a changé, ce qui est abandonné, et pourquoi")
    LEFTOVER = "leftover", _("Le reliquat")
    LESSONS = "lessons", _("Ce que nous avons appris")
    NEXT = "next", _("La suite")
    METHOD = "method", _("Comment lire ces chiffres")
    OWN = "own", _("Un texte de l’équipe")


COMPULSORY = (BlockKind.LAUREATE, BlockKind.MONEY, BlockKind.CHANGES)


class ReviewBlock(Checked):
    """What somebody changed of a block of the review; a block without a row is as the data proposes it.

    `version` rises with each change of its words: who saves over a version that is gone is shown both texts.
    `based_on` is the digest of the text that was proposed when the words were written.
    """

    review = models.ForeignKey(OneYearReview, on_delete=models.PROTECT, related_name="blocks")
    key = models.SlugField(_("repère"), max_length=40)
    kind = models.CharField(_("nature"), max_length=14, choices=BlockKind)
    title = models.CharField(_("titre"), max_length=120, blank=True)
    text = models.TextField(_("texte"), max_length=6000, blank=True)
    is_written = models.BooleanField(default=False)
    based_on = models.CharField(max_length=64, blank=True)
    picture = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_hidden = models.BooleanField(_("masqué"), default=False)
    hidden_reason = models.CharField(_("raison du masquage"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "key"], name="review_block_once"),
            models.CheckConstraint(
                condition=Q(is_hidden=True, hidden_reason__regex=SAID) | Q(is_hidden=False, hidden_reason=""),
                name="review_block_hidden_says_why",
                violation_error_message=_("Un bloc masqué garde sa raison, et lui seul."),
            ),
            models.CheckConstraint(
                condition=Q(is_hidden=False) | ~Q(kind__in=list(COMPULSORY)),
                name="review_block_compulsory_is_shown",
                violation_error_message=_("L’argent, les lauréats et les abandons figurent toujours au bilan."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="own") | Q(title__regex=SAID),
                name="review_block_own_has_a_title",
                violation_error_message=_("Donnez un titre à ce texte."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.key}"


class Rectification(models.Model):
    """A dated correction, shown under a published review, which itself never changes. Append-only by trigger."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    review = models.ForeignKey(OneYearReview, on_delete=models.PROTECT, related_name="rectifications")
    text = models.TextField(_("rectification"), max_length=2000)
    signed_by = models.CharField(_("signature"), max_length=120)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(text__regex=SAID),
                name="rectification_says_something",
                violation_error_message=_("Écrivez ce qui est rectifié, et par quoi."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.published_at:%Y-%m-%d}"
