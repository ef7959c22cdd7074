"""What the follow-up can be narrowed by."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Department
from cycles import selectors as cycle_selectors
from cycles.models import Cycle
from realisation.models import MOVING, OWING_NEWS, Delivery, DeliveryQuerySet, DeliveryState

STATES = (
    ("en-cours", _("En cours")),
    ("en-retard", _("En retard")),
    ("livre", _("Livrés")),
    ("suspendu", _("Suspendus")),
    ("abandonne", _("Abandonnés")),
)


class DeliveryFilter(django_filters.FilterSet):
    """Place, state, department; unknown values are ignored, not errors. Three queries."""

    lieu = django_filters.ChoiceFilter(label=_("Lieu"), empty_label=_("Tous"), field_name="proposal__area__code")
    etat = django_filters.ChoiceFilter(label=_("État"), empty_label=_("Tous"), choices=STATES, method="of_state")
    direction = django_filters.ChoiceFilter(label=_("Direction"), empty_label=_("Toutes"), field_name="lead_department")
    choices = ("lieu", "etat", "direction")

    class Meta:
        model = Delivery
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, cycle: Cycle, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.areas = cycle_selectors.areas_of(cycle)
        leads = Department.objects.filter(deliveries__proposal__cycle=cycle).distinct().order_by("name", "pk")
        self.filters["lieu"].extra["choices"] = [(area.code, area.name) for area in self.areas]
        self.filters["direction"].extra["choices"] = [(str(lead.pk), lead.name) for lead in leads]

    def of_state(self, queryset: DeliveryQuerySet, name: str, value: str) -> QuerySet[Delivery]:
        held: dict[str, dict[str, Any]] = {
            "en-cours": {"state__in": MOVING},
            "en-retard": {"state__in": OWING_NEWS, "promised_on__lt": self.today},
            "livre": {"delivered_on__isnull": False},
            "suspendu": {"state": DeliveryState.SUSPENDED},
            "abandonne": {"state": DeliveryState.ABANDONED},
        }
        return queryset.filter(**held[value])

    @property
    def active(self) -> int:
        """How many filters are set."""
        return sum(1 for name in self.choices if self.data.get(name))

    @property
    def fields(self) -> list[Any]:
        return [self.form[name] for name in self.choices]

    def numbers(self) -> set[str]:
        """The numbers of the projects that remain; one query."""
        return set(self.qs.values_list("proposal__number", flat=True))
