"""The acts on documents: order one, make it in the worker, try again, resume what a dead worker left."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from bp_platform.accounts.models import User
from bp_platform.core import clocks, journal, registries, wakeups
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand
from bp_platform.documents import fingerprint, policies, rendering, storage
from bp_platform.documents.models import ENDED, FileKind, Job, JobState

logger = logging.getLogger(__name__)

WAKE = "documents.run"
LEASE = timedelta(minutes=10)
KEPT = timedelta(days=30)
PATIENCE = timedelta(minutes=1)  # a job that waits longer has lost its wake-up
ATTEMPTS = 3


def request_job(kind: str, *, arguments: Mapping[str, Any], by: Actor, at: datetime) -> Job:
    """Order a document. Asks the report's policy (Refused with its sentence).

    The same document from the same data is made once: a job that is ready, or under way, is returned as it is.
    Returns a job in any state but failed or cancelled; the worker is woken on commit.
    """
    plain = fingerprint.plain(arguments)
    role = demand(policies.can_request(by, kind, plain, at)).role
    spec = registries.reports[kind]
    language = get_language() or "fr"
    data = spec.build(plain)
    data_hash = fingerprint.of_document(kind, plain, language, spec.template, data)
    with journal.transaction_with_journal():
        job, is_new = _job_of(
            data_hash,
            kind=kind,
            arguments=plain,
            language=language,
            page_url=str(data.get("page_url", "")),
            owner=by if isinstance(by, User) else None,
            created_at=at,
        )
        if is_new:
            wakeups.wake(WAKE, str(job.uid))
            if role:  # a document that only a role may order leaves a trace; a resident's receipt does not
                journal.record(journal.Line(journal.HOUSE, at, by, f"order:{kind}"[:50], job, role=role))
    return job


def run_job(job_uid: UUID, at: datetime) -> bool:
    """Make a document that waits, or that a dead worker left. False if there is nothing to do, or another has it."""
    job = _take(job_uid, at)
    if job is None:
        return False
    pulse = _Pulse(job, at)
    try:
        with override(job.language):
            content, name, data_hash = _make(job, pulse)
        pulse.beat(95, _("Enregistrement"))
        _finish(job, pulse, content, name, data_hash)
    except Exception as error:  # the person who waits reads a sentence; who runs the machine reads the log
        logger.exception("The document %s (%s) failed.", job.uid, job.kind)
        with override(job.language):
            _fail(job, _sentence(error), pulse.now())
    return True


def retry_job(job: Job, *, by: Actor, at: datetime) -> Job:
    """Try a failed document again. Refused unless it failed, and unless they could order it now."""
    with journal.transaction_with_journal():
        locked = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
        role = demand(policies.can_request(by, locked.kind, locked.arguments, at)).role
        demand(policies.can_retry(locked))
        locked.state, locked.error, locked.finished_at = JobState.QUEUED, "", None
        locked.attempts, locked.progress, locked.message = 0, 0, ""
        locked.save()
        wakeups.wake(WAKE, str(locked.uid))
        if role:
            journal.record(journal.Line(journal.HOUSE, at, by, f"retry:{locked.kind}"[:50], locked, role=role))
    return locked


def sweep_jobs(at: datetime) -> int:
    """Resume what dead workers left and wake what nobody took; returns the number of jobs woken."""
    lost = Job.objects.filter(state=JobState.RUNNING, lease_until__lte=at, attempts__gte=ATTEMPTS)
    for job in lost.order_by("pk"):
        with override(job.language):
            _fail(job, _("La fabrication s’est interrompue %(count)d fois.") % {"count": ATTEMPTS}, at)
    waiting = Job.objects.filter(
        Q(state=JobState.QUEUED, created_at__lte=at - PATIENCE) | Q(state=JobState.RUNNING, lease_until__lte=at)
    )
    uids = list(waiting.order_by("created_at", "pk").values_list("uid", flat=True)[:100])
    for uid in uids:
        wakeups.wake(WAKE, str(uid))
    return len(uids)


def forget_jobs(at: datetime) -> int:
    """Delete the documents made, or given up, thirty days ago, and their files: ordered again, they are made again."""
    gone = 0
    for pk in Job.objects.filter(finished_at__lte=at - KEPT).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            job = Job.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk, state__in=ENDED).first()
            if job is None:  # tried again since
                continue
            job.delete()
            if job.result is not None:
                storage.forget(job.result)
            gone += 1
    return gone


def _job_of(data_hash: str, **facts: Any) -> tuple[Job, bool]:
    """The job that makes or made this document, or a new one; two requests at once get the same."""
    known = Job.objects.same_document(data_hash).order_by("-state", "pk").first()
    if known is not None:
        return known, False
    try:
        with transaction.atomic():
            return Job.objects.create(data_hash=data_hash, **facts), True
    except IntegrityError:  # the other request was first: the constraint job_one_open_per_document
        return Job.objects.same_document(data_hash).order_by("-state", "pk").get(), False


def _take(job_uid: UUID, at: datetime) -> Job | None:
    with transaction.atomic():
        job = (
            Job.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lte=at), uid=job_uid)
            .first()
        )
        if job is None or job.attempts >= ATTEMPTS:
            return None
        job.state, job.attempts, job.started_at, job.lease_until = JobState.RUNNING, job.attempts + 1, at, at + LEASE
        job.progress, job.message = 2, ""
        job.save()
    return job


def _make(job: Job, pulse: _Pulse) -> tuple[bytes, str, str]:
    spec = registries.reports[job.kind]
    pulse.beat(5, _("Lecture des données"))
    data = spec.build(job.arguments)
    data_hash = fingerprint.of_document(job.kind, job.arguments, job.language, spec.template, data)
    content = rendering.render_pdf(
        spec.template, data, language=job.language, title=str(spec.title), progress=pulse.beat
    )
    return content, spec.file_name(job.arguments), data_hash


def _finish(job: Job, pulse: _Pulse, content: bytes, name: str, data_hash: str) -> None:
    """Keep the file and close the job, unless another worker took it over meanwhile."""
    now = pulse.now()
    with transaction.atomic():
        locked = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
        if locked.state != JobState.RUNNING or locked.attempts != job.attempts:
            return
        locked.result = storage.keep(
            content, kind=FileKind.REPORT, name=name, content_type="application/pdf", at=now, owner=locked.owner
        )
        locked.state, locked.progress, locked.lease_until, locked.finished_at = JobState.DONE, 100, None, now
        locked.message, locked.data_hash = "", data_hash
        locked.save()


def _fail(job: Job, sentence: str, now: datetime) -> None:
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts).update(
        state=JobState.FAILED, error=sentence[:300], lease_until=None, finished_at=now, message=""
    )


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return _(
        "Le document n’a pas pu être fabriqué. Recommencez ; si l’échec persiste, prévenez l’équipe participation."
    )


class _Pulse:
    """A running job shows where it is, and keeps its lease."""

    def __init__(self, job: Job, at: datetime) -> None:
        self._job, self._shown = job, 0
        self.now = clocks.running_from(at)

    def beat(self, percent: int, message: str) -> None:
        if percent <= self._shown:
            return
        self._shown = percent
        Job.objects.filter(pk=self._job.pk, state=JobState.RUNNING, attempts=self._job.attempts).update(
            progress=percent, message=message[:200], lease_until=self.now() + LEASE
        )
