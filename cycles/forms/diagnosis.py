"""What residents and the team fill in for the shared diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cycles.forms.acts import ActForm, OnceForm, count_field, line_field, words_field
from cycles.models import Area, Concern, ConcernChannel, Cycle, Issue
from cycles.models.diagnosis import CallKind


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
        return {
            int(name.removeprefix("concern-")): self.issues.get(value)
            for name, value in self.cleaned_data.items()
            if name.startswith("concern-")
        }


class DotsForm(ActForm):
    """How many dots each issue has on the wall."""

    def __init__(self, *args: Any, issues: Sequence[Issue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for issue in issues:
            self.fields[f"dots-{issue.pk}"] = count_field(issue.title, initial=issue.dots)

    @property
    def dots(self) -> dict[int, int]:
        return {int(name.removeprefix("dots-")): value for name, value in self.cleaned_data.items()}


class PublishForm(ActForm):
    """What is kept of the diagnosis, and the call that follows."""

    words = words_field(_("Ce qu’on en retient"), most=6000, rows=8, required=False)
    call_kind = forms.ChoiceField(label=_("L’appel qui suit"), choices=CallKind, widget=forms.RadioSelect)


class AsideForm(ActForm):
    """Why a concern is left out."""

    reason = line_field(
        _("Pourquoi l’écarter ?"),
        most=200,
        help_text=_("Il nomme quelqu’un, il insulte, il ne parle pas de la ville…"),
        error_messages={"required": _("dites en quelques mots pourquoi.")},
    )
