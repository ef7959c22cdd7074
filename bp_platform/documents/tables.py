"""What every table that a town sends has in common: titles understood, faults said, unreadable files explained."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bp_platform.documents.spreadsheets import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Unreadable


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where, and what to do, in one sentence."""

    line: int
    sentence: str


class Getter:
    """The words of a field on one line, « » when the file has no such column."""

    def __init__(self, columns: Mapping[str, int], cells: Sequence[str]) -> None:
        self._columns, self._cells = columns, cells

    def __call__(self, name: str) -> str:
        place = self._columns.get(name, -1)
        return self._cells[place] if 0 <= place < len(self._cells) else ""


def plain(words: str) -> str:
    """Lower case, no accent, words alone: « N° d’électeur » → « n d electeur »."""
    joined = words.replace("°", " ").casefold().replace("œ", "oe").replace("æ", "ae")
    apart = unicodedata.normalize("NFKD", joined)
    return " ".join(re.findall(r"[^\W_]+", "".join(c for c in apart if not unicodedata.combining(c))))


def unreadable_sentence(error: Unreadable, *, headings: str) -> str:
    """Why the file cannot be read, and what to do; `headings` is said when its line of titles is not found."""
    where = {
        "line": error.line,
        "mega": MOST_BYTES // 1024 // 1024,
        "rows": MOST_ROWS,
        "columns": MOST_COLUMNS,
    }
    return {
        "empty": _("Le fichier est vide : choisissez celui qui contient la liste."),
        "too_big": _("Le fichier dépasse %(mega)d Mo : coupez-le en plusieurs."),
        "bomb": _("Une fois décompressé, ce fichier est démesuré : enregistrez la liste en CSV."),
        "doctype": _("Ce classeur contient une déclaration inattendue : enregistrez la liste en CSV."),
        "format": _("Ce fichier n’est pas lisible : enregistrez la liste en CSV, XLSX ou ODS."),
        "old_excel": _("Ce fichier est d’un ancien format ou protégé : enregistrez-le en XLSX sans mot de passe."),
        "encoding": _(
            "Ligne %(line)d : les caractères de ce fichier ne sont pas reconnus : enregistrez-le en « CSV UTF-8 »."
        ),
        "quotes": _("Ligne %(line)d : un guillemet n’est pas à sa place ; corrigez-le ou enregistrez en XLSX."),
        "cell": _("Ligne %(line)d : une case dépasse mille signes ; vérifiez les séparateurs du fichier."),
        "columns": _("Ligne %(line)d : plus de %(columns)d colonnes ; ne gardez que celles de la liste."),
        "rows": _("Plus de %(rows)d lignes : coupez la liste en plusieurs fichiers."),
        "headings": headings,
    }[error.why] % where
