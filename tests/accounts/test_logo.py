"""The town's logo: drawn again small, served for ever at an address that is its hash."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bp_platform.accounts import logos
from bp_platform.accounts.models import PublicBody

pytestmark = pytest.mark.django_db


def picture(side=900, colour="#0b5d4b") -> SimpleUploadedFile:
    kept = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(kept, "JPEG", exif=b"Exif\x00\x00secret")
    return SimpleUploadedFile("logo.jpg", kept.getvalue(), content_type="image/jpeg")


def test_a_picture_becomes_a_small_png_without_metadata():
    made = logos.redrawn(picture())

    content = made.read()
    assert Image.open(io.BytesIO(content)).size == (176, 176)
    assert content.startswith(b"\x89PNG")
    assert b"secret" not in content


def test_what_is_no_picture_is_refused_in_a_sentence():
    with pytest.raises(ValidationError, match="n’est pas une image"):
        logos.redrawn(SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>", content_type="image/png"))


def test_the_administration_sets_it_and_every_page_shows_it(ada, town, sign_in, client):
    facts = {"name": town.name, "kind": "commune", "time_zone": "Europe/Paris", "accent": "#0b5d4b", "logo": picture()}

    answer = sign_in(ada).post("/bureau/collectivite/", facts)

    assert answer.status_code == 303
    address = PublicBody.objects.get().logo_url
    assert address.startswith("/logo/") and address.endswith(".png")
    shown = client.get(address)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    assert "immutable" in shown["Cache-Control"]
    assert address in client.get("/mentions-legales/").content.decode()
    assert client.get("/logo/autre.png").status_code == 404
