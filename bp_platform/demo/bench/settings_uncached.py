"""The product with nothing kept between two requests."""

from __future__ import annotations

from bp_platform.settings.dev import *  # noqa: F403
from bp_platform.settings.dev import CACHES

CACHES["local"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
