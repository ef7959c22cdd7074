"""From a template to a tagged PDF (PDF/UA-1): no network, the same bytes for the same data."""

from __future__ import annotations

import logging
import mimetypes
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from bp_platform.accounts import selectors

if TYPE_CHECKING:
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher


class ForeignAddress(Exception):  # noqa: N818 -- it reads as what happened
    """A document names something that is neither a static file of ours nor data."""


Progress = Callable[[int, str], None]
BASE = "bp:///"
STEP = re.compile(r"Step (\d)")
# How far WeasyPrint's own seven steps bring us, in percent.
STEPS = {"2": 20, "3": 30, "4": 40, "5": 55, "6": 75, "7": 85}


def render_pdf(
    template: str, context: Mapping[str, Any], *, language: str, title: str, progress: Progress | None = None
) -> bytes:
    """The bytes of a PDF/UA-1. `progress` is called with a percentage and words as the layout goes on."""
    with override(language):
        html = render_to_string(
            template, {"town": selectors.public_body(), "language": language, "title": title, **context}
        )
        with _watched(progress):
            return pdf_of(html)


def pdf_of(html: str) -> bytes:
    """Bytes of a PDF/UA-1 from a whole HTML document; identical for identical HTML."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")  # fonts carry the date of their subsetting otherwise
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells each glyph table otherwise
    import weasyprint  # two seconds to import: only a worker pays them
    from weasyprint.urls import FatalURLFetchingError

    document = weasyprint.HTML(string=html, base_url=BASE, url_fetcher=_fetcher()())
    try:
        with _fonts() as fonts:
            content: bytes = document.write_pdf(pdf_variant="pdf/ua-1", font_config=fonts)
    except FatalURLFetchingError as error:  # a BaseException: it would take the worker down
        raise ForeignAddress(str(error)) from error
    return content


@contextmanager
def _fonts() -> Iterator[FontConfiguration]:
    """Where one document unpacks its fonts, removed with it.

    WeasyPrint leaves that folder to the garbage collector: a worker that is stopped first would never remove it.
    """
    from weasyprint.text.fonts import FontConfiguration

    with TemporaryDirectory(prefix="bp-fonts-", ignore_cleanup_errors=True) as folder:
        fonts = FontConfiguration()
        fonts._folder = Path(folder)
        yield fonts


@lru_cache(maxsize=1)
def _fetcher() -> type[URLFetcher]:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OwnFilesOnly(URLFetcher):  # type: ignore[misc] # WeasyPrint is not typed
        """Our own static files and data: URLs. Anything else stops the rendering: a hole must not go unseen."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols=["data"])

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            path = static_file(url)
            if path is None:
                raise FatalURLFetchingError(f"A document may not read {url}")
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return OwnFilesOnly


def static_file(url: str) -> Path | None:
    """The static file that an address of ours names (`/static/…`, or a file of the static folders), else None."""
    parts = urlsplit(url)
    if parts.scheme == "bp" and parts.path.startswith(settings.STATIC_URL):
        name = unquote(parts.path.removeprefix(settings.STATIC_URL))
        found = finders.find(name)
        candidate = Path(found) if isinstance(found, str) else Path(settings.STATIC_ROOT) / name
    elif parts.scheme == "file":
        candidate = Path(url2pathname(parts.path))
    else:
        return None
    folders = [Path(folder).resolve() for folder in (*settings.STATICFILES_DIRS, settings.STATIC_ROOT)]
    real = candidate.resolve()
    return real if real.is_file() and any(real.is_relative_to(folder) for folder in folders) else None


class _Steps(logging.Handler):
    """WeasyPrint tells its progress to a logger; this passes it on."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(logging.INFO)
        self.progress = progress

    def emit(self, record: logging.LogRecord) -> None:
        step = STEP.match(record.getMessage())
        if step and (percent := STEPS.get(step[1])):
            self.progress(percent, _("Mise en page"))


@contextmanager
def _watched(progress: Progress | None) -> Iterator[None]:
    if progress is None:
        yield
        return
    logger, handler = logging.getLogger("weasyprint.progress"), _Steps(progress)
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
        logger.propagate = True
