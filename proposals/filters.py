"""What the public list can be narrowed by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cycles import selectors as cycle_selectors
from cycles.models import Area, Cycle
from proposals.models import Proposal, ProposalQuerySet, Stage

ORDERS = (("", _("Les plus récentes")), ("titre", _("Par titre")), ("cout", _("Par coût")))


class PlacesFilter(django_filters.FilterSet):
    """Area and theme of a cycle, by their codes; unknown values are ignored, not errors. Two queries."""

    lieu = django_filters.ChoiceFilter(label=_("Lieu"), empty_label=_("Tous"), method="of_area")
    theme = django_filters.ChoiceFilter(label=_("Thème"), empty_label=_("Tous"), method="of_theme")
    choices: tuple[str, ...] = ("lieu", "theme")

    class Meta:
        model = Proposal
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.areas = cycle_selectors.areas_of(cycle)
        self.themes, self.issues = cycle_selectors.subjects_of(cycle)
        self._offer("lieu", sorted(self.areas, key=lambda area: area.parent_id is not None))
        self._offer("theme", self.themes)

    def _offer(self, name: str, rows: Sequence[Area] | Sequence[cycle_selectors.Subject]) -> None:
        self.filters[name].extra["choices"] = [(row.code, row.name) for row in rows]

    def of_area(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        return queryset.filter(area=next(area for area in self.areas if area.code == value))

    def of_theme(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        return queryset.filter(theme=next(theme.pk for theme in self.themes if theme.code == value))

    @property
    def active(self) -> int:
        """How many filters are set, search apart."""
        return sum(1 for name in self.choices if self.data.get(name))

    @property
    def fields(self) -> list[Any]:
        return [self.form[name] for name in self.choices]


class ProposalFilter(PlacesFilter):
    """Search words, area, theme, stage and order."""

    q = django_filters.CharFilter(method="search")
    etape = django_filters.ChoiceFilter(label=_("Étape"), field_name="stage", choices=Stage, empty_label=_("Toutes"))
    tri = django_filters.ChoiceFilter(label=_("Ordre"), choices=ORDERS[1:], empty_label=ORDERS[0][1], method="order")
    enjeu = django_filters.ChoiceFilter(label=_("Enjeu"), empty_label=_("Tous"), method="of_issue")
    choices: tuple[str, ...] = (*PlacesFilter.choices, "etape", "tri")

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        """Nothing is asked of the issues of a diagnosis to which no idea answers."""
        super().__init__(*args, cycle=cycle, **kwargs)
        self.filters["enjeu"].extra["choices"] = [(str(one.pk), f"{one.name} ({one.ideas})") for one in self.issues]
        if self.issues:
            self.choices = (*PlacesFilter.choices, "enjeu", "etape", "tri")

    def of_issue(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        return queryset.filter(issue_id=int(value))

    def search(self, queryset: ProposalQuerySet, name: str, value: str) -> ProposalQuerySet:
        words = " ".join(value.split())[:100]
        return queryset.matching(words) if words else queryset

    def order(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        keys = {"titre": ("plain_title", "pk"), "cout": ("price_eur", "pk")}
        return queryset.order_by(*keys.get(value, ("-published_at", "-pk")))

    @property
    def words(self) -> str:
        """What was searched, as it was typed."""
        return str(self.data.get("q", ""))
