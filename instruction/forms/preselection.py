"""What is typed of a preselection: voices, the list, why it is opened again."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bp_platform.core.decisions import Refused
from bp_platform.core.fields import refuse
from instruction.models import LONGEST_REASON, PreselectionLine
from instruction.selectors import Board
from instruction.services import Typed

MOST_VOICES = 1_000_000
NOT_A_COUNT = {
    "invalid": _("écrivez un nombre entier, en chiffres."),
    "min_value": _("écrivez %(limit_value)s au moins."),
    "max_value": _("écrivez %(limit_value)s au plus."),
}


def _count(label: Any, *, least: int = 0) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=MOST_VOICES,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=NOT_A_COUNT,
    )


class VoicesForm(forms.Form):
    """One number for each idea, and how many people came; `seen` holds what the page showed, to overwrite nothing."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, board: Board, **kwargs: Any) -> None:
        self.board = board
        self.lines = list(board.lines)
        shown = {f"voices-{line.proposal_id}": line.voices for line in self.lines} | {"people": board.people}
        kwargs.setdefault("initial", {**shown, "seen": self._written(shown)})
        super().__init__(*args, **kwargs)
        self.fields["people"] = _count(_("Personnes présentes"), least=1)
        for line in self.lines:
            self.fields[f"voices-{line.proposal_id}"] = _count(
                _now("Voix de %(number)s") % {"number": line.proposal.number}
            )

    @staticmethod
    def _written(shown: dict[str, int | None]) -> str:
        return " ".join(f"{name}:{'' if value is None else value}" for name, value in shown.items())

    @property
    def rows(self) -> list[tuple[PreselectionLine, forms.BoundField]]:
        return [(line, self[f"voices-{line.proposal_id}"]) for line in self.lines]

    def clean_seen(self) -> dict[str, int | None]:
        """What the page showed; a number that it did not show is taken for none."""
        pairs = (part.partition(":") for part in str(self.cleaned_data["seen"]).split())
        return {name: int(value) if value.isdecimal() else None for name, _colon, value in pairs}

    def runs(self, act: Any) -> bool:
        """Whether the voices were saved; what is refused is said, and the next post answers today's numbers."""
        try:
            act(voices=self.voices, people=self._typed("people"))
        except (Refused, ValidationError) as error:
            refuse(self, error)
            self.data = {name: self.data[name] for name in self.data} | {"seen": self.initial["seen"]}
            return False
        return True

    @property
    def voices(self) -> dict[int, Typed]:
        """What was typed for each idea that the page showed."""
        names = [f"voices-{line.proposal_id}" for line in self.lines]
        return {int(name.removeprefix("voices-")): self._typed(name) for name in names if name in self.data}

    def _typed(self, name: str) -> Typed:
        return Typed(self.cleaned_data["seen"].get(name), self.cleaned_data.get(name))


class ListForm(forms.Form):
    """Which ideas are kept, and why wherever the voices do not say it."""

    common_reason = forms.CharField(
        label=_("Motif commun"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Il vaut pour chaque idée qui demande un motif et n’en a pas : une égalité, un choix contraire aux voix, "
            "une idée que l’instance ne garde pas. Il sera publié."
        ),
    )
    words = forms.CharField(
        label=_("Comment elle s’est faite"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Le jour, le lieu, la façon de faire : publié en tête de la page."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, board: Board, **kwargs: Any) -> None:
        self.board = board
        self.lines = self._ordered(board)
        kwargs.setdefault("initial", self._initial(board))
        super().__init__(*args, **kwargs)
        for line in self.lines:
            number = {"number": line.proposal.number}
            self.fields[f"keep-{line.proposal_id}"] = forms.BooleanField(
                label=_now("Garder %(number)s") % number, required=False
            )
            self.fields[f"reason-{line.proposal_id}"] = forms.CharField(
                label=_now("Motif pour %(number)s") % number, required=False, max_length=LONGEST_REASON
            )

    @staticmethod
    def _ordered(board: Board) -> list[PreselectionLine]:
        """By voices, or by number where there is none."""
        return sorted(board.lines, key=lambda line: (-(line.voices or 0), line.proposal.number))

    @staticmethod
    def _initial(board: Board) -> dict[str, Any]:
        """The list as it was saved; what is new, as the voices say."""
        given: dict[str, Any] = {"revision": board.revision}
        if board.preselection is not None:
            given["words"] = board.preselection.words
        for line in board.lines:
            key = line.proposal_id
            is_current = board.preselection is not None and board.preselection.is_list_current and line.outcome
            proposed = board.has_voices and key in board.computed.kept
            given[f"keep-{key}"] = line.is_kept if is_current else proposed
            given[f"reason-{key}"] = line.reason if not _is_made_up(board, line) else ""
        return given

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each idea with its fields and what the voices say of it."""
        return [
            {
                "line": line,
                "keep": self[f"keep-{line.proposal_id}"],
                "reason": self[f"reason-{line.proposal_id}"],
                "is_open": bool(
                    self[f"reason-{line.proposal_id}"].value() or self[f"reason-{line.proposal_id}"].errors
                ),
                "rank": self.board.computed.rank.get(line.proposal_id) if self.board.has_voices else None,
                **self._said(line.proposal_id),
            }
            for line in self.lines
        ]

    def _said(self, key: int) -> dict[str, str]:
        """« gardée par ses voix », « repêchée pour son lieu », « à égalité »: what the computation proposes."""
        computed = self.board.computed
        if not self.board.has_voices:
            return {"said": "", "tone": ""}
        tie = next((tie for tie in computed.ties if key in tie.keys), None)
        if tie is not None:
            words = {"seats": tie.seats, "ideas": len(tie.keys)}
            said = ngettext(
                "à égalité : %(seats)d place pour %(ideas)d idées",
                "à égalité : %(seats)d places pour %(ideas)d idées",
                tie.seats,
            )
            return {"said": said % words, "tone": "signal"}
        if key in computed.for_place:
            return {"said": _now("repêchée pour son lieu"), "tone": "accent"}
        if key in computed.by_voices:
            return {"said": _now("gardée par ses voix"), "tone": "success"}
        return {"said": "", "tone": ""}

    @property
    def ticked(self) -> int:
        """How many boxes are ticked, as the page is shown."""
        return sum(1 for line in self.lines if self[f"keep-{line.proposal_id}"].value())

    @property
    def kept(self) -> set[int]:
        return {line.proposal_id for line in self.lines if self.cleaned_data.get(f"keep-{line.proposal_id}")}

    @property
    def shown(self) -> set[int]:
        """The ideas that the page showed: a box left empty says nothing of the others."""
        return {line.proposal_id for line in self.lines if f"reason-{line.proposal_id}" in self.data}

    @property
    def reasons(self) -> dict[int, str]:
        return {line.proposal_id: self.cleaned_data.get(f"reason-{line.proposal_id}", "") for line in self.lines}

    def runs(self, act: Any) -> bool:
        """Whether the list was saved; what is refused is said, and the next post answers today's revision."""
        data = self.cleaned_data
        try:
            act(
                kept=self.kept,
                shown=self.shown,
                reasons=self.reasons,
                common_reason=data["common_reason"],
                words=data["words"],
                revision=data["revision"],
            )
        except (Refused, ValidationError) as error:
            refuse(self, error)
            self.data = {name: self.data[name] for name in self.data} | {"revision": str(self.board.revision)}
            return False
        return True


def _is_made_up(board: Board, line: PreselectionLine) -> bool:
    """A reason that the voices gave by themselves: it is made anew with each list."""
    key = line.proposal_id
    return board.has_voices and not line.is_kept and key not in board.computed.kept | board.computed.tied


class ReopenForm(forms.Form):
    """Why a decided preselection is opened again."""

    reason = forms.CharField(
        label=_("Pourquoi la rouvrir ?"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Publié sur la page de la présélection. Les porteurs liront la nouvelle décision par courrier."),
        error_messages={"required": _("dites en une phrase pourquoi elle est rouverte.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def runs(self, act: Any) -> bool:
        try:
            act(**self.cleaned_data)
        except (Refused, ValidationError) as error:
            refuse(self, error)
            return False
        return True
