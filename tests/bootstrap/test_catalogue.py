"""Compiled catalogues."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

from bp_platform.bootstrap import catalogue

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Déposer une idée"
msgstr "Submit an idea"
"""


def write_po(root: Path) -> Path:
    folder = root / "locale" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO)
    return folder / "django.po"


def test_a_catalogue_is_compiled_when_it_changed_and_only_then(tmp_path: Path) -> None:
    po = write_po(tmp_path)

    counts = [catalogue.compile_all(tmp_path), catalogue.compile_all(tmp_path)]
    later = po.with_suffix(".mo").stat().st_mtime + 5
    os.utime(po, (later, later))
    counts.append(catalogue.compile_all(tmp_path))

    assert counts == [1, 0, 1]
    assert sorted(path.name for path in po.parent.iterdir()) == ["django.mo", "django.po"]


def test_the_compiled_catalogue_speaks(tmp_path: Path) -> None:
    write_po(tmp_path)

    catalogue.compile_all(tmp_path)

    translation = gettext.translation("django", tmp_path / "locale", ["en"])
    assert translation.gettext("Déposer une idée") == "Submit an idea"


def test_installed_packages_are_left_alone(tmp_path: Path) -> None:
    write_po(tmp_path / ".venv" / "lib" / "django")

    assert catalogue.compile_all(tmp_path) == 0
