"""The campaign's pages: the list in a fair order, the draw that anybody checks, the kit that anybody orders."""

from __future__ import annotations

import re
from hashlib import md5, sha256

import pytest
from django.urls import reverse

from bp_platform.core.actors import RESIDENT
from bp_platform.documents import services as documents
from bp_platform.documents.models import Job
from proposals.models import Proposal
from tests.factories import cycles
from tests.factories import voting as make
from voting import policies, selectors, services
from voting.campaign import COOKIE, drawn_by, place_sum, seed_of

pytestmark = pytest.mark.django_db

ADDRESS = "/2026/campagne/"
NUMBERS = ["BP26-0001", "BP26-0002", "BP26-0003", "BP26-0004"]


def numbers_on(page):
    return re.findall(r'<span class="code">([^<]+)</span>', page.content.decode())


def by_seed(seed, numbers):
    """The same order, written a second time."""
    return sorted(numbers, key=lambda number: md5(f"{seed}:{number}".encode(), usedforsecurity=False).hexdigest())


def test_the_list_follows_the_seed_of_the_visitor(client, poll, town):
    client.cookies[COOKIE] = "00ff"
    first, again = client.get(ADDRESS), client.get(ADDRESS)
    client.cookies[COOKIE] = "00fe"
    other = client.get(ADDRESS)

    assert numbers_on(first) == numbers_on(again) == by_seed("00ff", NUMBERS)
    assert numbers_on(other) == by_seed("00fe", NUMBERS)
    assert "chacun a la même chance d’être en tête" in first.content.decode()


def test_a_newcomer_gets_a_seed_that_names_nobody_and_the_page_is_not_kept(client, poll, town):
    answer = client.get(ADDRESS)
    cookie = answer.cookies[COOKIE]

    assert re.fullmatch(r"[0-9a-f]{4}", cookie.value)
    assert {name: cookie[name] for name in ("path", "httponly", "samesite")} == {
        "path": ADDRESS,
        "httponly": True,
        "samesite": "Lax",
    }
    assert "no-store" in answer["Cache-Control"]
    assert numbers_on(answer) == by_seed(cookie.value, NUMBERS)


def test_a_seed_that_is_not_ours_is_replaced():
    assert [seed_of(value) for value in ("00ff", "", "00FF", "00ff0", "' OR 1", "é000")] == ["00ff", "", "", "", "", ""]


def test_pages_share_one_order(client, poll, town):
    cycle = poll.cycle
    cycles_numbers = list(NUMBERS)
    template = Proposal.objects.get(number="BP26-0001")
    for place in range(5, 31):
        number = f"BP26-{place:04d}"
        proposal = Proposal.objects.create(
            **{
                name: getattr(template, name)
                for name in ("cycle", "title", "summary", "area", "theme", "state", "submitted_at", "published_at")
            },
            number=number,
            code_digest=number,
            stage="on_ballot",
        )
        poll.candidates.create(proposal=proposal, scope="ville", cost_eur=1000)
        cycles_numbers.append(number)

    found = selectors.on_the_list(cycle, poll).order_by(*drawn_by("0a0b"))

    assert [p.number for p in found[:24]] + [p.number for p in found[24:]] == by_seed("0a0b", cycles_numbers)


def test_each_project_has_the_same_chance_at_each_place():
    """Over 10,000 seeds: chi-square of each project's places, 11 degrees of freedom, under its 1/10,000 bound."""
    numbers = [f"BP26-{place:04d}" for place in range(1, 13)]
    seen = {number: [0] * len(numbers) for number in numbers}
    for value in range(10_000):
        for place, number in enumerate(by_seed(f"{value * 6 % 65536:04x}", numbers)):
            seen[number][place] += 1
    expected = 10_000 / len(numbers)

    worst = max(sum((count - expected) ** 2 / expected for count in places) for places in seen.values())

    assert worst < 37.4


def test_before_the_sealing_the_list_is_what_was_found_feasible(client, draft, town):
    page = client.get(ADDRESS)

    assert sorted(numbers_on(page)) == NUMBERS
    assert "Le tirage au sort public" not in page.content.decode()


def test_without_a_project_the_page_says_what_comes(client, town):
    cycles.cycle(make.clock(), open_phase="campaign", slug="2026", prefix="BP26")

    page = client.get(ADDRESS).content.decode()

    assert "Les projets paraîtront ici" in page


def test_filters_narrow_the_list(client, poll, town):
    theme = poll.cycle.themes.get()
    all_of_it = client.get(ADDRESS, {"theme": theme.code})
    Proposal.objects.filter(number="BP26-0001").update(
        theme=poll.cycle.themes.create(code="eau", name="Eau", drawing="water")
    )
    one = client.get(ADDRESS, {"theme": "eau"})

    assert sorted(numbers_on(all_of_it)) == NUMBERS
    assert numbers_on(one) == ["BP26-0001"]


def test_what_was_sealed_is_what_is_shown(client, poll, town):
    Proposal.objects.filter(number="BP26-0001").update(title="Autre chose", price_eur="1.00")
    services.withdraw_project(poll, "BP26-0002", by=make.BUILDER, at=make.clock(), reason="Le terrain est vendu.")

    page = client.get(ADDRESS).content.decode()

    assert "Une cour qui respire" in page
    assert "Autre chose" not in page
    assert page.count("Retiré du vote") == 1


def test_the_draw_is_checked_by_hand(client, poll, town):
    draw = selectors.draw(poll)

    sums = [place_sum(draw.seed, project.number) for project in draw.projects]
    assert sums == sorted(sums)
    assert [p.sum_start for p in draw.projects] == [found[:8] for found in sums]
    assert draw.command == f"printf '%s\\001%s' 'dés 4-2-6-1' '{draw.projects[0].number}' | sha256sum"
    assert sha256(client.get("/2026/vote/scelle.json").content).hexdigest() == draw.sealed_digest
    page = client.get(ADDRESS).content.decode()
    assert draw.list_digest in page
    assert draw.sealed_digest in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_however_long_the_list(client, poll, town, number, django_assert_num_queries):
    poll.candidates.exclude(proposal__number__in=NUMBERS[:number]).delete()
    client.get("/2026/vote/")

    with django_assert_num_queries(7):
        page = client.get(ADDRESS)

    assert len(numbers_on(page)) == number


def test_nothing_tells_how_the_vote_goes(client, draft, review, town):
    people = make.admit(draft, *(f"Voisin {n}" for n in range(37)))
    poll = make.seal(draft)
    client.cookies[COOKIE] = "00ff"
    before = [client.get(address).content for address in (ADDRESS, f"{ADDRESS}BP26-0001/")]
    for entry in people:
        services.cast_many(poll, [review(poll, entry, "BP26-0001")])
    after = [client.get(address).content for address in (ADDRESS, f"{ADDRESS}BP26-0001/")]

    plain = re.compile(rb'(csrfmiddlewaretoken" value="|nonce=")[^"]+')
    assert [plain.sub(b"", page) for page in before] == [plain.sub(b"", page) for page in after]


def test_anybody_orders_a_poster_once(client, poll, town):
    first = client.post(f"{ADDRESS}BP26-0001/")
    second = client.post(f"{ADDRESS}BP26-0001/")
    job = Job.objects.get()

    assert first.status_code == 303
    assert first["Location"] == second["Location"]
    assert (job.kind, job.arguments, job.owner) == (
        "campaign_poster",
        {"cycle": "2026", "number": "BP26-0001"},
        None,
    )
    assert job.page_url == "/2026/projets/BP26-0001/"
    assert client.get(first["Location"]).status_code == 200


def test_anybody_orders_the_booklet(client, poll, town):
    answer = client.post(f"{ADDRESS}livret/")

    assert answer.status_code == 303
    assert Job.objects.get().page_url == ADDRESS


def test_before_the_sealing_there_is_no_kit(client, draft, town):
    refused = client.post(f"{ADDRESS}livret/", follow=True)

    assert "une fois la liste du vote scellée" in refused.content.decode()
    assert client.get(f"{ADDRESS}BP26-0001/").status_code == 404
    assert Job.objects.count() == 0


def test_a_project_off_the_list_or_withdrawn_has_no_poster(client, poll, town):
    services.withdraw_project(poll, "BP26-0002", by=make.BUILDER, at=make.clock(), reason="Le terrain est vendu.")

    assert client.get(f"{ADDRESS}BP26-0999/").status_code == 404
    assert "Fabriquer l’affiche" not in client.get(f"{ADDRESS}BP26-0002/").content.decode()
    refusal = policies.can_print_poster(RESIDENT, poll, "BP26-0002", make.clock())
    assert str(refusal.reason) == "Ce projet est retiré du vote : son affiche ne se fabrique plus."
    client.post(f"{ADDRESS}BP26-0002/")
    assert Job.objects.count() == 0


def test_the_same_data_make_one_document_and_other_data_another(poll, town):
    def order():
        return documents.request_job("voting_booklet", arguments={"cycle": "2026"}, by=RESIDENT, at=make.clock())

    first, same = order(), order()
    Proposal.objects.filter(number="BP26-0001").update(summary="Des arbres et des copeaux.")
    other = order()

    assert first.pk == same.pk
    assert other.pk != first.pk


def test_the_cycle_page_and_the_sheet_lead_there(client, poll, town):
    assert reverse("voting:campaign", args=["2026"]) in client.get("/2026/").content.decode()
    assert f"{ADDRESS}BP26-0001/" in client.get("/2026/projets/BP26-0001/").content.decode()
