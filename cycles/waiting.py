"""What waits on the editions’ desk, in one sentence; « » when nothing does."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import ngettext

from bp_platform.accounts.models import User
from cycles import selectors


def editions(_user: User, _at: datetime) -> str:
    """« 1 édition à publier »."""
    number = selectors.to_launch()
    return ngettext("%(n)d édition à publier", "%(n)d éditions à publier", number) % {"n": number} if number else ""
