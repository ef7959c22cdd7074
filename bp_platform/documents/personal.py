"""What files and jobs say about somebody: that they ordered or brought them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bp_platform.documents.models import Job, StoredFile


def export(contact: Any) -> list[Mapping[str, Any]]:
    """The documents that the contact's account ordered, and the files it brought."""
    if contact.user_id is None:
        return []
    jobs = Job.objects.filter(owner=contact.user_id).order_by("pk")
    files = StoredFile.objects.filter(owner=contact.user_id).order_by("pk")
    return [
        *({"document": job.kind, "ordered_at": job.created_at.isoformat()} for job in jobs),
        *({"file": kept.original_name, "kept_at": kept.created_at.isoformat()} for kept in files),
    ]


def erase(contact: Any, at: datetime) -> int:
    """The account's name leaves the rows; the files stay with what they accompany."""
    if contact.user_id is None:
        return 0
    jobs = Job.objects.filter(owner=contact.user_id).update(owner=None)
    return jobs + StoredFile.objects.filter(owner=contact.user_id).update(owner=None, original_name="")
