"""How the open edition was prepared: its map, its money shared, its calendar, who prepared what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from bp_platform.accounts.models import Department, Role, RoleAssignment, User
from bp_platform.core import calendar
from bp_platform.demo.town import DEMO
from cycles import selectors
from cycles import services as cycles
from cycles.models import Cycle, PhaseKind
from cycles.services import Dates

LAST_WEEKS = {"repetition", "guichet"}  # still to do
WHO = {"finances": "finances", "communication": "culture", "lieux": "patrimoine"}


def prepare(cycle: Cycle, departments: Mapping[str, Department], at: datetime) -> Cycle:
    """Everything a team does before its call, and the one change it made since."""
    call = selectors.phase_of(cycle, PhaseKind.CALL)
    before = (call.opens_at if call else at) - timedelta(days=100)
    _map(cycle, before)
    cycles.edit_frame(cycle, by=DEMO, at=before, facts={"total_eur": selectors.voted_total(cycle)}, step="")
    budget_vote_on = calendar.local_day(at) + timedelta(days=400)
    cycles.set_frame(cycle, by=DEMO, at=before, school_zone="B", budget_vote_on=budget_vote_on)
    council = calendar.local_day(at) + timedelta(days=190)
    cycles.add_day(cycle, by=DEMO, at=before, kind="council", on=council, label="Conseil municipal")
    year = calendar.local_day(at).year + 1
    cycles.write_election(
        by=DEMO, at=before, kind="regional", first_round_on=council.replace(year=year + 1, month=3, day=12)
    )
    _checklist(cycle, departments, before, at)
    review = selectors.phase_of(cycle, PhaseKind.REVIEW)
    if review is not None and review.opens_at > at:
        longer = Dates(review.kind, review.opens_at, review.closes_at + timedelta(days=7), review.pk)
        cycles.set_phases(
            cycle, [longer], by=DEMO, at=at - timedelta(days=2), key=uuid5(NAMESPACE_URL, "demo:review"),
            label="Bilan prolongé d’une semaine",
        )  # fmt: skip
    return cycle


def _map(cycle: Cycle, at: datetime) -> None:
    """The same places, from a file, as a town gives it: the drawn map is lighter, the tree is checked."""
    features = [
        {
            "type": "Feature",
            "properties": {"nom": area.name, "code": area.code, "parent": area.parent.code if area.parent else ""},
            "geometry": area.outline,
        }
        for area in cycle.areas.exclude(outline=None).select_related("parent").order_by("pk")
    ]
    if features:
        made = cycles.deposit_area_file(
            cycle, by=DEMO, at=at, key=uuid5(NAMESPACE_URL, "demo:areas"), file_name="quartiers.geojson",
            content=json.dumps({"type": "FeatureCollection", "features": features}).encode(),
            options={"name": "nom", "code": "code", "parent": "parent"},
        )  # fmt: skip
        cycles.apply_area_file(made, by=DEMO, at=at)


def _checklist(cycle: Cycle, departments: Mapping[str, Department], before: datetime, at: datetime) -> None:
    """A correspondent for each department that has a head; the usual items, ready but for the last ones."""
    heads = {
        row.department_id: row.user for row in RoleAssignment.objects.filter(role=Role.HEAD).select_related("user")
    }
    for department in departments.values():
        if department.pk in heads:
            cycles.name_correspondent(cycle, department, by=DEMO, at=before, person=heads[department.pk])
    paula = User.objects.filter(username="paula").first()
    for item in cycles.start_checklist(cycle, by=DEMO, at=before):
        lead = departments.get(WHO.get(item.code, ""))
        if lead is not None:
            cycles.entrust_item(item, by=DEMO, at=before, department=lead)
        if item.code not in LAST_WEEKS:
            cycles.tick_item(item, by=paula or DEMO, at=before + timedelta(days=20), is_done=True)
        else:
            cycles.entrust_item(item, by=DEMO, at=before, due_on=calendar.local_day(at) + timedelta(days=12))
