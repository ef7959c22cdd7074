"""The campaign's order: another one for each visitor, the same from page to page, the same chance for each project.

Pure. The seed says nothing of a person: there are only 65,536 of them, so that many visitors share each.
"""

from __future__ import annotations

import re
from hashlib import sha256

from django.db.models import CharField, F, OrderBy, Value
from django.db.models.functions import MD5, Cast, Concat

COOKIE = "ordre"
SEED_BYTES = 2
_SEED = re.compile(r"[0-9a-f]{4}")


def seed_of(cookie: str) -> str:
    """The seed that a cookie holds; empty when it is not one of ours."""
    return cookie if _SEED.fullmatch(cookie) else ""


def drawn_by(seed: str) -> tuple[OrderBy, OrderBy]:
    """How a query of proposals is ordered from a visitor's seed: by MD5(seed, colon, number): PostgreSQL’s own."""
    drawn = MD5(Concat(Value(f"{seed}:"), Cast("number", CharField())))
    return OrderBy(drawn), OrderBy(F("pk"))


def place_sum(draw_seed: str, count_id: str) -> str:
    """The sum that gives a project its place on the sealed list: SHA-256(draw ‖ 0x01 ‖ number), in hexadecimal."""
    return sha256(draw_seed.encode() + b"\1" + count_id.encode()).hexdigest()
