"""Odd input at every address of the vote: nothing is ever an error of the server."""

from __future__ import annotations

from datetime import date
from functools import partial
from urllib.parse import quote

import pytest
from django.db import transaction

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Role
from tests.factories import paper
from tests.factories import voting as make
from tests.people import BUILDER
from voting import services
from voting.urls import urlpatterns

pytestmark = pytest.mark.django_db

FIELDS = (
    "code", "birth_year", "mots", "lieu", "theme", "c", "c00", "acte", "act", "seals", "tag", "until", "ref", "q",
    "adresse", "words", "entry", "facts", "kind", "station", "ruling", "reason", "staff", "seal_number", "is_box_shown",
    "closing_seal_number", "remarks", "name", "postal_address", "hours", "scopes", "scope", "size", "boxes", "seed",
    "place", "typed", "both", "sur", "bulletin", "printer_key", "is_understood", "uid", "key", "draw_seed", "waiver",
    "bureau_decision", "title", "cycle", "opens_at", "closes_at", "page", "is_identity_checked", "demand", "reponse",
    "nombre-size", "nombre-reason", "recommencer-reason", "retirer-reason", "is_nobody_else", "sheet",
)  # fmt: skip
ODD = {
    "a NUL": "a\0b",
    "too long": "x" * 5000,
    "a huge number": "9" * 5000,
    "a number out of range": str(2**63),
    "digits of another script": "٣٤٥",
    "half a character": "\ud800",
    "below zero": "-1",
    "true": "1",
}
FORM = "application/x-www-form-urlencoded"
LAST = ("/fermer/", "/quitter/", "/clore/", "/depouiller/", "/proclamer/", "/annuler/", "/decider/")  # they end things
ACTS = ("", "verifier", "filtrer", "paper", "tablet", "claim", "nombre", "recommencer", "retirer", "blanc")


def addresses(numbers):
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        for converter in ("int:pk", "int:station", "int:incident", "int:number", "int:demand", "int:entry"):
            route = route.replace(f"<{converter}>", str(numbers.get(converter, numbers["int:pk"])))
        for name, value in (("slug:cycle", "2026"), ("str:scope", "ville"), ("str:number", "BP26-0001")):
            route = route.replace(f"<{name}>", value)
        yield "/" + route


def body(value, act):
    """Every field of every form, each with that value, as an ill-behaved browser would send them."""
    odd = quote(value.encode("utf-8", "surrogatepass"))
    return "&".join(f"{name}={act if name in ('acte', 'act') and act else odd}" for name in FIELDS)


@pytest.fixture
def everything(sign_in, poll, hall, aicha, paula, at):
    """Paula, who also holds a place and counts; a person in the booth; one of everything that has a number."""
    for role in (Role.POLLING, Role.COUNT):
        accounts.appoint(paula, by=BUILDER, at=at, role=role, from_on=date(2025, 1, 1))
    client = sign_in(paula)
    code = next(c for c in services.issue_codes(poll, by=make.BUILDER, at=make.clock()) if c.name == "Aïcha").code
    asked = services.ask(aicha, "reissue", by=paula, at=make.clock(), reason="Lettre perdue.")
    incident = services.report_incident(poll, by=paula, at=make.clock(), kind="paper", facts="Scellé fendu.")
    client.post("/2026/vote/", {"code": code, "birth_year": "1970"})
    numbers = {
        "int:pk": poll.pk, "int:station": hall.pk, "int:incident": incident.pk, "int:demand": asked.pk,
        "int:entry": aicha.pk, "int:number": 1,
    }  # fmt: skip
    return client, numbers


def faults(client, numbers, value):
    """The addresses that break on this value, and how."""
    query = quote(value.encode("utf-8", "surrogatepass"))
    names = "&".join(f"{name}={query}" for name in ("q", "adresse", "bulletin", "page", "mots", "cle", "lieu", "theme"))
    for address in sorted(addresses(numbers), key=lambda found: found.endswith(LAST)):
        tries = [partial(client.get, f"{address}?{names}")]
        tries += [partial(client.post, address, body(value, act), content_type=FORM) for act in ACTS]
        for place, attempt in enumerate(tries):
            try:
                with transaction.atomic():
                    if attempt().status_code >= 500:
                        yield address, place, "500"
            except Exception as error:  # the test's client raises what a page does not catch
                yield address, place, repr(error)[:200]


def test_a_search_that_is_too_long_keeps_the_choices(everything, poll):
    client, _numbers = everything

    page = client.post("/2026/vote/bulletin/", {"acte": "filtrer", "mots": "verger " * 40, "c": ["0001"]})

    assert page.status_code == 200
    assert 'value="0001"' in page.content.decode()


@pytest.mark.parametrize("what", ODD)
def test_no_form_breaks_a_page_of_an_open_vote(everything, what):
    assert list(faults(*everything, ODD[what])) == []


@pytest.mark.parametrize("what", ["a NUL", "too long", "a huge number"])
def test_no_form_breaks_a_page_of_a_closed_vote(everything, poll, paula, what):
    client, numbers = everything
    closed = services.close(poll, by=make.BUILDER, at=paper.after())
    paper.pile(closed, paula, 2)

    assert list(faults(client, numbers, ODD[what])) == []
