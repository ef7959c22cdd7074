"""What the follow-up committee says of a study before its answer is published."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import User
from bp_platform.core.checks import Checked
from cycles.models import Member
from instruction.models.case import Case

LONGEST_OPINION = 1000


class CommitteeStance(models.TextChoices):
    AGREES = "agrees", _("D’accord")
    RESERVED = "reserved", _("Réservé")
    DISAGREES = "disagrees", _("Pas d’accord")


class CommitteeOpinion(Checked):
    """A member's opinion on a study; theirs to change until the answer is published, then frozen (trigger).

    The erasure of an account takes the author away, before or after the publication; what was said stays.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="committee_opinions")
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    seat = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="study_opinions"
    )  # the body in whose name they speak, where the edition has one that reads the studies
    author_label = models.CharField(_("donné par"), max_length=160, blank=True)
    stance = models.CharField(_("avis"), max_length=10, choices=CommitteeStance)
    text = models.TextField(_("pourquoi"), max_length=LONGEST_OPINION, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "author"],
                name="committee_opinion_once_per_member",
                violation_error_message=_("Vous avez déjà donné votre avis sur ce dossier : changez-le."),
            ),
            models.CheckConstraint(
                condition=Q(stance=CommitteeStance.AGREES)
                | (Q(stance__in=CommitteeStance.values) & ~Q(text__regex=r"^\s*$")),
                name="committee_opinion_says_why",
                violation_error_message=_("Dites pourquoi en une ou deux phrases : elles seront publiées."),
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("text"), LONGEST_OPINION),
                name="committee_opinion_is_short",
                violation_error_message=_("Écrivez votre avis en 1 000 signes au plus."),
            ),
            models.CheckConstraint(
                condition=Q(author=None, author_label="") | (Q(author__isnull=False) & ~Q(author_label="")),
                name="committee_opinion_author_is_named",
            ),
        ]

    def __str__(self) -> str:
        return f"avis du comité {self.pk} sur {self.case_id}"
