"""The stylesheets that browsers and PDFs receive, put together from `static/css/` without any tool.

Sources: `tokens.css` (sizes), the palette of `colours.py`, `reset.css`, `base.css`, one file per component in
`components/`, one per group of pages in `pages/`, and `paper/` for PDFs. `manage.py build_css` writes `site.css` and
`print.css`, which are committed; a test compares them with their sources.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from bp_platform.core import colours

_STRING = re.compile(r'("[^"]*")')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def folder() -> Path:
    return Path(settings.BASE_DIR) / "static" / "css"


def for_screen(source: Path) -> str:
    """The one stylesheet of the site, layer by layer."""
    every_colour = colours.PALETTE | colours.accent_tokens(colours.DEFAULT_ACCENT)
    layers = {
        "reset": _read(source / "reset.css"),
        "tokens": _read(source / "tokens.css") + colours.scheme_rules(every_colour),
        "base": _read(source / "base.css"),
        "components": _folder(source / "components"),
        "pages": _folder(source / "pages") + _read(source / "printed.css"),
    }
    body = "".join(f"@layer {name}{{{text}}}" for name, text in layers.items())
    return minified(f"@layer {','.join(layers)};{_read(source / 'fonts.css')}{body}") + "\n"


def for_print(source: Path) -> str:
    """The stylesheet of PDFs: flat light colours, no layer, the same faces."""
    every_colour = colours.PALETTE | colours.accent_tokens(colours.DEFAULT_ACCENT)
    return minified(colours.flat_rules(every_colour) + _read(source / "faces.css") + _folder(source / "paper")) + "\n"


def for_paper(accent_hex: str) -> str:
    """`print.css` ready to be written inside a document: local font files, the town's accent."""
    return _printed(folder()) + colours.flat_rules(colours.accent_tokens(accent_hex))


def for_email(accent_hex: str) -> str:
    """`email.css` ready to be written inside a message, in the town's accent: mail programs know no custom property."""
    light, dark = colours.accent(accent_hex)
    text = _mailed(folder())
    return text.replace("ACCENT", light.main).replace("DARK", dark.main).replace("INK", dark.ink)


def minified(text: str) -> str:
    """CSS without comments nor needless space; strings (always in double quotes here) are left alone."""
    parts = _STRING.split(_COMMENT.sub("", text))
    for place in range(0, len(parts), 2):
        part = re.sub(r"\s+", " ", parts[place])
        part = re.sub(r"\s*([{};,>])\s*", r"\1", part)
        parts[place] = re.sub(r":\s+", ":", part).replace(";}", "}")
    return "".join(parts).strip()


def _folder(path: Path) -> str:
    return "".join(_read(file) for file in sorted(path.glob("*.css")))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _printed(source: Path) -> str:
    fonts = (source.parent / "fonts").resolve().as_uri()
    return _read(source / "print.css").replace("../fonts/", f"{fonts}/")


@lru_cache(maxsize=1)
def _mailed(source: Path) -> str:
    return minified(_read(source / "email.css"))
