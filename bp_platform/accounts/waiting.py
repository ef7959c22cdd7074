"""What waits on the administrator's desks, in one sentence each; « » when nothing does."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import ngettext

from bp_platform.accounts import selectors
from bp_platform.accounts.models import Department, Invitation, Role, User


def people(_user: User, at: datetime) -> str:
    """« 2 invitations sans réponse »: codes that nobody has used, still good or not."""
    unused = Invitation.objects.filter(used_at=None, user__is_active=True).count()
    said = ngettext("%(n)d invitation sans réponse", "%(n)d invitations sans réponse", unused)
    return said % {"n": unused} if unused else ""


def departments(_user: User, at: datetime) -> str:
    """« 1 direction sans responsable »: nobody can validate its opinions."""
    headed = Exists(selectors.assignments_on(at).filter(role=Role.HEAD, department=OuterRef("pk")))
    alone = Department.objects.exclude(headed).count()
    return (
        ngettext("%(n)d direction sans responsable", "%(n)d directions sans responsable", alone) % {"n": alone}
        if alone
        else ""
    )
