"""Pictures of building sites, drawn by the house: flat shapes on a sky, no third party's photograph."""

from __future__ import annotations

import io
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

WIDTH, HEIGHT = 960, 540
SKY, SUN, HILL, GRASS, EARTH = "#cfe3ea", "#f4c95d", "#7fa594", "#2f6f5c", "#d9c7a7"
WOOD, STONE, INK, BRICK, LEAF, PAPER = "#a9764a", "#b9b3a6", "#33413d", "#d98a6a", "#3d7f54", "#faf7f1"
Pen = ImageDraw.ImageDraw


def picture(kind: str) -> SimpleUploadedFile:
    """The picture of that kind of work, as somebody would send it."""
    canvas = Image.new("RGB", (WIDTH, HEIGHT), SKY)
    pen = ImageDraw.Draw(canvas)
    _ground(pen)
    FOREGROUNDS[kind](pen)
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=88)
    return SimpleUploadedFile(f"{kind}.jpg", out.getvalue(), content_type="image/jpeg")


def _ground(pen: Pen) -> None:
    pen.ellipse((700, 60, 800, 160), fill=SUN)
    pen.ellipse((-260, 240, 560, 760), fill=HILL)
    pen.ellipse((360, 270, 1240, 820), fill="#95b5a6")
    for left, top, colour in ((60, 170, BRICK), (170, 140, "#e3b49d"), (300, 190, BRICK), (760, 200, "#e3b49d")):
        pen.rectangle((left, top, left + 96, 380), fill=colour)
        pen.polygon(((left - 8, top), (left + 48, top - 46), (left + 104, top)), fill="#8f5a45")
        for column in (left + 18, left + 58):
            for row in range(top + 24, 350, 48):
                pen.rectangle((column, row, column + 20, row + 26), fill=PAPER)
    pen.rectangle((0, 370, WIDTH, HEIGHT), fill=GRASS)
    pen.polygon(((0, HEIGHT), (300, 400), (660, 400), (WIDTH, HEIGHT)), fill=EARTH)


def _tree(pen: Pen, x: int, foot: int, size: int) -> None:
    pen.rectangle((x - size // 12, foot - size, x + size // 12, foot), fill=WOOD)
    pen.ellipse((x - size // 2, foot - int(size * 1.6), x + size // 2, foot - size // 2), fill=LEAF)


def _trees(pen: Pen) -> None:
    for x, foot, size in ((160, 470, 120), (340, 450, 90), (620, 450, 90), (820, 480, 130)):
        _tree(pen, x, foot, size)


def _orchard(pen: Pen) -> None:
    for row, size in ((430, 46), (470, 60), (522, 78)):
        for x in range(90, 920, size * 2):
            _tree(pen, x, row, size)
            pen.line((x + size // 5, row, x + size // 5, row - size), fill=STONE, width=4)


def _roof(pen: Pen) -> None:
    pen.polygon(((180, 260), (480, 200), (780, 260), (780, 284), (180, 284)), fill=WOOD)
    for x in (220, 400, 560, 740):
        pen.rectangle((x - 9, 284, x + 9, 460), fill="#8a5d38")
    pen.rectangle((170, 452, 790, 480), fill=STONE)
    _seat(pen, 300, 452)


def _bridge(pen: Pen) -> None:
    pen.rectangle((0, 440, WIDTH, HEIGHT), fill="#8db9c6")
    pen.rectangle((120, 360, 840, 386), fill=WOOD)
    for x in (200, 740):
        pen.polygon(((x - 50, 520), (x - 34, 386), (x + 34, 386), (x + 50, 520)), fill=STONE)
    for x in range(130, 850, 40):
        pen.line((x, 360, x, 312), fill=INK, width=5)
    pen.line((120, 312, 840, 312), fill=INK, width=8)


def _seat(pen: Pen, x: int, foot: int) -> None:
    pen.rectangle((x, foot - 62, x + 170, foot - 48), fill=WOOD)
    pen.rectangle((x, foot - 34, x + 170, foot - 22), fill=WOOD)
    for leg in (x + 8, x + 152):
        pen.rectangle((leg, foot - 70, leg + 10, foot), fill=INK)


def _bench(pen: Pen) -> None:
    _tree(pen, 700, 440, 130)
    _seat(pen, 240, 490)
    _seat(pen, 500, 490)


def _books(pen: Pen) -> None:
    pen.rectangle((460, 380, 484, 520), fill=WOOD)
    pen.polygon(((330, 210), (472, 140), (614, 210)), fill="#8f5a45")
    pen.rectangle((350, 210, 594, 390), fill=WOOD)
    for shelf in (226, 308):
        pen.rectangle((364, shelf, 580, shelf + 68), fill=PAPER)
        for place, x in enumerate(range(370, 572, 22)):
            pen.rectangle((x, shelf + 8 + place % 3 * 6, x + 17, shelf + 68), fill=(BRICK, LEAF, SUN, INK)[place % 4])


def _lamps(pen: Pen) -> None:
    for x, foot in ((180, 520), (340, 462), (460, 424), (580, 432), (720, 476)):
        top = foot - (foot - 300) * 2
        pen.rectangle((x - 5, top, x + 5, foot), fill=INK)
        pen.rectangle((x - 5, top, x + 44, top + 8), fill=INK)
        pen.ellipse((x + 14, top + 4, x + 60, top + 34), fill=SUN)


def _racks(pen: Pen) -> None:
    for x in range(150, 850, 110):
        pen.arc((x, 380, x + 70, 520), 180, 360, fill=INK, width=10)
        pen.line((x + 5, 450, x + 5, 500), fill=INK, width=10)
        pen.line((x + 65, 450, x + 65, 500), fill=INK, width=10)
    for x in (180, 400, 620):
        for wheel in (x, x + 90):
            pen.ellipse((wheel, 430, wheel + 70, 500), outline=BRICK, width=8)
        pen.line((x + 35, 465, x + 70, 410, x + 125, 465, x + 35, 465), fill=BRICK, width=8)


def _stage(pen: Pen) -> None:
    pen.rectangle((200, 400, 760, 450), fill=WOOD)
    for x in range(220, 760, 60):
        pen.rectangle((x, 450, x + 8, 500), fill=INK)
    pen.polygon(((220, 250), (740, 250), (700, 300), (260, 300)), fill="#7c857f")
    for x in (240, 712):
        pen.rectangle((x, 250, x + 10, 400), fill=INK)


def _shade(pen: Pen) -> None:
    for x, top in ((150, 180), (470, 240), (810, 190)):
        pen.rectangle((x - 7, top, x + 7, 500), fill=INK)
    pen.polygon(((150, 180), (470, 240), (300, 330)), fill=PAPER)
    pen.polygon(((470, 240), (810, 190), (650, 340)), fill="#efe6d2")
    pen.polygon(((420, 500), (560, 400), (590, 400), (470, 500)), fill=BRICK)
    pen.rectangle((560, 390, 640, 500), outline=INK, width=8)


FOREGROUNDS: dict[str, Callable[[Pen], None]] = {
    "trees": _trees, "orchard": _orchard, "roof": _roof, "bridge": _bridge, "bench": _bench, "books": _books,
    "lamps": _lamps, "racks": _racks, "stage": _stage, "shade": _shade,
}  # fmt: skip
