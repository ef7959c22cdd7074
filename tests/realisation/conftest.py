"""The return's ground: an edition in realisation, an envelope of 100 000 €, a delivery of 40 000 €."""

from __future__ import annotations

import pytest

from realisation.models import Delivery
from tests.factories import cycles, realisation


@pytest.fixture
def cycle(town, at):
    """Elections are set aside: the reserve has its own tests."""
    cycles.no_reserve()
    return cycles.cycle(at, open_phase="realisation")


@pytest.fixture
def envelope(cycle):
    return cycle.envelopes.get()


@pytest.fixture
def delivery(cycle, at, green_spaces) -> Delivery:
    """Aïcha's project, entrusted to the green spaces."""
    return realisation.delivery(cycle, at, lead=green_spaces)
