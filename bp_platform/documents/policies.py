"""Who may see a document: asked when it is ordered, again when it is watched, again when it is served."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Role, User
from bp_platform.core import registries
from bp_platform.core.actors import RESIDENT, Actor
from bp_platform.core.decisions import YES, Decision, no, yes_as
from bp_platform.documents import keys
from bp_platform.documents.models import FileKind, Job, StoredFile

MODERATION = (Role.PARTICIPATION, Role.MODERATOR, Role.ADMINISTRATOR)


def can_request(by: Actor, kind: str, arguments: dict[str, object], at: datetime) -> Decision:
    """The report's own policy decides."""
    spec = registries.reports.get(kind)
    if spec is None:
        return no(_("Ce document n’existe pas."))
    return spec.may_request(by, arguments, at)


def job_for(user: object, uid: UUID, key: str, at: datetime) -> Job:
    """The door to a job: who may order the same document now, or a resident who holds its key. Else 404."""
    job = Job.objects.select_related("result", "owner").filter(uid=uid).first()
    if job is None or not _may_see(user, job, key, at):
        raise Http404
    return job


def can_retry(job: Job) -> Decision:
    """A document that failed may be tried again by whoever sees it."""
    return YES if job.state == "failed" else no(_("Ce document n’a pas échoué : il n’y a rien à recommencer."))


def file_for(user: object, uid: UUID, key: str, at: datetime) -> StoredFile:
    """The door to a file: public, or one's own, or by a link signed for it, or through the job that made it."""
    stored = StoredFile.objects.filter(uid=uid).first()
    if stored is None or not _may_open(user, stored, key, at):
        raise Http404
    return stored


def _may_see(user: object, job: Job, key: str, at: datetime) -> bool:
    askers: list[Actor] = [user] if isinstance(user, User) else []
    if keys.opens_job(key, job):
        askers.append(RESIDENT)
    return any(can_request(asker, job.kind, job.arguments, at) for asker in askers)


def _may_open(user: object, stored: StoredFile, key: str, at: datetime) -> bool:
    if stored.is_public or keys.opens_file(key, stored, at):
        return True
    if stored.kind == FileKind.REPORT:
        return any(_may_see(user, job, key, at) for job in stored.jobs.order_by("pk"))
    return isinstance(user, User) and bool(_owns_or_moderates(user, stored, at))


def _owns_or_moderates(user: User, stored: StoredFile, at: datetime) -> Decision:
    if stored.owner_id == user.pk:
        return yes_as("owner")
    return Decision(user.holds(at, *MODERATION))
