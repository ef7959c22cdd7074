"""The parts of a scene, as SVG text on a sheet of 400 by 210: a town behind, one thing in front.

Classes are colours: `class="g"` fills, `class="gl"` draws a line. The ground in front lies around y = 176.
"""

# ruff: noqa: E501 -- a path is read whole or not at all

from __future__ import annotations

from random import Random
from typing import Final

# name: (light, dark)
COLOURS: Final[dict[str, tuple[str, str]]] = {
    "s": ("#cfe3ea", "#20353f"),  # sky
    "c": ("#eaf4f6", "#2d4753"),  # cloud
    "u": ("#f4c95d", "#d9a93c"),  # sun, light
    "f": ("#a9c7b4", "#2f4c43"),  # far hill
    "m": ("#6f9f90", "#3a655a"),  # middle ground
    "g": ("#0f6650", "#4a8d78"),  # near ground
    "t": ("#2f7d5b", "#63a583"),  # leaves
    "v": ("#5d8f4e", "#8cb673"),  # other leaves
    "a": ("#e9bfa6", "#6b4231"),  # houses, from pale
    "b": ("#d98a6a", "#8a4c34"),
    "e": ("#c97257", "#a3583b"),
    "h": ("#efd9bd", "#574432"),
    "r": ("#8f4a3a", "#5a2c22"),  # roofs
    "w": ("#fdf7ec", "#f0cf86"),  # windows, lit at night
    "i": ("#1c2321", "#e8ece9"),  # ink
    "p": ("#ffffff", "#dfe6e2"),  # paper white
    "o": ("#c2410c", "#ff9d6c"),  # signal
    "y": ("#f4c95d", "#e7bc56"),
    "k": ("#5fa8bd", "#4f95ab"),  # water
    "d": ("#4a3a32", "#8a6a55"),  # trunks
    "n": ("#e4d8c3", "#4d463c"),  # paths, stone
}
_WALLS: Final = ("a", "b", "e", "h", "a", "b")


def backdrop(chance: Random, variant: int) -> str:
    """Sky, sun, clouds, hills and a town that differs with the variant; then the ground."""
    behind = (_roofs, _village, _quay, _avenue)[variant - 1]
    sun = chance.randint(40, 360)
    return (
        f'<path class="s" d="M0 0h400v210H0z"/><circle class="u" cx="{sun}" cy="{chance.randint(34, 58)}" r="24"/>'
        + "".join(_cloud(chance, sun) for _place in range(chance.randint(1, 3)))
        + f'<path class="f" d="M0 128Q90 {chance.randint(84, 104)} 190 122T400 {chance.randint(96, 116)}V210H0z"/>'
        + behind(chance)
        + '<path class="m" d="M0 152Q120 136 220 150T400 145V210H0z"/><path class="g" d="M0 180Q140 164 260 178T400 172V210H0z"/>'
    )


def _cloud(chance: Random, sun: int) -> str:
    """A cloud beside the sun, never across it: by night it would be a mask on a face."""
    x, y = (sun + chance.randint(32, 316)) % 400, chance.randint(18, 62)
    return f'<path class="c" d="M{x} {y}a9 9 0 0 1 13-9a13 13 0 0 1 24 0a9 9 0 0 1 12 9z"/>'


def _roofs(chance: Random) -> str:
    """A row of houses, gable against gable."""
    parts, windows, x = [], "", -14
    while x < 400:
        width, height = chance.choice((38, 46, 54, 62)), chance.randint(46, 92)
        parts.append(_house(chance, x, width, height))
        windows += _windows(x, width, height)
        x += width + chance.choice((0, 0, 0, 5))
    return "".join(parts) + f'<path class="w" d="{windows}"/>'


def _house(chance: Random, x: int, width: int, height: int) -> str:
    wall, top = chance.choice(_WALLS), 156 - height
    shape = f'<path class="{wall}" d="M{x} 158V{top}h{width}V158z"/>'
    roof = chance.choice(("gable", "gable", "mansard", "flat"))
    if roof == "gable":
        shape += _gable(x, width, top, chance)
    elif roof == "mansard":
        shape += f'<path class="r" d="M{x - 2} {top}l6-13h{width - 8}l6 13z"/>'
    if chance.random() < 0.4:
        shape = f'<path class="r" d="M{x + width - 14} {top - 24}h7v26h-7z"/>' + shape
    return shape


def _gable(x: int, width: int, top: int, chance: Random) -> str:
    peak = top - chance.randint(14, 22)
    return f'<path class="r" d="M{x - 3} {top}L{x + width // 2} {peak}L{x + width + 3} {top}z"/>'


def _windows(x: int, width: int, height: int) -> str:
    rows = range(156 - height + 10, 138, 24)
    columns = range(x + 7, x + width - 11, 15)
    return "".join(
        f"M{columns[0]} {row}h7v11h-7z" + "m15 0h7v11h-7z" * (len(columns) - 1) for row in rows if len(columns)
    )


def _village(chance: Random) -> str:
    """Low houses, a bell tower, poplars."""
    tower = chance.choice((90, 150, 236, 300))
    parts = [
        f'<path class="h" d="M{tower} 158V72h26v86z"/><path class="r" d="M{tower - 4} 72l17-38l17 38z"/>'
        f'<circle class="p" cx="{tower + 13}" cy="88" r="7"/><path class="il" stroke-width="1.5" d="M{tower + 13} 83v5l3 2"/>'
        f'<path class="w" d="M{tower + 9} 106h8v16h-8z"/>'
    ]
    windows, x = "", -10
    while x < 400:
        width, height = chance.choice((44, 52, 60)), chance.randint(30, 46)
        parts.append(_house(chance, x, width, height))
        windows += _windows(x, width, height)
        x += width + chance.choice((4, 10, 22))
    poplars = "".join(
        f'<ellipse class="{chance.choice("tv")}" cx="{chance.randint(10, 390)}" cy="132" rx="7" ry="28"/>'
        for _place in range(4)
    )
    return "".join(parts) + f'<path class="w" d="{windows}"/>' + poplars


def _quay(chance: Random) -> str:
    """A river under a bridge, the town on the other bank."""
    start = chance.choice((-40, 10, 60))
    arches = "".join(f"M{start + 20 + 90 * span} 152a33 30 0 0 1 66 0z" for span in range(4))
    waves = "".join(f"M{chance.randint(0, 360)} {y}h{chance.randint(18, 40)}" for y in (142, 146, 150, 144, 149))
    return (
        _roofs(chance)
        + f'<path class="n" d="M{start} 112Q{start + 195} 100 {start + 400} 112V154H{start}z"/>'
        + f'<path class="s" d="{arches}"/><path class="k" d="M0 138h400v22H0z"/>'
        + f'<path class="pl" stroke-width="1.6" stroke-linecap="round" d="{waves}"/>'
    )


def _avenue(chance: Random) -> str:
    """Taller houses behind a line of trees."""
    crowns = "".join(
        f'<path class="dl" stroke-width="3" d="M{x} 150v-18"/><circle class="{chance.choice("tv")}" cx="{x}" cy="{chance.randint(118, 124)}" r="{chance.randint(13, 17)}"/>'
        for x in range(chance.randint(14, 30), 400, 52)
    )
    return _roofs(chance) + crowns


def _tree(x: int, y: int, scale: float, leaf: str) -> str:
    return (
        f'<g transform="translate({x} {y}) scale({scale:.2f})"><path class="dl" stroke-width="4" stroke-linecap="round" d="M0 14V-24M0-8l7-8"/>'
        f'<ellipse class="{leaf}" cy="-30" rx="18" ry="25"/><path class="pl" stroke-width="1.5" stroke-linecap="round" opacity=".35" d="M-6-40q3-8 9-9"/></g>'
    )


def trees(chance: Random) -> str:
    spots = sorted((chance.randint(158, 186), x) for x in (34, 92, 156, 226, 292, 358))
    return "".join(
        _tree(x + chance.randint(-16, 16), y, chance.uniform(0.8, 1.35), chance.choice("ttv")) for y, x in spots
    ) + _flowers(chance)


def _flowers(chance: Random) -> str:
    return "".join(
        f'<circle class="{chance.choice("yop")}" cx="{chance.randint(6, 394)}" cy="{chance.randint(188, 205)}" r="2.4"/>'
        for _place in range(9)
    )


def bikes(chance: Random) -> str:
    lane = '<path class="n" d="M0 186Q140 176 260 184T400 180V200Q260 204 140 196T0 206z"/>'
    return lane + "".join(
        f'<g transform="translate({x} 174) scale({scale})" stroke-linecap="round" stroke-linejoin="round" stroke-width="4"><circle class="il" r="17"/><circle class="il" cx="54" r="17"/>'
        f'<path class="{colour}l" d="M0 0L16-26H42L54 0M16-26L27 0L42-26M27 0H0"/><path class="il" d="M42-26L38-36H48M16-26L13-33M8-33H18"/></g>'
        for x, scale, colour in ((chance.randint(44, 90), 1.15, "o"), (chance.randint(220, 270), 1.15, "y"))
    )


def swings(chance: Random) -> str:
    x, lean = chance.randint(40, 190), chance.choice((-16, 14))
    slide = (
        f'<g transform="translate({x + 176 if x < 120 else x - 96} 178)" stroke-linecap="round"><path class="il" stroke-width="5" d="M0 0V-56M16 0V-56M0-14H16M0-28H16M0-42H16"/>'
        '<path class="ol" stroke-width="9" d="M18-54Q40-44 48-14Q52-2 66-2"/></g>'
    )
    return (
        f'<g transform="translate({x} 180)" stroke-linecap="round" stroke-linejoin="round"><path class="il" stroke-width="6" d="M0 0L20-76L40 0M112 0L132-76L152 0M20-76H132"/>'
        f'<path class="il" stroke-width="2.5" d="M48-76l{lean} 52M66-76l{lean} 52M94-76v56M112-76v56"/>'
        f'<path class="yl" stroke-width="8" d="M{46 + lean}-22h22M92-18h22"/></g>' + slide
    )


def pitch(chance: Random) -> str:
    x = chance.randint(60, 250)
    return (
        '<path class="b" d="M0 184Q140 170 260 182T400 177V210H0z"/>'
        '<path class="pl" stroke-width="3" d="M0 196Q140 182 260 194T400 189M190 181l-14 29"/>'
        f'<g transform="translate({x} 180)" stroke-linecap="round" stroke-linejoin="round"><path class="il" stroke-width="6" d="M0 0V-70"/><path class="p" d="M-30-104h60v38h-60z"/>'
        '<path class="ol" stroke-width="3" d="M-30-104h60v38h-60zM-12-88h24v16h-24zM-14-66h28"/><path class="pl" stroke-width="2" d="M-12-66l4 20h16l4-20M-8-56h16"/></g>'
        f'<circle class="o" cx="{(x + 120) % 360 + 20}" cy="172" r="12"/><path class="il" stroke-width="1.8" d="M{(x + 120) % 360 + 8} 172h24M{(x + 120) % 360 + 20} 160v24"/>'
    )


def stage(chance: Random) -> str:
    x = chance.randint(70, 180)
    lights = "".join(
        f'<circle class="y" cx="{x + 8 + 18 * place}" cy="{92 + 6 * abs(4 - place) // 2}" r="3.6"/>'
        for place in range(9)
    )
    books = "".join(
        f'<path class="{chance.choice("oybk")}" d="M{(x + 196 if x < 140 else x - 60) + 12 * place} {180 - height}h10v{height}h-10z"/>'
        for place, height in enumerate(chance.sample((34, 40, 30, 44), 4))
    )
    return (
        f'<path class="r" d="M{x - 12} 182V92Q{x + 80} 66 {x + 172} 92V182z"/><path class="y" d="M{x + 4} 176V100h152v76z" opacity=".9"/>'
        f'<path class="o" d="M{x + 4} 100h152v10q-10 12-22 4q-12 10-26 0q-14 12-28 0q-14 12-28 0q-12 10-26 0q-12 8-22-4z"/>'
        f'<path class="o" d="M{x + 4} 104q22 30 6 72h-6zM{x + 156} 104q-22 30-6 72h6z"/><path class="n" d="M{x - 20} 176h200v10h-200z"/>'
        f'<circle class="i" cx="{x + 80}" cy="136" r="8"/><path class="i" d="M{x + 66} 176q0-30 14-30t14 30z"/>{lights}{books}'
    )


def bench(chance: Random) -> str:
    x = chance.randint(90, 200)
    people = "".join(_person(x + place, coat) for place, coat in ((24, "o"), (62, "k"), (98, chance.choice("yb"))))
    return (
        _tree(x - 34, 170, 1.5, "t")
        + f'<g class="il" stroke-linecap="round" stroke-width="5"><path d="M{x} 160h124M{x} 146h124M{x + 10} 146v34M{x + 114} 146v34"/></g>'
        + people
        + _flowers(chance)
    )


def _person(x: int, coat: str) -> str:
    return (
        f'<circle class="h" cx="{x}" cy="122" r="9"/><path class="{coat}" d="M{x - 12} 162v-18q0-12 12-12t12 12v18z"/>'
        f'<path class="il" stroke-width="5" stroke-linecap="round" d="M{x - 6} 164v16M{x + 6} 164v16"/><path class="r" d="M{x - 9} 120a9 9 0 0 1 18 0q-9-6-18 0z"/>'
    )


def town_hall(chance: Random) -> str:
    x = chance.randint(60, 160)
    windows = "".join(f"M{x + 16 + 26 * place} 128h12v20h-12z" for place in (0, 1, 2, 4, 5, 6))
    flags = "".join(
        f'<path class="{colour}" d="M{x + 101 + 8 * place} 40h8v16h-8z"/>' for place, colour in enumerate("kpo")
    )
    return (
        f'<path class="r" d="M{x - 8} 104l20-20h180l20 20z"/><path class="h" d="M{x} 180V104h204v76z"/>'
        f'<path class="h" d="M{x + 78} 104V76l24-18l24 18v28z"/><path class="rl" stroke-width="4" stroke-linejoin="round" d="M{x + 72} 80l30-22l30 22"/>'
        f'<circle class="p" cx="{x + 102}" cy="86" r="9"/><path class="il" stroke-width="2" stroke-linecap="round" d="M{x + 102} 80v6l4 3"/>'
        f'<path class="il" stroke-width="2.5" d="M{x + 101} 62V38"/>{flags}'
        f'<path class="k" d="{windows}"/><path class="e" d="M{x + 90} 180v-40a12 12 0 0 1 24 0v40z"/><path class="n" d="M{x + 78} 180h48v8h-48z"/>'
        f'<path class="nl" stroke-width="4" d="M{x} 118h204"/>'
        + _tree(x - 26, 172, 1.1, "v")
        + _tree(x + 232, 172, 1.2, "t")
    )


def terminal(chance: Random) -> str:
    x = chance.randint(90, 220)
    arcs = "".join(f"M{x + 40 - r} {74 - r // 4}a{r + 8} {r + 8} 0 0 1 {2 * r} 0" for r in (14, 26, 38))
    rows = "".join(f"M{x + 16} {y}h{width}" for y, width in ((112, 44), (122, 32), (132, 48)))
    return (
        f'<path class="yl" stroke-width="5" stroke-linecap="round" d="{arcs}"/><circle class="y" cx="{x + 40}" cy="80" r="5"/>'
        f'<path class="i" d="M{x + 36} 80h8v14h-8zM{x} 180V100q0-8 8-8h64q8 0 8 8v80z"/><path class="p" d="M{x + 8} 102h64v46h-64z"/>'
        f'<path class="gl" stroke-width="4" stroke-linecap="round" d="{rows}"/><path class="o" d="M{x + 28} 156h24v10h-24z"/>'
        f'<path class="n" d="M{x - 14} 180h108v8h-108z"/>' + _person(x - 44, "k")
    )


def fountain(chance: Random) -> str:
    x = chance.randint(120, 250)
    jets = "".join(
        f"M{x} 108q{side * reach}-{height} {side * reach * 2} 46"
        for side in (-1, 1)
        for reach, height in ((14, 40), (26, 34))
    )
    return (
        f'<ellipse class="n" cx="{x}" cy="184" rx="88" ry="14"/><ellipse class="k" cx="{x}" cy="180" rx="74" ry="9"/>'
        f'<path class="n" d="M{x - 9} 180V116h18v64z"/><ellipse class="n" cx="{x}" cy="148" rx="34" ry="8"/><ellipse class="k" cx="{x}" cy="146" rx="28" ry="5"/>'
        f'<path class="kl" stroke-width="4" stroke-linecap="round" d="{jets}M{x} 112V84"/>'
        f'<circle class="p" cx="{x - 40}" cy="170" r="2.5"/><circle class="p" cx="{x + 34}" cy="166" r="2.5"/>'
        + _tree(x - 112, 168, 1.15, "t")
        + _tree(x + 116, 168, 1.0, "v")
    )


def lamps(chance: Random) -> str:
    x = chance.randint(36, 80)
    posts = "".join(
        f'<path class="u" opacity=".35" d="M{p - 6} 92l-26 92h90l-30-92z"/><path class="il" stroke-width="5" stroke-linecap="round" d="M{p - 22} 182V92q0-14 14-14h16"/><path class="y" d="M{p - 6} 78h36l-6 14h-24z"/>'
        for p in (x + 20, x + 230)
    )
    panels = "".join(
        f'<path class="k" d="M{x + 92 + 34 * place} 158l10-30h30l-10 30z"/><path class="pl" stroke-width="1.4" d="M{x + 97 + 34 * place} 143h30M{x + 107 + 34 * place} 158l10-30"/>'
        for place in range(3)
    )
    return posts + f'<path class="il" stroke-width="4" d="M{x + 106} 160v20M{x + 176} 160v20"/>' + panels


def vegetables(chance: Random) -> str:
    beds = "".join(_bed(chance, x) for x in (24, 150, 276))
    hut = chance.choice((316, 40))
    return (
        f'<path class="e" d="M{hut} 158v-42h52v42z"/><path class="r" d="M{hut - 6} 116l32-24l32 24z"/><path class="w" d="M{hut + 18} 126h16v32h-16z"/>'
        + _tree(190, 154, 1.0, "v")
        + beds
    )


def _bed(chance: Random, x: int) -> str:
    plants = ""
    for place in range(5):
        at, height, leaf = x + 12 + 20 * place, chance.randint(10, 22), chance.choice("tvv")
        plants += (
            f'<path class="{leaf}l" d="M{at} 182v-{height}m0 4l-7-7m7 7l7-7"/>'
            f'<circle class="{chance.choice("oyyp")}" cx="{at}" cy="{180 - height}" r="4.2"/>'
        )
    bed = f'<path class="r" d="M{x} 182h104v16h-104z"/><path class="nl" stroke-width="2" d="M{x} 190h104"/>'
    return f'<g stroke-width="4" stroke-linecap="round">{plants}</g>{bed}'


def stalls(chance: Random) -> str:
    parts = ""
    for place, x in enumerate((30, 152, 274)):
        colour = chance.choice(("o", "k", "y")) if place else "o"
        stripes = "".join(f"M{x + 16 * band} 112h8l-4 24h-8z" for band in range(1, 6))
        goods = "".join(
            f'<circle class="{chance.choice("oyvt")}" cx="{x + 12 + 13 * item}" cy="154" r="6"/>' for item in range(6)
        )
        parts += (
            f'<path class="il" stroke-width="4" d="M{x + 4} 130v52M{x + 88} 130v52"/><path class="{colour}" d="M{x + 6} 112h80l10 24h-100z"/>'
            f'<path class="p" d="{stripes}"/>{goods}<path class="n" d="M{x - 2} 158h96v24h-96z"/><path class="rl" stroke-width="2" d="M{x - 2} 166h96"/>'
        )
    return parts
