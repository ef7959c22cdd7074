"""The settings of a real worker started by a test: the test's database, and a mail server that listens."""

from __future__ import annotations

import os
from pathlib import Path

from bp_platform.settings.test import *  # noqa: F403
from bp_platform.settings.test import INSTALLED_APPS, TEMPLATES

INSTALLED_APPS = [*INSTALLED_APPS, "tests.notifications.sample"]
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ["TEST_SMTP_PORT"])
