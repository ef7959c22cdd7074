"""Scenes drawn for projects without a photograph: a theme and a number give a drawing, always the same.

The files in `static/img/scenes/` are written by `manage.py build_drawings` and committed; a test compares them.
A scene is decorative: it is shown with an empty alternative text. `flat_scene` is the same in plain colours, for PDFs.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext_lazy as _

from bp_platform.core import scenery

VARIANTS: Final = 4

# Kinds of drawing that a theme may choose: code → words of the interface.
KINDS: Final = {
    "nature": _("Arbres et parcs"),
    "mobility": _("Vélos et déplacements"),
    "play": _("Aires de jeux"),
    "sport": _("Terrains de sport"),
    "culture": _("Livres et spectacles"),
    "solidarity": _("Bancs et rencontres"),
    "heritage": _("Mairie et école"),
    "digital": _("Numérique"),
    "water": _("Fontaine et eau"),
    "energy": _("Éclairage et énergie"),
    "garden": _("Potagers et jardins"),
    "market": _("Marché et commerces"),
}

_CLASS: Final = re.compile(r'class="(\w+)"')

_FOREGROUNDS: Final[dict[str, Callable[[random.Random], str]]] = {
    "nature": scenery.trees,
    "mobility": scenery.bikes,
    "play": scenery.swings,
    "sport": scenery.pitch,
    "culture": scenery.stage,
    "solidarity": scenery.bench,
    "heritage": scenery.town_hall,
    "digital": scenery.terminal,
    "water": scenery.fountain,
    "energy": scenery.lamps,
    "garden": scenery.vegetables,
    "market": scenery.stalls,
}


def scene(kind: str, variant: int) -> str:
    """The drawing as an SVG file that follows the reader's light or dark scheme."""
    body = _body(kind, variant)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 210" width="400" height="210">'
        f"<style>{_style(body)}</style>{body}</svg>\n"
    )


def flat_scene(kind: str, number: str) -> str:
    """The drawing of a project in plain light colours, to be written inside a document."""
    body = _CLASS.sub(_plain, _body(_known(kind), variant_of(number)))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 210" role="presentation">{body}</svg>'


def scene_path(kind: str, number: str) -> str:
    """Path below `static/` of the drawing for a theme's kind and a project's number."""
    return f"img/scenes/{_known(kind)}-{variant_of(number)}.svg"


def variant_of(number: str) -> int:
    """1 to VARIANTS: neighbours in a list differ when their numbers follow one another."""
    digits = number.rpartition("-")[2]
    value = int(digits) if digits.isdecimal() else zlib.crc32(number.encode())
    return value % VARIANTS + 1


def _known(kind: str) -> str:
    return kind if kind in KINDS else "nature"


def _body(kind: str, variant: int) -> str:
    # One generator per scene, seeded by its name: the same file on every machine and every version.
    chance = random.Random(f"{kind}-{variant}")  # noqa: S311 -- a drawing, not a secret
    return scenery.backdrop(chance, variant) + _FOREGROUNDS[kind](chance)


def _style(body: str) -> str:
    used = set(_CLASS.findall(body))
    light = "".join(_rules(name, pair[0], used) for name, pair in scenery.COLOURS.items())
    dark = "".join(_rules(name, pair[1], used) for name, pair in scenery.COLOURS.items())
    return f"{light}@media (prefers-color-scheme:dark){{{dark}}}"


def _rules(name: str, colour: str, used: set[str]) -> str:
    fill = f".{name}{{fill:{colour}}}" if name in used else ""
    line = f".{name}l{{fill:none;stroke:{colour}}}" if f"{name}l" in used else ""
    return fill + line


def _plain(match: re.Match[str]) -> str:
    name = match[1]
    if name in scenery.COLOURS:
        return f'fill="{scenery.COLOURS[name][0]}"'
    return f'fill="none" stroke="{scenery.COLOURS[name.removesuffix("l")][0]}"'
