"""Logs tell what happened, and open nobody's page."""

from __future__ import annotations

import json
import logging

import pytest

from bp_platform.core.logs import JsonFormatter


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/suivi/GAJ0A7FSPBNAM15Y/", "/suivi/…/"),
        ("/suivi/GAJ0A7FSPBNAM15Y/retirer/", "/suivi/…/retirer/"),
        ("/suivi/question/12:abc-def/", "/suivi/question/…/"),
        ("/desinscription/7:kqX/", "/desinscription/…/"),
        ("/compte/mot-de-passe/nouveau/1-cq5/", "/compte/mot-de-passe/nouveau/…/"),
        ("/suivi/", "/suivi/"),
        ("/2026/projets/BP26-0001/", "/2026/projets/BP26-0001/"),
    ],
)
def test_an_address_that_gives_access_is_not_written_down(path, told):
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s: %s", ("Not Found", path), None)

    line = json.loads(JsonFormatter().format(record))

    assert line["message"] == f"Not Found: {told}"
