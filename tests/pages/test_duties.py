"""The pages that a public body owes: legal notice, privacy, accessibility; and the health of the site."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from bp_platform.accounts import services as accounts
from bp_platform.core import registries
from bp_platform.core.models import Heartbeat
from tests.people import BUILDER
from tests.reading import Page, plain

pytestmark = pytest.mark.django_db


def test_the_legal_notice_names_who_publishes(client, at):
    accounts.set_public_body(
        by=BUILDER, at=at, name="Ville de Valrive-sur-Loire", siren="213700000", phone="02 47 00 00 00",
        postal_address="Hôtel de ville\n37990 Valrive-sur-Loire", email="participation@valrive.example",
    )  # fmt: skip

    page = Page(client.get("/mentions-legales/"))

    assert page.heading == "Mentions légales"
    for said in ("Ville de Valrive-sur-Loire · SIREN 213700000", "37990 Valrive-sur-Loire", "02 47 00 00 00", "participation@valrive.example", "AGPL 3.0"):  # fmt: skip
        assert said in page.text


def test_privacy_says_how_long_each_class_of_data_is_kept(client, town):
    page = Page(client.get("/confidentialite/"))

    said = set(page.words("li"))
    assert {plain(str(retention.label)) for retention in registries.retentions} <= said
    assert "CNIL" in page.text


def test_accessibility_says_its_state_and_whom_to_call(client, town):
    page = Page(client.get("/accessibilite/"))

    assert page.heading == "Déclaration d’accessibilité"
    for said in ("Partiellement conforme", "Défenseur des droits", "sur papier, par téléphone ou au guichet"):
        assert said in page.text


@pytest.mark.parametrize("address", ["/mentions-legales/", "/confidentialite/", "/accessibilite/"])
def test_they_are_read_only_and_need_nobody_s_name(client, town, address):
    assert (client.get(address).status_code, client.head(address).status_code, client.post(address).status_code) == (200, 200, 405)  # fmt: skip


def test_a_site_that_is_well(client, town, at):
    Heartbeat.objects.create(name="beat", at=at)

    answer = client.get("/sante/")

    assert (answer.status_code, answer.json()) == (
        200,
        {"database": "ok", "migrations": "ok", "clock": "ok", "storage": "ok"},
    )
    assert "no-store" in answer["Cache-Control"]


def test_a_silent_clock_is_told_and_pages_are_still_served(client, town, at, clock):
    never = client.get("/sante/")
    Heartbeat.objects.create(name="beat", at=at)
    clock.shift(301)

    silent = client.get("/sante/")

    assert (never.status_code, never.json()["clock"]) == (200, "never ran")
    assert (silent.status_code, silent.json()["clock"]) == (200, "silent since 2026-03-02T09:00:00+00:00")


def test_tables_that_are_not_ready_are_not_well(client, town):
    MigrationRecorder(connection).record_unapplied("cycles", "0001_the_frame")
    waiting = MigrationRecorder.Migration.objects.filter(app="cycles").order_by("name").first()
    MigrationRecorder.Migration.objects.filter(app="proposals").delete()

    answer = client.get("/sante/")

    assert waiting is not None
    assert answer.status_code == 503
    assert answer.json()["migrations"].endswith("waiting")


def test_without_a_database_it_answers_all_the_same(client, town, monkeypatch):
    def lost(*_args, **_kwargs):
        raise DatabaseError

    client.get("/sante/")
    monkeypatch.setattr(connection, "cursor", lost)

    answer = client.get("/sante/")

    assert (answer.status_code, answer.json()["database"]) == (503, "DatabaseError")


def test_a_first_visit_without_a_database_is_told_as_well(client, db, monkeypatch):
    """The town's row is not kept yet: the health page needs nothing of it."""
    from django.core.cache import caches

    caches["local"].clear()

    def lost(*_args, **_kwargs):
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", lost)

    assert client.get("/sante/").status_code == 503


def test_a_disk_that_takes_nothing_is_told(client, town, settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"

    assert client.get("/sante/").json()["storage"] == "NotADirectoryError"


def test_the_health_page_is_read_only_and_for_machines(client, town):
    assert (client.head("/sante/").status_code, client.post("/sante/").status_code) == (200, 405)
