"""What people post: who they are, what they choose, a sealed ballot; and the desk's forms."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cycles.models import Cycle
from voting import seal as seals
from voting.models import PollKind
from voting.sealed import SealedPoll
from voting.services import Cast
from voting.tally.values import Ballot

CHOICE = "c"
LARGEST_POST = 64 * 1024
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
WRONG_MOMENT = {
    "required": _("Indiquez le jour et l’heure."),
    "invalid": _("Indiquez un jour et une heure, par exemple 12/05/2026 18:00."),
}


class IdentifyForm(forms.Form):
    """The code of the letter and the birth year."""

    code = forms.CharField(
        label=_("Code reçu par courrier"),
        help_text=_("Treize lettres et chiffres, par exemple K7QM 2XHD 9PVR 4."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Recopiez le code de la lettre.")},
    )
    birth_year = forms.IntegerField(
        label=_("Votre année de naissance"),
        help_text=_("En quatre chiffres, par exemple 1978."),
        min_value=1900,
        max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "4"}),
        error_messages={
            "required": _("Indiquez votre année de naissance."),
            "invalid": _("L’année s’écrit en quatre chiffres, par exemple 1978."),
            "min_value": _("L’année s’écrit en quatre chiffres, par exemple 1978."),
            "max_value": _("L’année s’écrit en quatre chiffres, par exemple 1978."),
        },
    )


def choice_value(position: int) -> str:
    """Fixed width: an address or a length never tells which project was ticked."""
    return f"{position:04d}"


def ballots_of(text: SealedPoll, scopes: list[str], data: QueryDict) -> dict[str, Ballot]:
    """The choices of a posted ballot, scope by scope; what is not a project of the person's scopes is left out."""
    ticked = {value for value in data.getlist(CHOICE) if value.isascii() and value.isdecimal() and len(value) == 4}
    chosen = [text.projects[int(value)] for value in sorted(ticked) if int(value) < len(text.projects)]
    return {scope: tuple(sorted((p.id, 1) for p in chosen if p.scope == scope)) for scope in scopes}


def hidden_fields(cast: Cast) -> Mapping[str, str]:
    """A reviewed ballot as the confirm form carries it: seals, tag and expiry, no plaintext."""
    packed = b"".join(
        len(scope.encode()).to_bytes(1, "big") + scope.encode() + seal for scope, seal in sorted(cast.seals)
    )
    return {
        "seals": base64.b64encode(packed).decode(),
        "tag": base64.b64encode(cast.tag).decode(),
        "until": f"{cast.expires_at:012d}",
    }


def cast_of(data: QueryDict, *, length: int, entry_id: int, nonce: bytes) -> Cast | None:
    """The posted ballot; None when it has not the shape that a review gives."""
    try:
        packed = base64.b64decode(data.get("seals", ""), validate=True)
        tag = base64.b64decode(data.get("tag", ""), validate=True)
        until = int(data.get("until", ""))
        found: list[tuple[str, bytes]] = []
        while packed:
            end = 1 + packed[0]
            scope, seal = packed[1:end].decode(), packed[end : end + length]
            found.append((scope, seal))
            packed = packed[end + length :]
    except (binascii.Error, ValueError, IndexError, UnicodeDecodeError):
        return None
    if len(tag) != seals.TAG_LENGTH:
        return None
    return Cast(entry_id, tuple(sorted(found)), tag, until, nonce)


class PollForm(forms.Form):
    """A vote to prepare: its edition, its dates. Its rules are the rulebook's."""

    cycle = forms.ModelChoiceField(
        Cycle.objects.none(),
        label=_("Édition"),
        error_messages={"required": _("Choisissez l’édition.")},
    )
    kind = forms.ChoiceField(
        label=_("Nature"),
        choices=[(PollKind.BINDING, PollKind.BINDING.label), (PollKind.PRACTICE, PollKind.PRACTICE.label)],
        help_text=_("La clé d’un vote se fabrique hors ligne ; celle d’un vote d’essai reste sur ce serveur."),
        error_messages={"required": _("choisissez entre un vote et un vote d’essai.")},
    )
    title = forms.CharField(
        label=_("Titre"), max_length=120, error_messages={"required": _("Donnez un titre, par exemple « Vote 2026 ».")}
    )
    opens_at = forms.DateTimeField(label=_("Ouverture"), widget=MOMENT, error_messages=WRONG_MOMENT)
    closes_at = forms.DateTimeField(label=_("Clôture"), widget=MOMENT, error_messages=WRONG_MOMENT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: Django's own signature
        super().__init__(*args, **kwargs)
        editions = self.fields["cycle"]
        if isinstance(editions, forms.ModelChoiceField):
            editions.queryset = Cycle.objects.filter(is_hidden=False).order_by("-pk")


class SealForm(forms.Form):
    """What sealing needs beside the draft: the public draw, the public key, and a waiver for a small roll."""

    draw_seed = forms.CharField(
        label=_("Résultat du tirage public"),
        help_text=_(
            "Par exemple les dés lancés devant témoins, ou un tirage annoncé d’avance. Il départage les égalités."
        ),
        min_length=6,
        max_length=80,
        error_messages={"required": _("Saisissez le résultat du tirage public.")},
    )
    public_key = forms.RegexField(
        label=_("Partie publique de la clé"),
        regex=r"^[0-9a-fA-F]{64}$",
        required=False,
        help_text=_("Fabriquée hors ligne, 64 caractères. Laissez vide pour un vote d’essai."),
        error_messages={"invalid": _("La clé publique compte 64 caractères, chiffres et lettres de a à f.")},
    )
    waiver = forms.CharField(
        label=_("Dérogation pour une liste de moins de cent personnes"),
        required=False,
        max_length=300,
        help_text=_("À motiver : avec si peu de monde, le résultat peut révéler des choix."),
    )


class ReasonForm(forms.Form):
    """A reason that is published."""

    reason = forms.CharField(
        label=_("Motif publié"),
        max_length=300,
        error_messages={"required": _("Dites en une phrase pourquoi.")},
    )
