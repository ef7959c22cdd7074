"""The real thing: a tagged PDF, the same bytes twice, and no way out to the network."""

from __future__ import annotations

import contextlib
import gc
import io
import tempfile

import pikepdf
import pytest
from pypdf import PdfReader

from bp_platform.documents import rendering, services, storage
from tests.documents.conftest import ARGUMENTS


def test_a_pdf_anybody_can_read(paper, town, paula, at):
    job = services.request_job("note", arguments=ARGUMENTS, by=paula, at=at)
    services.run_job(job.uid, at)
    job.refresh_from_db()
    assert job.state == "done", job.error
    content = storage.content_of(job.result)

    with pikepdf.open(io.BytesIO(content)) as pdf:
        facts = {
            "language": str(pdf.Root.Lang),
            "is tagged": bool(pdf.Root.MarkInfo.Marked),
            "shows its title": bool(pdf.Root.ViewerPreferences.DisplayDocTitle),
            "title": str(pdf.docinfo.Title),
            "tab order": {str(page.Tabs) for page in pdf.pages},
            "PDF/UA": pdf.open_metadata().get("pdfuaid:part"),
        }
        kinds = {str(node.S) for node in _structure(pdf.Root.StructTreeRoot)}
    assert facts == {
        "language": "fr",
        "is tagged": True,
        "shows its title": True,
        "title": "Fiche du projet",
        "tab order": {"/S"},
        "PDF/UA": "1",
    }
    assert {"/H1", "/P", "/Table", "/TH", "/TD", "/Caption"} <= kinds
    text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert "Fiche BP26-0143" in text
    assert "Le préau de l’école Jules-Ferry" in text
    assert "Ville de Valrive-sur-Loire" in text


def _structure(node):
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from _structure(kid)


def test_the_same_data_give_the_same_bytes(paper, town):
    context = {"heading": "Procès-verbal", "text": "Le vote est clos."}

    first, second = (
        rendering.render_pdf("papers/note.html", context, language="fr", title="Procès-verbal") for _ in range(2)
    )

    assert first == second


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/logo.png",
        "https://example.org/logo.png",
        "file:///etc/passwd",
        "/static/../pyproject.toml",
        "/fichiers/x",
        "//example.org/logo.png",
    ],
)
def test_a_document_reads_nothing_but_our_own_files(address):
    with pytest.raises(rendering.ForeignAddress, match="A document may not read"):
        rendering.pdf_of(f'<html lang="fr"><title>x</title><img alt="" src="{address}"></html>')


def test_a_document_reads_our_static_files_and_data():
    assert rendering.static_file("bp:///static/css/site.css").name == "site.css"

    content = rendering.pdf_of(
        '<html lang="fr"><title>x</title><img alt="point" src="data:image/svg+xml,'
        "%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'%3E%3C/svg%3E\"></html>"
    )

    assert content.startswith(b"%PDF-")


FACE = "@font-face { font-family: A; src: url(bp:///static/fonts/atkinson.woff2) } body { font-family: A }"


@pytest.mark.parametrize("inside", ["<p>Lisible</p>", '<img src="https://ailleurs.example/x.png" alt="">'])
def test_nothing_stays_of_the_fonts_of_a_document(inside, tmp_path, monkeypatch):
    """Whatever becomes of the document, and before the garbage collector comes by."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    html = f'<html lang="fr"><head><title>Une page</title><style>{FACE}</style></head><body>{inside}</body></html>'

    gc.disable()
    try:
        with contextlib.suppress(rendering.ForeignAddress):
            rendering.pdf_of(html)
        assert list(tmp_path.iterdir()) == []
    finally:
        gc.enable()


def test_the_progress_is_told(paper, town):
    told = []

    rendering.render_pdf(
        "papers/note.html",
        {"heading": "x", "text": "y"},
        language="fr",
        title="x",
        progress=lambda percent, words: told.append(percent),
    )

    assert told == sorted(told)
    assert {75, 85} <= set(told)
