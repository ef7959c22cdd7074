"""Files kept in private storage, and the jobs that make documents: one row, one progress bar."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import User

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class FileKind(models.TextChoices):
    REPORT = "report", _("document fabriqué ici")
    IMAGE = "image", _("image")
    ATTACHMENT = "attachment", _("pièce jointe")


class StoredFile(models.Model):
    """Bytes in private storage. Never changed once written; a new version is a new row."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("nature"), max_length=12, choices=FileKind)
    original_name = models.CharField(_("nom"), max_length=150)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField(_("taille en octets"))
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200, unique=True)
    alt_text = models.CharField(_("description de l’image"), max_length=300, blank=True)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="stored_files")
    is_public = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    if TYPE_CHECKING:
        jobs: RelatedManager[Job]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="stored_file_is_not_empty"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="stored_file_has_its_hash"),
            models.CheckConstraint(
                condition=Q(is_public=True, published_at__isnull=False) | Q(is_public=False, published_at=None),
                name="stored_file_public_iff_dated",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")


class JobState(models.TextChoices):
    QUEUED = "queued", _("en attente")
    RUNNING = "running", _("en cours")
    DONE = "done", _("prêt")
    FAILED = "failed", _("échoué")
    CANCELLED = "cancelled", _("annulé")


OPEN = (JobState.QUEUED, JobState.RUNNING)
ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class JobQuerySet(models.QuerySet["Job"]):
    def same_document(self, data_hash: str) -> JobQuerySet:
        """Jobs that make or made the same document: no need to make it again."""
        return self.filter(data_hash=data_hash, state__in=[*OPEN, JobState.DONE])


class Job(models.Model):
    """A document to be made by the worker. The row is the truth; tasks only wake the worker up."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    language = models.CharField(max_length=5, default="fr")
    data_hash = models.CharField(max_length=64, db_index=True)
    page_url = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs")
    state = models.CharField(_("état"), max_length=10, choices=JobState, default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)
    message = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=300, blank=True)
    result = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="jobs")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", result__isnull=False, progress=100) | (~Q(state="done") & Q(result=None)),
                name="job_done_iff_result",
                violation_error_message=_("Un document est prêt si, et seulement si, son fichier existe."),
            ),
            models.CheckConstraint(
                condition=Q(state="failed") & ~Q(error="") | (~Q(state="failed") & Q(error="")),
                name="job_failed_iff_error",
                violation_error_message=_("Un échec dit sa raison."),
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False, started_at__isnull=False, attempts__gte=1)
                | (~Q(state="running") & Q(lease_until=None)),
                name="job_running_iff_leased",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, finished_at__isnull=False) | (~Q(state__in=ENDED) & Q(finished_at=None)),
                name="job_ended_iff_dated",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="job_progress_is_a_percentage"),
            models.UniqueConstraint(
                fields=["data_hash"], condition=Q(state__in=OPEN), name="job_one_open_per_document"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(state__in=OPEN), name="job_open")]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
