"""The auditor at the editions' desk: every step is read, nothing is offered, nothing is done."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from bp_platform.accounts.models import Role
from bp_platform.core.models import JournalEntry
from cycles import services
from tests.factories import cycles as factory
from tests.people import staff
from tests.reading import Page

pytestmark = pytest.mark.django_db
ONE = "/bureau/editions/2026/"
READ = (
    "cadre", "calendrier", "lieux", "enveloppes", "proposer", "etude", "vote", "depouillement", "suites", "adoption",
    "publication", "lecons", "preparatifs",
)  # fmt: skip
ACTS = (
    "/bureau/editions/nouvelle/", "/bureau/editions/nouvelle/simple/", "/bureau/editions/nouvelle/vide/",
    "/bureau/editions/nouvelle/modele/P01/", "/bureau/editions/nouvelle/copie/2026/", f"{ONE}adoption/derogation/",
    f"{ONE}adoption/consultation/", f"{ONE}adoption/1/retirer/", f"{ONE}calendrier/dates/",
)  # fmt: skip


@pytest.fixture
def cycle(town, paula):
    """Its règlement has a draft, its list has items."""
    now = timezone.now()
    made = factory.cycle(now)
    services.start_checklist(made, by=paula, at=now)
    return made


@pytest.fixture
def ines(db, at):
    return staff("ines", "Inès", "Moreau", Role.AUDITOR, at)


def test_the_desk_home_opens_on_what_is_read(cycle, ines, sign_in):
    page = Page(sign_in(ines).get("/bureau/"))

    assert {url for url in page.links().values() if url.startswith("/bureau/")} >= {
        "/bureau/editions/",
        "/bureau/etudes/",
    }
    assert "Rien ne vous attend" in page.text


def test_every_step_is_read_and_nothing_posts(cycle, ines, sign_in):
    client = sign_in(ines)
    found = {step: client.get(f"{ONE}{step}/") for step in READ}

    assert {step: answer.status_code for step, answer in found.items() if answer.status_code != 200} == {}
    assert {
        step for step, answer in found.items() if re.search(r'<form[^>]*method="post"', answer.content.decode())
    } == set()
    ways = {url for answer in found.values() for url in Page(answer).links().values()}
    assert ways.isdisjoint(ACTS)


def test_the_pages_of_acts_do_not_exist_and_nothing_is_written(cycle, ines, sign_in):
    client, lines = sign_in(ines), JournalEntry.objects.count()

    assert {url: client.get(url).status_code for url in ACTS if client.get(url).status_code != 404} == {}
    posted = [*ACTS, *(f"{ONE}{step}/" for step in READ), f"{ONE}adoption/alertes/", f"{ONE}projet/"]
    assert {client.post(url, {"title": "À moi", "acte": "clore"}).status_code for url in posted} <= {
        200,
        303,
        403,
        404,
        405,
        422,
    }
    assert JournalEntry.objects.count() == lines


def test_a_tick_is_offered_to_who_may_tick(cycle, ines, paula, bruno, green_spaces, sign_in):
    now = timezone.now()
    first, _second, *_others = cycle.checklist.order_by("due_on", "pk")
    services.entrust_item(first, by=paula, at=now, person=bruno, department=first.department, due_on=first.due_on, label=first.label)  # fmt: skip
    found = {user.username: sign_in(user).get(f"{ONE}preparatifs/").content.decode() for user in (ines, bruno, paula)}

    offered = {name: page.count("/pret/") for name, page in found.items()}
    assert (offered["ines"], offered["bruno"], offered["paula"]) == (0, 1, cycle.checklist.count())
