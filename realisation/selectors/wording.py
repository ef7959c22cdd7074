"""A delivery in words, for every page that shows one: where it stands, what was promised, since when it is silent."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import calendar, money
from bp_platform.core.components import Station, StationState, Tone
from realisation.models import MOVING, OWING_NEWS, STOPPED, Delivery, DeliveryState

Outcome = Literal["kept", "late", "to_come", "overdue", "abandoned"]
TONES: dict[str, Tone] = {
    DeliveryState.DELIVERED: "success",
    DeliveryState.INAUGURATED: "success",
    DeliveryState.SUSPENDED: "warning",
    DeliveryState.ABANDONED: "error",
}
STAGES = (*MOVING, DeliveryState.DELIVERED, DeliveryState.INAUGURATED)


def status(delivery: Delivery) -> str:
    """« En travaux »."""
    return str(DeliveryState(delivery.state).label).capitalize()


def line_of(delivery: Delivery) -> list[Station]:
    """The delivery's own line; one that stops shows where it stopped, when that is known."""
    where = delivery.resumes_to or delivery.state
    reached = STAGES.index(DeliveryState(where)) if where in STAGES else 0
    stations = []
    for index, state in enumerate(STAGES):
        shown: StationState = "past" if index < reached else "next"
        if index == reached:
            shown = "stopped" if delivery.state in STOPPED else "past" if index == len(STAGES) - 1 else "now"
        here = {"stopped": status(delivery), "now": _("Aujourd’hui")}.get(shown, "")
        stations.append(Station(str(state.label).capitalize(), state=shown, here=here))
    return stations


def silent_days(delivery: Delivery, last: datetime | None, at: datetime) -> int:
    """Whole days without news, counted from the last update or from the start."""
    return (calendar.local_day(at) - calendar.local_day(last or delivery.created_at)).days


def silence(delivery: Delivery, last: datetime | None, at: datetime, every: int) -> str:
    """« sans nouvelles depuis 91 jours », for what still owes news, beyond the `every` days of the règlement."""
    days = silent_days(delivery, last, at)
    if delivery.state not in OWING_NEWS or days <= every:
        return ""
    return ngettext("sans nouvelles depuis %(n)d jour", "sans nouvelles depuis %(n)d jours", days) % {"n": days}


def since(delivery: Delivery, last: datetime | None, at: datetime) -> str:
    """« aujourd’hui », « il y a 12 jours »: how old the last news is."""
    if delivery.state not in OWING_NEWS:
        return ""
    if last is None:
        return _("aucune nouvelle")
    days = silent_days(delivery, last, at)
    return ngettext("il y a %(n)d jour", "il y a %(n)d jours", days) % {"n": days} if days else _("aujourd’hui")


def promise(delivery: Delivery, forecast_on: date | None = None) -> str:
    """« Promis pour le 1er juin 2026 », and the new date when it has moved; what was done, when it is done."""
    if delivery.inaugurated_on:
        return _("Inauguré le %(day)s") % {"day": calendar.day_words(delivery.inaugurated_on)}
    if delivery.delivered_on:
        return _delivered(delivery, delivery.delivered_on)
    if delivery.state == DeliveryState.ABANDONED:
        return ""
    promised = calendar.day_words(delivery.promised_on)
    if forecast_on and forecast_on != delivery.promised_on:
        moved = {"promised": promised, "day": calendar.day_words(forecast_on)}
        return _("Promis pour le %(promised)s, attendu pour le %(day)s") % moved
    return _("Promis pour le %(day)s") % {"day": promised}


def _delivered(delivery: Delivery, on: date) -> str:
    """« Livré le 3 octobre 2026, 12 jours après la date promise »."""
    said = _("Livré le %(day)s") % {"day": calendar.day_words(on)}
    days = (on - delivery.promised_on).days
    if days <= 0:
        return _("%(delivered)s, comme promis") % {"delivered": said}
    late = ngettext("%(n)d jour après la date promise", "%(n)d jours après la date promise", days) % {"n": days}
    return f"{said}, {late}"


def lateness(delivery: Delivery, at: datetime) -> str:
    """« 12 jours de retard », of what is not delivered: against what was promised, not against the last forecast."""
    if delivery.state not in OWING_NEWS:
        return ""
    days = (calendar.local_day(at) - delivery.promised_on).days
    return ngettext("%(n)d jour de retard", "%(n)d jours de retard", days) % {"n": days} if days > 0 else ""


QUICK_WIN_MONTHS = 6


def quick_win(delivery: Delivery, chosen_on: date | None) -> str:
    """« Réalisé en moins de six mois », counted from the end of the vote."""
    if chosen_on is None or delivery.delivered_on is None:
        return ""
    return (
        _("Réalisé en moins de six mois")
        if delivery.delivered_on <= calendar.months_after(chosen_on, QUICK_WIN_MONTHS)
        else ""
    )


def outcome(delivery: Delivery, at: datetime) -> Outcome:
    """What became of the promise, on that day."""
    if delivery.state == DeliveryState.ABANDONED:
        return "abandoned"
    if delivery.delivered_on:
        return "late" if delivery.delivered_on > delivery.promised_on else "kept"
    return "overdue" if calendar.local_day(at) > delivery.promised_on else "to_come"


def cost(delivery: Delivery, voted_eur: Decimal | None) -> str:
    """« Coût attendu : 45 000 € (voté : 40 000 €) », once it differs from what was voted."""
    if delivery.expected_cost_eur is None or delivery.state == DeliveryState.ABANDONED:
        return ""
    amounts = {"cost": money.in_words(delivery.expected_cost_eur), "voted": money.in_words(voted_eur or money.ZERO)}
    return _("Coût attendu : %(cost)s (voté : %(voted)s)") % amounts


def questions(number: int) -> str:
    """« 2 questions »."""
    return ngettext("%(n)d question", "%(n)d questions", number) % {"n": number} if number else ""


def late_questions(number: int) -> str:
    """« 1 réponse en retard »."""
    said = ngettext("%(n)d réponse en retard", "%(n)d réponses en retard", number)
    return said % {"n": number} if number else ""


def outside(done_by: str, done_on: date) -> str:
    """« Réalisé hors budget participatif par le département, le 3 octobre 2026 »."""
    words = {"who": done_by, "day": calendar.day_words(done_on)}
    return _("Réalisé hors budget participatif par %(who)s, le %(day)s") % words


def promise_kept(kept: int, promised: int) -> str:
    """« 3 promesses tenues à l’heure sur 6 »."""
    said = ngettext("%(n)d promesse tenue à l’heure sur %(all)d", "%(n)d promesses tenues à l’heure sur %(all)d", kept)
    return said % {"n": kept, "all": promised}


def residents(population: int | None) -> str:
    """« 6 120 habitants »; « » where nobody counted them."""
    if not population:
        return ""
    words = ngettext("%(n)s habitant", "%(n)s habitants", population)
    return words % {"n": number_format(population, force_grouping=True)}
