"""The booth's list: narrowed without an address, several scopes on one ballot, one project only, a withdrawn one."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from bp_platform.core.decisions import Refused
from cycles.models import Area, AreaKind, Envelope
from proposals.models import Proposal
from tests.factories import cycles as rulebooks
from tests.factories import voting as make
from voting import selectors, services
from voting.models import RollMark

pytestmark = pytest.mark.django_db
BALLOT, CONFIRM = "/2026/vote/bulletin/", "/2026/vote/deposer/"


def enter(client, poll, name="Aïcha"):
    letters = {issued.name: issued for issued in services.issue_codes(poll, by=make.BUILDER, at=make.clock())}
    client.post("/2026/vote/", {"code": letters[name].code, "birth_year": str(letters[name].birth_year)})
    return client


def position(poll, number):
    return f"{selectors.sealed_of(poll).by_number[number].position:04d}"


def shown(html):
    return re.findall(r'class="pick__title">([^<]*)<', html)


def hidden(html, action):
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', html, re.DOTALL).group(0)
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


@pytest.fixture
def inside(client, poll):
    return enter(client, poll)


def test_words_narrow_the_list_accents_aside_and_the_address_stays(inside, poll):
    page = inside.post(BALLOT, {"acte": "filtrer", "mots": "QUAI velo"})

    assert (page.status_code, shown(page.content.decode())) == (200, ["Le quai à vélo"])
    assert page.request["QUERY_STRING"] == ""


def test_what_the_narrowed_list_hides_stays_chosen(inside, poll):
    chosen = position(poll, "BP26-0002")

    narrowed = inside.post(BALLOT, {"acte": "filtrer", "mots": "quai", "c": [chosen]}).content.decode()
    review = inside.post(BALLOT, {"acte": "verifier", "mots": "quai", "c": [chosen, position(poll, "BP26-0003")]})

    assert f'<input type="hidden" name="c" value="{chosen}" data-kept>' in narrowed
    assert "1 projet choisi n’est pas dans la liste ci-dessous" in narrowed
    assert "1 choix sur 5" in narrowed
    assert "Un verger" in review.content.decode()
    assert "Le quai à vélo" in review.content.decode()


def test_everything_is_shown_again_in_one_click(inside, poll):
    page = inside.post(BALLOT, {"acte": "tout", "mots": "quai", "c": [position(poll, "BP26-0002")]}).content.decode()

    assert len(shown(page)) == 4
    assert 'name="mots" maxlength' in page.replace('value="" ', "")
    assert len(re.findall(r"data-pick checked", page)) == 1


def test_nothing_found_says_what_to_do(inside):
    page = inside.post(BALLOT, {"acte": "filtrer", "mots": "piscine"}).content.decode()

    assert "Aucun projet ne correspond. Effacez un mot ou un choix de lieu." in page


def test_an_unknown_place_is_no_filter(inside):
    assert len(shown(inside.post(BALLOT, {"acte": "filtrer", "lieu": "Ailleurs"}).content.decode())) == 4


def test_the_list_has_one_size_whatever_is_chosen(inside, poll):
    every = [position(poll, f"BP26-000{n}") for n in range(1, 5)]

    sizes = {len(inside.post(BALLOT, {"acte": "tout", "c": every[:count]}).content) for count in range(5)}

    assert len(sizes) == 1


def test_a_withdrawn_project_stays_on_the_list_and_cannot_be_ticked(inside, poll):
    services.withdraw_project(poll, "BP26-0002", by=make.BUILDER, at=make.clock(), reason="Le terrain est vendu.")

    page = inside.get(BALLOT).content.decode()

    assert len(shown(page)) == 4
    assert page.count("data-pick disabled") == 1
    assert "retiré le" in page


@pytest.fixture
def two_places(db):
    """Les Mariniers have an envelope of their own, and two of the four projects."""
    cycle = make.cycle_with_projects()
    district = cycle.areas.get(code="mariniers")
    corner = Area.objects.create(cycle=cycle, kind=AreaKind.CUSTOM, name="Le quai", code="quai", parent=district)
    Envelope.objects.create(cycle=cycle, name="Mariniers", amount_eur=Decimal(60000), area=district)
    Proposal.objects.filter(number="BP26-0003").update(area=corner)
    Proposal.objects.filter(number="BP26-0004").update(area=district)
    return make.draft_poll(cycle=cycle)


@pytest.fixture
def two_scopes(two_places):
    people = [services.Person("Aïcha", 1970, ("ville", "mariniers")), services.Person("Bruno", 1971, ("ville",))]
    services.admit(two_places, people, by=make.BUILDER, at=make.clock())
    return make.seal(two_places)


def test_a_place_with_its_own_envelope_is_a_scope_and_takes_what_lies_in_it(two_places):
    text = selectors.sealed_of(make.seal(two_places))

    assert list(text.scope_names.items()) == [("ville", "Toute la ville"), ("mariniers", "Les Mariniers")]
    assert {p.number: p.scope for p in text.projects} == {
        "BP26-0001": "ville", "BP26-0002": "ville", "BP26-0003": "mariniers", "BP26-0004": "mariniers",
    }  # fmt: skip
    assert text.scopes["mariniers"].budget_cents == 60000_00


def test_a_project_outside_every_place_with_money_is_named(two_places):
    cycle = two_places.cycle
    services.annul(two_places, by=make.BUILDER, at=make.clock(), reason="Essai.")
    cycle.envelopes.exclude(area__code="mariniers").delete()

    with pytest.raises(Refused, match="Le projet BP26-0001 n’est dans aucun lieu qui a une enveloppe"):
        make.draft_poll(cycle=cycle)


def test_two_ballots_are_chosen_reviewed_and_dropped_at_once(client, two_scopes, box):
    enter(client, two_scopes)
    page = client.get(BALLOT).content.decode()
    chosen = [position(two_scopes, "BP26-0001"), position(two_scopes, "BP26-0004")]
    review = client.post(BALLOT, {"acte": "verifier", "c": chosen}).content.decode()

    receipt = client.post(CONFIRM, hidden(review, CONFIRM)).content.decode()

    assert [f"{name} <small>Choisissez" in page for name in ("Toute la ville", "Les Mariniers")] == [True, True]
    assert review.index("Toute la ville") < review.index("Une cour qui respire") < review.index("Les Mariniers")
    assert len(re.findall(r"(?:[0-9A-F]{4} ){15}[0-9A-F]{4}", receipt)) == 2
    assert box(two_scopes) == (1, 2)


def test_too_many_choices_name_their_ballot_and_what_to_do(client, two_places, box):
    two_places.plan["scopes"][0]["ballot"]["max_choices"] = 1
    two_places.save()
    people = [services.Person("Aïcha", 1970, ("ville", "mariniers"))]
    services.admit(two_places, people, by=make.BUILDER, at=make.clock())
    poll = make.seal(two_places)
    enter(client, poll)
    chosen = [position(poll, "BP26-0001"), position(poll, "BP26-0002")]

    answer = client.post(BALLOT, {"acte": "verifier", "c": chosen})

    said = "Toute la ville – Vous avez fait 2 choix ; le maximum est 1 : décochez-en 1."
    assert answer.status_code == 422
    assert said in answer.content.decode().replace("\u00a0", " ")


def test_who_votes_in_one_place_sees_the_projects_of_that_place_only(client, two_scopes, box):
    enter(client, two_scopes, "Bruno")

    assert sorted(shown(client.get(BALLOT).content.decode())) == ["Un verger", "Une cour qui respire"]


def test_one_project_only_is_chosen_by_radios_and_may_be_left_blank(client, db, box):
    cycle = make.cycle_with_projects()
    version = rulebooks.next_version(cycle)
    version.values["ballot"]["kind"] = "choose_1"
    version.save()
    draft = make.draft_poll(cycle=cycle)
    make.admit(draft, "Aïcha")
    poll = make.seal(draft)
    enter(client, poll)

    page = client.get(BALLOT).content.decode()
    review = client.post(BALLOT, {"acte": "verifier", "c00": position(poll, "BP26-0002")}).content.decode()
    blank = client.post(BALLOT, {"acte": "verifier", "c00": ""}).content.decode()
    client.post(CONFIRM, hidden(review, CONFIRM))

    assert page.count('type="radio"') == 5
    assert "Aucun de ces projets (bulletin blanc)" in page
    assert "Un verger" in review
    assert "Aucun projet choisi : votre bulletin sera blanc." in blank
    assert RollMark.objects.count() == 1
