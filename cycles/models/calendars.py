"""What the calendar rests on: the budget it serves, days off, councils, elections; and its past versions."""

from __future__ import annotations

from uuid import uuid4

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cycles.models.editions import Cycle


class SchoolZone(models.TextChoices):
    A = "A", _("zone A")
    B = "B", _("zone B")
    C = "C", _("zone C")
    CORSICA = "corse", _("Corse")
    GUADELOUPE = "guadeloupe", _("Guadeloupe")
    MARTINIQUE = "martinique", _("Martinique")
    GUIANA = "guyane", _("Guyane")
    REUNION = "reunion", _("La Réunion")
    MAYOTTE = "mayotte", _("Mayotte")


class CycleFrame(models.Model):
    """The dates that an edition rests on: one row per cycle, at most."""

    cycle = models.OneToOneField(Cycle, on_delete=models.CASCADE, related_name="frame")
    school_zone = models.CharField(_("zone scolaire"), max_length=12, choices=SchoolZone, blank=True)
    is_alsace_moselle = models.BooleanField(_("jours fériés d’Alsace-Moselle"), default=False)
    budget_vote_on = models.DateField(_("vote du budget par le conseil"), null=True, blank=True)
    printing_days = models.PositiveSmallIntegerField(_("jours pour imprimer le livret"), default=21)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(printing_days__lte=120),
                name="cycle_frame_printing_is_short",
                violation_error_message=_("L’impression du livret prend 120 jours au plus."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id}"


class CalendarDayKind(models.TextChoices):
    COUNCIL = "council", _("séance du conseil")
    SCHOOL_HOLIDAY = "school_holiday", _("vacances scolaires")
    CLOSURE = "closure", _("fermeture des services")
    PUBLIC_EVENT = "public_event", _("temps fort public")


class CalendarDay(models.Model):
    """A day or a few that the town adds to an edition’s calendar."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="calendar_days")
    kind = models.CharField(_("nature"), max_length=20, choices=CalendarDayKind)
    on = models.DateField(_("le"))
    until_on = models.DateField(_("jusqu’au"), null=True, blank=True)
    label = models.CharField(_("en quelques mots"), max_length=120)
    key = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("on")),
                name="calendar_day_ends_after_it_starts",
                violation_error_message=_("Le dernier jour précède le premier : échangez-les."),
            ),
            models.UniqueConstraint(
                fields=["cycle", "kind", "on"],
                name="calendar_day_once",
                violation_error_message=_("Cette date est déjà dans le calendrier."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class CalendarChange(models.Model):
    """The phases before and after an act on several at once, so that it can be undone. Undone once."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="calendar_changes")
    key = models.UUIDField(unique=True)
    label = models.CharField(_("ce qui a changé"), max_length=160)
    before = models.JSONField(_("avant"))
    after = models.JSONField(_("après"))
    made_at = models.DateTimeField(_("le"))
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(undone_at__gte=F("made_at")), name="calendar_change_undone_after_made"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class ElectionKind(models.TextChoices):
    MUNICIPAL = "municipal", _("élections municipales")
    DEPARTMENTAL = "departmental", _("élections départementales")
    REGIONAL = "regional", _("élections régionales")
    LEGISLATIVE = "legislative", _("élections législatives")
    PRESIDENTIAL = "presidential", _("élection présidentielle")
    EUROPEAN = "european", _("élections européennes")
    OTHER = "other", _("autre élection")


class Election(models.Model):
    """An election that concerns the town, as the team wrote it; it replaces the known one of that kind and year."""

    kind = models.CharField(_("élection"), max_length=20, choices=ElectionKind)
    first_round_on = models.DateField(_("premier tour"))
    last_round_on = models.DateField(_("dernier tour"))
    is_set_aside = models.BooleanField(_("sans période de réserve"), default=False)
    reason = models.CharField(_("pourquoi"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_round_on__gte=F("first_round_on")),
                name="election_rounds_are_ordered",
                violation_error_message=_("Le dernier tour précède le premier : échangez-les."),
            ),
            models.CheckConstraint(
                condition=Q(is_set_aside=False, reason="") | (Q(is_set_aside=True) & ~Q(reason="")),
                name="election_set_aside_iff_reason",
                violation_error_message=_("Écarter la période de réserve demande une raison, et elle seule."),
            ),
            models.UniqueConstraint(
                fields=["kind", "first_round_on"],
                name="election_once",
                violation_error_message=_("Cette élection est déjà notée à cette date."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first_round_on}"
