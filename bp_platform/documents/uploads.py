"""What people send: the type is read from the bytes, never from the name; pictures are drawn anew.

Accepted: JPEG, PNG, WebP (re-encoded as WebP, at most 1600 pixels, without any metadata) and PDF without active
content. Refusals are sentences for the person who sends.
"""

from __future__ import annotations

import io
import re
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from bp_platform.accounts.models import User
from bp_platform.core import text
from bp_platform.core.actors import Actor
from bp_platform.documents import storage
from bp_platform.documents.models import FileKind, StoredFile

MEBIBYTE = 1024 * 1024
LARGEST = 10 * MEBIBYTE
MOST_PIXELS = 50_000_000  # a 50-megapixel photograph; beyond, a bomb
WIDEST = 1600
QUALITY = 80
PICTURES = ("JPEG", "PNG", "WEBP")

# Names of a PDF that run, open or carry something (ISO 32000-1, 7.11, 12.6), with « #xx » undone.
ACTIVE = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToR|GoToE|Rendition)(?![A-Za-z])"
)
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECT_STREAM = re.compile(rb"/ObjStm.{0,2000}?stream\r?\n", re.DOTALL)
_LONGEST_STREAM = 20 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class Checked:
    """Bytes that may be kept, and what they are."""

    content: bytes
    content_type: str
    kind: FileKind
    name: str


def check(upload: UploadedFile[bytes], *, pictures_only: bool = False) -> Checked:
    """What may be kept of an upload. Raises ValidationError: too large, of no accepted type, active or broken."""
    if (upload.size or 0) > LARGEST:
        raise _refusal(_("Ce fichier est trop lourd\u00a0: 10\u00a0Mo au plus."), "size")
    content = upload.read()
    name = text.tidy(upload.name or "")[-150:] or "fichier"
    if content.startswith(b"%PDF-") and not pictures_only:
        _check_pdf(content)
        return Checked(content, "application/pdf", FileKind.ATTACHMENT, name)
    return Checked(_redrawn(content, pictures_only=pictures_only), "image/webp", FileKind.IMAGE, name)


def keep_upload(
    upload: UploadedFile[bytes], *, by: Actor, at: datetime, alt_text: str = "", pictures_only: bool = False
) -> StoredFile:
    """Check an upload and keep it, private. Raises ValidationError with a sentence, and then nothing is kept."""
    checked = check(upload, pictures_only=pictures_only)
    return storage.keep(
        checked.content,
        kind=checked.kind,
        name=checked.name,
        content_type=checked.content_type,
        at=at,
        owner=by if isinstance(by, User) else None,
        alt_text=text.tidy(alt_text)[:300],
    )


def _redrawn(content: bytes, *, pictures_only: bool) -> bytes:
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint turns it on for the whole process
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture: Image.Image = Image.open(io.BytesIO(content), formats=PICTURES)
            if picture.width * picture.height > MOST_PIXELS:  # the header alone has been read
                raise _refusal(_("Cette image est trop grande\u00a0: 50\u00a0millions de points au plus."), "pixels")
            picture = ImageOps.exif_transpose(picture)
            picture.thumbnail((WIDEST, WIDEST), Image.Resampling.LANCZOS)
            flat = picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB")
    except UnidentifiedImageError:
        accepted = _("JPEG, PNG ou WebP") if pictures_only else _("JPEG, PNG, WebP ou PDF")
        sentence = _("Ce fichier n’est pas d’un type accepté (%(types)s).") % {"types": accepted}
        raise _refusal(sentence, "type") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _refusal(_("Cette image est trop grande\u00a0: 50\u00a0millions de points au plus."), "pixels") from None
    except (OSError, ValueError, SyntaxError, zlib.error):
        raise _refusal(_("Cette image est abîmée\u00a0: elle ne s’ouvre pas."), "broken") from None
    flat.info.clear()  # no place, no date, no name of the camera
    out = io.BytesIO()
    flat.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()


def _check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-2048:]:
        raise _refusal(_("Ce PDF est abîmé\u00a0: il ne se termine pas."), "broken")
    for part in _readable(content):
        names = _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), part)
        if re.search(rb"/Encrypt\b", names):
            raise _refusal(_("Ce PDF est protégé\u00a0: envoyez-en une copie sans mot de passe."), "encrypted")
        if ACTIVE.search(names):
            sentence = _(
                "Ce PDF contient un programme, un formulaire actif ou un fichier joint\u00a0: "
                "imprimez-le en PDF et recommencez."
            )
            raise _refusal(sentence, "active")


def _readable(content: bytes) -> Iterator[bytes]:
    """The file as it is, then its compressed object streams, where names may hide."""
    yield content
    for match in _OBJECT_STREAM.finditer(content):
        inflater = zlib.decompressobj()
        try:
            yield inflater.decompress(content[match.end() :], _LONGEST_STREAM)
        except zlib.error:
            raise _refusal(_("Ce PDF est abîmé\u00a0: il ne s’ouvre pas."), "broken") from None
        if inflater.unconsumed_tail and not inflater.eof:
            raise _refusal(_("Ce PDF est trop lourd une fois ouvert."), "size")


def _refusal(sentence: str, code: str) -> ValidationError:
    return ValidationError(sentence, code=code)
