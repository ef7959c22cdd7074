#!/usr/bin/env python3
"""Every command of the platform, from a machine that has only Python: see README.md."""

from __future__ import annotations

import sys

from bp_platform.bootstrap import interpreter

if __name__ == "__main__":
    interpreter.require(sys.argv)
    from bp_platform.bootstrap.main import main

    sys.exit(main(sys.argv[1:]))
