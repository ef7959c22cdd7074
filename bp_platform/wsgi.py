"""The web process."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bp_platform.settings.base")
application = get_wsgi_application()

# What is loaded stays: the collector looks at what requests leave, and less often. 5 % of a page's time.
gc.collect()
gc.freeze()
gc.set_threshold(5_000, 20, 20)
