"""The demo: production settings on one machine, over http, with mail written to files."""

from __future__ import annotations

import os

os.environ.setdefault("BP_HOSTS", "localhost,127.0.0.1,[::1]")
os.environ.setdefault("BP_BASE_URL", f"http://127.0.0.1:{os.environ.get('BP_PORT', '8000')}")
os.environ.setdefault("BP_MAIL_FROM", "Budget participatif <participation@valrive.example>")

from bp_platform.settings import environment as env
from bp_platform.settings.base import *  # noqa: F403

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = env.text("BP_MAIL_DIR", "/tmp/bp-mail")  # noqa: S108 -- the demo names its own folder
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = None
IS_DEMO = True
