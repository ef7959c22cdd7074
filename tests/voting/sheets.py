"""Spreadsheets to import, made by hand: the least that a real one holds."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

HEADINGS = ["Numéro", "Nom", "Prénom", "Année de naissance", "Adresse", "Code postal", "Ville"]
AICHA = ["A1", "Durand", "Aïcha", "1978", "3 rue du Quai", "37000", "Valrive"]
BRUNO = ["A2", "Lefœvre", "Bruno", "1960", "5 rue du Quai", "37000", "Valrive"]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def csv(*rows, separator=";", encoding="utf-8", end="\r\n") -> bytes:
    return (end.join(separator.join(row) for row in rows) + end).encode(encoding)


def zipped(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def xlsx(*rows, before="") -> bytes:
    """Words are shared, numbers are numbers; an empty cell is not there."""
    words: list[str] = []
    lines = []
    for line, row in enumerate(rows, start=1):
        cells = []
        for place, value in enumerate(row):
            name = f"{chr(65 + place)}{line}"
            if value.isdecimal() and not value.startswith("0"):
                cells.append(f'<c r="{name}"><v>{value}</v></c>')
            elif value:
                words.append(value)
                cells.append(f'<c r="{name}" t="s"><v>{len(words) - 1}</v></c>')
        lines.append(f'<row r="{line}">{"".join(cells)}</row>')
    shared = "".join(f"<si><t>{escape(word)}</t></si>" for word in words)
    return _workbook(
        f'{before}<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>',
        f'<sst xmlns="{MAIN}">{shared}</sst>',
    )


def _workbook(sheet: str, shared: str) -> bytes:
    relation = "http://schemas.openxmlformats.org/package/2006/relationships"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets><sheet name="Liste" sheetId="1" r:id="rId7"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{relation}"><Relationship Id="rId7" Target="worksheets/liste.xml"/></Relationships>',
        )
        archive.writestr("xl/sharedStrings.xml", shared)
        archive.writestr("xl/worksheets/liste.xml", sheet)
    return out.getvalue()


def ods(*rows, before="", after="") -> bytes:
    lines = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{escape(value)}</text:p></table:table-cell>" for value in row)
        + '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        for row in rows
    )
    content = (
        f'{before}<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table>{lines}{after}<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
        "<table:table><table:table-row><table:table-cell><text:p>Autre feuille</text:p></table:table-cell>"
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(**{"content.xml": content})
