"""Logs as JSON lines, without the bodies of requests."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

# What follows these in an address opens somebody's page: the code of a receipt, the key of a letter.
SECRET = re.compile(
    r"((?:/suivi/(?:question/)?|/desinscription/|/mot-de-passe/nouveau/|[?&]cle=))(?!question/)[^/\s&\"]+"
)


class JsonFormatter(logging.Formatter):
    """One line of JSON per record: time (UTC), level, logger, message, and the traceback if any."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": SECRET.sub(r"\1…", record.getMessage()),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class NoBodyReporterFilter(SafeExceptionReporterFilter):
    """An error report never holds what was posted."""

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        if request is None:
            return {}
        return dict.fromkeys(request.POST, self.cleansed_substitute)
