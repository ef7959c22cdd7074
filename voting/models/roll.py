"""Who may vote, who has voted, and what two persons decide about a right to vote."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import User
from bp_platform.core.checks import Checked
from voting.models.letters import LetterBatch
from voting.models.poll import Poll


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
    """Somebody's right to vote in one poll (« habitant·e inscrit·e »): the least that proves it.

    `number`: its name in the list that was imported, empty when there was none. `entered_by`: who created the right
    by hand; who validates it is somebody else. `letters`: the batch of the letter that carries the present code."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="entries")
    number = models.CharField(_("numéro sur la liste"), max_length=40, blank=True)
    name = models.CharField(_("nom"), max_length=120)
    plain_name = models.GeneratedField(
        expression=Func(Lower("name"), function="f_unaccent", output_field=models.TextField()),
        output_field=models.TextField(),
        db_persist=True,
    )
    postal_address = models.TextField(_("adresse postale"), blank=True)
    birth_year = models.PositiveSmallIntegerField(_("année de naissance"), null=True, blank=True)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("périmètres"))
    proof = models.CharField(_("preuve"), max_length=14, choices=Proof)
    status = models.CharField(_("statut"), max_length=10, choices=EntryStatus, default=EntryStatus.ADMITTED)
    status_reason = models.CharField(_("motif"), max_length=300, blank=True)
    code_digest = models.CharField(max_length=64, null=True, blank=True, unique=True)
    letters = models.ForeignKey(
        LetterBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("lot")
    )
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [GinIndex(fields=["plain_name"], name="entry_name_trigrams", opclasses=["gin_trgm_ops"])]
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
            models.CheckConstraint(
                condition=Q(letters=None) | Q(code_digest__isnull=False), name="entry_in_a_batch_has_a_code"
            ),
            models.UniqueConstraint(fields=["id", "poll"], name="entry_of_its_poll"),
            models.UniqueConstraint(
                fields=["poll", "number"],
                condition=~Q(number=""),
                name="entry_number_once_per_poll",
                violation_error_message=_("Ce numéro est déjà sur la liste de ce vote."),
            ),
        ]

    def __str__(self) -> str:
        return f"inscription {self.pk}"


class MarkChannel(models.TextChoices):
    WEB = "web", _("en ligne")
    TABLET = "tablet", _("tablette")
    PAPER = "paper", _("bulletin papier")


class RollMark(models.Model):
    """Somebody has voted (« émargement »). A day, never a time; no serial, no reference. One per poll and person.

    A mark made in a place names it and the agent who checked the person; one made online names nobody."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="marks")
    entry = models.OneToOneField(RollEntry, on_delete=models.PROTECT, related_name="mark", primary_key=True)
    channel = models.CharField(_("moyen"), max_length=8, choices=MarkChannel)
    station = models.CharField(_("lieu"), max_length=40, blank=True)
    day = models.DateField(_("jour"))
    agent = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["poll", "day", "channel"], name="mark_turnout")]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel="web", agent=None, station="")
                | ~Q(channel="web") & Q(agent__isnull=False) & ~Q(station=""),
                name="mark_made_in_a_place_names_it_and_its_agent",
            )
        ]

    def __str__(self) -> str:
        return f"émargement {self.entry_id}"


class RequestKind(models.TextChoices):
    """What two persons decide together about somebody's right to vote."""

    REISSUE = "reissue", _("nouveau code")
    SET_ASIDE = "set_aside", _("mise à l’écart")
    ADMIT = "admit", _("admission")


class RequestState(models.TextChoices):
    ASKED = "asked", _("à valider par une deuxième personne")
    GRANTED = "granted", _("accordée")
    REFUSED = "refused", _("refusée")


class RollRequest(Checked):
    """One person asks, another decides: a new code, an admission, somebody set aside (PROTOCOL §6.4.17)."""

    entry = models.ForeignKey(RollEntry, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(_("demande"), max_length=10, choices=RequestKind)
    state = models.CharField(_("état"), max_length=8, choices=RequestState, default=RequestState.ASKED)
    reason = models.CharField(_("motif"), max_length=300)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="roll_request_is_reasoned",
                violation_error_message=_("Dites en une phrase pourquoi vous le demandez."),
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by=None, decided_at=None)
                | ~Q(state="asked") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="roll_request_decided_iff_dated",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="roll_request_takes_two_persons",
                violation_error_message=_("Une autre personne que celle qui demande doit valider."),
            ),
            models.UniqueConstraint(
                fields=["entry", "kind"],
                condition=Q(state="asked"),
                name="roll_request_once_at_a_time",
                violation_error_message=_("La même demande attend déjà d’être validée."),
            ),
        ]

    def __str__(self) -> str:
        return f"demande {self.pk}"

    @property
    def journal_chain(self) -> str:
        return self.entry.poll.journal_chain
