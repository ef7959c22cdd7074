"""What the old rows become: a data migration run on the tables as they were, inside the test's transaction."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.factories import cycles as factory

pytestmark = pytest.mark.django_db
SAYS = "0016_the_call_says_its_kind"


@pytest.fixture
def past():
    """The models of the day, over tables put back as they were then; the test's rollback forgets it all."""
    state = MigrationLoader(connection).project_state(("cycles", SAYS))
    with connection.cursor() as cursor:  # what the next one, 0017, took away
        cursor.execute("ALTER TABLE cycles_diagnosis ADD call_kind varchar(10) NOT NULL DEFAULT 'ideas'")
        cursor.execute("ALTER TABLE cycles_issue ADD dots integer NOT NULL DEFAULT 0")
    return state.apps


def test_the_call_takes_its_kind_from_the_diagnosis_and_old_dots_become_a_count_and_back(past):
    migration = import_module(f"cycles.migrations.{SAYS}")
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    made, other = (factory.cycle(at, slug=slug, prefix=prefix) for slug, prefix in (("2026", "BP26"), ("2027", "BP27")))
    diagnoses, counts, issues, phases = (
        past.get_model("cycles", name).objects for name in ("Diagnosis", "DotCount", "Issue", "Phase")
    )
    diagnoses.create(cycle_id=made.pk, call_kind="projects", published_at=at)
    noise = issues.create(cycle_id=made.pk, title="Le bruit", dots=7)
    shade = issues.create(cycle_id=made.pk, title="L’ombre", dots=0)
    benches = issues.create(cycle_id=other.pk, title="Les bancs", dots=2)

    migration.forward(past, None)

    kinds = phases.filter(kind="call").order_by("cycle__slug").values_list("call_kind", flat=True)
    assert list(kinds) == ["projects", "ideas"]
    found = counts.order_by("diagnosis__cycle__slug").values_list("source", "sheets", "counts")
    assert list(found) == [
        ("meeting", 7, {str(noise.pk): 7, str(shade.pk): 0}),
        ("meeting", 2, {str(benches.pk): 2}),
    ]
    assert diagnoses.count() == 2
    issues.update(dots=0)
    diagnoses.update(call_kind="ideas")
    migration.backward(past, None)
    assert list(issues.order_by("pk").values_list("dots", flat=True)) == [7, 0, 2]
    assert diagnoses.get(cycle_id=made.pk).call_kind == "projects"
