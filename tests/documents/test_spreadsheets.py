"""Spreadsheets of every kind give the same rows; what is built to harm is refused before it is expanded."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections import deque

import pytest

from bp_platform.documents import spreadsheets, tables
from bp_platform.documents.spreadsheets import Unreadable
from tests.voting import sheets
from tests.voting.sheets import AICHA, BRUNO, HEADINGS

EXPECTED = [(1, HEADINGS), (2, AICHA), (3, BRUNO)]


def rows(content: bytes):
    return list(spreadsheets.rows(io.BytesIO(content)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "iso8859-15", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_every_encoding_and_separator_gives_the_same_rows(encoding, separator):
    content = sheets.csv(HEADINGS, AICHA, BRUNO, encoding=encoding, separator=separator)

    assert rows(content) == EXPECTED


def test_quotes_keep_their_separators_and_lines_count_from_where_they_begin():
    content = 'Nom;Adresse\r\n"Durand ; née";"3 rue\ndu Quai"\r\n\r\n"dit ""Bob""";x\n'.encode()

    assert rows(content) == [
        (1, ["Nom", "Adresse"]),
        (2, ["Durand ; née", "3 rue\ndu Quai"]),
        (5, ['dit "Bob"', "x"]),
    ]


@pytest.mark.parametrize("make", [sheets.xlsx, sheets.ods])
def test_spreadsheets_give_the_same_rows(make):
    assert rows(make(HEADINGS, AICHA, BRUNO)) == EXPECTED


@pytest.mark.parametrize("make", [sheets.xlsx, sheets.ods])
def test_an_empty_row_and_an_empty_cell_keep_their_places(make):
    found = rows(make(HEADINGS, [""] * 7, ["A2", "", "Bruno", "1960", "", "37000", "Valrive"]))

    assert found == [(1, HEADINGS), (3, ["A2", "", "Bruno", "1960", "", "37000", "Valrive"])]


def test_a_repeated_row_of_an_ods_counts_each_time():
    repeated = '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2"><text:p>x</text:p></table:table-cell></table:table-row>'

    assert rows(sheets.ods(HEADINGS, after=repeated)) == [(1, HEADINGS), (2, ["x", "x"]), (3, ["x", "x"])]


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
REPEATED = '<table:table-row table:number-rows-repeated="400000"><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0old", "old_excel"),
        (b"%PDF-1.7", "format"),
        (b"PK\x03\x04 but no archive", "format"),
        (sheets.zipped(**{"word__document.xml": "<x/>"}), "format"),
        (sheets.xlsx(HEADINGS, before=LAUGHS), "doctype"),
        (sheets.ods(HEADINGS, before=LAUGHS), "doctype"),
        (sheets.ods(HEADINGS, before='<!DOCTYPE x SYSTEM "http://valrive.example/x.dtd">'), "doctype"),
        (sheets.ods(HEADINGS, after=REPEATED * 2), "rows"),
        (sheets.zipped(**{"content.xml": "<x>"}), "format"),
        (b'Nom;Adresse\n"Durand" x;y\n', "quotes"),
        (b"Nom\x81\x8d\n\xff\x81", "encoding"),
        (b"Nom\n" + b"x" * 1001, "cell"),
        (b"a;" * 101 + b"a\n", "columns"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_says_why(content, why):
    with pytest.raises(Unreadable) as refusal:
        rows(content)

    assert refusal.value.why == why


LONG_LIST = "nom;prénom\n" + "".join(f"Bénali;Aïcha {n}\n" for n in range(200_000))


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"\xff\xfe" + LONG_LIST.encode("latin-1"), 1),  # a mark that lies
        (LONG_LIST.encode().rstrip() + b"\nB\xc3", 200_002),  # cut in the middle of a letter
        (LONG_LIST.encode().replace(b"B\xc3\xa9nali;A\xc3\xafcha 150000", b"B\xe9nali;Aicha 150000"), 150_002),
        (LONG_LIST[:1000].encode("utf-16") + b"\x00\xd8\x41\x00", LONG_LIST[:1000].count("\n") + 1),
    ],
    ids=["latin-1 marked utf-16", "cut utf-8", "one line of windows-1252", "half a sign"],
)
def test_a_long_list_in_a_wrong_encoding_is_refused_at_its_line_in_little_memory(content, line):
    file = io.BytesIO(content)
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable) as refusal:
            deque(spreadsheets.rows(file), maxlen=0)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert refusal.value.why == "encoding"
    assert abs(refusal.value.line - line) <= 1
    assert most < 4_000_000
    assert f"Ligne {refusal.value.line}" in tables.unreadable_sentence(refusal.value, headings="")


def test_a_bomb_is_refused_before_it_is_inflated(monkeypatch):
    out = io.BytesIO()
    piece = b" " * 10_000_000
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("content.xml", "w") as member,
    ):
        member.write(b"<x>")
        for _piece in range(60):
            member.write(piece)
    monkeypatch.setattr(spreadsheets, "MOST_INFLATED", 20_000_000)
    tracemalloc.start()

    with pytest.raises(Unreadable, match="bomb"):
        rows(out.getvalue())

    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_rows_repeated_by_the_thousand_are_not_unrolled():
    """Each is under the limit; a thousand of them in one piece of the file would fill the memory."""
    content = sheets.ods(HEADINGS, after=REPEATED.replace("400000", "4000") * 1000)
    tracemalloc.start()

    with pytest.raises(Unreadable, match="rows"):
        rows(content)

    assert tracemalloc.get_traced_memory()[1] < 150_000_000
    tracemalloc.stop()


def test_a_file_too_big_is_not_even_read(monkeypatch):
    monkeypatch.setattr(spreadsheets, "MOST_BYTES", 10)

    with pytest.raises(Unreadable, match="too_big"):
        rows(sheets.csv(HEADINGS))


def test_an_ods_gives_what_its_cells_hold_when_asked():
    """An amount shown without its cents keeps them; a text stays as it is shown."""
    cell = '<table:table-cell office:value-type="currency" office:value="1234.56"><text:p>1 235 €</text:p></table:table-cell>'
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    table = f"<table:table><table:table-row>{cell}</table:table-row></table:table>"
    content = sheets.zipped(**{"content.xml": f"<office:document {spaces}>{table}</office:document>"})

    shown = list(spreadsheets.rows(io.BytesIO(content)))
    exact = list(spreadsheets.rows(io.BytesIO(content), exact=True))

    assert (shown, exact) == ([(1, ["1 235 €"])], [(1, ["1234.56"])])
