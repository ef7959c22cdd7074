"""What the page of a document shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from bp_platform.core import registries
from bp_platform.core.components import Link, Progress
from bp_platform.documents import keys
from bp_platform.documents.models import Job, JobState
from bp_platform.documents.publication import public_url

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class JobSheet:
    """A document being made: its progress, and what can be done."""

    title: StrOrPromise
    progress: Progress
    page_url: str
    retry_url: str


def job_url(job: Job, *, with_key: bool = False) -> str:
    """The page to wait on. `with_key` for somebody without an account: the address then holds the key."""
    address = reverse("documents:job", args=[job.uid])
    return f"{address}?cle={keys.job_key(job)}" if with_key else address


def job_sheet(job: Job, key: str) -> JobSheet:
    """The page of a job, for who came with that key (possibly none)."""
    query = f"?cle={key}" if key else ""
    return JobSheet(
        title=registries.reports[job.kind].title,
        progress=_progress(job, query),
        page_url=job.page_url,
        retry_url=reverse("documents:retry", args=[job.uid]) + query if job.state == JobState.FAILED else "",
    )


def weight(size: int) -> str:
    """« 132 ko », « 2,4 Mo »: as people know it, rounded up."""
    if size < 1_000_000:
        return _("%(number)d\u00a0ko") % {"number": -(-size // 1000)}
    return _("%(number)s\u00a0Mo") % {"number": number_format(size / 1_000_000, 1)}


def _progress(job: Job, query: str) -> Progress:
    match job.state:
        case JobState.DONE if job.result is not None:
            download = Link(
                _("Télécharger (PDF, %(size)s)") % {"size": weight(job.result.size)}, public_url(job.result) + query
            )
            return Progress(_("Le document est prêt."), 100, done=download)
        case JobState.FAILED:
            return Progress(_("Le document n’est pas prêt."), job.progress, job.error, is_failed=True)
        case JobState.CANCELLED:
            return Progress(_("La demande est annulée."), job.progress, is_failed=True)
    poll = reverse("documents:job", args=[job.uid]) + query
    if job.state == JobState.QUEUED:
        return Progress(_("Le document attend son tour."), None, poll_url=poll)
    return Progress(_("Le document est en préparation."), job.progress, job.message, poll_url=poll)
