"""The bodies of an edition (« instances »): who sits, in which college, for how long, and what they decide."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Contact, Department, RoleAssignment
from cycles.models.editions import Cycle

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from cycles.models.body_work import BodyDecision, BodyOpinion
    from cycles.models.meetings import Meeting
    from cycles.models.recruitment import Application, Draw


class BodyKind(models.TextChoices):
    FOLLOW_UP = "follow_up", _("comité de suivi")
    CITIZENS = "citizens", _("comité citoyen")
    JURY = "jury", _("jury")
    STEERING = "steering", _("comité de pilotage")
    CORE_GROUP = "core_group", _("noyau dur")
    OTHER = "other", _("autre instance")


class BodyPower(models.TextChoices):
    """What a body may decide or advise on in its edition."""

    RULES = "rules", _("le règlement")
    DIAGNOSIS = "diagnosis", _("le diagnostic partagé")
    ADMISSIBILITY = "admissibility", _("la recevabilité des idées")
    MERGES = "merges", _("les regroupements d’idées")
    STUDIES = "studies", _("l’avis sur les études, avant les réponses")
    PRESELECTION = "preselection", _("la présélection")
    FINAL_LIST = "final_list", _("la liste des projets mis au vote")
    TIES = "ties", _("les égalités")
    LAUREATES = "laureates", _("les projets retenus")
    LEFTOVERS = "leftovers", _("l’argent non dépensé")
    DELIVERY = "delivery", _("le suivi des réalisations")
    EVALUATION = "evaluation", _("l’évaluation de l’édition")


class Recruitment(models.TextChoices):
    CALL = "call", _("sur candidature")
    LOT = "lot", _("par tirage au sort")
    APPOINTED = "appointed", _("par désignation")


class Body(models.Model):
    """A body of the edition. Its charter has versions; members accept one."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="bodies")
    kind = models.CharField(_("nature"), max_length=12, choices=BodyKind, default=BodyKind.FOLLOW_UP)
    name = models.CharField(_("nom"), max_length=100)
    slug = models.SlugField(_("adresse"), max_length=60)
    rule_code = models.SlugField(_("dans le règlement"), max_length=40, blank=True)  # the code of its article's line
    purpose = models.TextField(_("à quoi elle sert"), max_length=1000, blank=True)
    powers = ArrayField(
        models.CharField(max_length=16, choices=BodyPower),
        verbose_name=_("ce qu’elle décide"),
        default=list,
        blank=True,
    )
    mandate_from = models.DateField(_("début du mandat"))
    mandate_until = models.DateField(_("fin du mandat"))
    quorum = models.PositiveSmallIntegerField(_("quorum"), null=True, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="bodies")
    charter = models.TextField(_("charte"), max_length=10000, blank=True)
    charter_version = models.PositiveSmallIntegerField(default=0, editable=False)
    call_text = models.TextField(_("appel à candidatures"), max_length=2000, blank=True)
    applications_from = models.DateTimeField(_("candidatures à partir du"), null=True, blank=True)
    applications_until = models.DateTimeField(_("candidatures jusqu’au"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        colleges: RelatedManager[College]
        members: RelatedManager[Member]
        applications: RelatedManager[Application]
        draws: RelatedManager[Draw]
        meetings: RelatedManager[Meeting]
        opinions: RelatedManager[BodyOpinion]
        decisions: RelatedManager[BodyDecision]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "slug"], name="body_slug_once_per_cycle"),
            models.UniqueConstraint(
                fields=["cycle", "rule_code"],
                condition=~Q(rule_code=""),
                name="body_of_the_rulebook_once_per_cycle",
                violation_error_message=_("Une autre instance est déjà celle du règlement : choisissez l’autre ligne."),
            ),
            models.CheckConstraint(
                condition=Q(mandate_until__gte=F("mandate_from")),
                name="body_mandate_ends_after_it_begins",
                violation_error_message=_("La fin du mandat précède son début : corrigez l’une des deux dates."),
            ),
            models.CheckConstraint(
                condition=Q(applications_from=None, applications_until=None)
                | Q(applications_until__gt=F("applications_from")),
                name="body_applications_close_after_they_open",
                violation_error_message=_("Les candidatures ont un début et une fin, dans cet ordre."),
            ),
            models.CheckConstraint(
                condition=Q(charter_version=0, charter="") | (Q(charter_version__gt=0) & ~Q(charter="")),
                name="body_charter_iff_version",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def journal_chain(self) -> str:
        return f"cycle:{self.cycle_id}"

    @property
    def power_labels(self) -> list[str]:
        return [str(BodyPower(power).label) for power in BodyPower.values if power in self.powers]


class College(models.Model):
    """A group of seats of a body: 18 residents drawn by lot, 6 elected members."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="colleges")
    name = models.CharField(_("nom"), max_length=80)
    seats = models.PositiveSmallIntegerField(_("sièges"))
    recruitment = models.CharField(_("recrutement"), max_length=10, choices=Recruitment)
    position = models.PositiveSmallIntegerField(default=0)
    key = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["body", "name"],
                name="college_name_once_per_body",
                violation_error_message=_("Ce collège existe déjà : donnez-lui un autre nom."),
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1),
                name="college_has_seats",
                violation_error_message=_("Un collège compte au moins un siège."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(models.QuerySet["Member"]):
    def sitting(self, day: date) -> Self:
        """Whose mandate runs on that day."""
        return self.filter(from_on__lte=day, until_on__gte=day)


class Member(models.Model):
    """Somebody who sits, from a day until a day; named in public only if they agreed, or by their office."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="members")
    college = models.ForeignKey(College, on_delete=models.PROTECT, related_name="members")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="seats")
    office = models.CharField(_("qualité"), max_length=100, blank=True)
    from_on = models.DateField(_("à partir du"))
    until_on = models.DateField(_("jusqu’au"))
    end_reason = models.CharField(_("fin anticipée"), max_length=200, blank=True)
    shows_name = models.BooleanField(_("nom publié avec son accord"), default=False)
    charter_accepted = models.PositiveSmallIntegerField(_("version de la charte acceptée"), default=0)
    charter_accepted_at = models.DateTimeField(null=True, blank=True)
    seated_at = models.DateTimeField()
    right = models.OneToOneField(
        RoleAssignment, on_delete=models.PROTECT, null=True, blank=True, related_name="seat"
    )  # the committee role that the mandate gives to an account, and takes back

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")),
                name="member_mandate_ends_after_it_begins",
                violation_error_message=_("La fin du mandat précède son début : corrigez l’une des deux dates."),
            ),
            models.UniqueConstraint(
                fields=["body", "contact", "from_on"],
                name="member_seated_once",
                violation_error_message=_("Cette personne siège déjà dans cette instance."),
            ),
            models.CheckConstraint(
                condition=Q(charter_accepted=0, charter_accepted_at=None)
                | Q(charter_accepted__gt=0, charter_accepted_at__isnull=False),
                name="member_charter_iff_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.contact_id}"

    def is_sitting(self, day: date) -> bool:
        return self.from_on <= day <= self.until_on

    @property
    def public_name(self) -> str:
        """Their name if they agreed, else empty: the page then says the college."""
        return self.contact.name if self.shows_name else ""
