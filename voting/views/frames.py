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

Frame = tuple[str, ...]  # words and names of gaps, in turn

_frames: Kept[Hashable, Frame] = Kept(most=64)
_GAP = re.compile(r"\[\[(\w+)\.*\]\]")
CSRF = "csrf_token"


def gap(name: str, *, like: str = "") -> SafeString:
    """What a template draws where a part will stand; as long as `like`, for a component that looks at the length."""
    return mark_safe(f"[[{name}{'.' * (len(like) - len(name) - 4)}]]")  # noqa: S308 -- a name of ours


def fill(
    request: Request, template: str, edition: Cycle, options: Mapping[str, Hashable], parts: Mapping[str, str]
) -> str:
    """The page of `template` for this edition, each part, escaped already, in the gap of its name.

    A template reads `cycle`, its options (gaps among them), the names of its parts, and a token per form; it shows no
    message of another page.
    """
    town = public_body()
    key = (template, get_language(), edition.pk, *options.items())
    version = (edition.title, edition.slug, town.name, town.accent, town.logo_name, town.time_zone)
    frame = _frames.of(key, version, lambda: _drawn(request, template, {"cycle": edition, **options}, parts))
    filled = {**parts, CSRF: get_token(request)} if CSRF in frame else parts
    return "".join(filled[word] if place % 2 else word for place, word in enumerate(frame))


def _drawn(request: Request, template: str, fixed: Mapping[str, object], parts: Mapping[str, str]) -> Frame:
    gaps = {name: gap(name) for name in (*parts, CSRF)}
    return tuple(_GAP.split(render_to_string(template, {**gaps, **fixed, "messages": ()}, request)))
