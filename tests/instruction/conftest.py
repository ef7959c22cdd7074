"""The study's ground: a cycle in its study, and cases on demand."""

from __future__ import annotations

import pytest

from tests.factories import cycles as cycle_factory
from tests.factories import instruction as factory


@pytest.fixture
def cycle(town, at):
    """The 2026 edition, whose study opened a week ago."""
    return cycle_factory.cycle(at, open_phase="instruction")


@pytest.fixture
def idea(cycle, at):
    return factory.idea(cycle, at)


@pytest.fixture
def case_in(cycle, at, green_spaces):
    """A function: a case of the green spaces in a state."""

    def make(state: str, **facts):
        return factory.case(cycle, facts.pop("at", at), facts.pop("lead", green_spaces), state=state, **facts)

    return make
