"""The places of an edition: read from a file, changed, put in order, removed when nothing rests on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import journal, wakeups
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import coverage, geojson, geometry, policies
from cycles.geojson import Place
from cycles.models import Area, AreaImport, AreaImportState, AreaKind, Cycle
from cycles.services.editions import touch

K = TypeVar("K", int, str)
WAKE = "cycles.read_area_import"
READ_AT_ONCE = 400_000  # bytes: beyond, the worker reads


def import_areas(cycle: Cycle, places: Sequence[Place], *, by: Actor, at: datetime) -> list[Area]:
    """Add these places, or give those whose code is known what the file says of them: all of them or none."""
    role = demand(policies.can_prepare(by, cycle, at)).role
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        known = {area.code: area for area in cycle.areas.order_by("pk")}
        last = max((area.rank for area in known.values()), default=0)
        written = []
        for place in _parents_first(places, known):
            area = known.get(place.code) or Area(cycle=cycle, code=place.code, rank=last + 1 if last else 0)
            _fill(area, place, known)
            area.full_clean()
            area.save()
            known[area.code] = area
            journal.record(journal.Line(cycle.journal_chain, at, by, "import_area", area, role=role))
            written.append(area)
        parents = dict(cycle.areas.values_list("code", "parent__code"))
        for place in places:
            if _is_inside_itself(place.code, parents):
                raise _wrong_parent(place)
        touch(cycle)
    return written


def _fill(area: Area, place: Place, known: Mapping[str, Area]) -> None:
    """What the file says; what it does not say stays as it was."""
    area.name, area.outline, area.simple_outline = place.name, place.outline, place.simple
    box = geometry.box_of(place.outline)
    area.box = list(place.box) or [box.west, box.south, box.east, box.north]
    area.kind = place.kind or area.kind
    if place.population is not None:
        area.population = place.population
    if place.parent:
        area.parent = known[place.parent]
    elif area.code not in known and area.kind != AreaKind.COMMUNE:
        area.parent = next((other for other in known.values() if other.kind == AreaKind.COMMUNE), None)


def _parents_first(places: Iterable[Place], known: Mapping[str, Area]) -> list[Place]:
    """The places in an order where each follows its parent. A parent that nobody knows, or a loop, is refused."""
    waiting, ordered, seen = list(places), [], set(known)
    while waiting:
        ready = [place for place in waiting if not place.parent or place.parent in seen]
        if not ready:
            raise _wrong_parent(waiting[0])
        ordered += ready
        seen |= {place.code for place in ready}
        waiting = [place for place in waiting if place not in ready]
    return ordered


def _wrong_parent(place: Place) -> ValidationError:
    return ValidationError(
        _("Lieu « %(name)s » : son lieu parent « %(parent)s » n’existe ni dans le fichier ni dans l’édition, "
          "ou il est à l’intérieur de ce lieu ; corrigez la propriété du parent.")
        % {"name": place.name, "parent": place.parent}
    )  # fmt: skip


def deposit_area_file(
    cycle: Cycle, *, by: Actor, at: datetime, key: UUID, file_name: str, content: bytes, options: Mapping[str, str]
) -> AreaImport:
    """Keep a file of places to be looked at; it replaces the one before. The same post twice is one act."""
    role = demand(policies.can_prepare(by, cycle, at)).role
    known = AreaImport.objects.filter(key=key).first()
    if known is not None:
        return known
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(
            {"file": _("Ce fichier n’est pas en UTF-8 : exportez-le de nouveau, en UTF-8.")}
        ) from error
    if "\x00" in text:
        raise ValidationError({"file": _("Ce fichier n’est pas du GeoJSON : exportez la couche en GeoJSON.")})
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        AreaImport.objects.filter(cycle=cycle).delete()
        made = AreaImport.objects.create(
            cycle=cycle, key=key, file_name=file_name[-150:], content=text, options=dict(options), made_at=at
        )
        journal.record(journal.Line(cycle.journal_chain, at, by, "deposit_area_file", made, role=role))
        if len(content) > READ_AT_ONCE:
            wakeups.wake(WAKE, str(made.pk))
    if len(content) <= READ_AT_ONCE:
        read_area_file(made.pk)
        made.refresh_from_db()
    return made


def read_area_file(import_pk: int | str) -> bool:
    """Read a file that waits: what it holds, or why it is refused. Harmless twice; False when nothing waited."""
    made = AreaImport.objects.filter(pk=import_pk, state=AreaImportState.WAITING).first()
    if made is None:
        return False
    options = {f"{name}_property" if name in {"name", "code"} else name: value for name, value in made.options.items()}
    reading = geojson.read(made.content, **options)
    study = coverage.study(reading.places) if reading.places and not reading.errors else None
    errors = [*reading.errors, *(study.errors if study else ())]
    places: Sequence[Place] = study.places if study else ()
    AreaImport.objects.filter(pk=made.pk, state=AreaImportState.WAITING).update(
        state=AreaImportState.REFUSED if errors else AreaImportState.READ,
        content="",
        places=[place.plain() for place in places],
        findings=[finding.plain() for finding in (study.findings if study else ())],
        errors=errors,
    )
    return True


def apply_area_file(made: AreaImport, *, by: Actor, at: datetime) -> list[Area]:
    """Take the places of a file that has been looked at; a second time says what was done."""
    with journal.transaction_with_journal():
        locked = AreaImport.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=made.pk)
        if locked.state == AreaImportState.APPLIED:
            return list(locked.cycle.areas.order_by("rank", "pk"))
        if locked.state != AreaImportState.READ:
            raise Refused(no(_("Ce fichier ne peut pas être pris : corrigez-le et déposez-le de nouveau.")))
        written = import_areas(locked.cycle, [place_of(row) for row in locked.places], by=by, at=at)
        locked.state, locked.places = AreaImportState.APPLIED, []  # what it left to look at stays
        locked.save()
    return written


def place_of(row: Mapping[str, Any]) -> Place:
    """A place as it was kept."""
    facts = {field.name: row[field.name] for field in fields(Place)}
    return Place(**{**facts, "box": tuple(facts["box"])})


def change_area(area: Area, *, by: Actor, at: datetime, **facts: Any) -> Area:
    """New name, nature, parent or population; its code and its outline stay."""
    role = demand(policies.can_prepare(by, area.cycle, at)).role
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=area.cycle_id)
        locked = Area.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=area.pk)
        for name, value in facts.items():
            setattr(locked, name, value)
        _demand_a_tree(locked)
        locked.full_clean()
        locked.save()
        journal.record(journal.Line(locked.cycle.journal_chain, at, by, "change_area", locked, role=role))
        touch(locked.cycle)
    return locked


def _demand_a_tree(area: Area) -> None:
    parents: dict[int, int | None] = dict(area.cycle.areas.values_list("pk", "parent_id"))
    parents[area.pk] = area.parent_id
    if _is_inside_itself(area.pk, parents):
        raise ValidationError({"parent": _("Ce lieu contient déjà celui-ci : choisissez un autre lieu parent.")})


def _is_inside_itself(place: K, parents: Mapping[K, K | None]) -> bool:
    """Whether going from parent to parent comes back to where it began."""
    step, seen = parents.get(place), set[K]()
    while step is not None and step != place and step not in seen:
        seen.add(step)
        step = parents.get(step)
    return step == place


def move_area(area: Area, *, by: Actor, at: datetime, step: int) -> None:
    """One place up (-1) or down (1) in the list; at the end of the list, nothing changes."""
    role = demand(policies.can_prepare(by, area.cycle, at)).role
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=area.cycle_id)
        rows = list(area.cycle.areas.defer("outline", "simple_outline").order_by("rank", "name", "pk"))
        here = next(index for index, row in enumerate(rows) if row.pk == area.pk)
        there = max(0, min(len(rows) - 1, here + step))
        rows.insert(there, rows.pop(here))
        for place, row in enumerate(rows, start=1):
            row.rank = place
        Area.objects.bulk_update(rows, ["rank"])
        journal.record(journal.Line(area.cycle.journal_chain, at, by, "move_area", area, role=role))
        touch(area.cycle)


def remove_area(area: Area, *, by: Actor, at: datetime) -> None:
    """Forget a place that nothing rests on; the refusal says what does."""
    role = demand(policies.can_prepare(by, area.cycle, at)).role
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=area.cycle_id)
        locked = Area.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=area.pk)
        demand(policies.can_remove_area(locked, at))
        journal.record(journal.Line(area.cycle.journal_chain, at, by, "remove_area", locked, role=role))
        try:
            locked.delete()
        except ProtectedError as error:
            number = len(error.protected_objects)
            raise Refused(
                no(
                    ngettext(
                        "« %(name)s » sert encore à %(number)d autre élément de l’édition : retirez-le d’abord.",
                        "« %(name)s » sert encore à %(number)d autres éléments de l’édition : retirez-les d’abord.",
                        number,
                    )
                    % {"name": area.name, "number": number}
                )
            ) from error
        touch(area.cycle)


def next_rank(cycle: Cycle) -> int:
    """After the last place of a list that the team has put in order; 0 while it is in the order of names."""
    last = int(cycle.areas.aggregate(last=Max("rank"))["last"] or 0)
    return last + 1 if last else 0
