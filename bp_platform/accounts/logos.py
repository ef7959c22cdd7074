"""The town's logo: any picture, checked by its content and drawn again small, without metadata."""

from __future__ import annotations

import hashlib
import io

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

LARGEST_BYTES = 5_000_000
SIDE = 176  # pixels: four times what a page shows


def redrawn(upload: UploadedFile[bytes]) -> ContentFile[bytes]:
    """A PNG of at most 176 pixels a side, named by its own hash."""
    if (upload.size or 0) > LARGEST_BYTES:
        raise ValidationError(_("cette image dépasse 5 Mo ; choisissez-en une plus légère."))
    try:
        with Image.open(upload) as picture:
            if picture.width * picture.height > 40_000_000:
                raise ValidationError(_("cette image est trop grande ; réduisez-la sous 6 000 pixels de côté."))
            small = picture.convert("RGBA")
            small.thumbnail((SIDE, SIDE))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise ValidationError(_("ce fichier n’est pas une image ; choisissez un PNG, un JPEG ou un WebP.")) from error
    kept = io.BytesIO()
    small.save(kept, "PNG")
    content = kept.getvalue()
    return ContentFile(content, name=f"{hashlib.sha256(content).hexdigest()[:16]}.png")
