"""Bytes into private storage: a row with its file, or neither."""

from __future__ import annotations

import errno
import hashlib
import uuid
from contextlib import suppress
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from bp_platform.accounts.models import User
from bp_platform.documents.models import StoredFile

EXTENSIONS = {
    "application/pdf": "pdf",
    "image/webp": "webp",
    "image/jpeg": "jpg",
    "image/png": "png",
}
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def keep(
    content: bytes,
    *,
    kind: str,
    name: str,
    content_type: str,
    at: datetime,
    owner: User | None = None,
    alt_text: str = "",
) -> StoredFile:
    """Write bytes and their row. A full disk is refused in one sentence, and nothing is left behind."""
    uid = uuid.uuid4()
    path = f"stored/{uid.hex[:2]}/{uid}.{EXTENSIONS.get(content_type, 'bin')}"
    try:
        default_storage.save(path, ContentFile(content))
        return StoredFile.objects.create(
            uid=uid,
            kind=kind,
            original_name=name[-150:],
            content_type=content_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            path=path,
            alt_text=alt_text,
            owner=owner,
            created_at=at,
        )
    except OSError as error:
        _forget(path)
        if error.errno in FULL:
            raise ValidationError(
                _("L’espace de stockage est plein : le fichier n’a pas été gardé. Prévenez la mairie."), code="full"
            ) from error
        raise
    except BaseException:
        _forget(path)
        raise


def content_of(stored: StoredFile) -> bytes:
    """The bytes of a file."""
    with default_storage.open(stored.path) as stream:
        content: bytes = stream.read()
    return content


def forget(stored: StoredFile) -> None:
    """Delete a file that has served: its row now, its bytes once that is committed."""
    path = stored.path
    stored.delete()
    transaction.on_commit(lambda: _forget(path))


def _forget(path: str) -> None:
    with suppress(OSError):
        default_storage.delete(path)
