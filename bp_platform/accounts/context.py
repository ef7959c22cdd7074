"""What every template knows: the town."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from bp_platform.accounts import selectors


def town(request: HttpRequest) -> dict[str, object]:
    """`town`: the public body, read only when a template uses it."""
    return {"town": SimpleLazyObject(selectors.public_body)}
