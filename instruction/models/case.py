"""The case: one per proposal, from its reception to its published answer; and the arbitration, kept apart."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Role, User
from bp_platform.core.checks import Checked
from bp_platform.core.money import EuroField
from cycles.models import Cycle
from cycles.rules import REFUSAL_REASONS
from proposals.models import Owner, Proposal, ProposalState

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from instruction.models.committee import CommitteeOpinion
    from instruction.models.costing import Costing
    from instruction.models.study import Assignment, DepartmentOpinion, Question


class CaseState(models.TextChoices):
    RECEIVED = "received", _("reçu")
    TRIAGED = "triaged", _("attribué")
    UNDER_REVIEW = "under_review", _("à l’étude")
    AWAITING_OWNER = "awaiting_owner", _("en attente du porteur")
    REVIEWED = "reviewed", _("étude rendue")
    DECIDED = "decided", _("décidé")
    PUBLISHED = "published", _("réponse publiée")


FINAL_STATES = (CaseState.DECIDED, CaseState.PUBLISHED)
AFTER_TRIAGE = (CaseState.TRIAGED, CaseState.UNDER_REVIEW, CaseState.AWAITING_OWNER, CaseState.REVIEWED, *FINAL_STATES)
AFTER_START = AFTER_TRIAGE[1:]
AFTER_REVIEW = AFTER_TRIAGE[3:]
COMMITTEE_STATES = (CaseState.REVIEWED, CaseState.DECIDED)


class Outcome(models.TextChoices):
    FEASIBLE = "feasible", _("Réalisable")
    FEASIBLE_WITH_CHANGES = "feasible_with_changes", _("Réalisable avec des changements")
    UNFEASIBLE = "unfeasible", _("Non retenue")


FEASIBLE_OUTCOMES = (Outcome.FEASIBLE, Outcome.FEASIBLE_WITH_CHANGES)
POLITICAL_REASONS = tuple(sorted(reason.code for reason in REFUSAL_REASONS.values() if reason.is_political))


def _dated(field: str, states: tuple[CaseState, ...]) -> Q:
    """The date is there if, and only if, the state is one of these."""
    return Q(state__in=states, **{f"{field}__isnull": False}) | (~Q(state__in=states) & Q(**{field: None}))


class CaseQuerySet(models.QuerySet["Case"]):
    def active(self) -> Self:
        """Cases whose study goes on: their proposal is still published."""
        return self.filter(proposal__state=ProposalState.PUBLISHED)

    def of_cycle(self, cycle: Cycle) -> Self:
        return self.filter(proposal__cycle=cycle)

    def undecided(self) -> Self:
        return self.exclude(state__in=FINAL_STATES)

    def to_triage(self) -> Self:
        return self.filter(state=CaseState.RECEIVED)

    def under_study(self) -> Self:
        """What the departments have in hand."""
        return self.filter(state__in=[CaseState.TRIAGED, CaseState.UNDER_REVIEW, CaseState.AWAITING_OWNER])

    def to_decide(self) -> Self:
        return self.filter(state=CaseState.REVIEWED)

    def to_publish(self) -> Self:
        return self.filter(state=CaseState.DECIDED)

    def open_to_committee(self) -> Self:
        """Studied, and the answer not published yet: the follow-up committee may have its say."""
        return self.filter(state__in=COMMITTEE_STATES)

    def read_by_committee(self) -> Self:
        """What a committee member may open: from the end of the study on, unless moderation has hidden the idea."""
        shown = (ProposalState.PUBLISHED, ProposalState.WITHDRAWN)
        return self.filter(state__in=AFTER_REVIEW, proposal__state__in=shown)

    def of_others(self, user: User) -> Self:
        """Cases of ideas that this person does not carry today."""
        carried = Owner.objects.filter(proposal=OuterRef("proposal"), contact__user=user, left_at=None)
        return self.filter(~Exists(carried))

    def without_opinion_of(self, user: User) -> Self:
        return self.exclude(committee_opinions__author=user)

    def with_stance_of(self, user: User) -> Self:
        """Each with its `cost_eur`, by the last costing, and `my_stance`: what this committee member said of it."""
        mine = FilteredRelation("committee_opinions", condition=Q(committee_opinions__author=user))
        costed = Case.objects.filter(pk=OuterRef("pk")).values("costings__version").order_by("-costings__version")
        total = Subquery(costed.annotate(total=Sum("costings__items__total_eur")).values("total")[:1])
        return self.annotate(mine=mine).annotate(my_stance=F("mine__stance"), cost_eur=total)

    def answered(self) -> Self:
        return self.filter(state=CaseState.PUBLISHED)


class Case(Checked):
    """The study of one proposal. Dates, outcome and reasons are tied to the state by the database."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="case")
    state = models.CharField(_("état"), max_length=16, choices=CaseState, default=CaseState.RECEIVED)
    received_at = models.DateTimeField()
    triaged_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("réponse"), max_length=22, choices=Outcome, blank=True)
    costing = models.OneToOneField(
        "instruction.Costing", on_delete=models.PROTECT, null=True, blank=True, related_name="decided_case"
    )
    price_eur = EuroField(_("coût toutes taxes comprises"), null=True, blank=True)
    changes = models.TextField(_("ce qui change"), max_length=2000, blank=True)
    refusal_reason = models.CharField(_("motif"), max_length=40, blank=True)
    refusal_article = models.CharField(_("article du règlement"), max_length=10, blank=True)
    explanation = models.TextField(_("explication"), max_length=2000, blank=True)
    next_step = models.TextField(_("et maintenant"), max_length=1000, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_role = models.CharField(_("décidé en qualité de"), max_length=30, choices=Role, blank=True)
    decided_by_label = models.CharField(_("décidé par"), max_length=160, blank=True)

    objects = CaseQuerySet.as_manager()

    if TYPE_CHECKING:
        assignments: RelatedManager[Assignment]
        opinions: RelatedManager[DepartmentOpinion]
        costings: RelatedManager[Costing]
        questions: RelatedManager[Question]
        committee_opinions: RelatedManager[CommitteeOpinion]
        my_stance: str | None  # of rows `with_stance_of`, like the next
        cost_eur: Decimal | None

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_dated("triaged_at", AFTER_TRIAGE), name="case_triaged_iff_dated"),
            models.CheckConstraint(condition=_dated("started_at", AFTER_START), name="case_started_iff_dated"),
            models.CheckConstraint(condition=_dated("reviewed_at", AFTER_REVIEW), name="case_reviewed_iff_dated"),
            models.CheckConstraint(condition=_dated("decided_at", FINAL_STATES), name="case_decided_iff_dated"),
            models.CheckConstraint(
                condition=_dated("published_at", (CaseState.PUBLISHED,)), name="case_published_iff_dated"
            ),
            models.CheckConstraint(
                condition=Q(state__in=FINAL_STATES, outcome__in=Outcome.values, decided_role__in=Role.values)
                & ~Q(decided_by_label="")
                | (
                    ~Q(state__in=FINAL_STATES)
                    & Q(outcome="", decided_role="", decided_by_label="", decided_by=None, price_eur=None, costing=None)
                ),
                name="case_outcome_iff_decided",
                violation_error_message=_("Un dossier décidé porte sa réponse et dit qui a décidé."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(outcome=Outcome.UNFEASIBLE, refusal_reason__in=sorted(REFUSAL_REASONS), decided_at__isnull=False)
                    & ~Q(refusal_article="")
                    & ~Q(explanation__regex=r"^\s*$")
                    & ~Q(next_step__regex=r"^\s*$")
                )
                | (
                    ~Q(outcome=Outcome.UNFEASIBLE)
                    & Q(refusal_reason="", refusal_article="", explanation="", next_step="")
                ),
                name="case_refusal_has_its_four_parts",
                violation_error_message=_(
                    "Un refus porte son motif, l’article du règlement, une explication et ce que le porteur peut faire."
                ),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=FEASIBLE_OUTCOMES, price_eur__isnull=False, costing__isnull=False)
                | ~Q(outcome__in=FEASIBLE_OUTCOMES),
                name="case_feasible_is_costed",
                violation_error_message=_("Un projet réalisable est chiffré : complétez d’abord le chiffrage."),
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.FEASIBLE_WITH_CHANGES) & ~Q(changes__regex=r"^\s*$")
                | (~Q(outcome=Outcome.FEASIBLE_WITH_CHANGES) & Q(changes="")),
                name="case_changes_are_told",
                violation_error_message=_("Dites ce qui change par rapport à l’idée déposée."),
            ),
            models.CheckConstraint(
                condition=~Q(refusal_reason__in=POLITICAL_REASONS) | Q(decided_role=Role.ELECTED),
                name="case_political_reason_is_elected",
                violation_error_message=_("Seul·e un·e élu·e peut retenir un motif politique."),
            ),
        ]
        indexes = [models.Index(fields=["state", "proposal"], name="case_queue")]

    def __str__(self) -> str:
        return f"dossier {self.pk}"

    @property
    def journal_chain(self) -> str:
        return self.proposal.journal_chain


class Arbitration(models.Model):
    """What an elected member decided, by name: kept apart from what the departments found. Append-only."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="arbitration")
    decider = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decider_name = models.CharField(_("décidé par"), max_length=160)
    role = models.CharField(_("rôle"), max_length=30, choices=Role, default=Role.ELECTED)
    outcome = models.CharField(_("réponse"), max_length=22, choices=Outcome)
    statement = models.TextField(_("motivation"), max_length=2000, blank=True)
    arbitrated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role=Role.ELECTED) & ~Q(decider_name=""),
                name="arbitration_is_by_a_named_elected_member",
                violation_error_message=_("Un arbitrage est pris par un·e élu·e, et dit son nom."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.UNFEASIBLE) | ~Q(statement=""), name="arbitration_against_is_motivated"
            ),
        ]

    def __str__(self) -> str:
        return f"arbitrage {self.case_id}"
