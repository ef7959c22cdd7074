"""The committed stylesheets are those of their sources, and a first visit stays light."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

from bp_platform.core import stylesheets

STATIC = Path(settings.BASE_DIR) / "static"
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(")


def test_the_site_s_stylesheet_is_built_from_its_sources():
    committed = (STATIC / "css" / "site.css").read_text(encoding="utf-8")

    assert committed == stylesheets.for_screen(STATIC / "css")


def test_the_stylesheet_of_paper_is_built_from_its_sources():
    committed = (STATIC / "css" / "print.css").read_text(encoding="utf-8")

    assert committed == stylesheets.for_print(STATIC / "css")


def test_only_tokens_hold_colours():
    sources = [STATIC / "css" / "base.css", *(STATIC / "css" / "components").glob("*.css")]
    sources += (STATIC / "css" / "pages").glob("*.css")

    assert {path.name: COLOUR.findall(path.read_text()) for path in sources if COLOUR.findall(path.read_text())} == {}


def test_every_component_has_its_stylesheet_or_needs_none():
    templates = {path.stem for path in (Path(settings.BASE_DIR) / "templates" / "components").glob("*.html")}
    sheets = {path.stem for path in (STATIC / "css" / "components").glob("*.css")}
    shared = {
        "email_base": "an e-mail carries its own sheet",
        "error_page": "a page",
        "messages": "note.css",
        "money_pattern": "money_bar.css",
        "nav_links": "topbar.css",
        "pdf_base": "paper/paper.css",
        "steps": "progress.css",
    }

    assert (templates - sheets, sheets - templates) == (set(shared), {"choices", "field", "picture", "skip"})


def test_paper_knows_no_function_that_weasyprint_lacks():
    committed = (STATIC / "css" / "print.css").read_text(encoding="utf-8")

    assert [word for word in ("light-dark(", "color-mix(", "@layer", "@container") if word in committed] == []


def test_a_document_s_sheet_names_local_fonts_and_the_town_s_colour():
    sheet = stylesheets.for_paper("#003189")

    assert f"url({(STATIC / 'fonts' / 'atkinson.woff2').resolve().as_uri()})" in sheet.replace('"', "")
    assert sheet.endswith("--accent-mid:#7a94c2;}")


def test_an_e_mail_s_sheet_has_no_variable():
    sheet = stylesheets.for_email("#003189")

    assert [word for word in ("var(", "ACCENT", "DARK", "INK", "light-dark") if word in sheet] == []


def test_minifying_keeps_strings_and_sums():
    text = 'a { content: "x :  y" ; /* gone */ width: calc(1px + 2px) } .b :focus { color: red; }'

    assert stylesheets.minified(text) == 'a{content:"x :  y";width:calc(1px + 2px)}.b :focus{color:red}'


@pytest.mark.parametrize("face", ["bricolage", "atkinson"])
def test_a_face_weighs_at_most_25_kb(face):
    assert (STATIC / "fonts" / f"{face}.woff2").stat().st_size <= 25_000


def test_the_stylesheet_weighs_at_most_12_kb_compressed():
    assert len(gzip.compress((STATIC / "css" / "site.css").read_bytes(), 9)) <= 12_000


def test_the_site_s_script_weighs_at_most_3_kb_compressed():
    assert len(gzip.compress((STATIC / "js" / "site.js").read_bytes(), 9)) <= 3_000
