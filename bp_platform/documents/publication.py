"""Making a file public: from then on, its unguessable address may be kept by anybody's browser."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from bp_platform.documents import keys
from bp_platform.documents.models import StoredFile


def publish(stored: StoredFile, *, at: datetime) -> StoredFile:
    """Open a file to everybody: an act of the app that shows it, inside that act's transaction and policy."""
    if not stored.is_public:
        stored.is_public, stored.published_at = True, at
        stored.save(update_fields=["is_public", "published_at"])
    return stored


def withdraw(stored: StoredFile) -> StoredFile:
    """Close it again; copies that browsers keep live on until they expire."""
    stored.is_public, stored.published_at = False, None
    stored.save(update_fields=["is_public", "published_at"])
    return stored


def public_url(stored: StoredFile) -> str:
    """The address of a public file."""
    return reverse("documents:file", args=[stored.uid, shown_name(stored)])


def private_url(stored: StoredFile, at: datetime) -> str:
    """An address that opens a private file for half a day; only for pages that have checked their own policy."""
    return f"{public_url(stored)}?cle={keys.file_key(stored, at)}"


def shown_name(stored: StoredFile) -> str:
    """The name under which a file is saved, with the extension of what it is."""
    stem, dot, _extension = stored.original_name.rpartition(".")
    extension = stored.path.rpartition(".")[2]
    clean = "".join(c if c.isalnum() or c in "-_." else "-" for c in (stem if dot else stored.original_name))
    return f"{clean.strip('-.') or 'fichier'}.{extension}"
