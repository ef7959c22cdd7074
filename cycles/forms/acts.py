"""What the forms of bodies and meetings share: their base, and the fields that come back in them."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_urlsafe
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bp_platform.core.decisions import Refused
from bp_platform.core.fields import check_year, refuse


class ActForm(forms.Form):
    """A form whose answers are the arguments of one act."""

    def runs(self, act: Callable[..., Any], **facts: Any) -> bool:
        """Whether the act was done; what it refused is said in the form."""
        try:
            act(**facts)
        except (Refused, ValidationError) as error:
            refuse(self, error)
            return False
        return True


class KeyedForm(ActForm):
    """A form that posted twice is one act."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class OnceForm(ActForm):
    """A public form: posted twice it is one act, and a robot fills a field that people do not see."""

    website = forms.CharField(
        label=_("Laissez ce champ vide"), required=False, widget=forms.TextInput(attrs={"tabindex": "-1"})
    )
    once = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput(), initial=lambda: token_urlsafe(16))

    @property
    def is_trapped(self) -> bool:
        return bool(self.cleaned_data.get("website"))

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name != "website"]


class CodeForm(forms.Form):
    """The secret code of a receipt."""

    code = forms.CharField(
        label=_("Votre code"),
        max_length=40,
        help_text=_(
            "16 lettres et chiffres, écrits sur votre confirmation. Les espaces et les minuscules ne comptent pas."
        ),
        error_messages={"required": _("recopiez le code écrit sur votre confirmation.")},
    )


def moment_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        validators=[check_year],
        error_messages={
            "required": _("indiquez le jour et l’heure."),
            "invalid": _("écrivez le jour et l’heure, par exemple 18/06/2026 18:30."),
        },
    )


def words_field(label: Any, *, most: int, rows: int = 4, required: bool = True, **facts: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=required, widget=forms.Textarea(attrs={"rows": rows}), **facts
    )


def line_field(label: Any, *, most: int, required: bool = True, **facts: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, **facts)


def email_field(label: Any, **facts: Any) -> forms.EmailField:
    return forms.EmailField(
        label=label,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("cette adresse n’est pas complète ; elle s’écrit comme nom@exemple.fr.")},
        **facts,
    )


def phone_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )


def address_field(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text=help_text
    )


def count_field(
    label: Any, *, least: int = 0, most: int = 10000, required: bool = True, **facts: Any
) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        required=required,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("écrivez un nombre."),
            "invalid": _("écrivez un nombre entier, en chiffres."),
            "min_value": _("écrivez %(limit_value)s au moins."),
            "max_value": _("écrivez %(limit_value)s au plus."),
        },
        **facts,
    )
