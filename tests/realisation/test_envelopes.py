"""Which envelope pays a project: the nearest that is for its place, its theme and its cost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from cycles.models import Area, AreaKind, Envelope, Theme
from realisation import selectors, services
from tests.factories import cycles as factory
from tests.factories import realisation as deliveries
from tests.people import BUILDER

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground(cycle):
    """Les Flamants, inside Les Mariniers, inside the town; a theme; the town's own envelope."""
    mariners = cycle.areas.get(code="mariniers")
    Area.objects.create(cycle=cycle, name="Les Flamants", code="flamants", parent=mariners)
    Theme.objects.create(cycle=cycle, name="Jeunesse", code="jeunesse", drawing="nature")
    return cycle


def envelope(cycle, name, **facts):
    return Envelope.objects.create(cycle=cycle, name=name, amount_eur=Decimal(50000), **facts)


def paid_by(cycle, at, *, area="flamants", theme="nature", price="10000"):
    proposal = deliveries.laureate(cycle, at, price=price)
    proposal.area, proposal.theme = cycle.areas.get(code=area), cycle.themes.get(code=theme)
    found = selectors.envelope_of(proposal)
    return found.name if found else None


def test_a_place_without_its_own_climbs_to_its_parent_s(ground, at):
    assert paid_by(ground, at) == "Enveloppe de la ville"
    envelope(ground, "Mariniers", area=ground.areas.get(code="mariniers"))
    assert paid_by(ground, at) == "Mariniers"
    envelope(ground, "Flamants", area=ground.areas.get(code="flamants"))
    assert paid_by(ground, at) == "Flamants"
    assert paid_by(ground, at, area="mariniers") == "Mariniers"
    assert paid_by(ground, at, area="ville") == "Enveloppe de la ville"


def test_a_theme_s_envelope_comes_first_where_lists_are_by_theme(ground, at):
    envelope(ground, "Mariniers", area=ground.areas.get(code="mariniers"))
    envelope(ground, "Jeunes", theme=ground.themes.get(code="jeunesse"))
    assert paid_by(ground, at, theme="jeunesse") == "Mariniers"
    assert paid_by(ground, at, area="ville", theme="jeunesse") == "Jeunes"

    version = factory.next_version(ground)
    version.values["ballot"]["lists"] = "by_theme"
    version.save()
    assert paid_by(ground, at, theme="jeunesse") == "Jeunes"
    assert paid_by(ground, at) == "Mariniers"


def test_a_tranche_pays_what_is_of_its_size_and_a_project_that_none_is_for_says_so(ground, at, green_spaces):
    ground.envelopes.all().delete()
    envelope(ground, "Petits", maximum_eur=Decimal(5000))
    envelope(ground, "Moyens", minimum_eur=Decimal(5000), maximum_eur=Decimal(20000))
    envelope(ground, "Jeunes", theme=ground.themes.get(code="jeunesse"), maximum_eur=Decimal(10000))
    prices = ("5000", "5000.01", "20000", "20000.01")

    assert [paid_by(ground, at, price=price) for price in prices] == ["Petits", "Moyens", "Moyens", None]
    assert paid_by(ground, at, theme="jeunesse", price="4000") == "Jeunes"
    with pytest.raises(ValidationError, match="pour le lieu, le thème et le coût de ce projet"):
        deliveries.delivery(ground, at, lead=green_spaces, price="30000")


def test_the_launch_proposes_each_project_s_own_envelope(ground, at, paula, sign_in):
    own = envelope(ground, "Flamants", area=ground.areas.get(code="flamants"))
    proposal = deliveries.laureate(ground, at)
    proposal.area = ground.areas.get(code="flamants")
    proposal.save(update_fields=["area"])

    page = sign_in(paula).get("/bureau/chantiers/lancer/2026/").content.decode()

    assert f'<option value="{own.pk}" selected>' in page
    made = services.create_delivery(
        proposal, by=BUILDER, at=at, resolution="D1", lead_department=own.owner_department or _lead(),
        contact_name="Nadia", promised_on=at.date(),
    )  # fmt: skip
    assert made.envelope == own


def _lead():
    from bp_platform.accounts.models import Department

    return Department.objects.create(name="Direction des lieux", short_name="Lieux")


def test_a_top_that_is_not_the_commune_is_a_place_like_another(cycle, at):
    """P11: « ensemble » is a perimeter that holds the two others and has the money."""
    whole = Area.objects.create(cycle=cycle, name="Les deux", code="ensemble", kind=AreaKind.CUSTOM)
    Area.objects.create(cycle=cycle, name="Le Mail", code="mail", kind=AreaKind.CUSTOM, parent=whole)
    envelope(cycle, "Des deux périmètres", area=whole)

    assert paid_by(cycle, at, area="mail") == "Des deux périmètres"
