"""Where: the town, its quartiers, and whatever else a cycle draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cycles.models.editions import Cycle


class AreaKind(models.TextChoices):
    COMMUNE = "commune", _("commune")
    ASSOCIATED_COMMUNE = "associated_commune", _("commune associée")
    SECTOR = "sector", _("secteur")
    DISTRICT = "district", _("quartier")
    PRIORITY = "priority", _("quartier prioritaire (QPV)")
    CUSTOM = "custom", _("périmètre")


class Area(models.Model):
    """A place of the cycle: the whole town or a quartier, in a tree; its polygon if the town drew one."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="areas")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(_("nature"), max_length=20, choices=AreaKind, default=AreaKind.DISTRICT)
    name = models.CharField(_("nom"), max_length=80)
    code = models.SlugField(_("code"), max_length=40)
    population = models.PositiveIntegerField(_("habitants"), null=True, blank=True)
    outline = models.JSONField(_("contour (GeoJSON, WGS 84)"), null=True, blank=True)
    simple_outline = models.JSONField(_("contour simplifié, pour le dessin"), null=True, blank=True)
    box = models.JSONField(_("rectangle autour du contour"), null=True, blank=True)
    rank = models.PositiveSmallIntegerField(_("place dans la liste"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "code"], name="area_code_once_per_cycle")]

    def __str__(self) -> str:
        return self.name

    @property
    def drawn(self) -> Mapping[str, Any] | None:
        """The outline as maps draw it: the simplified copy, else the outline itself."""
        shape: Mapping[str, Any] | None = self.simple_outline or self.outline
        return shape


class AreaImportState(models.TextChoices):
    WAITING = "waiting", _("en lecture")
    READ = "read", _("à vérifier")
    REFUSED = "refused", _("refusé")
    APPLIED = "applied", _("appliqué")


class AreaImport(models.Model):
    """A file of places: read, looked at, then taken whole or not at all. The last one of a cycle is kept."""

    cycle = models.OneToOneField(Cycle, on_delete=models.CASCADE, related_name="area_import")
    key = models.UUIDField(unique=True)
    file_name = models.CharField(_("fichier"), max_length=150)
    content = models.TextField(_("contenu"), blank=True)
    options = models.JSONField(_("propriétés lues"), default=dict)
    state = models.CharField(_("état"), max_length=10, choices=AreaImportState, default=AreaImportState.WAITING)
    places = models.JSONField(_("lieux lus"), default=list)
    findings = models.JSONField(_("constats"), default=list)
    errors = models.JSONField(_("refus"), default=list)
    made_at = models.DateTimeField(_("déposé le"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(errors=[]), name="area_import_refused_says_why"),
            models.CheckConstraint(condition=Q(state="waiting") | Q(content=""), name="area_import_read_keeps_no_file"),
        ]

    def __str__(self) -> str:
        return self.file_name
