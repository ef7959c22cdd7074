"""The pages of refusals and faults, the PDF and the e-mail that everything else extends."""

from __future__ import annotations

import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string

TOWN = SimpleNamespace(name="Ville de Valrive-sur-Loire", accent="#003189")


def test_a_refusal_gives_its_sentence():
    html = render_to_string("403.html", {"exception": "Le vote est clos depuis le 14 mai à 18 h.", "messages": []})

    assert "<p>Le vote est clos depuis le 14 mai à 18 h.</p>" in html
    assert html.count("<h1>") == 1


def test_a_missing_page_says_how_to_find_a_project():
    html = render_to_string("404.html", {"messages": []})

    assert "Un projet se retrouve par son numéro" in html


def test_a_fault_needs_nothing_of_the_site():
    html = render_to_string("500.html")

    assert "Le site a rencontré une erreur" in html


PDF = (
    "{% extends 'components/pdf_base.html' %}{% block content %}<h1>{{ title }}</h1>"
    "<p>Çağla Wałęsa</p>{% line stations %}{% money_bar slices total 'Payé en entier' %}{% endblock %}"
)


@pytest.mark.slow
def test_a_pdf_is_tagged_and_carries_its_foot():
    import io

    import pikepdf
    import pypdf
    import weasyprint

    from bp_platform.core.components import Slice, Station

    slices = [Slice("paid", "Payé", Decimal(100))]
    html = Template(PDF).render(
        Context(
            {
                "title": "Bilan à un an",
                "town": TOWN,
                "stations": [Station("Vote", "octobre", "now")],
                "slices": slices,
                "total": 100,
            }
        )
    )

    content = weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/ua-1")

    text = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
    with pikepdf.open(io.BytesIO(content)) as document:
        fonts = {str(font.BaseFont) for font in document.pages[0].Resources.Font.values()}
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "fr"
    assert [
        word for word in ("Bilan à un an", "Ville de Valrive-sur-Loire", "1 / 1", "Vous êtes ici") if word not in text
    ] == []
    assert {name for name in ("Bricolage", "Atkinson-Ext") if not any(name in font for font in fonts)} == set()


def test_an_e_mail_and_its_plain_twin_say_the_same():
    context = {"subject": "Votre idée est reçue", "town": TOWN}
    page = Template("{% extends 'components/email_base.html' %}{% block content %}<p>Bonjour</p>{% endblock %}")
    plain = Template("{% extends 'components/email_base.txt' %}{% block content %}Bonjour{% endblock %}")

    html, text = page.render(Context(context)), plain.render(Context(context))

    assert "background:#003189" in html
    assert "style=" not in html
    assert re.sub(r"\s+", " ", text).strip() == (
        "Bonjour -- Budget participatif · Ville de Valrive-sur-Loire "
        "Vous recevez ce message parce que vous participez au budget participatif."
    )
