"""What the pages of the set-up read of who looks at them."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from cycles import policies


def setup(request: HttpRequest) -> dict[str, object]:
    """`reads_setup`: whether the steps open to them. Finance, elected members and preparers see a few pages alone."""
    return {"reads_setup": SimpleLazyObject(lambda: policies.may_read_desk(request.user, timezone.now()))}
