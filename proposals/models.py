"""What residents file: the proposal (one number from idea to inauguration), its owners, its followers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Concat, Lower
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Contact
from bp_platform.core import calendar
from bp_platform.core.checks import Checked
from bp_platform.core.money import EuroField
from cycles.models import Area, Cycle, Issue, Meeting, Theme

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class ProposalState(models.TextChoices):
    SUBMITTED = "submitted", _("déposée")
    NEEDS_INFO = "needs_info", _("précision demandée")
    PUBLISHED = "published", _("publiée")
    WITHDRAWN = "withdrawn", _("retirée")
    HIDDEN = "hidden", _("masquée")


class Stage(models.TextChoices):
    """Where a project stands for the public: a projection that later phases write by `services.project`."""

    IDEA = "idea", _("Idée")
    NOT_KEPT = "not_kept", _("Non présélectionnée")
    STUDY = "study", _("À l’étude")
    FEASIBLE = "feasible", _("Réalisable")
    UNFEASIBLE = "unfeasible", _("Non retenue")
    ON_BALLOT = "on_ballot", _("Au vote")
    WINNER = "winner", _("Lauréat")
    NOT_SELECTED = "not_selected", _("Non lauréat")
    DELIVERY = "delivery", _("En réalisation")
    DELIVERED = "delivered", _("Réalisé")
    DONE_OUTSIDE = "done_outside", _("Réalisé hors budget participatif")
    ABANDONED = "abandoned", _("Abandonné")
    WITHDRAWN = "withdrawn", _("Retirée")


class Channel(models.TextChoices):
    ONLINE = "online", _("en ligne")
    PAPER = "paper", _("sur papier")
    PHONE = "phone", _("par téléphone")
    WORKSHOP = "workshop", _("en atelier")
    AGENT = "agent", _("auprès d’un agent")


class OwnerKind(models.TextChoices):
    RESIDENT = "resident", _("habitant ou habitante")
    COLLECTIVE = "collective", _("collectif")
    ASSOCIATION = "association", _("association")
    SCHOOL = "school", _("école")
    AGENT = "agent", _("agent de la collectivité")


class FrenchQuery(SearchQuery):
    """What somebody typed, read by the database's own French configuration (core's first migration)."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.function = "fr_q"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def public(self) -> Self:
        """What anybody may read: published, or withdrawn after publication."""
        return self.filter(state=ProposalState.PUBLISHED)

    def awaiting_moderation(self) -> Self:
        return self.filter(state=ProposalState.SUBMITTED)

    def for_tickets(self) -> Self:
        """No more than a list shows: neither the long texts, nor the search index, nor the outlines of places."""
        shown = ("cycle", "number", "title", "language", "stage", "price_eur")
        return self.select_related("area", "theme").only(*shown, "area__name", "theme__name", "theme__drawing")

    def with_names(self) -> Self:
        """Each with its `names`: who carries it today, as they chose to be named, the first who filed it first."""
        carrying = Owner.objects.filter(proposal=OuterRef("pk"), left_at=None).exclude(public_name="")
        return self.annotate(names=ArraySubquery(carrying.order_by("pk").values("public_name")))

    def carried_by(self, words: str) -> Self:
        """Of that number, or carried today by somebody of that name; accents and capitals do not count."""
        name = {"owners__contact__name__unaccent__icontains": words, "owners__left_at": None}
        return self.filter(Q(number=words.upper()) | Q(**name)).distinct()

    def resembling(self, title: str) -> Self:
        """Near spellings of a title, or ideas that hold all its words; the nearest first."""
        near = Func(Value(title.lower()), function="f_unaccent", output_field=models.TextField())
        likeness = Func(F("plain_title"), near, function="similarity", output_field=models.FloatField())
        alike = Q(plain_title__trigram_similar=near) | Q(search=FrenchQuery(title))
        return self.filter(alike).alias(likeness=likeness).order_by("-likeness", "pk")

    def matching(self, words: str) -> Self:
        """The number, or the words in French with or without accents; where nothing has them, titles spelt nearly so.

        Nearness is asked of a title only when the words are nowhere: it is what costs, and what brings chaff.
        """
        near = Func(Value(words.lower()), function="f_unaccent", output_field=models.TextField())
        asked = FrenchQuery(words)
        said = Q(search=asked) | Q(number=words.strip().upper())
        has_words = GreaterThan(
            Func(asked, function="numnode", output_field=models.IntegerField()), 0
        )  # « de la »: none
        is_near = Q(has_words, ~Exists(self.order_by().filter(said)), plain_title__trigram_word_similar=near)
        return self.filter(said | is_near)


class Proposal(Checked):
    """An idea that may become a project. Its number and address never change."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="proposals")
    number = models.CharField(_("numéro"), max_length=16, unique=True)
    title = models.CharField(_("titre"), max_length=90)
    summary = models.CharField(_("l’idée en une phrase"), max_length=240)
    text = models.TextField(_("détails"), max_length=4000, blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="proposals")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="proposals")
    issue = models.ForeignKey(
        Issue, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name=_("enjeu")
    )
    place = models.CharField(_("lieu"), max_length=160, blank=True)
    rough_cost_eur = EuroField(_("coût estimé par l’auteur"), null=True, blank=True)
    channel = models.CharField(_("dépôt"), max_length=10, choices=Channel, default=Channel.ONLINE)
    language = models.CharField(_("langue"), max_length=5, default="fr")
    entered_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="entered_proposals"
    )
    state = models.CharField(_("état"), max_length=12, choices=ProposalState, default=ProposalState.SUBMITTED)
    received_on = models.DateField(_("reçu le"), null=True, blank=True)
    submitted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    code_digest = models.CharField(max_length=64, unique=True)
    stage = models.CharField(_("étape"), max_length=14, choices=Stage, default=Stage.IDEA)
    price_eur = EuroField(_("coût"), null=True, blank=True)
    plain_title = models.GeneratedField(
        expression=Func(Lower("title"), function="f_unaccent", output_field=models.TextField()),
        output_field=models.TextField(),
        db_persist=True,
    )
    search = models.GeneratedField(
        expression=Func(
            Concat(
                "title",
                Value(" "),
                "summary",
                Value(" "),
                "text",
                Value(" "),
                "place",
                output_field=models.TextField(),
            ),
            function="fr_vec",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ProposalQuerySet.as_manager()

    if TYPE_CHECKING:
        names: list[str]  # of rows `with_names`
        owners: RelatedManager[Owner]
        follows: RelatedManager[Follow]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="proposal_published_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["withdrawn", "hidden"], ended_at__isnull=False)
                | (~Q(state__in=["withdrawn", "hidden"]) & Q(ended_at=None)),
                name="proposal_ended_iff_withdrawn_or_hidden",
            ),
            models.CheckConstraint(
                condition=Q(received_on=None) | ~Q(channel="online"),
                name="proposal_received_on_a_day_is_not_online",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="proposal_search"),
            GinIndex(fields=["plain_title"], name="proposal_title_trigrams", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["cycle", "state", "number"], name="proposal_list"),
            models.Index(
                F("cycle"),
                F("published_at").desc(),
                F("id").desc(),
                name="proposal_recent",
                condition=Q(state="published"),
            ),
            # how many at each stage: a few hundred kilobytes to read for 50,000 ideas
            models.Index(fields=["cycle", "stage"], name="proposal_stages", condition=Q(state="published")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def journal_chain(self) -> str:
        return f"cycle:{self.cycle_id}"

    @property
    def filed_on(self) -> date:
        """The day the idea reached the public body: the form's date, else the day it was typed."""
        return self.received_on or calendar.local_day(self.submitted_at)


class Owner(models.Model):
    """Somebody who carries a proposal (« porteur ») ; the first one filed it."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="owners")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="owned_proposals")
    kind = models.CharField(_("qualité"), max_length=12, choices=OwnerKind, default=OwnerKind.RESIDENT)
    public_name = models.CharField(_("nom affiché"), max_length=80, blank=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "contact"], condition=Q(left_at=None), name="owner_once_per_proposal"
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.contact_id}"


class Follow(models.Model):
    """Somebody who wants to be told what becomes of a project; its unsubscribe key is in each mail."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="follows")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="follows")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "contact"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.contact_id}"


class ModerationOutcome(models.TextChoices):
    PUBLISH = "publish", _("publier")
    ASK = "ask", _("demander une précision")
    HIDE = "hide", _("masquer")


class ModerationDecision(models.Model):
    """A moderator's reasoned decision; what is not a publication says why."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="moderation_decisions")
    outcome = models.CharField(_("décision"), max_length=8, choices=ModerationOutcome)
    reason = models.TextField(_("motif"), max_length=1000, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="publish") | ~Q(reason=""),
                name="moderation_is_reasoned",
                violation_error_message=_("Expliquez en une phrase ce qui manque ou ce qui pose problème."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.outcome}"


class Clarification(models.Model):
    """A moderator's question and its owner's answer, for the moderators alone. Erasing the owner empties the answer."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="clarifications")
    question = models.TextField(_("question"), max_length=1000)
    asked_at = models.DateTimeField()
    answer = models.TextField(_("réponse"), max_length=2000, blank=True)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "asked_at"], name="clarification_answered_once"),
            models.CheckConstraint(
                condition=Q(answered_at__gte=F("asked_at")), name="clarification_answered_after_it_is_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.asked_at:%Y-%m-%d}"


class MeetingIdea(models.Model):
    """Which meeting an idea comes from: a workshop's sheets, entered by who held it."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="meeting_idea")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="ideas")

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.proposal_id}"
