"""A whole edition from a card."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar, journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand
from cycles import policies, presets
from cycles.models import Area, Cycle, CycleKind
from cycles.services.editions import create_cycle, set_phase
from cycles.services.frame import add_area, add_envelope, add_theme
from cycles.services.rulebooks import draft_rulebook
from cycles.services.ruled_bodies import create_ruled_bodies


def load_preset(
    key: str,
    *,
    slug: str,
    by: Actor,
    at: datetime,
    starts_on: date,
    prefix: str = "",
    folder: Path = presets.FOLDER,
) -> Cycle:
    """A cycle in preparation from a preset: its phases, rulebook (a draft), places, themes and money, or nothing."""
    demand(policies.team_only(by, at))
    preset = presets.read(key, folder)
    number_prefix = prefix or f"{preset.prefix}{starts_on:%y}"
    if Cycle.objects.filter(slug=slug).exists():
        raise ValidationError(
            _("L’adresse « %(slug)s » est déjà prise : choisissez-en une autre (--slug).") % {"slug": slug}
        )
    if Cycle.objects.filter(number_prefix=number_prefix).exists():
        raise ValidationError(
            _("Le préfixe « %(prefix)s » est déjà pris : choisissez-en un autre (--prefix).")
            % {"prefix": number_prefix}
        )
    with journal.transaction_with_journal():
        facts: dict[str, Any] = {"title": preset.title, "kind": preset.kind, "promise": preset.promise}
        facts["is_hidden"] = preset.kind == CycleKind.INTERNAL  # the public never sees an edition of the agents
        cycle = create_cycle(by=by, at=at, slug=slug, number_prefix=number_prefix, **facts)
        draft_rulebook(cycle, by=by, at=at, values=preset.rules.model_dump(mode="json"))
        fill(cycle, preset, by=by, at=at, starts_on=starts_on)
        journal.record(journal.Line(cycle.journal_chain, at, by, f"load_preset:{key}", cycle))
    return cycle


def fill(cycle: Cycle, preset: presets.Preset, *, by: Actor, at: datetime, starts_on: date) -> None:
    """The card's phases, places, themes, money and bodies, in an edition that has its draft and nothing else."""
    zone = public_body().zone
    for kind, plan in preset.phases.items():
        opens_at = calendar.at_midnight(starts_on + timedelta(days=plan.first_day), zone)
        closes_at = calendar.at_midnight(starts_on + timedelta(days=plan.last_day + 1), zone)
        set_phase(
            cycle, by=by, at=at, kind=kind, opens_at=opens_at, closes_at=closes_at, public_text=plan.text,
            call_kind=plan.call_kind,
        )  # fmt: skip
    areas: dict[str, Area] = {}
    for area in preset.areas:
        areas[area.code] = add_area(
            cycle, by=by, at=at, **area.model_dump(exclude={"parent"}), parent=areas.get(area.parent)
        )
    themes = {theme.code: add_theme(cycle, by=by, at=at, **theme.model_dump()) for theme in preset.themes}
    for envelope in preset.moneys:
        facts = envelope.model_dump(exclude={"area", "theme"})
        add_envelope(cycle, by=by, at=at, area=areas.get(envelope.area), theme=themes.get(envelope.theme), **facts)
    create_ruled_bodies(cycle, preset.rules.bodies.listed, by=by, at=at)
