"""What may be sent: read from the bytes, drawn anew, or refused in a sentence."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bp_platform.documents import storage, uploads
from bp_platform.documents.models import StoredFile
from tests.documents.test_jobs import full_disk


def picture(kind="JPEG", size=(2400, 1200), **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#0b5d4b").save(out, kind, **options)
    return out.getvalue()


def pdf(**root) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        for name, value in root.items():
            made.Root[f"/{name}"] = value
        made.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def send(content: bytes, name="photo.jpg", **options):
    return uploads.check(SimpleUploadedFile(name, content), **options)


def refusal(content: bytes, name="photo.jpg", **options) -> str:
    with pytest.raises(ValidationError) as refused:
        send(content, name, **options)
    return refused.value.messages[0]


def test_a_photograph_is_drawn_anew_smaller():
    checked = send(picture())

    drawn = Image.open(io.BytesIO(checked.content))
    assert (checked.content_type, drawn.format, drawn.size) == ("image/webp", "WEBP", (1600, 800))


def test_where_it_was_taken_is_forgotten_and_it_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held sideways
    exif.get_ifd(0x8825)[2] = (47.0, 23.0, 36.0)
    exif[0x010F] = "Camera"

    checked = send(picture(exif=exif))

    drawn = Image.open(io.BytesIO(checked.content))
    assert drawn.size == (800, 1600)
    assert (dict(drawn.getexif()), drawn.info.get("exif"), b"Camera" in checked.content) == ({}, None, False)


def test_a_transparent_drawing_stays_so():
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")

    drawn = Image.open(io.BytesIO(send(out.getvalue(), "logo.png").content))

    assert drawn.convert("RGBA").getpixel((5, 5))[3] == 0


@pytest.mark.parametrize("content", [b"MZ\x90\x00", b"<svg xmlns='x'/>", b"GIF89a", b"", b"<html>"])
def test_the_name_does_not_decide(content):
    assert refusal(content) == "Ce fichier n’est pas d’un type accepté (JPEG, PNG, WebP ou PDF)."


def test_only_pictures_where_only_pictures_are_asked():
    assert refusal(pdf(), "plan.pdf", pictures_only=True) == (
        "Ce fichier n’est pas d’un type accepté (JPEG, PNG ou WebP)."
    )


def test_too_heavy_is_not_even_read():
    heavy = SimpleUploadedFile("photo.jpg", b"x")
    heavy.size = uploads.LARGEST + 1

    with pytest.raises(ValidationError) as refused:
        uploads.check(heavy)

    assert refused.value.messages == ["Ce fichier est trop lourd\u00a0: 10\u00a0Mo au plus."]


def test_a_bomb_is_seen_by_its_header():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")

    assert refusal(bomb, "plan.png") == "Cette image est trop grande\u00a0: 50\u00a0millions de points au plus."


def test_a_torn_picture_is_refused():
    assert refusal(picture(quality=95)[:900]) == "Cette image est abîmée\u00a0: elle ne s’ouvre pas."


def test_a_plain_pdf_is_kept_as_it_is():
    content = pdf()

    checked = send(content, "plan.pdf")

    assert (checked.content, checked.content_type) == (content, "application/pdf")


@pytest.mark.parametrize(
    "action",
    [
        {"S": pikepdf.Name.JavaScript, "JS": "app.alert(1)"},
        {"S": pikepdf.Name.Launch, "F": "cmd.exe"},
        {"S": pikepdf.Name.SubmitForm, "F": "http://example.org"},
    ],
)
def test_a_pdf_that_acts_is_refused_even_in_a_compressed_stream(action):
    content = pdf(OpenAction=pikepdf.Dictionary(**action))
    assert b"/" + str(action["S"])[1:].encode() not in content  # it hides in an object stream

    assert refusal(content, "plan.pdf").startswith("Ce PDF contient un programme")


def test_an_escaped_name_hides_nothing():
    content = pdf().replace(b"%%EOF", b"1 0 obj <</S /J#61vaScript>> endobj\n%%EOF")

    assert refusal(content, "plan.pdf").startswith("Ce PDF contient un programme")


def test_a_pdf_with_a_password_is_refused():
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(out, encryption=pikepdf.Encryption(owner="x", user="x"))

    assert refusal(out.getvalue(), "plan.pdf").startswith("Ce PDF est protégé")


def test_it_is_kept_private_with_its_description(paper, paula, at):
    stored = uploads.keep_upload(
        SimpleUploadedFile("Préau.JPG", picture()), by=paula, at=at, alt_text="Le préau\nvu de la cour"
    )

    assert (stored.kind, stored.owner, stored.is_public, stored.alt_text) == (
        "image",
        paula,
        False,
        "Le préau vu de la cour",
    )
    assert storage.content_of(stored).startswith(b"RIFF")


def test_a_full_disk_is_one_sentence_and_nothing_is_left(paper, paula, at, settings):
    with full_disk(), pytest.raises(ValidationError, match="L’espace de stockage est plein"):
        uploads.keep_upload(SimpleUploadedFile("photo.jpg", picture()), by=paula, at=at)

    assert StoredFile.objects.count() == 0
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []
