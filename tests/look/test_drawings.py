"""Scenes are the same everywhere, light, and safe to be served as pictures."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings

from bp_platform.core import drawings

SCENES = Path(settings.BASE_DIR) / "static" / "img" / "scenes"
EVERY = [(kind, variant) for kind in drawings.KINDS for variant in range(1, drawings.VARIANTS + 1)]


def test_every_scene_is_drawn_by_its_code_and_none_is_left_over():
    committed = {path.stem: path.read_text(encoding="utf-8") for path in SCENES.glob("*.svg")}

    assert committed == {f"{kind}-{variant}": drawings.scene(kind, variant) for kind, variant in EVERY}


@pytest.mark.parametrize(("kind", "variant"), EVERY)
def test_a_scene_is_well_formed_small_and_holds_no_script(kind, variant):
    text = drawings.scene(kind, variant)

    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(text).iter()}

    assert tags <= {"svg", "style", "path", "circle", "ellipse", "g"}
    assert len(text.encode()) <= 6 * 1024


def test_the_four_variants_of_a_kind_differ():
    assert len({drawings.scene("nature", variant) for variant in range(1, 5)}) == 4


def test_a_number_always_gives_the_same_scene_and_its_neighbour_another():
    paths = [drawings.scene_path("nature", number) for number in ("BP26-0143", "BP26-0143", "BP26-0144")]

    assert paths == ["img/scenes/nature-4.svg", "img/scenes/nature-4.svg", "img/scenes/nature-1.svg"]


def test_an_unknown_kind_is_drawn_as_trees():
    assert drawings.scene_path("volcano", "BP26-0001") == "img/scenes/nature-2.svg"


def test_a_flat_scene_has_colours_instead_of_classes():
    text = drawings.flat_scene("mobility", "BP26-0027")

    assert [word for word in ("class=", "<style", "prefers-color-scheme") if word in text] == []
    assert 'stroke="#1c2321"' in text
