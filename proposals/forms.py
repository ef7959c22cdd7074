"""What residents and moderators fill in. Forms parse; services act."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from secrets import token_urlsafe
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cycles import calls
from cycles import selectors as cycle_selectors
from cycles.models import Area, Cycle, Issue, Theme
from proposals import eligibility
from proposals.models import Channel, OwnerKind
from proposals.services import Idea


class IdeaForm(forms.Form):
    """Four answers and a name or a mailbox are enough; the rest may come later."""

    title = forms.CharField(
        label=_("Votre idée en quelques mots"),
        max_length=90,
        help_text=_("Par exemple : « Des bancs à l’ombre, place du Marché »."),
        error_messages={"required": _("donnez un titre à votre idée, même provisoire.")},
    )
    summary = forms.CharField(
        label=_("Que voulez-vous faire, et pour qui ?"),
        max_length=240,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Une ou deux phrases suffisent. Elles seront publiées."),
        error_messages={"required": _("dites en une phrase ce que vous voulez faire.")},
    )
    area = forms.ModelChoiceField(
        label=_("Où ?"),
        queryset=Area.objects.none(),
        empty_label=_("Choisissez un lieu"),
        error_messages={"required": _("choisissez un quartier, ou « Toute la ville ».")},
    )
    theme = forms.ModelChoiceField(
        label=_("De quoi s’agit-il ?"),
        queryset=Theme.objects.none(),
        empty_label=_("Choisissez un thème"),
        error_messages={"required": _("choisissez le thème le plus proche.")},
    )
    issue = forms.ModelChoiceField(
        label=_("Répond-elle à l’un des enjeux du diagnostic ?"),
        queryset=Issue.objects.none(),
        required=False,
        empty_label=_("Aucun, ou je ne sais pas"),
        error_messages={"invalid_choice": _("choisissez un enjeu de la liste, ou aucun.")},
    )
    owner_email = forms.EmailField(
        label=_("Votre courriel"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Pour vous répondre. Il n’est jamais publié. Sans courriel, vous suivrez votre idée avec un code."),
        error_messages={"invalid": _("cette adresse n’est pas complète ; elle s’écrit comme nom@exemple.fr.")},
    )
    owner_name = forms.CharField(
        label=_("Votre nom"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Il n’est publié que si vous le demandez."),
    )
    shows_name = forms.BooleanField(label=_("Afficher mon nom avec l’idée"), required=False)
    owner_kind = forms.ChoiceField(label=_("Vous êtes"), choices=OwnerKind, initial=OwnerKind.RESIDENT, required=False)
    place = forms.CharField(
        label=_("À quel endroit précis ?"),
        required=False,
        max_length=160,
        help_text=_("Une rue, un parc, une école…"),
    )
    text = forms.CharField(
        label=_("Ce que vous voulez ajouter"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    rough_cost_eur = forms.DecimalField(
        label=_("Combien cela coûterait, à votre avis (en euros)"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        error_messages={"invalid": _("écrivez un montant en chiffres, par exemple 12000.")},
    )
    website = forms.CharField(
        label=_("Laissez ce champ vide"), required=False, widget=forms.TextInput(attrs={"tabindex": "-1"})
    )

    once = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput(), initial=lambda: token_urlsafe(16))

    essential: tuple[str, ...] = ("title", "summary", "area", "theme", "owner_name", "owner_email")
    optional: tuple[str, ...] = ("shows_name", "owner_kind", "place", "text", "rough_cost_eur")
    known_by: tuple[str, ...] = ("owner_name", "owner_email")
    unknown = _("indiquez au moins un nom ou un courriel.")
    stated = _("Je remplis cette condition : %(conditions)s")
    not_stated = _(
        "cochez cette case si vous remplissez la condition ; sinon, quelqu’un d’autre peut porter votre idée."
    )

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas: Any = self.fields["area"]
        themes: Any = self.fields["theme"]
        areas.queryset = cycle.areas.order_by("parent_id", "name", "pk")
        themes.queryset = cycle.themes.order_by("name", "pk")
        self._offer_issues(cycle)
        self._apply_rules(cycle)
        self._say_who_answers(cycle)

    def _offer_issues(self, cycle: Cycle) -> None:
        """The issues of the diagnosis, once it is published; without one, nothing is asked."""
        issues = cycle_selectors.priority_issues(cycle)
        self.issues = issues
        if not issues:
            del self.fields["issue"]
            return
        field: Any = self.fields["issue"]
        field.queryset = Issue.objects.filter(pk__in=[issue.pk for issue in issues]).order_by("title", "pk")
        place = self.essential.index("theme") + 1
        self.essential = (*self.essential[:place], "issue", *self.essential[place:])

    def _say_who_answers(self, cycle: Cycle) -> None:
        """A call for projects, for interest or for solutions: who answers says in what quality."""
        self.call_kind = cycle_selectors.call_kind_of(cycle)
        if self.call_kind not in calls.ANSWERED_BY_GROUPS:
            return
        kind: Any = self.fields["owner_kind"]
        kind.required, kind.initial = True, None
        kind.choices = [("", _("Choisissez")), *kind.choices]
        kind.error_messages["required"] = _("dites en quelle qualité vous répondez à cet appel.")
        if "owner_kind" in self.optional:
            self.optional = tuple(name for name in self.optional if name != "owner_kind")
            self.essential = ("owner_kind", *self.essential)

    @property
    def call_words(self) -> tuple[str, str]:
        """What the call is, and what answering means; empty without a call."""
        if not self.call_kind:
            return "", ""
        return gettext(calls.NAMES[self.call_kind]), gettext(calls.MEANING[self.call_kind])

    def _apply_rules(self, cycle: Cycle) -> None:
        """Règlement, article 2: only the kinds that it lists, and its conditions to tick when there are some."""
        rules = cycle_selectors.rules_of(cycle).proposers
        kinds = rules.kinds
        self.is_taken_elsewhere = {"paper", "phone"} <= set(rules.channels)
        chosen: Any = self.fields["owner_kind"]
        chosen.choices = [(kind, OwnerKind(kind).label) for kind in OwnerKind.values if kind in kinds]
        chosen.initial = self.usual_kind = next(iter(kinds))
        if conditions := eligibility.conditions(cycle):
            self.fields["meets_conditions"] = forms.BooleanField(
                label=self.stated % {"conditions": conditions},
                help_text=_("Le règlement le demande, à l’article 2."),
                error_messages={"required": self.not_stated},
            )
            self.essential = (*self.essential, "meets_conditions")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(data.get(name) or name in self.errors for name in self.known_by):
            self.add_error(self.known_by[0], self.unknown)
        return data

    @property
    def essential_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.essential]

    @property
    def optional_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.optional]

    @property
    def has_optional_errors(self) -> bool:
        return any(name in self.errors for name in self.optional)

    @property
    def is_trapped(self) -> bool:
        """A robot filled the field that people do not see."""
        return bool(self.cleaned_data.get("website"))

    def idea(self, language: str) -> Idea:
        """The parsed idea."""
        data = self.cleaned_data
        return Idea(
            title=data["title"],
            summary=data["summary"],
            area=data["area"],
            theme=data["theme"],
            issue=data.get("issue"),
            text=data["text"],
            place=data["place"],
            rough_cost_eur=data["rough_cost_eur"],
            owner_name=data["owner_name"],
            owner_email=data["owner_email"],
            owner_kind=data["owner_kind"] or self.usual_kind,
            shows_name=data["shows_name"],
            channel=Channel.ONLINE,
            language=language,
        )


class EntryForm(IdeaForm):
    """The same idea, typed for somebody at the deposit desk."""

    channel = forms.ChoiceField(
        label=_("Comment cette idée est-elle arrivée ?"),
        choices=[(c.value, c.label) for c in Channel if c != Channel.ONLINE],
        error_messages={"required": _("choisissez comment la personne l’a transmise.")},
    )
    received_on = forms.DateField(
        label=_("Reçu le"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Le jour où la personne a remis son formulaire ou vous a parlé : il compte pour le règlement."),
        error_messages={
            "required": _("indiquez le jour où vous avez reçu cette idée."),
            "invalid": _("écrivez une date, par exemple 03/05/2026."),
        },
    )
    owner_phone = forms.CharField(
        label=_("Son téléphone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    owner_postal_address = forms.CharField(
        label=_("Son adresse postale"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Sans courriel, nos réponses partent à cette adresse."),
    )

    arrival = ("channel", "received_on")
    person = ("owner_name", "owner_postal_address", "owner_phone", "owner_email", "owner_kind", "shows_name")
    essential = ("title", "summary", "area", "theme")
    optional = ("place", "text", "rough_cost_eur")
    known_by = ("owner_name", "owner_postal_address", "owner_phone", "owner_email")
    unknown = _("indiquez au moins un nom, un courriel, un téléphone ou une adresse.")
    stated = _("La personne remplit cette condition : %(conditions)s")
    not_stated = _("demandez-le à la personne, puis cochez cette case.")

    def __init__(self, *args: Any, cycle: Cycle, today: date, **kwargs: Any) -> None:
        super().__init__(*args, cycle=cycle, **kwargs)
        self.fields["received_on"].initial = today
        channels: Any = self.fields["channel"]
        taken = cycle_selectors.rules_of(cycle).proposers.channels
        channels.choices = [(value, label) for value, label in channels.choices if value in taken]
        for name, label in (
            ("title", _("L’idée en quelques mots")),
            ("summary", _("Que veut faire cette personne, et pour qui ?")),
            ("owner_email", _("Son courriel")),
            ("owner_name", _("Son nom")),
            ("shows_name", _("Afficher son nom avec l’idée")),
            ("owner_kind", _("Cette personne est")),
            ("text", _("Ce qu’elle veut ajouter")),
            ("rough_cost_eur", _("Combien cela coûterait, à son avis (en euros)")),
        ):
            self.fields[name].label = label
        for name in ("owner_name", "owner_email"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
            self.fields[name].help_text = ""

    @property
    def arrival_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.arrival]

    @property
    def person_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.person]

    def idea(self, language: str) -> Idea:
        """The parsed idea, and how it came."""
        data = self.cleaned_data
        return replace(
            super().idea(language),
            channel=data["channel"],
            received_on=data["received_on"],
            owner_phone=data["owner_phone"],
            owner_postal_address=data["owner_postal_address"],
        )


class AnswerForm(forms.Form):
    """What an owner answers to the moderators."""

    text = forms.CharField(
        label=_("Votre réponse"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Elle est lue par l’équipe de modération, et n’est pas publiée."),
        error_messages={"required": _("écrivez votre réponse, même en quelques mots.")},
    )


class ReasonForm(forms.Form):
    """Why an idea is not published as it stands."""

    reason = forms.CharField(
        label=_("Votre message à la personne qui propose"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Il le recevra tel quel. Dites ce qui manque et ce qu’il peut faire."),
        error_messages={"required": _("expliquez en une phrase ce qui manque ou ce qui pose problème.")},
    )


class FollowForm(forms.Form):
    """Be told what becomes of a project."""

    email = forms.EmailField(
        label=_("Votre courriel"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("indiquez l’adresse où vous écrire."),
            "invalid": _("cette adresse n’est pas complète ; elle s’écrit comme nom@exemple.fr."),
        },
    )


class CodeForm(forms.Form):
    """The secret code of a receipt."""

    code = forms.CharField(
        label=_("Code de suivi"),
        max_length=40,
        help_text=_(
            "16 lettres et chiffres, écrits sur votre récépissé. Les espaces et les minuscules ne comptent pas."
        ),
        error_messages={"required": _("recopiez le code écrit sur votre récépissé.")},
    )


class SheetForm(forms.Form):
    """One sheet of a workshop; a blank one is left out."""

    title = forms.CharField(label=_("L’idée en quelques mots"), required=False, max_length=90)
    summary = forms.CharField(
        label=_("Que veut faire cette personne, et pour qui ?"),
        required=False,
        max_length=240,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    area = forms.ModelChoiceField(label=_("Où ?"), queryset=Area.objects.none(), empty_label=_("Choisissez un lieu"))
    theme = forms.ModelChoiceField(
        label=_("De quoi s’agit-il ?"), queryset=Theme.objects.none(), empty_label=_("Choisissez un thème")
    )
    owner_name = forms.CharField(label=_("Son nom"), required=False, max_length=80)
    owner_email = forms.EmailField(
        label=_("Son courriel"),
        required=False,
        error_messages={"invalid": _("cette adresse n’est pas complète ; elle s’écrit comme nom@exemple.fr.")},
    )
    owner_postal_address = forms.CharField(
        label=_("Son adresse postale"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas: Any = self.fields["area"]
        themes: Any = self.fields["theme"]
        areas.queryset = cycle.areas.order_by("parent_id", "name", "pk")
        themes.queryset = cycle.themes.order_by("name", "pk")
        areas.required = themes.required = False

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.is_blank:
            return data
        for name, said in (
            ("title", _("donnez un titre à cette idée, même provisoire.")),
            ("summary", _("dites en une phrase ce que veut la personne.")),
            ("area", _("choisissez un quartier, ou « Toute la ville ».")),
            ("theme", _("choisissez le thème le plus proche.")),
        ):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, said)
        if not any(
            data.get(name) or name in self.errors for name in ("owner_name", "owner_email", "owner_postal_address")
        ):
            self.add_error("owner_name", _("indiquez un nom, un courriel ou une adresse."))
        return data

    @property
    def is_blank(self) -> bool:
        words = ("title", "summary", "owner_name", "owner_email", "owner_postal_address")
        return not any(self.cleaned_data.get(name) or name in self.errors for name in words)

    def idea(self) -> Idea:
        """The parsed sheet."""
        return Idea(**self.cleaned_data)
