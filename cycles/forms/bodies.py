"""What the team, applicants and departments fill in about a body. Forms parse; services act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Department
from bp_platform.core.fields import day_field
from cycles import lots, powers, selectors
from cycles.forms.acts import (
    ActForm,
    KeyedForm,
    OnceForm,
    address_field,
    count_field,
    email_field,
    line_field,
    moment_field,
    phone_field,
    words_field,
)
from cycles.models import (
    CHARTER,
    AgeBand,
    ApplicationChannel,
    Area,
    Body,
    BodyKind,
    BodyPower,
    College,
    Cycle,
    Gender,
    Meeting,
    OpinionKind,
    Recruitment,
)
from cycles.rules import BodyRule
from cycles.services import Candidate

NOT_SAID = ("", _("Je préfère ne pas le dire"))


class BodyForm(ActForm):
    """What a body is, what it decides, for how long."""

    name = line_field(
        _("Nom"),
        most=100,
        help_text=_("Par exemple : « Comité de suivi »."),
        error_messages={"required": _("donnez un nom à l’instance.")},
    )
    kind = forms.ChoiceField(label=_("Nature"), choices=BodyKind)
    rule_code = forms.CharField(label=_("Dans le règlement"), required=False, max_length=40, widget=forms.HiddenInput)
    purpose = words_field(_("À quoi elle sert"), most=1000, required=False, help_text=_("Deux phrases, publiées."))
    powers = forms.MultipleChoiceField(
        label=_("Ce qu’elle décide ou conseille dans l’édition"),
        choices=BodyPower,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    mandate_from = day_field(_("Début du mandat"))
    mandate_until = day_field(_("Fin du mandat"))
    quorum = count_field(
        _("Quorum (nombre de membres présents)"),
        least=1,
        most=500,
        required=False,
        help_text=_("Vide : pas de quorum."),
    )
    department = forms.ModelChoiceField(
        label=_("Direction qui l’accompagne"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=_("L’équipe participation"),
    )

    def __init__(self, *args: Any, listed: Sequence[BodyRule] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department: Any = self.fields["department"]
        department.queryset = Department.objects.order_by("name")
        if listed:
            self.fields["rule_code"] = forms.ChoiceField(
                label=_("Dans le règlement"),
                choices=[("", _("Cette instance n’y est pas")), *((rule.code, rule.name) for rule in listed)],
                required=False,
                help_text=_("Ce que l’article 13 lui confie s’ajoute à ce qu’elle décide."),
            )
            self.order_fields(["cycle", "name", "kind", "rule_code"])


class NewBodyForm(BodyForm):
    """A new body says of which edition."""

    cycle = forms.ModelChoiceField(
        label=_("Édition"),
        queryset=Cycle.objects.none(),
        empty_label=_("Choisissez une édition"),
        error_messages={"required": _("choisissez une édition.")},
    )
    field_order = ("cycle",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cycle: Any = self.fields["cycle"]
        cycle.queryset = Cycle.objects.exclude(state="closed").order_by("-pk")


class CollegeForm(KeyedForm):
    """A group of seats."""

    name = line_field(
        _("Collège"),
        most=80,
        help_text=_("Par exemple : « Habitantes et habitants »."),
        error_messages={"required": _("donnez un nom au collège.")},
    )
    seats = count_field(_("Sièges"), least=1, most=500)
    recruitment = forms.ChoiceField(label=_("Recrutement"), choices=Recruitment, widget=forms.RadioSelect)


class CharterForm(ActForm):
    """The charter: each change is a new version, that members accept anew."""

    words = words_field(
        _("Charte"), most=10000, rows=14, error_messages={"required": _("écrivez la charte, même en quelques lignes.")}
    )


class CallForm(ActForm):
    """The call for applications."""

    applications_from = moment_field(_("Candidatures à partir du"))
    applications_until = moment_field(_("Jusqu’au"))
    call_text = words_field(
        _("Ce que vous dites aux habitant·es"),
        most=2000,
        required=False,
        help_text=_("Ce qu’on y fait, combien de soirées, ce qui est pris en charge."),
    )


class AppointForm(ActForm):
    """Somebody who is named: an elected member, an agent, a resident without an application."""

    college = forms.ModelChoiceField(
        label=_("Collège"),
        queryset=College.objects.none(),
        empty_label=_("Choisissez un collège"),
        error_messages={"required": _("choisissez un collège.")},
    )
    name = line_field(_("Nom"), most=80, error_messages={"required": _("indiquez le nom de la personne.")})
    office = line_field(
        _("Qualité"), most=100, required=False, help_text=_("Par exemple : « adjointe à la jeunesse ».")
    )
    email = email_field(
        _("Courriel"), help_text=_("Celui de son compte, si la personne en a un : ses droits suivent le mandat.")
    )
    phone = phone_field(_("Téléphone"))
    postal_address = address_field(_("Adresse postale"), _("Sans courriel, les convocations partent à cette adresse."))
    shows_name = forms.BooleanField(label=_("La personne accepte que son nom soit publié"), required=False)

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        college: Any = self.fields["college"]
        college.queryset = body.colleges.order_by("position", "pk")


class EndMandateForm(ActForm):
    """Somebody leaves before the end."""

    until_on = day_field(_("Dernier jour du mandat"))
    reason = line_field(
        _("Pourquoi"),
        most=200,
        help_text=_("Démission, déménagement… Cela n’est pas publié."),
        error_messages={"required": _("dites en quelques mots pourquoi.")},
    )


class ApplicationForm(OnceForm):
    """A name and a way to answer; the rest is free, and serves the quotas of a draw alone."""

    college = forms.ModelChoiceField(
        label=_("Vous candidatez pour"),
        queryset=College.objects.none(),
        empty_label=None,
        error_messages={"required": _("choisissez un collège.")},
    )
    name = forms.CharField(
        label=_("Votre nom"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("indiquez votre nom : c’est une personne qui siège.")},
    )
    email = email_field(_("Votre courriel"))
    phone = phone_field(_("Ou votre téléphone"))
    motivation = words_field(
        _("Ce qui vous y amène"), most=1000, required=False, help_text=_("Quelques mots suffisent.")
    )
    area = forms.ModelChoiceField(
        label=_("Votre quartier"), queryset=Area.objects.none(), required=False, empty_label=NOT_SAID[1]
    )
    age_band = forms.ChoiceField(label=_("Votre âge"), required=False, choices=[NOT_SAID, *AgeBand.choices])
    gender = forms.ChoiceField(label=_("Vous êtes"), required=False, choices=[NOT_SAID, *Gender.choices])
    shows_name = forms.BooleanField(label=_("Si je siège, mon nom peut être publié"), required=False)

    essential: tuple[str, ...] = ("college", "name", "email", "phone", "motivation")
    free: tuple[str, ...] = ("area", "age_band", "gender", "shows_name")

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        college: Any = self.fields["college"]
        area: Any = self.fields["area"]
        open_to_all = body.colleges.exclude(recruitment=Recruitment.APPOINTED).order_by("position", "pk")
        college.queryset = open_to_all
        only = list(open_to_all[:2])
        if len(only) == 1:
            college.initial, college.widget = only[0].pk, forms.HiddenInput()
        area.queryset = body.cycle.areas.order_by("name", "pk")

    @property
    def essential_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.essential]

    @property
    def free_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.free]

    def candidate(self, language: str = "fr") -> Candidate:
        """The parsed candidate."""
        left_out = {"website", "once", "college"}
        return Candidate(**{n: v for n, v in self.cleaned_data.items() if n not in left_out}, language=language)


class ApplicationEntryForm(ApplicationForm):
    """The same, typed by an agent from a form or a call."""

    channel = forms.ChoiceField(
        label=_("Comment est-elle arrivée ?"),
        choices=[(c.value, c.label) for c in ApplicationChannel if c != ApplicationChannel.ONLINE],
    )
    received_on = day_field(_("Reçue le"))
    postal_address = address_field(_("Adresse postale"), _("Sans courriel, nos réponses partent à cette adresse."))
    essential = ("channel", "received_on", "college", "name", "email", "phone", "postal_address", "motivation")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("college", _("Collège")),
            ("name", _("Son nom")),
            ("email", _("Son courriel")),
            ("phone", _("Son téléphone")),
            ("motivation", _("Ce qui l’y amène")),
            ("area", _("Son quartier")),
            ("age_band", _("Son âge")),
            ("gender", _("Cette personne est")),
            ("shows_name", _("Si elle siège, son nom peut être publié")),
        ):
            self.fields[name].label = label


class AnnounceDrawForm(ActForm):
    """The public number to come, and the quotas: at least so many."""

    source = line_field(
        _("Nombre public à venir"),
        most=300,
        help_text=_(
            "Que personne ne choisit et que chacun lira : « les numéros du Loto du 14 mars 2026, croissants »."
        ),
        error_messages={"required": _("dites quel nombre public sera utilisé, et où on le lira.")},
    )
    value_due_at = moment_field(_("Il sera connu le"))

    def __init__(self, *args: Any, areas: Sequence[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = selectors.quota_choices(areas)
        for criterion, value, label in self.choices:
            self.fields[f"least-{criterion}-{value}"] = count_field(
                _now("Au moins : %(label)s") % {"label": label}, most=500, required=False
            )

    @property
    def quota_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("least-")]

    @property
    def quotas(self) -> list[lots.Quota]:
        return [
            lots.Quota(criterion, value, least, label)
            for criterion, value, label in self.choices
            if (least := self.cleaned_data.get(f"least-{criterion}-{value}"))
        ]


class DrawForm(ActForm):
    """The number, once it is known."""

    value = line_field(
        _("Le nombre public"),
        most=200,
        help_text=_("Tel qu’il a été publié, dans l’ordre annoncé. Le tirage se fait aussitôt, une seule fois."),
        error_messages={"required": _("recopiez le nombre public, tel qu’il a été publié.")},
    )


class SessionField(forms.ModelChoiceField):  # type: ignore[type-arg] # generic for mypy alone
    """A session of the body, by its day."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title} · {selectors.hours_words(obj)}"


def session_field(body: Body) -> SessionField:
    held = Meeting.objects.filter(body=body).order_by("-starts_at", "-pk")
    return SessionField(label=_("Séance"), queryset=held, required=False, empty_label=_("Hors séance"))


class OpinionForm(KeyedForm):
    """What the body asks or advises, who answers, by when."""

    kind = forms.ChoiceField(label=_("Nature"), choices=OpinionKind)
    subject = line_field(_("Objet"), most=160, error_messages={"required": _("dites en quelques mots sur quoi.")})
    words = words_field(
        _("Ce que dit l’instance"), most=4000, rows=6, error_messages={"required": _("écrivez l’avis.")}
    )
    given_on = day_field(_("Donné le"))
    department = forms.ModelChoiceField(
        label=_("Qui doit répondre"),
        queryset=Department.objects.none(),
        empty_label=_("Choisissez une direction"),
        error_messages={"required": _("choisissez la direction qui doit répondre.")},
    )
    due_on = day_field(_("Réponse attendue le"))

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"] = session_field(body)
        department: Any = self.fields["department"]
        department.queryset = Department.objects.order_by("name")


class AnswerForm(ActForm):
    """The department's public answer."""

    words = words_field(
        _("Votre réponse"),
        most=4000,
        rows=8,
        help_text=_("Elle sera publiée avec l’avis, au nom de votre direction, et envoyée aux membres."),
        error_messages={"required": _("écrivez la réponse.")},
    )


class DecisionForm(KeyedForm):
    """A decision with its votes."""

    matter = forms.ChoiceField(label=_("Sur quoi"))
    subject = line_field(_("Décision"), most=200, error_messages={"required": _("écrivez la décision en une phrase.")})
    words = words_field(_("Pourquoi"), most=4000, required=False)
    decided_on = day_field(_("Prise le"))
    votes_for = count_field(_("Voix pour"))
    votes_against = count_field(_("Voix contre"), initial=0)
    abstentions = count_field(_("Abstentions"), initial=0)

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        matter: Any = self.fields["matter"]
        held = {*body.powers, *powers.given_to(selectors.rules_of(body.cycle), body.rule_code)}
        matters = [(power.value, power.label) for power in BodyPower if power.value in held]
        matter.choices = [*matters, *([(CHARTER, _("sa charte"))] if body.charter_version else [])]
        self.fields["meeting"] = session_field(body)


class ReportForm(ActForm):
    """The body's own words of the year."""

    year = count_field(_("Année"), least=2000, most=2100)
    words = words_field(
        _("Ce que l’instance veut dire de son année"),
        most=8000,
        rows=10,
        required=False,
        help_text=_("Les chiffres (séances, présence, avis, réponses, délais) sont ajoutés d’eux-mêmes."),
    )
