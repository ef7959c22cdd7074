"""The public body, and the people it deals with: with an account, or without one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bp_platform.core import calendar
from bp_platform.core.checks import Checked


class BodyKind(models.TextChoices):
    COMMUNE = "commune", _("commune")
    DEPARTMENT = "department", _("département")
    METROPOLIS = "metropolis", _("métropole")
    REGION = "region", _("région")
    OTHER = "other", _("autre organisme public")


class PublicBody(models.Model):
    """The commune, department or metropolis that runs this installation: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("nom"), max_length=120, help_text=_("« Ville de Valrive-sur-Loire »"))
    kind = models.CharField(_("nature"), max_length=20, choices=BodyKind, default=BodyKind.COMMUNE)
    siren = models.CharField(
        _("SIREN"), max_length=9, blank=True, validators=[RegexValidator(r"^\d{9}$", _("Le SIREN compte 9 chiffres."))]
    )
    accent = models.CharField(
        _("couleur"),
        max_length=7,
        default="#0b5d4b",
        validators=[
            RegexValidator(
                r"^#[0-9a-f]{6}$",
                _("La couleur s’écrit avec un dièse et six chiffres ou lettres, par exemple #0b5d4b."),
            )
        ],
    )
    logo = models.FileField(_("logo"), upload_to="logos/", blank=True)
    time_zone = models.CharField(_("fuseau horaire"), max_length=40, default="Europe/Paris")
    postal_address = models.TextField(_("adresse postale"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    email = models.EmailField(_("courriel"), blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="public_body_is_one_row")]

    def __str__(self) -> str:
        return self.name

    @property
    def logo_name(self) -> str:
        """The logo's file name, which is the hash of its content."""
        return (self.logo.name or "").rpartition("/")[2]

    @property
    def logo_url(self) -> str:
        """The logo's address, which changes with its content; empty without a logo."""
        return f"/logo/{self.logo_name}" if self.logo else ""

    @property
    def zone(self) -> ZoneInfo:
        """The body's time zone: La Réunion is not Paris."""
        return ZoneInfo(self.time_zone)


class Department(models.Model):
    """A department (« direction ») of the public body: it studies and builds."""

    name = models.CharField(_("nom"), max_length=120, unique=True)
    short_name = models.CharField(_("nom court"), max_length=40)
    email = models.EmailField(_("courriel"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    weekly_hours = models.PositiveSmallIntegerField(_("heures par semaine pour l’étude des projets"), default=14)

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """Somebody who signs in. Residents need no account; staff may have a username instead of an e-mail."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("courriel"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    expiry_told_at = models.DateTimeField(null=True, blank=True, editable=False)

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]
    _held_roles: list[RoleAssignment] | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("email"), condition=~Q(email=""), name="user_email_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(deactivated_at=None, is_active=True) | Q(deactivated_at__isnull=False, is_active=False),
                name="user_deactivated_iff_inactive",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(email="", first_name="", last_name="", phone="", is_active=False),
                name="user_erased_is_empty",
            ),
        ]

    @property
    def actor_kind(self) -> str:
        return "person"

    @property
    def actor_id(self) -> str:
        return str(self.uid)

    @property
    def shown_name(self) -> str:
        """« Bruno Martel », or the username."""
        return self.get_full_name() or self.username

    def held_roles(self, at: datetime) -> list[RoleAssignment]:
        """The roles in force on that day; one query per user object, whatever is asked afterwards."""
        rows = self._held_roles
        if rows is None:
            rows = list(self.role_assignments.select_related("department").order_by("pk"))
            self._held_roles = rows
        day = calendar.local_day(at)
        return [row for row in rows if row.from_on <= day and (row.until_on is None or day <= row.until_on)]

    def remember_roles(self, rows: Sequence[RoleAssignment] | None) -> None:
        """Keep the rows that `held_roles` reads; None after a change, so that they are read again."""
        self._held_roles = None if rows is None else list(rows)

    def holds(self, at: datetime, *roles: str, department_id: int | None = None) -> bool:
        """Whether one of these roles is held on that day, in that department if one is named."""
        return any(
            row.role in roles and (department_id is None or row.department_id == department_id)
            for row in self.held_roles(at)
        )


class Role(models.TextChoices):
    PARTICIPATION = "participation", _("équipe participation")
    MODERATOR = "moderator", _("modération")
    AGENT = "department_agent", _("agent d’une direction")
    HEAD = "department_head", _("responsable d’une direction")
    FINANCE = "finance", _("finances")
    ELECTED = "elected_member", _("élu·e")
    COMMITTEE = "committee_member", _("membre d’un comité")
    AMBASSADOR = "ambassador", _("ambassadeur ou ambassadrice")
    POLLING = "polling_officer", _("tenue d’un lieu de vote")
    COUNT = "count_officer", _("dépouillement")
    KEY_HOLDER = "key_holder", _("porteur d’une part de clé")
    AUDITOR = "auditor", _("contrôle, en lecture seule")
    FACILITATOR = "external_facilitator", _("appui extérieur")
    ADMINISTRATOR = "administrator", _("administration")


DEPARTMENT_ROLES = frozenset({Role.AGENT, Role.HEAD})


class RoleAssignment(Checked):
    """Somebody's role, from a day until a day; never a Django group. Department roles name their department."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_assignments")
    role = models.CharField(_("rôle"), max_length=30, choices=Role)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="role_assignments"
    )
    from_on = models.DateField(_("à partir du"))
    until_on = models.DateField(_("jusqu’au"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=sorted(DEPARTMENT_ROLES), department__isnull=False)
                | (~Q(role__in=sorted(DEPARTMENT_ROLES)) & Q(department=None)),
                name="role_department_iff_department_role",
                violation_error_message=_("Un rôle d’agent ou de responsable nomme sa direction, et lui seul."),
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=models.F("from_on")),
                name="role_ends_after_it_starts",
                violation_error_message=_("La date de fin du rôle précède sa date de début."),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "department"],
                condition=Q(until_on=None),
                nulls_distinct=False,
                name="role_held_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class Contact(Checked):
    """Somebody we may write to: an owner, a follower, a recipient; by e-mail, phone or post, account or not."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("nom"), max_length=120, blank=True)
    email = models.EmailField(_("courriel"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    postal_address = models.TextField(_("adresse postale"), blank=True)
    language = models.CharField(_("langue"), max_length=5, default="fr")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="contacts")
    email_proved_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(name="", email="", phone="", postal_address="", user=None),
                name="contact_erased_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(email_proved_at=None) | ~Q(email=""), name="contact_proved_email_exists"
            ),
        ]
        indexes = [models.Index(models.functions.Lower("email"), name="contact_email")]

    def __str__(self) -> str:
        return f"contact {self.pk}"

    @property
    def is_reachable_by_email(self) -> bool:
        return bool(self.email) and self.bounced_at is None

    @property
    def is_reachable_by_post(self) -> bool:
        return bool(self.postal_address)


class Invitation(models.Model):
    """The way to a first sign-in, or back in: a code sent by e-mail or printed, kept as a keyed hash, used once."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="invitation")
    code_hash = models.CharField(max_length=64)
    is_by_email = models.BooleanField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("made_at")), name="invitation_expires_after_made"
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.user_id}"
