"""Every page of the demo town, as each of its people sees it: it answers, and its HTML is sound."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from tests.html import validity
from tests.reading import plain
from tests.walk import VISITOR, view_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(600)]


def pages(town):
    return [visit for visit in town.visits if visit.html]


def test_every_link_leads_somewhere(demo_town):
    broken = [f"{visit} → {visit.status}" for visit in demo_town.visits if visit.method == "get" and visit.status not in {200, 302, 303}]  # fmt: skip

    assert broken == []


def test_a_form_posted_empty_is_answered_with_a_page(demo_town):
    posts = [visit for visit in demo_town.visits if visit.method == "post"]

    assert [
        f"{visit} → {visit.status}" for visit in posts if visit.status not in {200, 302, 303, 403, 404, 409, 422}
    ] == []
    assert len(posts) > 12


# What a person who only reads may order all the same: the document of what they read.
DOCUMENTS = {"instruction:sheet"}


def test_who_only_reads_finds_every_page_and_is_offered_no_act(demo_town):
    """The auditor: what their policies open is reached from their desk, and nothing there posts."""
    seen = [visit for visit in pages(demo_town) if visit.who == "ines" and visit.url.startswith("/bureau/")]
    offered = {
        f"{visit} → {action}" for visit in seen for action in visit.forms if view_of(action).split()[0] not in DOCUMENTS
    }

    assert offered == set()
    assert {visit.view.split()[0] for visit in seen} >= {
        "pages:desk_home", "instruction:every_case", "instruction:case", "cycles:editions_desk", "cycles:frame",
        "cycles:setup_calendar", "cycles:setup_places", "cycles:setup_envelopes", "cycles:step_vote",
        "cycles:adoption", "cycles:launch", "cycles:lessons", "cycles:my_checklist", "realisation:finance",
        "realisation:ledger", "realisation:papers",
    }  # fmt: skip


def test_no_tripwire(demo_town):
    found = defaultdict(list)
    for visit in demo_town.visits:
        for fault in visit.tripwires:
            found[fault].append(str(visit))

    assert {fault: where[:2] for fault, where in found.items()} == {}


def test_the_html_is_sound(demo_town):
    found = defaultdict(list)
    for visit in pages(demo_town):
        for fault in validity.faults(visit.html):
            found[fault].append(str(visit))

    assert {fault: where[:3] for fault, where in found.items()} == {}


def test_each_page_has_a_title_of_its_own(demo_town):
    titles = {v.url: v.html.partition("<title>")[2].partition("</title>")[0] for v in pages(demo_town) if v.who == VISITOR and v.status == 200 and "?" not in v.url and v.url != "/"}  # fmt: skip

    counted = Counter(plain(title) for title in titles.values())
    assert {
        title: [url for url, t in titles.items() if plain(t) == title] for title, n in counted.items() if n > 1
    } == {}


def test_reading_writes_nothing(demo_town):
    changed = {
        table: (demo_town.rows_after_second[table], n)
        for table, n in demo_town.rows_after_walk.items()
        if n != demo_town.rows_after_second[table]
    }

    assert changed == {}


def test_the_walk_went_far(demo_town):
    """A crawler that finds nothing would pass everything."""
    seen = defaultdict(set)
    for visit in demo_town.visits:
        seen[visit.who].add(visit.view.split()[0].rstrip("?"))

    assert {"pages:home", "pages:cycle", "pages:project", "proposals:ideas", "proposals:follow", "cycles:rulebook", "voting:entrance", "voting:results", "realisation:money", "realisation:deliveries", "account_login"} <= seen[VISITOR]  # fmt: skip
    assert {"proposals:moderation", "proposals:moderate", "instruction:triage", "instruction:decisions", "voting:desk", "voting:poll", "realisation:my_deliveries"} <= seen["paula"]  # fmt: skip
    assert {"instruction:my_cases", "instruction:case"} <= seen["bruno"]
    assert {"instruction:my_department"} <= seen["helene"]
    assert {"realisation:finance", "realisation:ledger"} <= seen["farid"]
