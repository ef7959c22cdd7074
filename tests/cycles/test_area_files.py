"""A file of places: brought to degrees, looked at, shown, taken whole or not at all."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from cycles import coverage, geojson, geometry, selectors, services, tasks, tiles
from cycles.models import AreaImport, AreaImportState
from cycles.reprojection import to_degrees
from tests.cycles.test_areas import collection, feature, square
from tests.factories import cycles as factory

pytestmark = pytest.mark.django_db
OPTIONS = {"name": "nom", "code": "code", "population": "population", "parent": "parent", "kind": "nature"}
TOWN = feature(square(0, 47, 2), nom="Valrive", code="valrive", population="31 200")
WEST = feature(square(0, 47), nom="Ouest", code="ouest", population=1000)
EAST = feature(square(1, 47), nom="Est", code="est", nature="QPV")
NORTH = feature(
    {"type": "Polygon", "coordinates": [[[0, 48], [2, 48], [2, 49], [0, 49], [0, 48]]]}, nom="Nord", code="nord"
)
WHOLE = collection(TOWN, WEST, EAST, NORTH)


def study(content):
    reading = geojson.read(content)
    assert reading.errors == ()
    return coverage.study(reading.places)


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.fixture
def cycle(at, town):
    made = factory.cycle(at)
    made.areas.filter(code="mariniers").delete()
    made.areas.all().delete()
    return made


def test_the_tree_the_town_the_inhabitants_and_a_lighter_copy_come_from_the_file():
    found = study(WHOLE)

    assert [(p.code, p.parent, p.kind, p.population) for p in found.places] == [
        ("valrive", "", "commune", 31200),
        ("ouest", "valrive", "", 1000),
        ("est", "valrive", "priority", None),
        ("nord", "valrive", "", None),
    ]
    assert found.places[1].box == (0, 47, 1, 48)
    assert all(place.simple for place in found.places)


def test_overlaps_and_holes_are_measured_and_a_priority_neighbourhood_may_lie_over_others():
    wide = feature(square(0.9, 47), nom="Trop large", code="large")
    over = feature(square(0.2, 47.2, 0.5), nom="Bel-Air", code="bel-air", nature="QPV", parent="valrive")

    found = study(collection(TOWN, WEST, wide, NORTH, over)).findings

    assert [(one.kind, one.names, one.percent) for one in found] == [
        ("overlap", ("Ouest", "Trop large"), 10.0),
        ("hole", ("Valrive",), 2.5),
    ]
    km2 = 111.32**2 * 0.1 * 0.675  # a tenth of a degree by one, at 47.5° north
    assert found[0].m2 / 1e6 == pytest.approx(km2, rel=0.01)


def test_neighbours_that_fit_have_nothing_to_tell_and_still_fit_once_simplified():
    found = study(WHOLE)

    assert found.findings == ()
    west, east = (next(p.simple for p in found.places if p.code == code) for code in ("ouest", "est"))
    assert geometry.box_of(west).east == geometry.box_of(east).west


def test_a_contour_that_crosses_itself_is_named_with_its_place():
    bow = {"type": "Polygon", "coordinates": [[[0, 47], [1, 48], [1, 47], [0, 48], [0, 47]]]}

    found = study(collection(WEST, feature(bow, nom="La Gare")))

    assert [plain(line)[:67] for line in found.errors] == [
        "Lieu 2 (La Gare) : son contour se croise ou se touche lui-même (lon"
    ]
    assert found.findings[0].shape == {"type": "Point", "coordinates": [0.5, 47.5]}


@settings(max_examples=30)
@given(st.floats(-4.5, 8.0), st.floats(42.5, 51.0))
def test_lambert_93_comes_back_to_the_degrees_it_was_made_from(longitude, latitude):
    from pyproj import Transformer

    to_lambert = Transformer.from_crs("EPSG:4326", "EPSG:2154", always_xy=True)
    ring = [list(to_lambert.transform(x, y)) for x, y in square(longitude, latitude, 0.01)["coordinates"][0]]

    back = to_degrees({"type": "Polygon", "coordinates": [ring]}, "EPSG:2154")["coordinates"][0]

    for (x, y), (x0, y0) in zip(back, square(longitude, latitude, 0.01)["coordinates"][0], strict=True):
        assert (x, y) == (pytest.approx(x0, abs=1e-6), pytest.approx(y0, abs=1e-6))


LAMBERT = feature(
    {"type": "Polygon", "coordinates": [[[526000, 6700000], [527000, 6700000], [527000, 6701000], [526000, 6700000]]]},
    nom="Rive",
)


@pytest.mark.parametrize("named", [{}, {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}}])
def test_lambert_93_is_known_by_its_name_or_by_its_size(named):
    [place] = geojson.read(collection(LAMBERT, **named)).places

    assert place.outline["coordinates"][0][0] == [pytest.approx(0.69368, abs=1e-4), pytest.approx(47.37747, abs=1e-4)]


def test_la_reunion_is_known_by_its_name():
    saint_denis = {"type": "Polygon", "coordinates": [[[339000, 7690000], [340000, 7690000], [340000, 7691000], [339000, 7690000]]]}  # fmt: skip
    named = {"type": "name", "properties": {"name": "EPSG:2975"}}

    [place] = geojson.read(collection(feature(saint_denis, nom="Saint-Denis"), crs=named)).places

    assert place.outline["coordinates"][0][0] == [pytest.approx(55.45, abs=0.1), pytest.approx(-20.9, abs=0.1)]


@pytest.mark.parametrize(
    ("content", "start"),
    [
        (collection(feature(square(0, 47), nom="A", population="beaucoup")), "Lieu 1 : A. « beaucoup » n’est pas un nombre"),
        (collection(*[feature(square(0, 47), nom=f"L{n}") for n in range(501)]), "Ce fichier contient 501 lieux"),
        (b"[" * 100_000, "Ce fichier est trop imbriqué"),
        (collection(feature(square(0, 47), nom="A"), crs={"type": "name", "properties": {"name": "EPSG:99999"}}), "Lieu 1 : A. Les coordonnées ne sont ni"),
        (collection(feature({"type": "GeometryCollection", "geometries": [square(0, 47)]}, nom="A")), "Lieu 1 : A"),
        (collection({"type": "FeatureCollection", "features": []}), "Lieu 1 : "),
    ],
)  # fmt: skip
def test_what_a_file_must_not_hold(content, start):
    assert plain(geojson.read(content).errors[0]).startswith(start)


def deposit(cycle, by, at, content=WHOLE, key=None):
    return services.deposit_area_file(
        cycle, by=by, at=at, key=key or uuid4(), file_name="quartiers.geojson", content=content, options=OPTIONS
    )


def test_a_file_is_read_then_taken_once(cycle, paula, at):
    key = uuid4()
    made = deposit(cycle, paula, at, key=key)
    assert (made.state, made.content, len(made.places)) == (AreaImportState.READ, "", 4)
    assert deposit(cycle, paula, at, key=key).pk == made.pk
    assert cycle.areas.count() == 0

    services.apply_area_file(made, by=paula, at=at)
    services.apply_area_file(made, by=paula, at=at)

    assert list(cycle.areas.order_by("code").values_list("code", "parent__code", "kind", "population")) == [
        ("est", "valrive", "priority", None),
        ("nord", "valrive", "district", None),
        ("ouest", "valrive", "district", 1000),
        ("valrive", None, "commune", 31200),
    ]
    acts = list(
        JournalEntry.objects.filter(chain=cycle.journal_chain).order_by("position").values_list("act", flat=True)
    )
    assert acts == ["deposit_area_file", *["import_area"] * 4]
    assert selectors.area_at(cycle, 0.5, 47.5).code == "ouest"
    assert selectors.area_at(cycle, 1.5, 47.5).code == "est"
    assert selectors.area_at(cycle, 9, 9) is None


def test_a_large_file_waits_for_the_worker(cycle, paula, at, monkeypatch):
    monkeypatch.setattr("cycles.services.places.READ_AT_ONCE", 10)
    made = deposit(cycle, paula, at)
    assert made.state == AreaImportState.WAITING
    with pytest.raises(Refused, match="ne peut pas être pris"):
        services.apply_area_file(made, by=paula, at=at)

    tasks.read_area_import(str(made.pk))
    tasks.read_area_import(str(made.pk))

    made.refresh_from_db()
    assert (made.state, len(made.places)) == (AreaImportState.READ, 4)


def test_a_file_whose_wake_up_was_lost_is_read_by_the_clock(cycle, paula, at, monkeypatch):
    monkeypatch.setattr("cycles.services.places.READ_AT_ONCE", 10)
    made = deposit(cycle, paula, at)

    tasks.sweep_area_imports()

    made.refresh_from_db()
    assert made.state == AreaImportState.READ


def test_a_parent_that_nobody_knows_is_refused_and_nothing_is_written(cycle, paula, at):
    made = deposit(cycle, paula, at, collection(WEST, feature(square(5, 47), nom="Loin", parent="lune")))

    with pytest.raises(ValidationError) as refusal:
        services.apply_area_file(made, by=paula, at=at)

    assert plain(refusal.value.messages[0]).startswith("Lieu « Loin » : son lieu parent « lune » n’existe ni dans")
    assert cycle.areas.count() == 0


def test_the_desk_shows_the_drawing_before_writing(cycle, paula, at, sign_in):
    client = sign_in(paula)
    content = collection(TOWN, WEST, feature(square(0.9, 47), nom="Trop large", code="large"), NORTH)
    data = OPTIONS | {"key": str(uuid4()), "file": SimpleUploadedFile("q.geojson", content)}

    answer = client.post("/bureau/editions/2026/lieux/importer/", data)
    assert (answer.status_code, answer["Location"]) == (303, "/bureau/editions/2026/lieux/importer/apercu/")
    page = plain(client.get(answer["Location"]).content.decode())
    assert "« Ouest » et « Trop large » se recouvrent" in page
    assert page.count("town-plan__overlap") == 1
    assert page.count('class="town-plan__hole"') == 1
    assert cycle.areas.count() == 0

    answer = client.post("/bureau/editions/2026/lieux/importer/apercu/")
    assert answer["Location"] == "/bureau/editions/2026/lieux/"
    assert cycle.areas.count() == 4
    assert client.get("/bureau/editions/2026/lieux/importer/apercu/")["Location"] == "/bureau/editions/2026/lieux/"


def test_a_refused_file_keeps_its_sentences_and_asks_for_another(cycle, paula, at, sign_in):
    deposit(cycle, paula, at, collection(feature(square(0, 47))))

    client = sign_in(paula)
    page = client.get("/bureau/editions/2026/lieux/importer/apercu/").content.decode()

    assert "Rien n’a été écrit." in page
    assert "la propriété « nom » manque" in plain(page)
    assert client.post("/bureau/editions/2026/lieux/importer/apercu/").status_code == 422


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (None, "choisissez le fichier des lieux"),
        (b"", "ce fichier est vide"),
        (b"\xff\xfe\x00", "n’est pas en UTF-8"),
        (b'{"a": "\x00"}', "n’est pas du GeoJSON"),
        (b" " * 30_000_000, "10 Mo au plus"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(cycle, paula, sign_in, file, sentence):
    data = OPTIONS | {"key": str(uuid4())} | ({"file": SimpleUploadedFile("q.json", file)} if file is not None else {})

    page = sign_in(paula).post("/bureau/editions/2026/lieux/importer/", data)

    assert page.status_code == 422
    assert sentence in plain(page.content.decode())


@pytest.mark.parametrize("address", ["lieux/", "lieux/importer/", "enveloppes/", "calendrier/", "preparatifs/"])
def test_a_stranger_finds_no_desk(cycle, chloe, sign_in, address):
    assert sign_in(chloe).get(f"/bureau/editions/2026/{address}").status_code == 404


def test_finance_reads_and_changes_nothing(cycle, farid, sign_in):
    client = sign_in(farid)

    assert "<form" not in client.get("/bureau/editions/2026/lieux/").content.decode().split("<main")[1]
    assert client.get("/bureau/editions/2026/lieux/importer/").status_code == 404
    assert client.post("/bureau/editions/2026/lieux/", {"name": "X", "kind": "district"}).status_code == 200
    assert cycle.areas.count() == 0


def test_a_map_of_thousands_of_points_stays_light(cycle, paula, at):
    from math import cos, pi, sin

    def blob(x, y):
        ring = [
            [x + (1 + sin(n) / 40) * cos(n / 2000 * pi), y + (1 + sin(n) / 40) * sin(n / 2000 * pi)]
            for n in range(4000)
        ]
        return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}

    features = [feature(blob(3 * n, 45), nom=f"Lieu {n}") for n in range(6)]
    found = study(collection(*features))
    services.import_areas(cycle, found.places, by=paula, at=at)

    assert sum(geometry.count_points(p.simple) for p in found.places) <= coverage.MOST_DRAWN_POINTS
    drawn = selectors.map_of(selectors.areas_of(cycle))
    assert sum(len(area.path) for area in drawn.areas) < 60_000


def test_tiles_are_asked_of_nobody_unless_the_town_has_a_server(cycle, paula, at, settings):
    services.apply_area_file(deposit(cycle, paula, at), by=paula, at=at)
    assert selectors.map_of(selectors.areas_of(cycle)).tiles == ()

    settings.BP_TILE_URL, settings.BP_TILE_ATTRIBUTION = "https://tuiles.example/{z}/{x}/{y}.png", "© Valrive"
    drawn = selectors.map_of(selectors.areas_of(cycle))

    assert 1 <= len(drawn.tiles) <= tiles.MOST
    assert all(tile.url.startswith("https://tuiles.example/") for tile in drawn.tiles)
    assert min(tile.x for tile in drawn.tiles) <= 0
    assert max(tile.x + tile.width for tile in drawn.tiles) >= drawn.width - 1
    assert drawn.attribution == "© Valrive"


def test_an_import_keeps_its_key(cycle, paula, at):
    deposit(cycle, paula, at)
    second = deposit(cycle, paula, at)

    assert list(AreaImport.objects.values_list("key", flat=True)) == [second.key]
    assert isinstance(second.key, UUID)
    assert json.loads(json.dumps(second.options)) == OPTIONS


TEXT = WHOLE.decode()
PROJECTED = TEXT.replace('"features"', '"crs": {"properties": {"name": "EPSG:2154"}}, "features"')


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"features": [%s]}' % ("1" * 5000), "Ligne 1 : ce fichier n’est pas du GeoJSON"),
        (TEXT.replace("31 200", "\\u0000"), "n’est pas un nombre d’habitants"),
        (TEXT.replace("[0, 47]", f"[{10**400}, 47]"), "Une coordonnée n’est pas un nombre"),
        (TEXT.replace('"Polygon"', '["Polygon"]'), "ni un Polygon ni un MultiPolygon"),
        (PROJECTED.replace("[0, 47]", f"[{10**400}, 47]"), "Une coordonnée n’est pas un nombre"),
    ],
    ids=["digits", "control", "integer", "type", "projected"],
)  # fmt: skip
def test_a_file_made_to_break_the_reading_is_refused_in_words(cycle, paula, at, content, sentence):
    made = deposit(cycle, paula, at, content.encode())

    assert made.state == AreaImportState.REFUSED
    assert sentence in plain(made.errors[0])


def test_characters_that_no_database_keeps_leave_the_names(cycle, paula, at):
    made = deposit(cycle, paula, at, TEXT.replace("Ouest", "Ou\\u0000est").replace("Nord", "Nord\\ud800").encode())

    assert made.state == AreaImportState.READ
    assert [row["name"] for row in made.places] == ["Valrive", "Ou est", "Est", "Nord?"]


@pytest.mark.parametrize("parent", ["valrive", "ouest"])
def test_a_second_file_cannot_put_a_place_inside_itself(cycle, paula, at, parent):
    services.apply_area_file(deposit(cycle, paula, at), by=paula, at=at)
    again = feature(square(0, 47, 2), nom="Valrive", code="valrive", parent=parent)
    made = deposit(cycle, paula, at, collection(again))

    with pytest.raises(ValidationError, match="corrigez la propriété du parent"):
        services.apply_area_file(made, by=paula, at=at)
    assert cycle.areas.get(code="valrive").parent is None
