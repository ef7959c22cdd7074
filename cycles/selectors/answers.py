"""How a browser is known again by the page it answered, and by no other."""

from __future__ import annotations

from bp_platform.core import codes


def hashed(purpose: str, pk: int, token: str) -> str:
    """The browser as it is kept: its token cannot be read back from it."""
    return codes.digest(f"{purpose}:{pk}", token)
