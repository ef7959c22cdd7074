"""The desk of money: the envelopes and what they add up to, a sharing between places, one envelope."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bp_platform.core import money
from bp_platform.core.components import Cell, Row
from bp_platform.core.decisions import Refused
from bp_platform.core.fields import refuse
from bp_platform.core.http import MemberRequest, see_other
from cycles import districts, policies, selectors, services, split, wording
from cycles.forms.envelopes import EnvelopeForm, SplitForm, VotedForm
from cycles.models import AreaKind, Cycle, Envelope

STEP = "enveloppes"


@require_http_methods(["GET", "POST"])
def desk(request: MemberRequest, cycle: str) -> HttpResponse:
    """What was voted, the envelopes, whether they add up, and who gets what per inhabitant."""
    now = timezone.now()
    edition = policies.frame_for(request.user, cycle, now)
    may = policies.can_prepare(request.user, edition, now)
    form = VotedForm(request.POST or None, initial={"total_eur": edition.total_eur}) if may else None
    if request.method == "POST" and form is not None and form.is_valid() and _keep_voted(request, edition, form, now):
        return see_other("cycles:setup_envelopes", cycle)
    envelopes = selectors.envelopes_of(edition)
    context = {
        "cycle": edition, "step": STEP, "form": form, "may": may, "sum": selectors.sum_of(edition, envelopes),
        "rows": [_row(row, may=bool(may)) for row in envelopes],
        "columns": [_("Enveloppe"), _("Pour"), _("Section"), _("Votée"), _("Annoncée")],
        "equity": selectors.equity_of(edition),
    }  # fmt: skip
    is_wrong = form is not None and form.errors
    return render(request, "cycles/setup/envelopes.html", context, status=422 if is_wrong else 200)


def _keep_voted(request: MemberRequest, edition: Cycle, form: VotedForm, now: datetime) -> bool:
    try:
        services.edit_frame(edition, by=request.user, at=now, facts=form.cleaned_data, step=STEP)
    except (Refused, ValidationError) as error:
        refuse(form, error)
        return False
    messages.success(request, _("Le montant voté est enregistré."))
    return True


def _row(row: Envelope, *, may: bool) -> Row:
    url = resolve_url("cycles:setup_envelope", row.cycle.slug, row.pk) if may else ""
    announced = money.in_words(row.announced_eur) if row.announced_eur else "—"
    return Row(
        [
            Cell(row.name, url=url, note=row.owner_department.short_name if row.owner_department else ""),
            Cell(_meant_for(row)),
            Cell(str(row.get_section_display())),
            Cell(money.in_words(row.amount_eur), is_number=True),
            Cell(announced, is_number=True),
        ]
    )


def _meant_for(row: Envelope) -> str:
    """« Les Mariniers, projets de 5 000 € à 40 000 €, jeunes »."""
    parts = [str(part) for part in (row.area, row.theme) if part]
    low, high = (money.in_words(x) if x is not None else "" for x in (row.minimum_eur, row.maximum_eur))
    if low and high:
        parts.append(_("projets de %(low)s à %(high)s") % {"low": low, "high": high})
    elif low or high:
        parts.append(
            (_("projets d’au moins %(eur)s") if low else _("projets d’au plus %(eur)s")) % {"eur": low or high}
        )
    if row.public != "everybody":
        parts.append(str(row.get_public_display()))
    return ", ".join(parts) or _("toute l’édition")


@require_http_methods(["GET", "POST"])
def add(request: MemberRequest, cycle: str) -> HttpResponse:
    """One more envelope."""
    edition = policies.preparation_for(request.user, cycle, timezone.now())
    return _envelope_page(request, edition, None, timezone.now())


@require_http_methods(["GET", "POST"])
def change(request: MemberRequest, cycle: str, pk: int) -> HttpResponse:
    """One envelope."""
    now = timezone.now()
    envelope = policies.envelope_for(request.user, cycle, pk, now)
    return _envelope_page(request, envelope.cycle, envelope, now)


def _envelope_page(request: MemberRequest, edition: Cycle, envelope: Envelope | None, now: datetime) -> HttpResponse:
    names = tuple(EnvelopeForm.base_fields)
    initial = {name: getattr(envelope, name) for name in names} if envelope else None
    form = EnvelopeForm(request.POST or None, cycle=edition, envelope=envelope, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            if envelope:
                services.change_envelope(envelope, by=request.user, at=now, **form.cleaned_data)
            else:
                services.add_envelope(edition, by=request.user, at=now, **form.cleaned_data)
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("« %(name)s » est enregistrée.") % {"name": form.cleaned_data["name"]})
            return see_other("cycles:setup_envelopes", edition.slug)
    amount = policies.can_change_amount(envelope, now) if envelope else None
    context = {"cycle": edition, "step": STEP, "envelope": envelope, "form": form, "amount": amount}
    return render(request, "cycles/setup/envelope.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request: MemberRequest, cycle: str, pk: int) -> HttpResponse:
    """Remove an envelope that nothing rests on."""
    now = timezone.now()
    envelope = policies.envelope_for(request.user, cycle, pk, now)
    try:
        services.remove_envelope(envelope, by=request.user, at=now)
    except Refused as error:
        messages.error(request, str(error))
        return see_other("cycles:setup_envelope", cycle, pk)
    messages.success(request, _("« %(name)s » est retirée.") % {"name": envelope.name})
    return see_other("cycles:setup_envelopes", cycle)


@require_http_methods(["GET", "POST"])
def share(request: MemberRequest, cycle: str) -> HttpResponse:
    """Share a sum between places: the table first, then the act."""
    now = timezone.now()
    edition = policies.preparation_for(request.user, cycle, now)
    may = policies.can_split(request.user, edition, now)
    form = SplitForm(request.POST or None, cycle=edition, initial=_usual(edition))
    shares: list[services.Share] = []
    if request.method == "POST" and form.is_valid():
        shares = _shares(form) if _is_written(form, edition) else []
        if shares and "appliquer" in request.POST and _apply(request, edition, form, shares, now):
            said = ngettext("L’argent va à %(n)d lieu.", "L’argent est réparti entre %(n)d lieux.", len(shares))
            messages.success(request, said % {"n": len(shares)})
            return see_other("cycles:setup_envelopes", cycle)
    context = {
        "cycle": edition, "step": STEP, "form": form, "may": may, "shares": _table(edition, form, shares),
        "article": selectors.split_words(edition),
        "columns": [_("Lieu"), _("Habitants"), _("Aujourd’hui"), _("Répartition"), _("€ par habitant")],
    }  # fmt: skip
    return render(request, "cycles/setup/split.html", context, status=422 if form.errors else 200)


def _usual(edition: Cycle) -> dict[str, Any]:
    """Each place, what they share today or else what article 9 leaves them, and the amounts of today by hand."""
    rows = selectors.place_envelopes(edition, "investment")
    today = sum((row.amount_eur for row in rows), money.ZERO)
    initial: dict[str, Any] = {f"amount_{row.area_id}": row.amount_eur for row in rows}
    initial["areas"] = [area.pk for area in districts.of(list(edition.areas.select_related("parent").order_by("pk")))]
    written = selectors.written_rules(edition).places
    shared = (100 - Decimal(written.town_share_percent)) / 100
    common = [row for row in edition.envelopes.filter(area=None).order_by("pk") if row.is_plain]
    whole = edition.total_eur or sum((row.amount_eur for row in common), money.ZERO)
    initial["total_eur"] = today or (money.round_eur(whole * shared) if whole else None)
    initial["source"] = common[0] if len(common) == 1 and not today else None
    initial["formula"] = split.FORMULAS.get(written.split, "population")
    initial["bonus_percent"] = written.priority_bonus_percent
    return initial


def _is_written(form: SplitForm, edition: Cycle) -> bool:
    """Whether the adopted règlement shares the money so; the refusal is beside the field."""
    decision = policies.can_split_so(edition, form.cleaned_data["formula"], form.cleaned_data["bonus_percent"])
    if not decision:
        form.add_error("formula", str(decision.reason))
    return bool(decision)


def _shares(form: SplitForm) -> list[services.Share]:
    """What each place gets; a sentence beside the field when the sum cannot be shared so."""
    data = form.cleaned_data
    areas = list(data["areas"])
    if data["formula"] == "by_hand":
        amounts = [data.get(f"amount_{area.pk}") or money.ZERO for area in areas]
        missing = data["total_eur"] - sum(amounts, money.ZERO)
        if missing:
            words = {"difference": money.in_words(abs(missing))}
            form.add_error(
                "total_eur",
                (_("les montants écrits laissent %(difference)s de côté.") if missing > 0
                 else _("les montants écrits dépassent cette somme de %(difference)s.")) % words,
            )  # fmt: skip
            return []
        return [services.Share(area, amount) for area, amount in zip(areas, amounts, strict=True)]
    unknown = [area.name for area in areas if not area.population] if data["formula"] == "population" else []
    if unknown:
        form.add_error(
            "areas",
            _("le nombre d’habitants manque pour %(names)s : écrivez-le dans les lieux, ou choisissez une autre façon.")
            % {"names": ", ".join(unknown)},
        )
        return []
    sharers = [split.Sharer(area.code, area.population or 0, area.kind == AreaKind.PRIORITY) for area in areas]
    weights = split.weights_of(sharers, data["formula"], data["bonus_percent"])
    parts = split.shares(data["total_eur"], weights)
    return [services.Share(area, part) for area, part in zip(areas, parts, strict=True)]


def _apply(
    request: MemberRequest, edition: Cycle, form: SplitForm, shares: list[services.Share], now: datetime
) -> bool:
    data = form.cleaned_data
    try:
        services.split_envelopes(
            edition, shares, by=request.user, at=now, section=data["section"], source=data["source"]
        )
    except (Refused, ValidationError) as error:
        refuse(form, error)
        return False
    return True


def _table(edition: Cycle, form: SplitForm, shares: list[services.Share]) -> list[Row]:
    section = form.cleaned_data.get("section", "investment") if form.is_bound and form.is_valid() else "investment"
    today = {row.area_id: row.amount_eur for row in selectors.place_envelopes(edition, section)}
    return [_share_row(one, today.get(one.area.pk)) for one in shares]


def _share_row(one: services.Share, today: Decimal | None) -> Row:
    heads = one.area.population
    return Row(
        [
            Cell(one.area.name, note=str(one.area.get_kind_display())),
            Cell(wording.inhabitants(heads), is_number=True),
            Cell(money.in_words(today) if today else "—", is_number=True),
            Cell(money.in_words(one.amount_eur, cents=True), is_number=True),
            Cell(money.in_words(money.round_eur(one.amount_eur / heads)) if heads else "—", is_number=True),
        ]
    )
