"""What residents and the team fill in for the shared diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from bp_platform.core.fields import day_field
from cycles import calls
from cycles.forms.acts import ActForm, KeyedForm, OnceForm, count_field, line_field, words_field
from cycles.models import Area, Concern, ConcernChannel, Cycle, DotSource, Issue


class ConcernForm(OnceForm):
    """One sentence, and a place."""

    words = words_field(
        _("Qu’est-ce qui va, ou ne va pas, près de chez vous ?"),
        most=400,
        rows=3,
        help_text=_("Une phrase suffit, sans le nom de personne. L’équipe la rapproche de celles des autres."),
        error_messages={"required": _("écrivez ce que vous constatez, même en quelques mots.")},
    )
    area = forms.ModelChoiceField(
        label=_("Où ?"), queryset=Area.objects.none(), required=False, empty_label=_("Partout, ou je ne sais pas")
    )

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area: Any = self.fields["area"]
        area.queryset = cycle.areas.order_by("name", "pk")


class ConcernEntryForm(ConcernForm):
    """The same, from paper or a meeting."""

    channel = forms.ChoiceField(
        label=_("Comment est-il arrivé ?"),
        choices=[(c.value, c.label) for c in ConcernChannel if c != ConcernChannel.ONLINE],
    )
    field_order = ("channel",)


class IssueForm(ActForm):
    """An issue."""

    title = line_field(_("Enjeu"), most=120, error_messages={"required": _("donnez un nom à cet enjeu.")})
    summary = line_field(_("En une phrase"), most=300, required=False)


class GroupForm(ActForm):
    """Which issue each concern belongs to."""

    def __init__(self, *args: Any, concerns: Sequence[Concern], issues: Sequence[Issue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.issues = {str(issue.pk): issue for issue in issues}
        choices = [("", _("Pas encore classé")), *((str(issue.pk), issue.title) for issue in issues)]
        for concern in concerns:
            self.fields[f"concern-{concern.pk}"] = forms.ChoiceField(
                label=concern.words,
                choices=choices,
                required=False,
                initial=str(concern.issue_id or ""),
            )

    @property
    def grouped(self) -> dict[int, Issue | None]:
        """The choice of each concern that the page showed: what has come into the list since is left as it is."""
        return {
            int(name.removeprefix("concern-")): self.issues.get(value)
            for name, value in self.cleaned_data.items()
            if name.startswith("concern-") and name in self.data
        }


class WindowForm(ActForm):
    """When people give their dots, and how many each has."""

    opens_on = day_field(_("Premier jour"))
    closes_on = day_field(_("Dernier jour"), help_text=_("Avant l’ouverture de l’appel."))
    dots_each = count_field(
        _("Gommettes par réponse"), least=1, most=10, help_text=_("Trois suffisent le plus souvent.")
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        opens, closes = data.get("opens_on"), data.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("le dernier jour précède le premier."))
        return data


class CountForm(KeyedForm):
    """Dots counted by hand at one place."""

    source = forms.ChoiceField(label=_("Comment"), choices=DotSource, widget=forms.RadioSelect)
    place = line_field(_("Lieu"), most=120, error_messages={"required": _("écrivez où ces gommettes ont été données.")})
    on_date = day_field(_("Jour"))
    sheets = count_field(_("Feuilles reçues, ou personnes présentes"), least=1)

    def __init__(self, *args: Any, issues: Sequence[Issue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for issue in issues:
            self.fields[f"dots-{issue.pk}"] = count_field(issue.title, required=False)

    @property
    def facts(self) -> dict[str, Any]:
        """What `services.count_dots` takes."""
        names = ("source", "place", "on_date", "sheets", "key")
        return {name: self.cleaned_data[name] for name in names} | {"dots": _dots(self.cleaned_data)}


def _dots(data: dict[str, Any]) -> dict[int, int]:
    return {int(name.removeprefix("dots-")): int(n) for name, n in data.items() if name.startswith("dots-") and n}


class GiveDotsForm(ActForm):
    """A few dots between the issues: as one would stick them on a wall."""

    association = line_field(
        _("Vous répondez au nom d’une association ? Écrivez son nom"),
        most=120,
        required=False,
        help_text=_("Sa réponse est comptée à part. Le nom n’est ni vérifié, ni publié."),
    )
    site = forms.CharField(
        label=_("Ne remplissez pas ce champ"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, issues: Sequence[Issue], each: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.issues = list(issues)
        choices = [(str(n), ngettext("%(n)d gommette", "%(n)d gommettes", n) % {"n": n}) for n in range(1, each + 1)]
        for issue in self.issues:
            self.fields[f"dots-{issue.pk}"] = forms.ChoiceField(
                label=issue.title,
                help_text=issue.summary,
                required=False,
                choices=[("", gettext("aucune")), *choices],
                error_messages={"invalid_choice": _("choisissez un nombre de gommettes de la liste.")},
            )

    @property
    def issue_fields(self) -> list[forms.BoundField]:
        return [self[f"dots-{issue.pk}"] for issue in self.issues]

    @property
    def dots(self) -> dict[int, int]:
        """How many, by issue."""
        return _dots(self.cleaned_data)


class PublishForm(ActForm):
    """What is kept of the diagnosis."""

    words = words_field(_("Ce qu’on en retient"), most=6000, rows=8, required=False)


class AsideForm(ActForm):
    """Why a concern is left out."""

    reason = line_field(
        _("Pourquoi l’écarter ?"),
        most=200,
        help_text=_("Il nomme quelqu’un, il insulte, il ne parle pas de la ville…"),
        error_messages={"required": _("dites en quelques mots pourquoi.")},
    )


class CallKindForm(ActForm):
    """What the call is, in law."""

    call_kind = forms.ChoiceField(
        label=_("Quel appel ?"),
        choices=[],
        widget=forms.RadioSelect,
        error_messages={"required": _("choisissez la nature de l’appel.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["call_kind"]
        kind.choices = [(value, gettext(name)) for value, name in calls.NAMES.items()]

    @property
    def meanings(self) -> list[tuple[str, str]]:
        """What each kind means for who answers."""
        return [(gettext(name), gettext(calls.MEANING[value])) for value, name in calls.NAMES.items()]
