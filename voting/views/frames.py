"""Pages of the booth, drawn once: what stands around somebody's own part is kept, and their part is put in its place.

Kept of a frame: nothing of a person. Its key holds all that it shows: language, edition, town, and the page's options.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping

from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from bp_platform.accounts.selectors import public_body
from bp_platform.core.http import Request
from bp_platform.core.kept import Kept
from cycles.models import Cycle

Frame = tuple[str, ...]  # words and names of parts, in turn

_frames: Kept[Hashable, Frame] = Kept(most=64)
_GAP = re.compile(r"\[\[(\w+)\]\]")


def fill(
    request: Request, template: str, edition: Cycle, parts: Mapping[str, str], options: Mapping[str, bool] | None = None
) -> str:
    """The page of `template` for this edition, each `part` in place of the variable of its name.

    A template shows `cycle`, its options, its parts, and a token per form; no message of another page.
    """
    town, options = public_body(), options or {}
    key = (template, get_language(), edition.pk, *parts, *options.items())
    version = (edition.title, edition.slug, town.name, town.accent, town.logo_name, town.time_zone)
    frame = _frames.of(key, version, lambda: _drawn(request, template, {"cycle": edition, **options}, parts))
    filled = {**parts, "csrf_token": get_token(request)}
    return "".join(filled[word] if place % 2 else word for place, word in enumerate(frame))


def _drawn(request: Request, template: str, fixed: Mapping[str, object], parts: Mapping[str, str]) -> Frame:
    gaps: dict[str, SafeString] = {name: mark_safe(f"[[{name}]]") for name in (*parts, "csrf_token")}  # noqa: S308
    page = render_to_string(template, {**fixed, **gaps, "messages": ()}, request)
    return tuple(_GAP.split(page))
