"""Spreadsheets as towns send them: bytes in, rows of words out. Pure: the standard library, no project, no database.

CSV (UTF-8 with or without a mark, UTF-16, Windows-1252, ISO-8859-15; « ; », « , » or a tab; quotes), XLSX and ODS.
Rows come one by one, so that 200,000 of them hold in a bounded memory. A document type declaration, a member that
inflates past the limit, too many rows or cells are refused: nothing is expanded to be looked at afterwards.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.parsers import expat

MOST_BYTES = 50 * 1024 * 1024  # as received
MOST_INFLATED = 400 * 1024 * 1024  # what one member of a spreadsheet may weigh
MOST_SHARED = 100 * 1024 * 1024  # its table of words, the only part held whole
MOST_ROWS = 500_000
MOST_COLUMNS = 100
LONGEST_CELL = 1_000
_CHUNK = 256 * 1024
_LAST_WESTERN = "\u024f"
_WINDOWS = re.compile(rb"[\x80-\x9f]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"

Row = tuple[int, list[str]]  # the line where it stands in the file, from 1; its cells


class Unreadable(Exception):  # noqa: N818 -- it reads as what the file is
    """`why`: empty, too_big, bomb, doctype, format, old_excel, encoding, quotes, cell, columns or rows."""

    def __init__(self, why: str, line: int = 0) -> None:
        super().__init__(why)
        self.why, self.line = why, line


def rows(file: BinaryIO, *, exact: bool = False) -> Iterator[Row]:
    """The rows that hold something, in order. Raises Unreadable, at once or on the way.

    `exact`: an ODS gives the numbers that its cells hold, not what they show (an amount shown without its cents).
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size == 0:
        raise Unreadable("empty")
    if size > MOST_BYTES:
        raise Unreadable("too_big")
    head = file.read(8)
    file.seek(0)
    if head.startswith(b"PK\x03\x04"):
        found = _of_zip(file, exact=exact)
    elif head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("old_excel")
    elif head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        raise Unreadable("format")
    else:
        found = _of_csv(file)
    for count, (line, cells) in enumerate(found):
        if count >= MOST_ROWS:
            raise Unreadable("rows", line)
        if len(cells) > MOST_COLUMNS:
            raise Unreadable("columns", line)
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise Unreadable("cell", line)
        if any("\0" in cell for cell in cells):  # the database keeps no such character
            raise Unreadable("encoding", line)
        yield line, cells


# --- CSV -------------------------------------------------------------------------------------------------------------


def _of_csv(file: BinaryIO) -> Iterator[Row]:
    encoding, before = _encoding(file), 0
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        separator = _separator(text)
        text.seek(0)
        reader = csv.reader(text, delimiter=separator, strict=True)
        for cells in reader:
            line, before = before + 1, reader.line_num
            kept = [cell.strip() for cell in cells]
            if any(kept):
                yield line, kept
    except UnicodeDecodeError as error:
        passed = bytes(error.object[: error.start]).decode(encoding, errors="ignore").count("\n")
        raise Unreadable("encoding", before + passed + 1) from error
    except csv.Error as error:
        raise Unreadable("quotes", before + 1) from error
    finally:
        if not file.closed:  # who stopped reading half-way may have closed it before us
            text.detach()


def _encoding(file: BinaryIO) -> str:
    """A mark says it; else UTF-8 if all of it is; else a town's spreadsheet of the West. Raises Unreadable where a
    mark lies, or where a file that began as UTF-8 is damaged or cut."""
    head = file.read(4096)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        shown = head.decode("utf-16", errors="ignore")
        if 2 * sum(sign <= _LAST_WESTERN for sign in shown) < len(shown):
            raise Unreadable("encoding", 1)
        return "utf-16"
    if b"\0" in head:
        return "utf-16-be" if head[:1] == b"\0" else "utf-16-le"
    file.seek(0)
    decoder, is_windows, line, has_accents = codecs.getincrementaldecoder("utf-8")(), False, 1, False
    fault = False
    while chunk := file.read(_CHUNK):
        is_windows = is_windows or _WINDOWS.search(chunk) is not None
        if fault:
            continue
        try:
            has_accents = not decoder.decode(chunk).isascii() or has_accents
        except UnicodeDecodeError as error:
            fault, held = True, error.object[: error.start]  # what the decoder kept of the last chunk, then this one
            if has_accents or not held.isascii():
                raise Unreadable("encoding", line + held.count(b"\n")) from error
        line += chunk.count(b"\n")
    if not fault:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            if has_accents:
                raise Unreadable("encoding", line) from error
            fault = True
    # Only Windows-1252 has letters between 0x80 and 0x9F; without one, « œ » at 0xBD is ISO-8859-15's.
    return "cp1252" if fault and is_windows else "iso8859-15" if fault else "utf-8"


def _separator(text: io.TextIOWrapper) -> str:
    """The one that cuts the first line that says something, outside its quotes."""
    for _line in range(100):
        first = text.readline(LONGEST_CELL * MOST_COLUMNS)
        bare = re.sub(r'"[^"]*"', "", first)
        if bare.strip(" ;,\t\r\n") or not first:
            return max(";\t,", key=bare.count)
    return ";"


# --- spreadsheets ----------------------------------------------------------------------------------------------------


def _of_zip(file: BinaryIO, *, exact: bool) -> Iterator[Row]:
    try:
        archive = zipfile.ZipFile(file)
        names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, RuntimeError, OSError) as error:
        raise Unreadable("format") from error
    if "xl/workbook.xml" in names:
        return _of_xlsx(archive, names)
    if "content.xml" in names:
        return _of_ods(archive, exact=exact)
    raise Unreadable("format")


class _Sheet:
    """What every reader of XML here does: no declaration, no entity, no more than the limit."""

    def __init__(self, archive: zipfile.ZipFile, member: str, most: int = MOST_INFLATED) -> None:
        self._archive, self._member, self._most = archive, member, most
        self.done: list[Row] = []
        self._parts: list[str] = []
        self._is_text, self._heard, self._aside = False, 0, 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def start(self, name: str, given: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, words: str) -> None:
        if self._is_text:
            self._heard += len(words)
            if self._heard > 100 * LONGEST_CELL:
                raise Unreadable("cell")
            self._parts.append(words)

    def listen(self) -> None:
        """A cell begins."""
        self._parts, self._heard = [], 0

    def read(self) -> Iterator[Row]:
        """The rows that each piece of the file completes."""
        read = 0
        try:
            with self._archive.open(self._member) as member:
                while chunk := member.read(_CHUNK):
                    read += len(chunk)
                    if read > self._most:
                        raise Unreadable("bomb")
                    self.parser.Parse(chunk, False)
                    yield from self.done
                    self.done.clear()
                self.parser.Parse(b"", True)
                yield from self.done
        except (expat.ExpatError, zipfile.BadZipFile, KeyError, RuntimeError, EOFError) as error:
            raise Unreadable("format") from error
        except (ValueError, OverflowError, zlib.error) as error:
            raise Unreadable("format") from error

    def _refuse(self, *_given: object) -> None:
        raise Unreadable("doctype")


class _Words(_Sheet):
    """The table of words of an XLSX: one entry per `si`, its reading aids (`rPh`) left out."""

    def __init__(self, archive: zipfile.ZipFile, member: str) -> None:
        super().__init__(archive, member, MOST_SHARED)
        self.words: list[str] = []

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == f"{_MAIN} si":
            self.listen()
        elif name == f"{_MAIN} rPh":
            self._aside += 1
        elif name == f"{_MAIN} t":
            self._is_text = not self._aside

    def end(self, name: str) -> None:
        if name == f"{_MAIN} si":
            self.words.append("".join(self._parts)[: LONGEST_CELL + 1])
        elif name == f"{_MAIN} rPh":
            self._aside -= 1
        elif name == f"{_MAIN} t":
            self._is_text = False


class _Xlsx(_Sheet):
    def __init__(self, archive: zipfile.ZipFile, member: str, words: list[str]) -> None:
        super().__init__(archive, member)
        self._words = words
        self._line, self._column, self._kind = 0, -1, ""
        self._cells: list[str] = []

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == f"{_MAIN} row":
            self._line, self._column, self._cells = int(given.get("r", self._line + 1)), -1, []
        elif name == f"{_MAIN} c":
            self._column = _column(given.get("r", "")) if given.get("r") else self._column + 1
            self._kind = given.get("t", "")
            self.listen()
        elif name in {f"{_MAIN} v", f"{_MAIN} t"}:
            self._is_text = True

    def end(self, name: str) -> None:
        if name in {f"{_MAIN} v", f"{_MAIN} t"}:
            self._is_text = False
        elif name == f"{_MAIN} c" and self._column >= 0:
            _place(self._cells, self._column, self._value())
        elif name == f"{_MAIN} row" and any(self._cells):
            self.done.append((self._line, self._cells))

    def _value(self) -> str:
        raw = "".join(self._parts).strip()
        if self._kind == "s" and raw:
            place = int(raw)
            return self._words[place].strip() if 0 <= place < len(self._words) else ""
        return raw.removesuffix(".0") if not self._kind or self._kind == "n" else raw


class _Ods(_Sheet):
    """The first table of an ODS. Repeated empty rows and cells move the place and fill nothing."""

    def __init__(self, archive: zipfile.ZipFile, member: str, *, exact: bool) -> None:
        super().__init__(archive, member)
        self._exact = exact
        self._tables, self._line, self._repeat, self._times = 0, 0, 1, 1
        self._cells: list[str] = []
        self._column, self._value, self._told = 0, "", 0

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == f"{_TABLE} table":
            self._tables += 1
        elif name == f"{_TABLE} table-row":
            self._repeat = max(1, int(given.get(f"{_TABLE} number-rows-repeated", 1)))
            self._cells, self._column = [], 0
        elif name in {f"{_TABLE} table-cell", f"{_TABLE} covered-table-cell"}:
            self._times = max(1, int(given.get(f"{_TABLE} number-columns-repeated", 1)))
            self._value = given.get(f"{_OFFICE} date-value", "")[:10]
            if self._exact and given.get(f"{_OFFICE} value-type") in {"float", "currency"}:
                self._value = given.get(f"{_OFFICE} value", "")
            self.listen()
        elif name == f"{_OFFICE} annotation":
            self._aside += 1
        elif name == f"{_TEXT} p" and not self._aside:
            self._is_text = True
            if self._parts:
                self._parts.append(" ")
        elif name in {f"{_TEXT} s", f"{_TEXT} tab", f"{_TEXT} line-break"} and self._is_text:
            self._parts.append(" ")

    def end(self, name: str) -> None:
        if name == f"{_TEXT} p":
            self._is_text = False
        elif name == f"{_OFFICE} annotation":
            self._aside -= 1
        elif name in {f"{_TABLE} table-cell", f"{_TABLE} covered-table-cell"}:
            value = self._value or "".join(self._parts).strip()
            for place in range(self._column, min(self._column + self._times, MOST_COLUMNS + 1) if value else 0):
                _place(self._cells, place, value)
            self._column += self._times
        elif name == f"{_TABLE} table-row" and self._tables == 1:
            if any(self._cells):
                self._told += self._repeat
                if self._told > MOST_ROWS:
                    raise Unreadable("rows", self._line + 1)
                self.done += [(self._line + 1 + n, self._cells) for n in range(self._repeat)]
            self._line += self._repeat


def _of_xlsx(archive: zipfile.ZipFile, names: set[str]) -> Iterator[Row]:
    words: list[str] = []
    if "xl/sharedStrings.xml" in names:
        table = _Words(archive, "xl/sharedStrings.xml")
        for _row in table.read():
            pass
        words = table.words
    yield from _Xlsx(archive, _first_sheet(archive, names), words).read()


def _first_sheet(archive: zipfile.ZipFile, names: set[str]) -> str:
    """The member of the first sheet that the workbook names."""
    first: list[str] = []
    _gather(archive, "xl/workbook.xml", f"{_MAIN} sheet", lambda given: first.append(given.get(f"{_LINKS} id", "")))
    targets: dict[str, str] = {}
    if "xl/_rels/workbook.xml.rels" in names:
        kind = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
        _gather(
            archive,
            "xl/_rels/workbook.xml.rels",
            kind,
            lambda given: targets.update({given.get("Id", ""): given.get("Target", "")}),
        )
    target = targets.get(first[0] if first else "", "worksheets/sheet1.xml")
    member = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    if member not in names:
        raise Unreadable("format")
    return member


def _gather(archive: zipfile.ZipFile, member: str, wanted: str, note: Callable[[dict[str, str]], object]) -> None:
    sheet = _Sheet(archive, member, _CHUNK * 8)
    sheet.parser.StartElementHandler = lambda name, given: note(given) if name == wanted else None
    for _row in sheet.read():
        pass


def _of_ods(archive: zipfile.ZipFile, *, exact: bool) -> Iterator[Row]:
    yield from _Ods(archive, "content.xml", exact=exact).read()


def _column(reference: str) -> int:
    """« C12 » is the third column: 2."""
    place = 0
    for character in reference:
        if not ("A" <= character <= "Z"):
            break
        place = place * 26 + ord(character) - 64
    return place - 1


def _place(cells: list[str], place: int, value: str) -> None:
    """At its column; what stands far to the right is counted, never filled."""
    if not value:
        return
    if place > MOST_COLUMNS:
        raise Unreadable("columns")
    cells.extend([""] * (place + 1 - len(cells)))
    cells[place] = value
