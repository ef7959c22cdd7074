"""What an image holds ready: the static files, collected with made-up secrets that stay out of it."""

from __future__ import annotations

import os
import sys

from bp_platform.bootstrap import django_commands, variables

NOWHERE = "postgres://nobody@/nothing"


def main() -> int:
    environ = {**os.environ, **variables.like_production(NOWHERE)}
    return django_commands.apart([django_commands.COLLECT_STATIC], environ)


if __name__ == "__main__":
    sys.exit(main())
