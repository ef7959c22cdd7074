"""The règlement’s acts at the desk: adopted, withdrawn, set aside; what was learned."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bp_platform.core.fields import day_field
from cycles import settings_words, setup
from cycles.forms.fields import DocumentField
from cycles.rules import FRAMES


class AdoptForm(forms.Form):
    """The council’s resolution."""

    resolution = forms.CharField(
        label=_("Délibération"),
        max_length=160,
        help_text=_("Son numéro, comme il est écrit au registre : « Délibération 2027-012 »."),
        error_messages={"required": _("indiquez la délibération, par son numéro.")},
    )
    resolution_on = day_field(_("Date de la délibération"))
    document = DocumentField(label=_("Le document"))


class WithdrawForm(forms.Form):
    """Why a version is set aside."""

    reason = forms.CharField(
        label=_("Pourquoi la retirer"),
        max_length=300,
        help_text=_("Publié si la version avait été adoptée."),
        error_messages={"required": _("dites pourquoi cette version est retirée.")},
    )


class DeviationForm(forms.Form):
    """A decision that departs from a frozen article."""

    section = forms.ChoiceField(label=_("Article"), error_messages={"required": _("choisissez l’article.")})
    what = forms.CharField(
        label=_("Ce qui est fait autrement"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("dites ce qui est fait autrement.")},
    )
    why = forms.CharField(
        label=_("Pourquoi"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Public : ce qu’une personne doit savoir pour comprendre la décision."),
        error_messages={"required": _("dites pourquoi.")},
    )
    decided_by = forms.CharField(
        label=_("Décidé par"),
        max_length=160,
        help_text=_("Le conseil municipal, le comité de suivi…"),
        error_messages={"required": _("dites qui l’a décidé.")},
    )
    decided_on = day_field(_("Date de la décision"))
    document = DocumentField(label=_("Le document"))
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, sections: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        section: Any = self.fields["section"]
        section.choices = [
            (frame.name, settings_words.title_of(frame.name)) for frame in FRAMES if frame.name in sections
        ]


class LessonForm(forms.Form):
    """What the team learned."""

    text = forms.CharField(
        label=_("Ce que nous avons appris"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("écrivez ce que vous avez appris.")},
    )
    setting = forms.ChoiceField(
        label=_("À propos de"),
        required=False,
        help_text=_("La prochaine édition le montrera à côté de ce réglage."),
        error_messages={"invalid_choice": _("choisissez un réglage de la liste.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_section: dict[str, list[tuple[str, Any]]] = {}
        for code in settings_words.codes():
            section = settings_words.title_of(code.partition(".")[0])
            by_section.setdefault(section, []).append((code, settings_words.of(code).label))
        steps = [(step.key, step.label) for step in setup.STEPS if not step.writes_rules]
        setting: Any = self.fields["setting"]
        setting.choices = [("", _("L’édition entière")), (_("Étapes"), steps), *by_section.items()]


class FollowForm(forms.Form):
    """Where to write when the règlement changes."""

    email = forms.EmailField(
        label=_("Votre courriel"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("indiquez l’adresse où vous écrire."),
            "invalid": _("cette adresse n’est pas complète ; elle s’écrit comme nom@exemple.fr."),
        },
    )
    site = forms.CharField(
        label=_("Ne remplissez pas ce champ"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
