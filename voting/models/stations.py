"""Places where people vote, what happens there, and what the bureau must rule on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import User
from voting.models.poll import Poll
from voting.models.roll import RollEntry

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody votes in person, as their mark names it: the station's code, the agent who checked them."""

    station: str
    agent_id: int


class StationQuerySet(models.QuerySet["PollingStation"]):
    def by_name(self) -> Self:
        """« École » before « Halle »: accents and capitals do not count."""
        plain = Func(Lower("name"), function="f_unaccent", output_field=models.TextField())
        return self.order_by(plain, "pk")

    def of_sealed_polls(self) -> Self:
        """Those that may be held: the vote is sealed, or over; with their vote."""
        held = self.filter(poll__sealed_at__isnull=False, poll__annulled_at=None)
        return held.select_related("poll__cycle")


class PollingStation(models.Model):
    """A place where people vote (« lieu de vote »). Its code is what marks carry."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="stations")
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("nom"), max_length=80)
    postal_address = models.CharField(_("adresse"), max_length=200, blank=True)
    hours = models.CharField(_("jours et heures"), max_length=200, blank=True)

    objects = StationQuerySet.as_manager()

    if TYPE_CHECKING:
        sessions: RelatedManager[StationSession]
        incidents: RelatedManager[Incident]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "code"],
                name="station_code_once_per_poll",
                violation_error_message=_("Un lieu de ce vote porte déjà ce code."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def journal_chain(self) -> str:
        return self.poll.journal_chain


class StationSession(models.Model):
    """A place is held from an opening to a closing: who, which seal on the box, how many marks when it closes."""

    station = models.ForeignKey(PollingStation, on_delete=models.PROTECT, related_name="sessions")
    staff = models.CharField(_("personnes présentes"), max_length=300)
    seal_number = models.CharField(_("numéro du scellé de l’urne"), max_length=40)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_seal_number = models.CharField(_("numéro du scellé posé à la fermeture"), max_length=40, blank=True)
    marks_at_closing = models.PositiveIntegerField(null=True, blank=True)
    remarks = models.CharField(_("observations"), max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, marks_at_closing=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False, marks_at_closing__isnull=False),
                name="session_closed_iff_dated",
            ),
            models.CheckConstraint(
                condition=~Q(staff="") & ~Q(seal_number=""),
                name="session_names_its_staff_and_its_seal",
                violation_error_message=_("Indiquez les personnes présentes et le numéro du scellé de l’urne."),
            ),
            models.UniqueConstraint(
                fields=["station"],
                condition=Q(closed_at=None),
                name="session_one_at_a_time_per_station",
                violation_error_message=_("Ce lieu est déjà ouvert."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.pk}"

    @property
    def journal_chain(self) -> str:
        return self.station.journal_chain


class TabletUnlock(models.Model):
    """A tablet opened for one person: a code of six digits, ten minutes, one use. Using it deletes the row, so that
    nothing tells when the person voted."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="+")
    entry = models.OneToOneField(RollEntry, on_delete=models.CASCADE, related_name="+", primary_key=True)
    station = models.ForeignKey(PollingStation, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    code_digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"tablette {self.entry_id}"


class IncidentKind(models.TextChoices):
    CONTESTED = "contested", _("bulletin contesté, sous double enveloppe")
    MARKED_BY_ERROR = "marked_by_error", _("émargement contesté")
    WAITING = "waiting", _("enveloppe d’attente, ligne coupée")
    PAPER = "paper", _("urne, scellé ou bulletins")
    ROLL = "roll", _("liste des habitant·es inscrit·es")
    OTHER = "other", _("autre")


class Ruling(models.TextChoices):
    """What the bureau decides on an incident. A ballot « counted » joins the paper ballots."""

    COUNTED = "counted", _("bulletin compté")
    NOT_COUNTED = "not_counted", _("bulletin non compté")
    NOTED = "noted", _("sans suite sur le compte")


class Incident(models.Model):
    """Something the bureau must know and rule on before the count. Never deleted, never edited once ruled."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="incidents")
    kind = models.CharField(_("nature"), max_length=16, choices=IncidentKind)
    entry = models.ForeignKey(RollEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="incidents")
    station = models.ForeignKey(
        PollingStation, on_delete=models.PROTECT, null=True, blank=True, related_name="incidents"
    )
    text = models.CharField(_("faits"), max_length=500)
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    ruling = models.CharField(_("décision du bureau"), max_length=12, choices=Ruling, blank=True)
    ruling_reason = models.CharField(_("motif de la décision"), max_length=300, blank=True)
    ruled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ruled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ruling="", ruling_reason="", ruled_by=None, ruled_at=None)
                | ~Q(ruling="") & ~Q(ruling_reason="") & Q(ruled_by__isnull=False, ruled_at__isnull=False),
                name="incident_ruled_iff_reasoned_and_dated",
                violation_error_message=_("Une décision du bureau est motivée, signée et datée."),
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="incident_says_what_happened",
                violation_error_message=_("Dites en une phrase ce qui s’est passé."),
            ),
        ]
        indexes = [models.Index(fields=["poll", "ruling"], name="incident_register")]

    def __str__(self) -> str:
        return f"incident {self.pk}"

    @property
    def journal_chain(self) -> str:
        return self.poll.journal_chain
