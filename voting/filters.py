"""What the list of the projects put to the vote can be narrowed by."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from cycles.models import Area, Cycle, Theme
from proposals.models import Proposal


class CampaignFilter(django_filters.FilterSet):
    """Area and theme; unknown values are ignored. No order to choose: it is drawn."""

    lieu = django_filters.ModelChoiceFilter(
        label=_("Lieu"), field_name="area", queryset=Area.objects.none(), to_field_name="code", empty_label=_("Tous")
    )
    theme = django_filters.ModelChoiceFilter(
        label=_("Thème"), queryset=Theme.objects.none(), to_field_name="code", empty_label=_("Tous")
    )

    class Meta:
        model = Proposal
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["lieu"].queryset = cycle.areas.order_by("parent_id", "name", "pk")
        self.filters["theme"].queryset = cycle.themes.order_by("name", "pk")

    @property
    def active(self) -> int:
        """How many filters are set."""
        return sum(1 for name in ("lieu", "theme") if self.data.get(name))

    @property
    def fields(self) -> list[Any]:
        return [self.form[name] for name in ("lieu", "theme")]
