"""The page of a document being made, and the door of every file."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.files import File
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bp_platform.accounts.models import User
from bp_platform.core.actors import RESIDENT
from bp_platform.core.http import Request, see_other
from bp_platform.documents import policies, selectors, services
from bp_platform.documents.models import StoredFile
from bp_platform.documents.publication import shown_name

FOR_EVER = "public, max-age=31536000, immutable"


@login_not_required
@never_cache
@require_safe
def job(request: Request, uid: UUID) -> HttpResponse:
    """Where a document stands; htmx asks for the progress alone, every two seconds."""
    key = request.GET.get("cle", "")
    found = policies.job_for(request.user, uid, key, timezone.now())
    template = "documents/_job.html" if request.htmx else "documents/job.html"
    return render(request, template, {"sheet": selectors.job_sheet(found, key)})


@login_not_required
@require_POST
def retry(request: Request, uid: UUID) -> HttpResponse:
    """Try a failed document again."""
    now, key = timezone.now(), request.GET.get("cle", "")
    found = policies.job_for(request.user, uid, key, now)
    services.retry_job(found, by=request.user if isinstance(request.user, User) else RESIDENT, at=now)
    address = reverse("documents:job", args=[uid])
    return see_other(f"{address}?cle={key}" if key else address)


@login_not_required
@require_safe
def file(request: Request, uid: UUID, name: str) -> HttpResponseBase:
    """A file's bytes. Pictures show in the page; anything else is saved, never run."""
    stored = policies.file_for(request.user, uid, request.GET.get("cle", ""), timezone.now())
    response = FileResponse(
        _bytes_of(stored),
        as_attachment=not stored.is_image and "voir" not in request.GET,
        filename=shown_name(stored),
        content_type=stored.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = FOR_EVER if stored.is_public else "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _bytes_of(stored: StoredFile) -> File[bytes]:
    try:
        return default_storage.open(stored.path)
    except FileNotFoundError:
        raise Http404(_("Ce fichier n’est plus conservé.")) from None
