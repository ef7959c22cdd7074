"""A file between its preview and its use: put aside encrypted, with a key that only the page of the preview holds.

One who leaves that page leaves nothing that can be read, and the bytes are deleted after use or with the next file.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from bp_platform.accounts.models import User
from bp_platform.core.decisions import Refused, no
from bp_platform.documents import storage
from bp_platform.documents.models import FileKind, StoredFile

PATIENCE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where the file waits, and the key that nothing but the page keeps."""

    uid: UUID
    key: str


def keep(family: str, purpose: str, content: bytes, *, by: User, at: datetime) -> Waiting:
    """Put a file aside; those of its `family` left for a day are forgotten, and this person's own."""
    key = secrets.token_bytes(SecretBox.KEY_SIZE)
    sealed = bytes(SecretBox(key).encrypt(content))
    with transaction.atomic():
        left = StoredFile.objects.filter(original_name__startswith=family)
        for old in left.filter(Q(owner=by) | Q(created_at__lt=at - PATIENCE)).order_by("pk"):
            storage.forget(old)
    kept = storage.keep(
        sealed,
        kind=FileKind.ATTACHMENT,
        name=f"{family}{purpose}",
        content_type="application/octet-stream",
        at=at,
        owner=by,
    )
    return Waiting(kept.uid, key.hex())


def take(family: str, purpose: str, waiting: Waiting, *, by: User) -> BinaryIO:
    """The file put aside by this person for this purpose, and for the last time: it is deleted."""
    kept = StoredFile.objects.filter(uid=waiting.uid, owner=by, original_name=f"{family}{purpose}").first()
    if kept is None:
        raise Refused(no(_("Ce fichier n’est plus là : déposez-le à nouveau.")))
    sealed = storage.content_of(kept)
    storage.forget(kept)
    try:
        return BytesIO(SecretBox(bytes.fromhex(waiting.key)).decrypt(sealed))
    except (CryptoError, ValueError) as error:
        raise Refused(no(_("Ce fichier n’est plus lisible : déposez-le à nouveau."))) from error
