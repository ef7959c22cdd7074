"""A vote as organised: its machine, its projects, what is withdrawn from it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bp_platform.core.checks import Checked
from bp_platform.core.money import EuroField
from cycles.models import Cycle
from proposals.models import Proposal

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from voting.models.letters import LetterBatch
    from voting.models.paper import PaperBalance, PaperBatch
    from voting.models.roll import RollEntry, RollMark
    from voting.models.stations import Incident, PollingStation


class PollKind(models.TextChoices):
    BINDING = "binding", _("vote")
    PRACTICE = "practice", _("vote d’essai")
    REPLAY = "replay", _("vote rejoué")


class PollState(models.TextChoices):
    DRAFT = "draft", _("en préparation")
    SEALED = "sealed", _("scellé")
    CLOSED = "closed", _("clos")
    COUNTED = "counted", _("dépouillé")
    PROCLAIMED = "proclaimed", _("proclamé")
    ARCHIVED = "archived", _("archivé")
    ANNULLED = "annulled", _("annulé")


ENDED = (PollState.ARCHIVED, PollState.ANNULLED)
RESULT_IS_PUBLIC = (PollState.PROCLAIMED, PollState.ARCHIVED)
_AFTER_SEALING = ["sealed", "closed", "counted", "proclaimed", "archived"]
_AFTER_CLOSING = ["closed", "counted", "proclaimed", "archived"]
_AFTER_COUNT = ["counted", "proclaimed", "archived"]


class PollQuerySet(models.QuerySet["Poll"]):
    def live(self) -> Self:
        """Neither archived nor annulled."""
        return self.exclude(state__in=ENDED)

    def with_public_result(self) -> Self:
        return self.filter(state__in=RESULT_IS_PUBLIC)


class Poll(Checked):
    """A vote as organised (« scrutin »). Once sealed, its canonical JSON is the only source; triggers keep it."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="polls")
    kind = models.CharField(_("nature"), max_length=10, choices=PollKind)
    title = models.CharField(_("titre"), max_length=120)
    state = models.CharField(_("état"), max_length=12, choices=PollState, default=PollState.DRAFT)
    opens_at = models.DateTimeField(_("ouverture"))
    closes_at = models.DateTimeField(_("clôture"))
    plan = models.JSONField(_("règles prévues"), help_text=_("Périmètres, exclusions : relus au scellement seulement."))
    sealed = models.BinaryField(null=True, blank=True)
    digest = models.CharField(_("empreinte"), max_length=64, blank=True)
    public_key = models.BinaryField(null=True, blank=True)
    seal_length = models.PositiveIntegerField(null=True, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closing = models.JSONField(_("constat de clôture"), null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    opening = models.JSONField(_("constat d’ouverture"), null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    proclaimed_at = models.DateTimeField(null=True, blank=True)
    annulled_at = models.DateTimeField(null=True, blank=True)

    objects = PollQuerySet.as_manager()

    if TYPE_CHECKING:
        candidates: RelatedManager[Candidate]
        entries: RelatedManager[RollEntry]
        marks: RelatedManager[RollMark]
        withdrawals: RelatedManager[WithdrawnProject]
        stations: RelatedManager[PollingStation]
        incidents: RelatedManager[Incident]
        letter_batches: RelatedManager[LetterBatch]
        batches: RelatedManager[PaperBatch]
        balances: RelatedManager[PaperBalance]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="poll_closes_after_it_opens",
                violation_error_message=_("La clôture du vote doit suivre son ouverture."),
            ),
            models.CheckConstraint(
                condition=Q(state="draft", sealed_at=None, sealed=None, digest="", public_key=None, seal_length=None)
                | Q(state="annulled")
                | Q(
                    state__in=_AFTER_SEALING,
                    sealed_at__isnull=False,
                    sealed__isnull=False,
                    public_key__isnull=False,
                    seal_length__isnull=False,
                )
                & ~Q(digest=""),
                name="poll_sealed_iff_it_holds_its_seal",
                violation_error_message=_("Un vote scellé porte son texte scellé, son empreinte et sa clé publique."),
            ),
            models.CheckConstraint(
                condition=Q(state="annulled")
                | Q(state__in=_AFTER_CLOSING, closed_at__isnull=False, closing__isnull=False)
                | ~Q(state__in=_AFTER_CLOSING) & Q(closed_at=None, closing=None, opened_at=None),
                name="poll_closed_iff_dated",
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None, opening=None) | Q(opened_at__isnull=False, opening__isnull=False),
                name="poll_opened_iff_stated",
            ),
            models.CheckConstraint(
                condition=Q(state="annulled")
                | Q(state__in=_AFTER_COUNT, counted_at__isnull=False, opened_at__isnull=False)
                | ~Q(state__in=_AFTER_COUNT) & Q(counted_at=None),
                name="poll_counted_iff_dated",
            ),
            models.CheckConstraint(
                condition=Q(state="annulled")
                | Q(state__in=["proclaimed", "archived"], proclaimed_at__isnull=False)
                | ~Q(state__in=["proclaimed", "archived"]) & Q(proclaimed_at=None),
                name="poll_proclaimed_iff_dated",
            ),
            models.CheckConstraint(
                condition=Q(state="annulled", annulled_at__isnull=False) | ~Q(state="annulled") & Q(annulled_at=None),
                name="poll_annulled_iff_dated",
            ),
            models.UniqueConstraint(
                fields=["cycle"],
                condition=~Q(state__in=["archived", "annulled"]),
                name="poll_one_at_a_time_per_cycle",
                violation_error_message=_("Cette édition a déjà un vote ; annulez-le avant d’en préparer un autre."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def journal_chain(self) -> str:
        return f"cycle:{self.cycle_id}"


class Candidate(models.Model):
    """A project that the draft puts to the vote, in a scope. Sealing reads it; afterwards it only links a sealed
    number to its sheet. `count_id`: its name in the count, when it is not its number (a replayed file)."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="candidates")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="candidacies")
    scope = models.CharField(_("périmètre"), max_length=40)
    cost_eur = EuroField(_("coût"))
    count_id = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "proposal"], name="candidate_once_per_poll")]

    def __str__(self) -> str:
        return f"{self.poll_id} {self.proposal_id}"


class WithdrawnProject(models.Model):
    """A project withdrawn after sealing: it stays on the list, the count skips it. Recorded before closing only."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="withdrawals")
    number = models.CharField(_("numéro"), max_length=16)
    reason = models.CharField(_("motif"), max_length=300)
    withdrawn_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "number"], name="project_withdrawn_once"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="withdrawal_is_reasoned",
                violation_error_message=_("Dites en une phrase pourquoi le projet est retiré."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id} {self.number}"


def is_open(poll: Poll, opens_at: datetime, closes_at: datetime, at: datetime) -> bool:
    """Whether ballots are received: `[opens_at, closes_at)` of the sealed JSON; a replay is closed by an act alone."""
    if poll.state != PollState.SEALED:
        return False
    return poll.kind == PollKind.REPLAY or opens_at <= at < closes_at
