"""What a voter posts: who they are, what they choose, a sealed ballot."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bp_platform.core import text as text_of
from voting import seal as seals
from voting.models import Place
from voting.sealed import SealedPoll, SealedProject
from voting.services import Cast
from voting.tally.values import Ballot

CHOICE = "c"
ACT = "acte"
REVIEW, NARROW, SHOW_ALL = "verifier", "filtrer", "tout"
LARGEST_POST = 64 * 1024
LONGEST_WORDS = 100


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


def radio_name(place: int) -> str:
    """Radios of one scope exclude each other, and not those of the next scope."""
    return f"{CHOICE}{place:02d}"


def ballots_of(text: SealedPoll, scopes: list[str], data: QueryDict) -> dict[str, Ballot]:
    """The choices of a posted ballot, scope by scope; what is not a project of the person's scopes is left out."""
    names = [CHOICE, *(radio_name(place) for place in range(len(scopes)))]
    given = (value for name in names for value in data.getlist(name))
    ticked = {value for value in given if value.isascii() and value.isdecimal() and len(value) == 4}
    chosen = [text.projects[int(value)] for value in sorted(ticked) if int(value) < len(text.projects)]
    return {scope: tuple(sorted((p.id, 1) for p in chosen if p.scope == scope)) for scope in scopes}


class NarrowForm(forms.Form):
    """What the list of projects is narrowed by, in the booth: posted with the choices, never in an address."""

    mots = forms.CharField(label=_("Chercher un projet"), required=False, max_length=LONGEST_WORDS)
    lieu = forms.ChoiceField(label=_("Lieu"), required=False)
    theme = forms.ChoiceField(label=_("Thème"), required=False)

    def __init__(self, data: QueryDict, *, projects: Iterable[SealedProject]) -> None:
        listed = list(projects)
        places, themes = sorted({p.place for p in listed}), sorted({p.theme for p in listed})
        wiped = data.get(ACT) == SHOW_ALL
        given = {name: "" if wiped else data.get(name, "") for name in ("mots", "lieu", "theme")}
        given["mots"] = given["mots"].replace("\0", " ")[:LONGEST_WORDS]  # never an error: the choices are in this post
        super().__init__(
            {
                **given,
                "lieu": given["lieu"] if given["lieu"] in places else "",
                "theme": given["theme"] if given["theme"] in themes else "",
            }
        )
        for name, values in (("lieu", places), ("theme", themes)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", _("Tous")), *((value, value) for value in values)]
        self.is_valid()

    @property
    def is_active(self) -> bool:
        return any(self.cleaned_data.values())

    def keeps(self, project: SealedProject) -> bool:
        """Whether the narrowed list shows this project: all the words, in any order, accents aside."""
        asked = self.cleaned_data
        if (asked["lieu"] and project.place != asked["lieu"]) or (asked["theme"] and project.theme != asked["theme"]):
            return False
        said = text_of.plain(f"{project.number} {project.title} {project.place} {project.theme}")
        return all(word in said for word in text_of.plain(asked["mots"]).split())


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


def cast_of(data: QueryDict, *, length: int, entry_id: int, nonce: bytes, place: Place | None = None) -> Cast | None:
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
    return Cast(entry_id, tuple(sorted(found)), tag, until, nonce, place)
