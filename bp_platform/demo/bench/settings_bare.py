"""Settings of the yardstick."""

from __future__ import annotations

from bp_platform.settings.dev import *  # noqa: F403

INSTALLED_APPS = ["bp_platform.core"]
MIDDLEWARE = []
TEMPLATES = []
ROOT_URLCONF = "bp_platform.demo.bench.bare"
