"""The places of an edition: added by hand, changed, read from a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from bp_platform.core import text
from cycles.models import Area, AreaKind, Cycle

LARGEST = 10 * 1024 * 1024


class AreaForm(forms.Form):
    """A place, with or without an outline."""

    name = forms.CharField(
        label=_("Nom du lieu"), max_length=80, error_messages={"required": _("écrivez le nom, par exemple Bel-Air.")}
    )
    kind = forms.ChoiceField(label=_("Nature"), choices=AreaKind, initial=AreaKind.DISTRICT)
    parent = forms.ModelChoiceField(
        label=_("À l’intérieur de"),
        queryset=Area.objects.none(),
        required=False,
        empty_label=_("aucun autre lieu"),
    )
    population = forms.IntegerField(
        label=_("Habitants"),
        required=False,
        min_value=0,
        max_value=15_000_000,
        help_text=_("Pour répartir l’argent et comparer les lieux. Laissez vide si vous ne le savez pas."),
        error_messages={"invalid": _("écrivez un nombre entier, par exemple 4210.")},
    )

    def __init__(self, *args: Any, cycle: Cycle, area: Area | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = cycle.areas.defer("outline", "simple_outline").order_by("rank", "name", "pk")
        parent: Any = self.fields["parent"]
        parent.queryset = rows.exclude(pk=area.pk) if area else rows
        self.fields["population"].widget.attrs["inputmode"] = "numeric"

    def clean_name(self) -> str:
        name = text.tidy(self.cleaned_data["name"])
        if not slugify(name):
            raise forms.ValidationError(_("écrivez le nom avec des lettres, par exemple Bel-Air."))
        return name


class AreaFileForm(forms.Form):
    """A file of places, and what it calls each thing."""

    file = forms.FileField(
        label=_("Fichier GeoJSON"),
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json,application/json"}),
        help_text=_(
            "Polygones en WGS 84 ou en Lambert-93, 10 Mo au plus. Un fichier « shapefile » se change en GeoJSON dans "
            "tout logiciel de cartes."
        ),
        error_messages={
            "required": _("choisissez le fichier des lieux."),
            "empty": _("ce fichier est vide : exportez de nouveau la couche."),
        },
    )
    name = forms.CharField(label=_("Propriété qui porte le nom"), initial="nom", max_length=60)
    code = forms.CharField(label=_("Propriété qui porte le code"), initial="code", max_length=60, required=False)
    population = forms.CharField(
        label=_("Propriété qui porte les habitants"), initial="population", max_length=60, required=False
    )
    parent = forms.CharField(
        label=_("Propriété qui porte le lieu parent"),
        initial="parent",
        max_length=60,
        required=False,
        help_text=_("Sans elle, un lieu est rangé dans celui qui le contient sur la carte."),
    )
    kind = forms.CharField(label=_("Propriété qui porte la nature"), initial="nature", max_length=60, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if (found.size or 0) > LARGEST:
            raise forms.ValidationError(_("ce fichier est trop lourd : 10 Mo au plus ; simplifiez la couche."))
        return found

    def options(self) -> dict[str, str]:
        """What the file calls each thing, as it is kept."""
        return {name: self.cleaned_data[name] for name in ("name", "code", "population", "parent", "kind")}
