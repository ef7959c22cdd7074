"""Where: the town, its quartiers, and whatever else a cycle draws."""

from __future__ import annotations

from django.db import models
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

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "code"], name="area_code_once_per_cycle")]

    def __str__(self) -> str:
        return self.name
