"""Forms of the administration: they parse, services act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts import logos
from bp_platform.accounts.models import DEPARTMENT_ROLES, Department, PublicBody, Role, User
from bp_platform.core import colours

if TYPE_CHECKING:
    DepartmentModelForm = forms.ModelForm[Department]
    PublicBodyModelForm = forms.ModelForm[PublicBody]
else:  # Django's classes take no parameter at run time
    DepartmentModelForm = PublicBodyModelForm = forms.ModelForm

# Where French public bodies are; the rest of the world is accepted by the command line.
TIME_ZONES = (
    ("Europe/Paris", _("Hexagone et Corse")),
    ("America/Guadeloupe", _("Guadeloupe, Saint-Martin, Saint-Barthélemy")),
    ("America/Martinique", _("Martinique")),
    ("America/Cayenne", _("Guyane")),
    ("Indian/Reunion", _("La Réunion")),
    ("Indian/Mayotte", _("Mayotte")),
    ("America/Miquelon", _("Saint-Pierre-et-Miquelon")),
    ("Pacific/Noumea", _("Nouvelle-Calédonie")),
    ("Pacific/Tahiti", _("Polynésie française")),
    ("Pacific/Wallis", _("Wallis-et-Futuna")),
)


class _DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class StaffAccountForm(forms.Form):
    """A new staff account: no password is chosen for anybody."""

    first_name = forms.CharField(label=_("Prénom"), max_length=150)
    last_name = forms.CharField(label=_("Nom"), max_length=150)
    username = forms.CharField(
        label=_("Identifiant"),
        max_length=150,
        help_text=_("Il sert à se connecter et ne change plus : par exemple bruno.martel."),
        validators=User._meta.get_field("username").validators,
    )
    email = forms.EmailField(
        label=_("Courriel professionnel"),
        required=False,
        help_text=_("L’invitation y est envoyée. Sans courriel, un code à imprimer s’affiche une seule fois."),
    )
    phone = forms.CharField(label=_("Téléphone"), max_length=30, required=False)


class RoleForm(forms.Form):
    """A role, from a day until a day."""

    role = forms.ChoiceField(label=_("Rôle"), choices=[("", _("Choisir un rôle")), *Role.choices])
    department = forms.ModelChoiceField(
        label=_("Direction"),
        queryset=Department.objects.order_by("name", "pk"),
        required=False,
        empty_label=_("Aucune"),
        help_text=_("Seulement pour un agent ou un responsable d’une direction."),
    )
    from_on = forms.DateField(label=_("À partir du"), widget=_DateInput())
    until_on = forms.DateField(
        label=_("Jusqu’au"), widget=_DateInput(), required=False, help_text=_("Vide : sans date de fin.")
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        needs_department = values.get("role") in DEPARTMENT_ROLES
        if needs_department and not values.get("department"):
            self.add_error("department", _("Choisissez la direction de cet agent ou de ce responsable."))
        if not needs_department and values.get("department"):
            self.add_error("department", _("Ce rôle vaut pour toute la collectivité : laissez « Aucune »."))
        return values


class EndRoleForm(forms.Form):
    until_on = forms.DateField(label=_("Dernier jour du rôle"), widget=_DateInput())


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Motif"), max_length=300, help_text=_("Il reste au journal, lu par la seule administration.")
    )


class PeopleFilterForm(forms.Form):
    q = forms.CharField(required=False)
    role = forms.ChoiceField(label=_("Rôle"), choices=[("", _("Tous les rôles")), *Role.choices], required=False)


class DepartmentForm(DepartmentModelForm):
    class Meta:
        model = Department
        fields = ("name", "short_name", "email", "phone", "weekly_hours")
        help_texts = {
            "short_name": _("Celui des listes et des étiquettes : « Espaces verts »."),
            "email": _("Celui de la personne qui répond pour la direction."),
            "weekly_hours": _("Elles servent à prévoir la charge d’étude de la direction."),
        }


class PublicBodyForm(PublicBodyModelForm):
    siren = forms.CharField(label=_("SIREN"), max_length=15, required=False, help_text=_("9 chiffres."))
    time_zone = forms.ChoiceField(label=_("Fuseau horaire"))

    class Meta:
        model = PublicBody
        fields = ("name", "kind", "siren", "postal_address", "phone", "email", "time_zone", "accent", "logo")
        widgets = {"postal_address": forms.Textarea(attrs={"rows": 3})}
        labels = {"kind": _("Nature"), "accent": _("Couleur de la collectivité")}
        help_texts = {
            "logo": _("Une image carrée, PNG, JPEG ou WebP. Elle est affichée en petit, en haut de chaque page."),
            "accent": _("Un dièse et six chiffres ou lettres, par exemple #0b5d4b. Son contraste est vérifié."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101 -- declared above
        known = dict(TIME_ZONES)
        current = self.instance.time_zone
        extra = [] if current in known or current not in available_timezones() else [(current, current)]
        zone.choices = [*TIME_ZONES, *extra]

    def clean_accent(self) -> str:
        accent: str = self.cleaned_data["accent"].strip().lower()
        colours.validate_accent(accent)
        return accent

    def clean_logo(self) -> Any:
        """A new picture is drawn again; the one in place stays; « effacer » takes it away."""
        given = self.cleaned_data["logo"]
        return logos.redrawn(given) if isinstance(given, UploadedFile) else given or ""

    def clean_siren(self) -> str:
        siren = "".join(self.cleaned_data["siren"].split())
        if siren and not (len(siren) == 9 and siren.isdecimal() and _has_luhn_key(siren)):
            raise ValidationError(_("Ce SIREN n’existe pas : vérifiez ses neuf chiffres."))
        return siren


def _has_luhn_key(digits: str) -> bool:
    """A SIREN's last digit is the Luhn key of the others (INSEE)."""
    doubled = [int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(digits))]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0
