"""Compiled catalogues: made from the .po files by Babel, never committed."""

from __future__ import annotations

from pathlib import Path

from bp_platform.bootstrap import paths


def sources(root: Path) -> list[Path]:
    """The catalogues of the platform; not those of installed packages."""
    patterns = ("locale", "*/locale", "bp_platform/*/locale")
    return sorted(po for pattern in patterns for po in root.glob(f"{pattern}/*/LC_MESSAGES/*.po"))


def is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns


def compile_all(root: Path = paths.ROOT) -> int:
    """Compile the catalogues that changed; how many there were."""
    stale = [po for po in sources(root) if is_stale(po)]
    if stale:
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        for po in stale:
            aside = po.with_suffix(".mo.new")
            with po.open("rb") as source, aside.open("wb") as target:
                write_mo(target, read_po(source, locale=po.parts[-3]))
            aside.replace(po.with_suffix(".mo"))
    return len(stale)


def compile_catalogue(arguments: list[str]) -> int:
    """`manage.py compile_catalogue`: for images, and after a translation."""
    print(f"{compile_all()} catalogue(s) compiled")
    return 0
