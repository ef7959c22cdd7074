"""What the bootstrap tells the person at the terminal."""

from __future__ import annotations

import sys


class Refusal(Exception):  # noqa: N818 -- it is an answer to the person, not a fault
    """The command cannot go on; the message says why and what to do, in one sentence."""


def say(message: str) -> None:
    """Progress goes to the error stream: the output belongs to the command."""
    print(f"[bp] {message}", file=sys.stderr, flush=True)
