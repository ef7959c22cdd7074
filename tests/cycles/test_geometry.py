"""Outlines: what is inside, what is around, what is drawn."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cycles import geometry
from cycles.geometry import Box, OutlineError, Projection

SQUARE = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]]
HOLE = [[1.0, 1.0], [3.0, 1.0], [3.0, 3.0], [1.0, 3.0], [1.0, 1.0]]
ISLAND = [[10.0, 0.0], [11.0, 0.0], [11.0, 1.0], [10.0, 1.0], [10.0, 0.0]]
TOWN = {"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE], [ISLAND]]}


@pytest.mark.parametrize(
    ("point", "is_inside"),
    [((0.5, 0.5), True), ((2, 2), False), ((10.5, 0.5), True), ((5, 0.5), False), ((-1, 2), False), ((3.5, 2), True)],
)
def test_holes_and_islands(point, is_inside):
    assert geometry.contains(TOWN, point) is is_inside


def test_the_box_goes_around_everything():
    assert geometry.box_of(TOWN) == Box(0, 0, 11, 4)
    assert Box(0, 0, 1, 1).around(Box(-2, 0.5, 0, 3)) == Box(-2, 0, 1, 3)


def star(center, radii):
    """A polygon whose inside is known by polar arithmetic: radius by angle, straight between corners."""
    step = 2 * math.pi / len(radii)
    ring = [[center[0] + r * math.cos(i * step), center[1] + r * math.sin(i * step)] for i, r in enumerate(radii)]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


RADII = st.lists(st.floats(0.1, 1.0), min_size=5, max_size=24)
CENTER = st.tuples(st.floats(-5, 9), st.floats(42, 51))


@given(CENTER, RADII, st.integers(0, 100), st.floats(0.05, 2.0))
def test_along_a_spoke_of_a_star_inside_is_nearer_than_its_corner(center, radii, spoke, share):
    assume(abs(share - 1) > 0.01)
    outline = star(center, radii)
    corner = outline["coordinates"][0][spoke % len(radii)]
    point = tuple(c + (k - c) * share for c, k in zip(center, corner, strict=True))

    assert geometry.contains(outline, point) is (share < 1)


@given(CENTER, RADII)
def test_a_name_is_written_inside_its_outline(center, radii):
    outline = star(center, radii)

    assert geometry.contains(outline, geometry.label_point(outline))


@given(CENTER, RADII, st.floats(100, 1000))
def test_what_is_drawn_stays_in_the_drawing(center, radii, width):
    outline = star(center, radii)
    projection = Projection(geometry.box_of(outline), width)

    for point in outline["coordinates"][0]:
        x, y = projection.of(point)
        assert -0.001 <= x <= width + 0.001
        assert -0.001 <= y <= projection.height + 0.001


def test_north_is_up_and_a_degree_of_longitude_is_shorter_than_one_of_latitude():
    projection = Projection(Box(0, 59.5, 1, 60.5), 100)

    assert projection.of((0, 60.5)) == (0, 0)
    assert projection.height == pytest.approx(200, rel=0.001)


def test_a_hole_is_a_second_ring_of_the_path():
    path = geometry.svg_path({"type": "Polygon", "coordinates": [SQUARE, HOLE]}, Projection(Box(0, -2, 4, 2), 4))

    assert (path.count("M"), path.count("Z")) == (2, 2)
    assert path.startswith("M0.0 2.0L4.0 2.0L")


def test_heights_are_dropped():
    ring = [[*point, 12.5] for point in SQUARE]

    assert geometry.checked({"type": "Polygon", "coordinates": [ring]}) == {"type": "Polygon", "coordinates": [SQUARE]}
    assert geometry.checked(TOWN) == TOWN


@pytest.mark.parametrize(
    ("outline", "code"),
    [
        (None, "kind"),
        ({"type": "Point", "coordinates": [0, 0]}, "kind"),
        ({"type": "Polygon"}, "ring"),
        ({"type": "Polygon", "coordinates": []}, "ring"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "ring"),
        ({"type": "Polygon", "coordinates": [SQUARE[:3]]}, "ring"),
        ({"type": "Polygon", "coordinates": [SQUARE[:4]]}, "ring"),
        ({"type": "Polygon", "coordinates": [[*SQUARE[:3], ["a", 1], SQUARE[0]]]}, "number"),
        ({"type": "Polygon", "coordinates": [[*SQUARE[:3], [math.nan, 1], SQUARE[0]]]}, "number"),
        ({"type": "Polygon", "coordinates": [[[652000, 6862000]] * 4]}, "degrees"),
    ],
)
def test_what_is_no_outline_is_refused(outline, code):
    with pytest.raises(OutlineError) as refusal:
        geometry.checked(outline)
    assert refusal.value.code == code
