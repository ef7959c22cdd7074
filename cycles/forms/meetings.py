"""What hosts and guests of a meeting fill in. Forms parse; services act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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
from cycles.models import Area, Body, Cycle, MeetingKind, Member, Presence, Registration
from cycles.services import Guest


class MeetingForm(KeyedForm):
    """Where, when, for whom; what makes it possible to come."""

    kind = forms.ChoiceField(label=_("Nature"), choices=MeetingKind)
    title = line_field(
        _("Titre"),
        most=120,
        help_text=_("Par exemple : « Atelier d’idées des Mariniers »."),
        error_messages={"required": _("donnez un titre au rendez-vous.")},
    )
    body = forms.ModelChoiceField(
        label=_("Instance qui se réunit"),
        queryset=Body.objects.none(),
        required=False,
        empty_label=_("Aucune"),
        help_text=_("Pour une séance : ses membres seront convoqués."),
    )
    starts_at = moment_field(_("Début"))
    ends_at = moment_field(_("Fin"))
    place = line_field(
        _("Lieu"),
        most=120,
        help_text=_("Par exemple : « Maison de quartier, salle du haut »."),
        error_messages={"required": _("dites où l’on se retrouve.")},
    )
    postal_address = line_field(_("Adresse"), most=200, required=False)
    area = forms.ModelChoiceField(
        label=_("Quartier"), queryset=Area.objects.none(), required=False, empty_label=_("Toute la ville")
    )
    text = words_field(_("Ce qu’on y fera"), most=2000, required=False, help_text=_("Pour qui hésite à venir."))
    agenda = words_field(
        _("Ordre du jour"), most=3000, required=False, help_text=_("Un point par ligne. Il part avec la convocation.")
    )
    access = line_field(
        _("Comment venir"), most=300, required=False, help_text=_("Bus, parking, quelle entrée, quel étage.")
    )
    is_step_free = forms.BooleanField(label=_("Accessible en fauteuil roulant"), required=False)
    has_hearing_loop = forms.BooleanField(label=_("Boucle magnétique"), required=False)
    has_sign_language = forms.BooleanField(label=_("Interprète en langue des signes"), required=False)
    has_childcare = forms.BooleanField(label=_("Garde d’enfants sur place"), required=False)
    languages = line_field(_("Langues parlées"), most=120, required=False, help_text=_("En plus du français."))
    takes_registrations = forms.BooleanField(
        label=_("Sur inscription"), required=False, help_text=_("Sinon, tout le monde vient sans prévenir.")
    )
    capacity = count_field(
        _("Nombre de places"),
        least=1,
        required=False,
        help_text=_("Vide : pas de limite. Au-delà, une liste d’attente remonte seule."),
    )
    seats_per_person = count_field(_("Places par inscription, au plus"), least=1, most=20, initial=4)
    registrations_until = moment_field(
        _("Inscriptions jusqu’au"), required=False, help_text=_("Vide : jusqu’au début du rendez-vous.")
    )

    groups = (
        (_("Le rendez-vous"), ("kind", "title", "body", "starts_at", "ends_at", "text", "agenda")),
        (_("Le lieu"), ("place", "postal_address", "area", "access")),
        (
            _("Pour que chacun puisse venir"),
            ("is_step_free", "has_hearing_loop", "has_sign_language", "has_childcare", "languages"),
        ),
        (_("Les inscriptions"), ("takes_registrations", "capacity", "seats_per_person", "registrations_until")),
    )

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        body: Any = self.fields["body"]
        area: Any = self.fields["area"]
        body.queryset = cycle.bodies.order_by("name", "pk")
        area.queryset = cycle.areas.order_by("name", "pk")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") == MeetingKind.BODY_SESSION and not data.get("body") and "body" not in self.errors:
            self.add_error("body", _("choisissez l’instance qui se réunit."))
        return data

    @property
    def field_groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in self.groups]

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class RegistrationForm(OnceForm):
    """A name, a way to be told, how many; what must be ready is optional."""

    name = forms.CharField(
        label=_("Votre nom"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("indiquez votre nom : il sera sur la feuille d’accueil.")},
    )
    email = email_field(_("Votre courriel"), help_text=_("Pour confirmer, et vous prévenir si le rendez-vous change."))
    phone = phone_field(_("Ou votre téléphone"))
    seats = count_field(_("Combien de personnes viennent, vous compris ?"), least=1, most=20, initial=1)
    childcare = line_field(
        _("Enfants à garder : leurs âges"), most=120, required=False, help_text=_("Par exemple : 3 ans et 7 ans.")
    )
    language_need = line_field(
        _("Interprète : quelle langue ?"), most=80, required=False, help_text=_("Langue des signes, arabe, turc…")
    )
    access_need = line_field(
        _("Ce qu’il faut prévoir pour vous"),
        most=200,
        required=False,
        help_text=_("Un fauteuil, une place assise devant…"),
    )
    agrees_to_photos = forms.BooleanField(
        label=_("J’accepte d’être sur les photos du rendez-vous"),
        required=False,
        help_text=_("Elles peuvent être publiées. Vous pourrez changer d’avis."),
    )

    essential: tuple[str, ...] = ("name", "email", "phone", "seats")
    optional: tuple[str, ...] = ("childcare", "language_need", "access_need", "agrees_to_photos")

    def __init__(self, *args: Any, has_childcare: bool = True, most: int = 4, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_childcare:
            del self.fields["childcare"]
        if most == 1:
            self.fields["seats"].widget = forms.HiddenInput()

    @property
    def essential_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.essential]

    @property
    def optional_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.optional if name in self.fields]

    def guest(self, language: str) -> Guest:
        """The parsed guest."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in {"website", "once"}}
        return Guest(**data, language=language)


class DoorForm(RegistrationForm):
    """Somebody registered by a host: by phone, or at the door."""

    postal_address = address_field(_("Son adresse postale"), _("Sans courriel, la confirmation part à cette adresse."))
    essential = ("name", "email", "phone", "postal_address", "seats")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("name", _("Son nom")),
            ("email", _("Son courriel")),
            ("phone", _("Son téléphone")),
            ("seats", _("Combien de personnes viennent ?")),
            ("access_need", _("Ce qu’il faut prévoir")),
            ("agrees_to_photos", _("Accepte d’être sur les photos du rendez-vous")),
        ):
            self.fields[name].label = label
            self.fields[name].widget.attrs["autocomplete"] = "off"


class CancelForm(ActForm):
    """Why it will not take place."""

    reason = words_field(
        _("Pourquoi est-il annulé ?"),
        most=300,
        rows=3,
        help_text=_("Une phrase, publiée et envoyée à chaque personne inscrite."),
        error_messages={"required": _("dites en une phrase pourquoi : les personnes inscrites la liront.")},
    )


class AttendanceForm(ActForm):
    """What the signed sheet says."""

    def __init__(
        self,
        *args: Any,
        members: Iterable[Member],
        guests: Iterable[Registration],
        known: dict[int, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for member in members:
            self.fields[f"member_{member.pk}"] = forms.ChoiceField(
                label=member.contact.name or str(_("sans nom")),
                help_text=member.office or member.college.name,
                choices=Presence,
                widget=forms.RadioSelect,
                initial=known.get(member.pk, Presence.PRESENT),
                error_messages={"required": _("dites si cette personne est venue.")},
            )
        rows = [(row.pk, f"{row.contact.name or _('sans nom')} ({row.seats})") for row in guests]
        if rows:
            self.fields["guests"] = forms.TypedMultipleChoiceField(
                label=_("Personnes inscrites qui sont venues"),
                choices=rows,
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def presences(self) -> dict[int, str]:
        return {
            int(name.removeprefix("member_")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("member_")
        }


class MinutesForm(ActForm):
    """What was said, in plain words."""

    words = words_field(
        _("Compte rendu"),
        most=20000,
        rows=16,
        help_text=_("Écrivez les rôles plutôt que les noms : « une habitante ». Titres : ##. Listes : -."),
        error_messages={"required": _("écrivez ce qui s’est dit, même en quelques lignes.")},
    )


class ApproveForm(ActForm):
    """Who approves the minutes."""

    approved_by = line_field(
        _("Qui l’approuve ?"),
        most=120,
        help_text=_("Par exemple : « le comité de suivi, séance du 12 mars »."),
        error_messages={"required": _("dites qui approuve ce compte rendu.")},
    )


class PhotoForm(ActForm):
    """A picture, and how the people in it agreed."""

    upload = forms.FileField(
        label=_("Photo"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("JPEG, PNG ou WebP, 10 Mo au plus."),
        error_messages={"required": _("choisissez une photo.")},
    )
    alt_text = line_field(
        _("Ce qu’on y voit"),
        most=200,
        help_text=_("Pour qui ne la voit pas."),
        error_messages={"required": _("décrivez la photo en quelques mots.")},
    )
    caption = line_field(_("Légende"), most=200, required=False)
    consent = line_field(
        _("Accord des personnes"),
        most=200,
        help_text=_("Par exemple : « accord signé de chaque personne », ou « nul n’est reconnaissable »."),
        error_messages={"required": _("dites comment les personnes visibles ont donné leur accord.")},
    )


class RemovePhotoForm(ActForm):
    """Why a picture leaves."""

    reason = line_field(
        _("Pourquoi la retirer ?"), most=200, error_messages={"required": _("dites en quelques mots pourquoi.")}
    )
