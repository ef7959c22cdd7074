"""The acts on a cycle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from pydantic import ValidationError as RulesError

from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar, journal, registries
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import flow, policies, presets, selectors
from cycles.geojson import Place
from cycles.models import Area, AreaKind, Cycle, Envelope, Phase, RulebookState, RulebookVersion, SectionFreeze, Theme
from cycles.rules import FRAMES, Rules

Part = TypeVar("Part", Area, Theme, Envelope)


def create_cycle(*, by: Actor, at: datetime, **facts: Any) -> Cycle:
    """A new cycle in preparation; `facts` are the fields of Cycle."""
    role = demand(policies.team_only(by, at)).role
    with journal.transaction_with_journal():
        cycle = Cycle(**facts)
        cycle.full_clean()
        cycle.save()
        journal.record(
            journal.Line(cycle.journal_chain, at, by, "create_cycle", cycle, to_state=cycle.state, role=role)
        )
    return cycle


def set_phase(
    cycle: Cycle, *, by: Actor, at: datetime, kind: str, opens_at: datetime, closes_at: datetime, public_text: str = ""
) -> Phase:
    """Add a phase, or move the one of that kind. A date that has passed no longer moves."""
    role = demand(policies.can_prepare(by, cycle, at)).role
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        phase = selectors.phase_of(cycle, kind) or Phase(cycle=cycle, kind=kind)
        for name, new in (("opens_at", opens_at), ("closes_at", closes_at)):
            old = getattr(phase, name)
            if phase.pk and old != new and old <= at:
                raise Refused(no(_("Cette date est passée : elle ne change plus.")))
        phase.opens_at, phase.closes_at, phase.public_text = opens_at, closes_at, public_text
        phase.full_clean()
        phase.save()
        journal.record(journal.Line(cycle.journal_chain, at, by, f"set_phase:{kind}", phase, role=role))
        touch(cycle)
    return phase


def add_area(cycle: Cycle, *, by: Actor, at: datetime, **facts: Any) -> Area:
    """A place of the cycle; `facts` are the fields of Area."""
    return _add(Area(cycle=cycle, **facts), "add_area", by=by, at=at)


def import_areas(cycle: Cycle, places: Iterable[Place], *, by: Actor, at: datetime) -> list[Area]:
    """Add these places, or give those whose code is known their new name and outline: all of them or none."""
    role = demand(policies.can_prepare(by, cycle, at)).role
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        known = {area.code: area for area in cycle.areas.order_by("pk")}
        whole = next((area for area in known.values() if area.kind == AreaKind.COMMUNE), None)
        written = []
        for place in places:
            area = known.get(place.code) or Area(cycle=cycle, code=place.code, parent=whole)
            area.name, area.outline = place.name, place.outline
            area.full_clean()
            area.save()
            journal.record(journal.Line(cycle.journal_chain, at, by, "import_area", area, role=role))
            written.append(area)
        touch(cycle)
    return written


def add_theme(cycle: Cycle, *, by: Actor, at: datetime, **facts: Any) -> Theme:
    """A theme of the cycle; `facts` are the fields of Theme."""
    return _add(Theme(cycle=cycle, **facts), "add_theme", by=by, at=at)


def add_envelope(cycle: Cycle, *, by: Actor, at: datetime, **facts: Any) -> Envelope:
    """Money for the cycle's projects; `facts` are the fields of Envelope."""
    return _add(Envelope(cycle=cycle, **facts), "add_envelope", by=by, at=at)


def _add(part: Part, act: str, *, by: Actor, at: datetime) -> Part:
    role = demand(policies.can_prepare(by, part.cycle, at)).role
    with journal.transaction_with_journal():
        part.full_clean()
        part.save()
        journal.record(journal.Line(part.cycle.journal_chain, at, by, act, part, role=role))
        touch(part.cycle)
    return part


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
        facts = {"title": preset.title, "kind": preset.kind, "promise": preset.promise}
        cycle = create_cycle(by=by, at=at, slug=slug, number_prefix=number_prefix, **facts)
        _fill(cycle, preset, by=by, at=at, starts_on=starts_on)
        draft_rulebook(cycle, by=by, at=at, values=preset.rules.model_dump(mode="json"))
        journal.record(journal.Line(cycle.journal_chain, at, by, f"load_preset:{key}", cycle))
    return cycle


def _fill(cycle: Cycle, preset: presets.Preset, *, by: Actor, at: datetime, starts_on: date) -> None:
    zone = public_body().zone
    for kind, plan in preset.phases.items():
        opens_at = calendar.at_midnight(starts_on + timedelta(days=plan.first_day), zone)
        closes_at = calendar.at_midnight(starts_on + timedelta(days=plan.last_day + 1), zone)
        set_phase(cycle, by=by, at=at, kind=kind, opens_at=opens_at, closes_at=closes_at, public_text=plan.text)
    areas: dict[str, Area] = {}
    for area in preset.areas:
        areas[area.code] = add_area(
            cycle, by=by, at=at, **area.model_dump(exclude={"parent"}), parent=areas.get(area.parent)
        )
    themes = {theme.code: add_theme(cycle, by=by, at=at, **theme.model_dump()) for theme in preset.themes}
    for envelope in preset.envelopes:
        facts = envelope.model_dump(exclude={"area", "theme"})
        add_envelope(cycle, by=by, at=at, area=areas.get(envelope.area), theme=themes.get(envelope.theme), **facts)


def publish_cycle(cycle: Cycle, *, by: Actor, at: datetime) -> Cycle:
    """Make the cycle public: from now on its address does not change."""
    with flow.PUBLISH.take(cycle, by=by, at=at) as locked:
        touch(cycle)
    return locked


def close_cycle(cycle: Cycle, *, by: Actor, at: datetime) -> Cycle:
    """End the cycle. Upper floors may object: no closing without the one-year review."""
    with flow.CLOSE.take(cycle, by=by, at=at) as locked:
        demand(registries.objection("close_cycle", locked, at))
        touch(cycle)
    return locked


def draft_rulebook(cycle: Cycle, *, by: Actor, at: datetime, values: Mapping[str, Any]) -> RulebookVersion:
    """A new draft version. Sections that are frozen must keep the values that froze them."""
    role = demand(policies.can_prepare(by, cycle, at)).role
    try:
        rules = Rules.model_validate(values)
    except RulesError as error:
        raise ValidationError([_rule_sentence(e) for e in error.errors()]) from error
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        freeze_sections(cycle, at=at)
        plain = rules.model_dump(mode="json")
        for freeze in cycle.section_freezes.select_related("version"):
            kept = Rules.model_validate(freeze.version.values).model_dump(mode="json")  # with today’s defaults
            if plain[freeze.section] != kept[freeze.section]:
                frame = next(f for f in FRAMES if f.name == freeze.section)
                raise Refused(
                    no(
                        _("L’article %(article)d (%(title)s) est figé : sa phase est ouverte.")
                        % {"article": frame.article, "title": _(frame.title).lower()}
                    )
                )
        last = cycle.rulebook_versions.order_by("-number").first()
        version = RulebookVersion.objects.create(cycle=cycle, number=last.number + 1 if last else 1, values=plain)
        journal.record(journal.Line(cycle.journal_chain, at, by, "draft_rulebook", version, role=role))
    return version


def adopt_rulebook(version: RulebookVersion, *, by: Actor, at: datetime, resolution: str) -> RulebookVersion:
    """The council has adopted this version: `resolution` names its number and date."""
    role = demand(policies.can_prepare(by, version.cycle, at)).role
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=version.cycle_id)
        locked = RulebookVersion.objects.select_for_update().get(pk=version.pk)
        if locked.state == RulebookState.ADOPTED:
            raise Refused(no(_("Cette version du règlement est déjà adoptée.")))
        if not resolution.strip():
            raise ValidationError({"adopted_by_resolution": _("Indiquez la délibération : son numéro et sa date.")})
        locked.state, locked.adopted_at, locked.adopted_by_resolution = RulebookState.ADOPTED, at, resolution
        locked.full_clean()
        locked.save()
        journal.record(
            journal.Line(
                version.cycle.journal_chain,
                at,
                by,
                "adopt_rulebook",
                locked,
                RulebookState.DRAFT,
                locked.state,
                role=role,
            )
        )
        touch(version.cycle)
    return locked


def freeze_sections(cycle: Cycle, *, at: datetime) -> list[SectionFreeze]:
    """Write the freeze of each section whose phase has opened. Harmless twice; called by beat and by first acts."""
    version = selectors.current_version(cycle)
    if version is None:
        return []
    opened = {p.kind: p.opens_at for p in cycle.phases.order_by("-opens_at", "-pk") if p.opens_at <= at}
    frozen = set(cycle.section_freezes.values_list("section", flat=True))
    made = []
    for frame in FRAMES:
        if frame.phase in opened and frame.name not in frozen:
            freeze, is_new = SectionFreeze.objects.get_or_create(
                cycle=cycle,
                section=frame.name,
                defaults={"version": version, "frozen_at": at, "phase_opens_at": opened[frame.phase]},
            )
            if is_new:
                made.append(freeze)
    return made


def freeze_section(cycle: Cycle, section: str, *, at: datetime, opens_at: datetime) -> SectionFreeze | None:
    """Freeze one section before its phase opens: the vote's sealing does. Harmless twice; None without a rulebook."""
    version = selectors.current_version(cycle)
    if version is None:
        return None
    freeze, _is_new = SectionFreeze.objects.get_or_create(
        cycle=cycle,
        section=section,
        defaults={"version": version, "frozen_at": at, "phase_opens_at": opens_at},
    )
    return freeze


def next_number(cycle: Cycle) -> str:
    """The next project number of the cycle, `BP26-0143`; never reused. Locks the cycle until commit."""
    Cycle.objects.filter(pk=cycle.pk).update(last_number=F("last_number") + 1)
    cycle.refresh_from_db(fields=["last_number"])
    return f"{cycle.number_prefix}-{cycle.last_number:04d}"


def touch(cycle: Cycle) -> None:
    """Something public changed: on commit, pages kept for anonymous visitors are stale."""

    def raise_stamp() -> None:
        Cycle.objects.filter(pk=cycle.pk).update(stamp=F("stamp") + 1)

    transaction.on_commit(raise_stamp)


def _rule_sentence(error: Mapping[str, Any]) -> str:
    where = " › ".join(str(part) for part in error["loc"])
    return _("Règlement, « %(where)s » : %(what)s") % {"where": where, "what": error["msg"]}
