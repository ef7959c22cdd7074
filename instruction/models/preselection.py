"""The preselection: which ideas go on to the study or to the vote, with their voices and why (règlement, art. 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import User
from bp_platform.core.checks import Checked
from cycles.models import BodyDecision, Cycle
from proposals.models import Proposal, ProposalState

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

LONGEST_REASON = 400


class PreselectionState(models.TextChoices):
    OPEN = "open", _("ouverte")
    DECIDED = "decided", _("décidée")


class PreselectionOutcome(models.TextChoices):
    """What became of an idea, and on which ground."""

    VOICES = "voices", _("Gardée par ses voix")
    PLACE = "place", _("Repêchée pour son lieu")
    CHOICE = "choice", _("Gardée par décision motivée")
    BODY = "body", _("Choisie par l’instance")
    NOT_KEPT = "not_kept", _("Non présélectionnée")


KEPT = tuple(outcome for outcome in PreselectionOutcome if outcome != PreselectionOutcome.NOT_KEPT)
EXPLAINED = (PreselectionOutcome.CHOICE, PreselectionOutcome.NOT_KEPT)


class Preselection(Checked):
    """The preselection of an edition, from the first count to its decision; a decided one never changes (trigger).

    `revision` counts what was saved: who decides says which list they read. A list older than the voices, or than
    the ideas published since, is to be read again. `is_binding` and `precedes_study`: as the règlement and the
    calendar said when it was opened, then when it was decided.
    """

    cycle = models.OneToOneField(Cycle, on_delete=models.PROTECT, related_name="preselection")
    state = models.CharField(_("état"), max_length=8, choices=PreselectionState, default=PreselectionState.OPEN)
    opened_at = models.DateTimeField()
    people = models.PositiveIntegerField(_("personnes présentes"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    voices_revision = models.PositiveIntegerField(default=0)
    list_revision = models.PositiveIntegerField(default=0)
    words = models.TextField(_("comment elle s’est faite"), max_length=2000, blank=True)
    is_binding = models.BooleanField(default=True)
    precedes_study = models.BooleanField(default=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_by_label = models.CharField(_("décidée par"), max_length=160, blank=True)
    decision = models.ForeignKey(BodyDecision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    if TYPE_CHECKING:
        lines: RelatedManager[PreselectionLine]
        reopenings: RelatedManager[PreselectionReopening]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=PreselectionState.DECIDED, decided_at__isnull=False, list_revision__gt=0)
                & ~Q(decided_by_label="")
                | Q(state=PreselectionState.OPEN, decided_at=None, decided_by=None, decided_by_label="", decision=None),
                name="preselection_decided_iff_dated",
                violation_error_message=_("Une présélection décidée porte sa date, sa liste, et dit qui a décidé."),
            ),
            models.CheckConstraint(
                condition=Q(people=None) | Q(people__gt=0),
                name="preselection_people_are_some",
                violation_error_message=_("Écrivez combien de personnes étaient présentes, une au moins."),
            ),
        ]

    def __str__(self) -> str:
        return f"présélection {self.cycle_id}"

    @property
    def journal_chain(self) -> str:
        return f"cycle:{self.cycle_id}"

    @property
    def is_decided(self) -> bool:
        return self.state == PreselectionState.DECIDED

    @property
    def is_list_current(self) -> bool:
        """There is a list, and no voice was changed since."""
        return self.list_revision > self.voices_revision


class PreselectionLineQuerySet(models.QuerySet["PreselectionLine"]):
    def public(self) -> Self:
        """Ideas that anybody may still read."""
        return self.filter(proposal__state=ProposalState.PUBLISHED)

    def dropped(self) -> Self:
        """What a binding decision did not keep, of ideas that are still published."""
        decided = {"preselection__state": PreselectionState.DECIDED, "preselection__is_binding": True}
        return self.public().filter(outcome=PreselectionOutcome.NOT_KEPT, **decided)


class PreselectionLine(Checked):
    """One candidate idea: its voices (none yet, or counted), what became of it, and why."""

    preselection = models.ForeignKey(Preselection, on_delete=models.PROTECT, related_name="lines")
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="preselection_line")
    voices = models.PositiveIntegerField(_("voix"), null=True, blank=True)
    outcome = models.CharField(_("résultat"), max_length=8, choices=PreselectionOutcome, blank=True)
    reason = models.CharField(_("pourquoi"), max_length=LONGEST_REASON, blank=True)

    objects = PreselectionLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome__in=EXPLAINED) | ~Q(reason__regex=r"^\s*$"),
                name="preselection_says_why",
                violation_error_message=_("Dites pourquoi en une phrase : elle sera publiée."),
            ),
            models.CheckConstraint(condition=~Q(outcome="") | Q(reason=""), name="preselection_reason_has_an_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.preselection_id} {self.proposal_id}"

    @property
    def is_kept(self) -> bool:
        return self.outcome in KEPT


class PreselectionReopening(models.Model):
    """A decided preselection opened again, and why: published. Append-only."""

    preselection = models.ForeignKey(Preselection, on_delete=models.PROTECT, related_name="reopenings")
    key = models.UUIDField(unique=True)
    reason = models.CharField(_("pourquoi elle est rouverte"), max_length=LONGEST_REASON)
    decided_at = models.DateTimeField()
    reopened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason__regex=r"^\s*$"),
                name="preselection_reopening_says_why",
                violation_error_message=_("Dites en une phrase pourquoi la présélection est rouverte."),
            ),
            models.UniqueConstraint(
                fields=["preselection", "decided_at"], name="preselection_reopened_once_a_decision"
            ),
        ]

    def __str__(self) -> str:
        return f"réouverture {self.pk}"
