"""Keys that open one document or one file, for who was given them: nobody can guess one, none is stored."""

from __future__ import annotations

from datetime import datetime, timedelta
from hmac import compare_digest

from django.core import signing

from bp_platform.core import codes
from bp_platform.documents.models import Job, StoredFile

JOB_PURPOSE = "job"
FILE_SALT = "documents.file"
LINK_LASTS = timedelta(hours=12)


def job_key(job: Job) -> str:
    """What somebody without an account holds to come back to a document they ordered."""
    return codes.digest(JOB_PURPOSE, job.uid.hex)[:32]


def opens_job(key: str, job: Job) -> bool:
    return compare_digest(key.encode(), job_key(job).encode())


def file_key(stored: StoredFile, at: datetime) -> str:
    """A key that opens one private file for half a day: pages that checked their own policy put it in the address."""
    return signing.dumps([stored.uid.hex, int((at + LINK_LASTS).timestamp())], salt=FILE_SALT, compress=True)


def opens_file(key: str, stored: StoredFile, at: datetime) -> bool:
    try:
        uid, until = signing.loads(key, salt=FILE_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    return bool(uid == stored.uid.hex and at.timestamp() < until)
