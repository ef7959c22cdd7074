"""Python source as a tree of syntax, for what is read from the code itself."""

from __future__ import annotations

import ast
import gc


def tree_of(source: str) -> ast.Module:
    """The tree of a module's source; `SyntaxError` when it is no Python.

    The collector waits: CPython 3.11 counts the depth of the tree under way once for the whole process, so a finalizer
    whose traceback is formatted meanwhile (which parses a line) would make the builder fail.
    """
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(source)
    finally:
        if was_collecting:
            gc.enable()
