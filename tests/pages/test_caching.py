"""Whole pages kept for visitors: what is kept, for whom, and what ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import caches

from bp_platform.accounts import logos
from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Contact
from bp_platform.core.actors import RESIDENT
from cycles import services as cycles
from cycles.caching import CURRENT
from cycles.models import Phase
from instruction import services as instruction
from proposals import services as proposals
from proposals.models import Owner
from tests.factories import cycles as factory
from tests.factories import instruction as studies
from tests.factories import proposals as ideas
from tests.people import BUILDER
from tests.reading import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(town, at):
    return factory.cycle(at)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Run an act as if its transaction were committed."""

    def _committed(act, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return act(*args, **kwargs)

    return _committed


@pytest.fixture
def queries(django_assert_num_queries, client):
    """How many queries an address costs."""

    def _queries(number, address, **extra):
        with django_assert_num_queries(number):
            return client.get(address, **extra)

    return _queries


@pytest.mark.parametrize(
    ("address", "first"), [("/", 7), ("/2026/", 7), ("/2026/idees/", 7), ("/2026/projets/BP26-0007/", 3)]
)
def test_the_second_visit_costs_one_query(queries, client, cycle, at, address, first):
    ideas.published(at, cycle, number="BP26-0007")
    client.get("/mentions-legales/")

    shown = queries(first, address)
    again = queries(1, address)

    assert again.content == shown.content
    assert again.status_code == 200


def test_what_is_kept_is_the_same_compressed_or_not(client, cycle):
    import gzip

    shown = client.get("/2026/")

    packed = client.get("/2026/", headers={"Accept-Encoding": "gzip"})

    assert gzip.decompress(packed.content) == shown.content


def test_a_cached_answer_says_what_it_depends_on(client, cycle):
    for answer in (client.get("/2026/"), client.get("/2026/")):
        assert {"Cookie", "Accept-Language", "HX-Request"} <= {w.strip() for w in answer["Vary"].split(",")}


ACTS = {
    "publish an idea": lambda p, at: proposals.publish(p["waiting"], by=BUILDER, at=at),
    "withdraw it": lambda p, at: proposals.withdraw(p["shown"], by=RESIDENT, at=at),
    "hide it": lambda p, at: proposals.hide(p["shown"], by=BUILDER, at=at, reason="Hors du règlement."),
    "project its stage": lambda p, at: proposals.project(p["shown"], stage="study"),
    "set a phase": lambda p, at: cycles.set_phase(
        p["cycle"], by=BUILDER, at=at, kind="diagnosis", opens_at=at + timedelta(weeks=50), closes_at=at + timedelta(weeks=52)
    ),
    "add an envelope": lambda p, at: cycles.add_envelope(p["cycle"], by=BUILDER, at=at, name="Écoles", amount_eur=5000),
    "add a theme": lambda p, at: cycles.add_theme(p["cycle"], by=BUILDER, at=at, name="Jouer", code="play", drawing="play"),
    "open its case": lambda p, at: instruction.open_case(p["shown"], by=BUILDER, at=at),
    "publish the answers": lambda p, at: instruction.publish_answers(p["cycle"], by=BUILDER, at=at),
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_any_act_ends_what_was_kept(queries, client, cycle, at, committed, green_spaces, act):
    if act == "publish the answers":
        studies.case(cycle, at, green_spaces, state="decided")
    parts = {"cycle": cycle, "shown": ideas.published(at, cycle), "waiting": ideas.submitted(at, cycle)}
    client.get("/2026/")
    queries(1, "/2026/")

    committed(ACTS[act], parts, at)

    assert_not_kept(client, "/2026/")


def assert_not_kept(client, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        client.get(address)
    assert len(seen) > 1, "the page was kept"


def test_who_studies_it_is_seen_at_once(client, cycle, at, committed, green_spaces):
    case = studies.case(cycle, at, green_spaces)
    url = f"/2026/projets/{case.proposal.number}/"
    client.get(url)

    committed(instruction.assign, case, by=BUILDER, at=at, lead=green_spaces, due_on=at.date())

    assert "Étude confiée à" in Page(client.get(url)).text


def test_the_town_s_name_changes_on_every_page(client, cycle, at, committed):
    client.get("/2026/")

    committed(accounts.set_public_body, by=BUILDER, at=at, name="Ville de Montclair", siren="213700000")

    assert "Ville de Montclair" in client.get("/2026/").content.decode()


def test_who_is_erased_is_named_no_more(client, cycle, at, committed):
    proposal = ideas.published(at, cycle, number="BP26-0007")
    contact = Contact.objects.create(name="Anne Roux", email="anne@example.org")
    Owner.objects.create(proposal=proposal, contact=contact, public_name="Anne Roux", joined_at=at)
    before = client.get("/2026/projets/BP26-0007/").content.decode()

    committed(accounts.erase_contact, contact, by=BUILDER, at=at)

    after = client.get("/2026/projets/BP26-0007/").content.decode()
    assert ("Anne Roux" in before, "Anne Roux" in after) == (True, False)


def test_pages_without_an_edition_follow_the_current_one(client, cycle, at, committed):
    factory.cycle(at, slug="2025", prefix="BP25", open_phase="instruction")
    before = client.get("/editions/").content.decode()
    factory.drop_phases(cycle, *cycle.phases.filter(opens_at__gt=at).values_list("kind", flat=True))
    caches["local"].set(CURRENT, "2025", 10)  # as another process would, ten seconds later

    after = client.get("/editions/").content.decode()

    assert ('href="/2026/idees/"' in before, 'href="/2025/idees/"' in after) == (True, True)


def test_a_new_logo_is_seen_at_once(client, cycle, at, committed):
    from tests.accounts.test_logo import picture

    shown = []
    for colour in ("red", "blue"):
        committed(
            accounts.set_public_body,
            by=BUILDER,
            at=at,
            name="Ville de Valrive",
            logo=logos.redrawn(picture(colour=colour)),
        )
        [address] = [img.get("src") for img in Page(client.get("/2026/")).all("img") if "/logo/" in img.get("src", "")]
        shown.append((address, client.get(address).status_code))

    assert [status for _address, status in shown] == [200, 200]
    assert shown[0][0] != shown[1][0]


def test_an_act_is_seen_at_once(client, cycle, at, committed):
    waiting = ideas.submitted(at, cycle, title="Un verger")
    before = Page(client.get("/2026/")).words("h3")

    committed(proposals.publish, waiting, by=BUILDER, at=at)

    assert (before, Page(client.get("/2026/")).words("h3")) == ([], ["Un verger"])


def test_who_is_signed_in_neither_gets_nor_fills_it(client, cycle, at, chloe, queries):
    client.force_login(chloe)
    signed = client.get("/2026/")
    client.logout()

    stranger = client.get("/2026/")

    assert "Mon espace" in signed.content.decode()
    assert "Mon espace" not in stranger.content.decode()
    client.force_login(chloe)
    assert "Mon espace" in client.get("/2026/").content.decode()


def test_a_visitor_with_a_session_gets_a_fresh_page(client, cycle):
    client.get("/2026/")
    session = client.session
    session["x"] = 1
    session.save()

    assert_not_kept(client, "/2026/")


def test_each_language_and_each_query_has_its_own(client, cycle, queries):
    client.get("/2026/")
    client.cookies["langue"] = "en"

    english = client.get("/2026/")
    del client.cookies["langue"]

    assert Page(english).all("html")[0].get("lang") == "en"
    assert Page(queries(1, "/2026/")).all("html")[0].get("lang") == "fr"
    assert_not_kept(client, "/2026/?x=1")
    assert_not_kept(client, "/2026/?x=2")


def test_the_browser_s_language_counts_too(client, cycle):
    client.get("/2026/")

    assert Page(client.get("/2026/", headers={"Accept-Language": "en"})).all("html")[0].get("lang") == "en"


@pytest.mark.parametrize("hours", [(-2, 0), (0, 2)], ids=["closes", "opens"])
def test_a_phase_that_opens_or_closes_ends_it(client, cycle, at, clock, queries, hours):
    boundary = at + timedelta(minutes=20)
    opens_at, closes_at = (boundary + timedelta(hours=distance) for distance in hours)
    Phase.objects.create(cycle=cycle, kind="diagnosis", opens_at=opens_at, closes_at=closes_at)
    client.get("/2026/")

    clock.move_to(boundary - timedelta(seconds=1))
    client.get("/mentions-legales/")
    queries(1, "/2026/")
    clock.move_to(boundary)

    assert_not_kept(client, "/2026/")


def test_midnight_ends_it_because_pages_count_days(client, cycle, at, clock, queries):
    assert "Encore 28 jours." in Page(client.get("/2026/")).text
    clock.move_to(at.replace(hour=22, minute=59, second=59))
    client.get("/mentions-legales/")
    queries(1, "/2026/")

    clock.move_to(at.replace(hour=23, minute=0, second=0))

    assert "Encore 27 jours." in Page(client.get("/2026/")).text


def test_nothing_with_a_token_a_cookie_or_a_fault_is_kept(client, cycle, at, rf):
    from django.core.cache import caches
    from django.http import HttpResponse

    from cycles.caching import kept_for_visitors

    answers = {
        "token": HttpResponse('<input name="csrfmiddlewaretoken">'),
        "fault": HttpResponse("x", status=404),
        "cookie": HttpResponse("x"),
        "plain": HttpResponse("x"),
    }
    answers["cookie"].set_cookie("a", "b")

    kept = {}
    for name, answer in answers.items():
        caches["local"].clear()
        kept_for_visitors(lambda request, answer=answer: answer)(rf.get(f"/{name}/"))
        kept[name] = any(key for key in caches["local"]._cache if "page:" in key)

    assert kept == {"token": False, "fault": False, "cookie": False, "plain": True}


def test_a_post_is_never_answered_from_it(client, cycle):
    client.get("/2026/")

    assert client.post("/2026/").status_code == 405


@pytest.mark.parametrize(
    ("address", "number"),
    [("/2026/idees/", 7), ("/2026/idees/?q=bancs", 7), ("/2026/idees/?lieu=mariniers&tri=cout", 7)],
)
@pytest.mark.parametrize("items", [1, 3])
def test_a_list_costs_as_much_for_one_as_for_three(queries, client, cycle, at, address, number, items):
    for _n in range(items):
        ideas.published(at, cycle)
    client.get("/mentions-legales/")

    queries(number, address)
