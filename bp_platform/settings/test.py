"""The tests: production settings with a fast hasher, mail in memory, and fixed secrets."""

from __future__ import annotations

import atexit
import os
import tempfile

os.environ.setdefault("SECRET_KEY", "t" * 60)
os.environ.setdefault("BP_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("BP_BASE_URL", "http://testserver")
os.environ.setdefault("BP_MAIL_FROM", "Budget participatif <participation@valrive.example>")
os.environ.setdefault("DATABASE_URL", "postgres://bp@/bp?host=/tmp")
for name in ("CELERY_BROKER_DIR", "BP_MEDIA_DIR"):
    if name not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="bp-test-")
        atexit.register(folder.cleanup)
        os.environ[name] = folder.name
for number, name in enumerate(("BP_RECEIPT_SEED", "BP_REVIEW_KEY", "BP_CODE_PEPPER"), start=1):
    os.environ.setdefault(name, f"{number:02x}" * 32)

from bp_platform.settings.base import *  # noqa: E402, F403
from bp_platform.settings.base import CACHES, DATABASES  # noqa: E402

DATABASES["default"]["OPTIONS"].pop("pool", None)
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
IS_DEMO = False
