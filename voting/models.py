"""The vote's rows, in three compartments that no key joins: who may vote and has voted; sealed ballots; opened ballots.

No `created_at`, no history, no foreign key from a ballot to a person (PROTOCOL §6.3).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bp_platform.core.money import EuroField
from cycles.models import Cycle
from proposals.models import Proposal

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


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


class Poll(models.Model):
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
    counted_at = models.DateTimeField(null=True, blank=True)
    proclaimed_at = models.DateTimeField(null=True, blank=True)
    annulled_at = models.DateTimeField(null=True, blank=True)

    objects = PollQuerySet.as_manager()

    if TYPE_CHECKING:
        candidates: RelatedManager[Candidate]
        entries: RelatedManager[RollEntry]
        marks: RelatedManager[RollMark]
        withdrawals: RelatedManager[WithdrawnProject]

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


class Proof(models.TextChoices):
    """What established the right to vote."""

    POSTAL_CODE = "postal_code", _("code reçu par courrier et année de naissance")
    DESK = "desk", _("vérification par un agent, sur place")
    ROLL = "roll", _("liste des habitant·es inscrit·es")
    FRANCECONNECT = "franceconnect", _("FranceConnect")
    EMAIL_PHONE = "email_phone", _("courriel, téléphone et déclaration sur l’honneur")


class EntryStatus(models.TextChoices):
    PENDING = "pending", _("à vérifier")
    ADMITTED = "admitted", _("admis·e")
    SET_ASIDE = "set_aside", _("mis·e à l’écart")


class RollEntry(models.Model):
    """Somebody's right to vote in one poll (« habitant·e inscrit·e »): the least that proves it."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="entries")
    name = models.CharField(_("nom"), max_length=120)
    birth_year = models.PositiveSmallIntegerField(_("année de naissance"), null=True, blank=True)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("périmètres"))
    proof = models.CharField(_("preuve"), max_length=14, choices=Proof)
    status = models.CharField(_("statut"), max_length=10, choices=EntryStatus, default=EntryStatus.ADMITTED)
    status_reason = models.CharField(_("motif"), max_length=300, blank=True)
    code_digest = models.CharField(max_length=64, null=True, blank=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(scopes=[]), name="entry_has_a_scope"),
            models.CheckConstraint(
                condition=~Q(status="set_aside") | ~Q(status_reason=""),
                name="entry_set_aside_is_reasoned",
                violation_error_message=_("Dites en une phrase pourquoi cette inscription est mise à l’écart."),
            ),
            models.CheckConstraint(
                condition=Q(code_digest=None) | Q(birth_year__isnull=False),
                name="entry_with_a_code_has_a_birth_year",
            ),
            models.UniqueConstraint(fields=["id", "poll"], name="entry_of_its_poll"),
        ]

    def __str__(self) -> str:
        return f"inscription {self.pk}"


class MarkChannel(models.TextChoices):
    WEB = "web", _("en ligne")
    TABLET = "tablet", _("tablette")
    PAPER = "paper", _("bulletin papier")


class RollMark(models.Model):
    """Somebody has voted (« émargement »). A day, never a time; no serial, no reference. One per poll and person."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="marks")
    entry = models.OneToOneField(RollEntry, on_delete=models.PROTECT, related_name="mark", primary_key=True)
    channel = models.CharField(_("moyen"), max_length=8, choices=MarkChannel)
    station = models.CharField(_("lieu"), max_length=40, blank=True)
    day = models.DateField(_("jour"))

    class Meta:
        indexes = [models.Index(fields=["poll", "day", "channel"], name="mark_turnout")]

    def __str__(self) -> str:
        return f"émargement {self.entry_id}"


class SealedBallot(models.Model):
    """A ballot nobody can read yet. No person, no serial, no time. The web role inserts it and never reads the seal."""

    ref = models.BinaryField(primary_key=True)
    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=40)
    seal = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["poll", "scope"], name="sealed_ballot_box")]

    def __str__(self) -> str:
        return bytes(self.ref).hex()


class Ballot(models.Model):
    """An opened ballot: written once, sorted by content. An unreadable or invalid one is null, with its reason."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=40)
    channel = models.CharField(max_length=8, choices=MarkChannel)
    content = models.TextField(blank=True)
    null_reason = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["poll", "scope"], name="ballot_urn")]

    def __str__(self) -> str:
        return f"bulletin {self.pk}"


class PollResult(models.Model):
    """The result of the count with its whole trace: canonical JSON and its digest. Append-only."""

    poll = models.OneToOneField(Poll, on_delete=models.PROTECT, related_name="result")
    content = models.BinaryField()
    digest = models.CharField(_("empreinte"), max_length=64)

    def __str__(self) -> str:
        return self.digest


class OfficialRecord(models.Model):
    """The official record (« procès-verbal ») as data: canonical JSON and its digest, printed and signed by hand."""

    poll = models.OneToOneField(Poll, on_delete=models.PROTECT, related_name="record")
    content = models.BinaryField()
    digest = models.CharField(_("empreinte"), max_length=64)

    def __str__(self) -> str:
        return self.digest


def is_open(poll: Poll, opens_at: datetime, closes_at: datetime, at: datetime) -> bool:
    """Whether ballots are received: `[opens_at, closes_at)` of the sealed JSON; a replay is closed by an act alone."""
    if poll.state != PollState.SEALED:
        return False
    return poll.kind == PollKind.REPLAY or opens_at <= at < closes_at
