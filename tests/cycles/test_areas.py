"""Places from a GeoJSON file, and the map that is drawn from them."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.template import Context, Template

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from cycles import selectors, services
from cycles.geojson import Place, read
from tests.browser import axe_violations
from tests.factories import cycles as factory

pytestmark = pytest.mark.django_db


def square(west, south, side=1.0):
    east, north = west + side, south + side
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def feature(outline, **properties):
    return {"type": "Feature", "properties": properties, "geometry": outline}


def collection(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


NORTH = feature(square(0, 48), nom="Le Nord", code="nord")
MARINERS = feature(square(0, 47), nom="Les Mariniers du port", code="mariniers")
LAMBERT = {
    "type": "Polygon",
    "coordinates": [[[652000, 6862000], [652100, 6862000], [652100, 6862100], [652000, 6862000]]],
}

FAR = {"type": "Polygon", "coordinates": [[[1e8, 6862000], [1e8, 6862100], [2e8, 6862100], [1e8, 6862000]]]}


@pytest.fixture
def cycle(at):
    return factory.cycle(at)


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "lieux.geojson"
        path.write_bytes(content)
        return path

    return write


def run(path, *options):
    out = StringIO()
    call_command("import_areas", path, "--cycle", "2026", *options, stdout=out)
    return out.getvalue()


def areas(cycle):
    rows = cycle.areas.order_by("code").values_list("code", "name", "parent__code", "population", "outline")
    return [(*row[:4], row[4] is not None) for row in rows]


BEFORE = [("mariniers", "Les Mariniers", "ville", 4210, False), ("ville", "Toute la ville", None, None, False)]


def test_a_preview_says_what_would_change_and_writes_nothing(cycle, file):
    said = run(file(collection(NORTH, MARINERS)))

    assert [line.split() for line in said.splitlines()[:2]] == [
        ["nord", "Le", "Nord", "ajouté"],
        ["mariniers", "Les", "Mariniers", "du", "port", "mis", "à", "jour"],
    ]
    assert "Aperçu : rien n’est écrit." in said
    assert areas(cycle) == BEFORE


def test_applied_places_are_added_or_brought_up_to_date(cycle, file):
    assert "2 lieux écrits." in run(file(collection(NORTH, MARINERS)), "--apply")

    assert areas(cycle) == [
        ("mariniers", "Les Mariniers du port", "ville", 4210, True),
        ("nord", "Le Nord", "ville", None, True),
        ("ville", "Toute la ville", None, None, False),
    ]
    assert list(JournalEntry.objects.filter(chain=cycle.journal_chain).values_list("act", flat=True)) == [
        "import_area",
        "import_area",
    ]


def test_every_wrong_feature_is_named_and_none_is_written(cycle, file):
    wrong = collection(
        NORTH,
        feature(square(1, 47)),
        feature({"type": "Point", "coordinates": [0, 47]}, nom="La Gare"),
        feature(square(2, 47), nom="Le Nord bis", code="nord"),
        feature(FAR, nom="Le Sud"),
        feature(square(2, 47), nom="x" * 81),
    )

    with pytest.raises(CommandError) as refusal:
        run(file(wrong), "--apply")

    lines = str(refusal.value).replace("\u00a0", " ").splitlines()
    starts = [
        "Lieu 2 : la propriété « nom » manque",
        "Lieu 3 : La Gare. Son contour n’est ni un Polygon",
        "Lieu 4 (Le Nord bis) : le code « nord » est déjà pris",
        "Lieu 5 : Le Sud. Les coordonnées ne sont ni en WGS 84 ni en Lambert-93",
        "Lieu 6 : « xxx",
        "Rien n’a été écrit.",
    ]
    assert [line[: len(start)] for line, start in zip(lines, starts, strict=True)] == starts
    assert areas(cycle) == BEFORE


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "Ligne 1 : ce fichier n’est pas du GeoJSON"),
        (b"\xff\xfe", "Ligne 1 : ce fichier n’est pas du GeoJSON"),
        (b"[]", "Ce fichier ne contient aucun lieu"),
        (collection(), "Ce fichier ne contient aucun lieu"),
        (
            collection(NORTH, crs={"type": "name", "properties": {"name": "urn:ville:grille"}}),
            "Les coordonnées ne sont ni en WGS 84 ni en Lambert-93",
        ),
    ],
)
def test_another_file_is_refused_in_a_sentence(content, sentence):
    reading = read(content)

    assert reading.places == ()
    assert reading.errors[0].startswith(sentence)


def test_other_property_names_and_a_code_made_from_the_name():
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}

    reading = read(collection(feature(square(0, 47), l_quart="Bel-Air"), crs=named), name_property="l_quart")

    assert [(place.code, place.name) for place in reading.places] == [("bel-air", "Bel-Air")]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["absent.geojson", "--cycle", "2026"], "ne se lit pas"),
        (["x", "--cycle", "1999"], "Aucune édition à l’adresse"),
    ],
)
def test_the_command_refuses_in_a_sentence(cycle, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("import_areas", *arguments)


def test_all_or_none(cycle, paula, at):
    good, bad = Place("nord", "Le Nord", square(0, 48)), Place("PAS UN CODE", "Le Sud", square(0, 46))

    with pytest.raises(ValidationError):
        services.import_areas(cycle, [good, bad], by=paula, at=at)

    assert areas(cycle) == BEFORE


def test_a_stranger_imports_nothing(cycle, chloe, at):
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        services.import_areas(cycle, [], by=chloe, at=at)


def drawn(cycle, paula, at):
    cycle.areas.filter(code="ville").update(outline=square(0, 47, 2))
    places = [Place("nord", "Le Nord", square(0, 48)), Place("mariniers", "Les Mariniers", square(0, 47))]
    services.import_areas(cycle, places, by=paula, at=at)


def test_the_map_puts_the_town_under_its_places(cycle, paula, at):
    drawn(cycle, paula, at)

    found = selectors.map_of(selectors.areas_of(cycle), {"nord": 3})

    assert [(a.mark, a.code, a.count) for a in found.areas] == [(1, "nord", 3), (2, "mariniers", 0)]
    assert (found.width, len(found.ground)) == (600, 1)
    assert found.areas[0].y < found.areas[1].y  # north is up
    assert all(0 < a.x < found.width and 0 < a.y < found.height for a in found.areas)


def test_no_outline_no_map(cycle):
    assert selectors.map_of(selectors.areas_of(cycle)) is None
    template = Template("{% load cycle_maps %}{% cycle_map areas '/x/' %}")
    assert template.render(Context({"areas": selectors.areas_of(cycle)})).strip() == ""


def test_every_place_of_the_map_is_in_the_list_beside(cycle, paula, at, client):
    drawn(cycle, paula, at)

    page = client.get("/2026/idees/?lieu=nord").content.decode()

    for code in ("nord", "mariniers"):
        assert page.count(f'href="/2026/idees/?lieu={code}"') == 2
    assert 'id="carte" open' in page
    assert page.count('aria-current="true"') == 1


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_map_in_a_browser(cycle, paula, at, request, live_server, size):
    drawn(cycle, paula, at)
    page = request.getfixturevalue(size)

    page.goto(f"{live_server.url}/2026/idees/")
    page.get_by_text("La carte des lieux").click()
    assert axe_violations(page) == []
    page.locator(".map__drawing a").first.click()

    assert page.url.endswith("/2026/idees/?lieu=nord")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
