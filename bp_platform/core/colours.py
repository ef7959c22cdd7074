"""The palette, the contrast of two colours, and the town's accent in light and dark.

One table feeds the stylesheets, the drawings, the PDFs and the e-mails, so that no colour is written twice.
Contrast is the ratio of WCAG 2.2 (1.4.3), lightness and hue are those of OKLCH (Ottosson, 2020).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LEAST_CONTRAST = 4.5
DEFAULT_ACCENT = "#0b5d4b"

# name: (light, dark). Text colours reach 4.5 on paper and card; `field` reaches 3 (a field's edge must be seen).
PALETTE: dict[str, tuple[str, str]] = {
    "paper": ("#faf7f1", "#15181a"),
    "card": ("#ffffff", "#1d2123"),
    "sunk": ("#f1ece2", "#101314"),
    "ink": ("#1c2321", "#edefec"),
    "ink-soft": ("#52605b", "#aab5b0"),
    "line": ("#dcd6ca", "#363c3d"),
    "field": ("#7c857f", "#7d8884"),
    "signal": ("#b93c0a", "#ff9d6c"),
    "signal-soft": ("#fbe9df", "#3a2418"),
    "good": ("#256a3c", "#86d09c"),
    "good-soft": ("#e1f0e2", "#17301f"),
    "warn": ("#7d5600", "#f0c15c"),
    "warn-soft": ("#fbf0d2", "#352a11"),
    "danger": ("#a8201a", "#ff9b93"),
    "danger-ink": ("#ffffff", "#2b0705"),
    "danger-soft": ("#fbe4e1", "#3c1a18"),
    "sun": ("#f4c95d", "#d9a93c"),
    "sky": ("#cfe3ea", "#24414b"),
    "brick": ("#d98a6a", "#a85b3d"),
}

_HEX = re.compile(r"#[0-9a-f]{6}")

Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class Accent:
    """The town's colour in one scheme: text and fill, what is written on it, a tint, a stronger and a middle shade."""

    main: str
    ink: str
    soft: str
    strong: str
    mid: str


def contrast(one: str, other: str) -> float:
    """Ratio between 1 and 21 of two `#rrggbb` colours."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def accent(value: str) -> tuple[Accent, Accent]:
    """The light and the dark accent of a town's colour, which `accent_refusal` accepted."""
    light, dark = 0, 1
    card = PALETTE["card"]
    hue_light = _readable(value, _grounds(light), step=-0.01)
    lifted = _with_lightness(hue_light, 0.80, chroma=0.11)
    hue_dark = _readable(lifted, _grounds(dark), step=0.01)
    return (
        Accent(
            main=hue_light,
            ink="#ffffff",
            soft=_tint(hue_light, card[light], 0.14),
            strong=mix(hue_light, PALETTE["ink"][light], 0.78),
            mid=mix(hue_light, card[light], 0.52),
        ),
        Accent(
            main=hue_dark,
            ink=mix(hue_dark, "#000000", 0.14),
            soft=_tint(hue_dark, card[dark], 0.20),
            strong=mix(hue_dark, PALETTE["ink"][dark], 0.6),
            mid=mix(hue_dark, card[dark], 0.5),
        ),
    )


def accent_refusal(value: str) -> str:
    """Why a colour cannot be the town's accent, in a sentence; empty when it can."""
    colour = value.strip().lower()
    if not _HEX.fullmatch(colour):
        return _("Écrivez la couleur avec un dièse et six chiffres ou lettres de a à f, par exemple %(example)s.") % {
            "example": DEFAULT_ACCENT
        }
    grounds = _grounds(0)
    ratio = min(contrast(colour, ground) for ground in grounds)
    if ratio >= LEAST_CONTRAST:
        return ""
    return _(
        "La couleur %(colour)s est trop claire\u00a0: un texte de cette couleur aurait un contraste de %(ratio)s "
        "sur le fond de la page, il en faut 4,5. Essayez %(darker)s, la même teinte en plus foncé."
    ) % {
        "colour": colour,
        "ratio": f"{math.floor(ratio * 10) / 10:.1f}".replace(".", ","),
        "darker": _readable(colour, grounds, step=-0.01),
    }


def validate_accent(value: str) -> None:
    """Validator of a model or form field."""
    if sentence := accent_refusal(value):
        raise ValidationError(sentence, code="contrast")


def accent_sheet(value: str) -> str:
    """The town's stylesheet: the accent in both schemes, in the layer of the tokens that it overrides."""
    return f"@layer tokens{{{scheme_rules(accent_tokens(value))}}}\n"


def accent_tokens(value: str) -> dict[str, tuple[str, str]]:
    """Custom properties of the accent: name → (light, dark)."""
    light, dark = accent(value)
    return {
        "accent": (light.main, dark.main),
        "accent-ink": (light.ink, dark.ink),
        "accent-soft": (light.soft, dark.soft),
        "accent-strong": (light.strong, dark.strong),
        "accent-mid": (light.mid, dark.mid),
    }


def scheme_rules(tokens: dict[str, tuple[str, str]]) -> str:
    """CSS rules for both schemes: light, and dark on a screen that asks for it; paper is always light."""
    light = "".join(f"--{name}:{pair[0]};" for name, pair in tokens.items())
    dark = "".join(f"--{name}:{pair[1]};" for name, pair in tokens.items())
    return f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def flat_rules(tokens: dict[str, tuple[str, str]]) -> str:
    """CSS rules with the light values only, for paper."""
    return ":root{" + "".join(f"--{name}:{pair[0]};" for name, pair in tokens.items()) + "}"


def mix(one: str, other: str, share: float) -> str:
    """`share` of one colour in another, channel by channel in sRGB, as `color-mix(in srgb, …)` does."""
    return "#" + "".join(
        f"{round(a * share + b * (1 - share)):02x}" for a, b in zip(_channels(one), _channels(other), strict=True)
    )


def _grounds(scheme: int) -> tuple[str, ...]:
    """Whatever a text may be written on, in the light (0) or the dark (1) scheme."""
    return tuple(PALETTE[name][scheme] for name in ("paper", "card", "sunk"))


def _tint(value: str, ground: str, share: float) -> str:
    """The strongest tint of a colour, up to `share`, on which the colour itself can be read."""
    while contrast(value, mix(value, ground, share)) < LEAST_CONTRAST:
        share -= 0.01
    return mix(value, ground, share)


def _readable(value: str, grounds: tuple[str, ...], *, step: float) -> str:
    """The nearest lightness of the same hue that can be read on every ground."""
    colour, lightness = value.lower(), _oklch(value)[0]
    while min(contrast(colour, ground) for ground in grounds) < LEAST_CONTRAST:
        lightness += step
        colour = _with_lightness(value, lightness)
    return colour


def _with_lightness(value: str, lightness: float, *, chroma: float = 0.4) -> str:
    _old, own_chroma, hue = _oklch(value)
    kept = min(own_chroma, chroma)
    while kept > 0 and not _in_gamut(_from_oklch(lightness, kept, hue)):
        kept -= 0.004
    rgb = _from_oklch(lightness, max(kept, 0.0), hue)
    return "#" + "".join(f"{round(255 * min(1, max(0, channel))):02x}" for channel in rgb)


def _in_gamut(rgb: Rgb) -> bool:
    return all(-0.001 <= channel <= 1.001 for channel in rgb)


def _channels(value: str) -> tuple[int, int, int]:
    return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)


def _linear(value: str) -> Rgb:
    red, green, blue = (_decode(channel / 255) for channel in _channels(value))
    return red, green, blue


def _decode(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _encode(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else float(1.055 * channel ** (1 / 2.4) - 0.055)


def _luminance(value: str) -> float:
    red, green, blue = _linear(value)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _oklch(value: str) -> Rgb:
    red, green, blue = _linear(value)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _from_oklch(lightness: float, chroma: float, hue: float) -> Rgb:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return _encode(red), _encode(green), _encode(blue)
