"""Addresses typed to make the site fall, or to lead elsewhere."""

from __future__ import annotations

import pytest

from tests.factories import cycles as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(town, at):
    return factory.cycle(at)


@pytest.mark.parametrize("path", ["/2026/projets/%00/", "/suivi/%00/", "/2026/projets/%00/suivre/", "/logo/%00"])
def test_an_address_that_no_row_can_have_does_not_exist(client, cycle, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("page", "lands_on"),
    [
        ("/2026/idees/?tri=cout", "/2026/idees/?tri=cout"),
        ("pages", "/"),
        ("account_logout", "/"),
        ("//ailleurs.example/", "/"),
        ("/\\ailleurs.example", "/"),
        ("https://ailleurs.example/", "/"),
        ("https:ailleurs.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_changing_language_stays_on_this_site(client, cycle, page, lands_on):
    answer = client.get("/langue/", {"langue": "en", "page": page})

    assert (answer.status_code, answer["Location"]) == (303, lands_on)
    assert answer.cookies["langue"].value == "en"


def test_a_domain_that_is_not_ours_is_told_in_french(client, db):
    answer = client.get("/", HTTP_HOST="ailleurs.example")

    assert answer.status_code == 400
    assert "Cette demande n’a pas pu être lue" in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]
