"""The printed kit: tagged, whole, and the same for each project."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest
from pypdf import PdfReader

from bp_platform.documents import rendering
from proposals.models import Proposal
from tests.factories import voting as make
from voting import kit_reports, selectors, station_reports

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def made(spec, arguments):
    return rendering.render_pdf(spec.template, spec.build(arguments), language="fr", title=str(spec.title))


def facts_of(content):
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return {
            "language": str(pdf.Root.Lang),
            "is tagged": bool(pdf.Root.MarkInfo.Marked),
            "shows its title": bool(pdf.Root.ViewerPreferences.DisplayDocTitle),
            "PDF/UA": pdf.open_metadata().get("pdfuaid:part"),
            "pages": len(pdf.pages),
        }


def words_of(content):
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def test_the_poster_is_one_tagged_page_that_says_it_all(poll, town):
    content = made(kit_reports.CAMPAIGN_POSTER, {"cycle": "2026", "number": "BP26-0002"})

    assert facts_of(content) == {
        "language": "fr",
        "is tagged": True,
        "shows its title": True,
        "PDF/UA": "1",
        "pages": 1,
    }
    (words,) = words_of(content)
    for said in ("Un verger", "Un verger.", "30 000 €", "Projet BP26-0002", "Votez ", "Le projet en détail"):
        assert said in words.replace("\u202f", " ").replace("\xa0", " ")


def test_the_longest_title_and_summary_stay_on_one_page(poll, town):
    Proposal.objects.filter(number="BP26-0001").update(summary=("Une ombre pour chaque banc. " * 9)[:240])

    content = made(kit_reports.CAMPAIGN_POSTER, {"cycle": "2026", "number": "BP26-0001"})

    assert facts_of(content)["pages"] == 1


def test_the_booklet_gives_each_project_half_a_page_in_the_order_drawn(poll, town):
    content = made(kit_reports.VOTING_BOOKLET, {"cycle": "2026"})

    assert facts_of(content) == {
        "language": "fr",
        "is tagged": True,
        "shows its title": True,
        "PDF/UA": "1",
        "pages": 4,
    }
    pages = words_of(content)
    drawn = [project.number for project in selectors.draw(poll).projects]
    assert "4 projets, à vous de choisir." in pages[0]
    assert "Comment voter" in pages[1]
    assert "Choisissez jusqu’à 5 projets." in pages[1]
    assert [re.findall(r"BP26-\d{4}", page) for page in pages[2:]] == [drawn[:2], drawn[2:]]


def test_the_kit_differs_by_the_facts_of_the_project_alone(poll, town):
    spec = kit_reports.CAMPAIGN_POSTER
    one, other = (spec.build({"cycle": "2026", "number": number}) for number in ("BP26-0001", "BP26-0003"))

    assert one["kit"] == other["kit"]
    assert set(one) == set(other) == {"kit", "project", "page_url"}
    assert (one["project"].title, other["project"].title) == ("Une cour qui respire", "Le quai à vélo")


def test_the_sheet_of_a_polling_place_is_one_tagged_page(poll, town):
    hall = make.station(poll)

    content = made(station_reports.STATION_SHEET, {"station": hall.pk})

    assert (facts_of(content)["pages"], facts_of(content)["is tagged"]) == (1, True)
    (words,) = words_of(content)
    for said in ("Halle aux grains", "Ouvrir", "Faire voter", "Fermer", "Scellé à la fermeture", poll.digest[:16]):
        assert said in words


def test_the_booklet_says_where_to_vote_in_person(poll, town):
    make.station(poll)

    words = " ".join(words_of(made(kit_reports.VOTING_BOOKLET, {"cycle": "2026"})))

    assert "Halle aux grains, 2 place du Marché" in words
