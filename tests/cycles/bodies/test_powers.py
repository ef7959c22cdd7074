"""What the règlement gives to a body is that body's: proposed at the desk, refused to others, asked for above."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from bp_platform.core import calendar
from bp_platform.core.decisions import Refused
from cycles import policies, powers, services
from cycles.models import Body
from cycles.rules import Rules
from tests.factories import cycles
from tests.factories import meetings as factory
from tests.reading import Page

pytestmark = pytest.mark.django_db

LISTED = [
    {"code": "suivi", "name": "le comité de suivi", "residents": 6, "decides": ["ties", "leftovers", "follow_up"]},
    {"code": "jury", "name": "le jury", "residents": 3, "decides": ["designation"]},
]


@pytest.fixture
def cycle(town, at):
    made = cycles.cycle(at)
    values = cycles.next_version(made).values
    cycles.adopt(made, values | {"bodies": {"listed": LISTED}, "leftovers": {"unspent": "body"}})
    return made


def made(cycle, paula, at, code, name, **facts):
    day = calendar.local_day(at)
    dates = {"mandate_from": day, "mandate_until": day + timedelta(365)}
    body = services.create_body(cycle, by=paula, at=at, name=name, kind="other", rule_code=code, **(dates | facts))
    services.add_college(body, by=paula, at=at, name="Habitant·es", seats=5, recruitment="appointed")
    return body


def test_a_body_holds_what_the_rulebook_gives_it_and_nothing_of_another(cycle, paula, at):
    committee = made(cycle, paula, at, "suivi", "Comité de suivi", powers=["studies"])
    assert committee.powers == ["studies", "ties", "leftovers", "delivery"]

    jury = made(cycle, paula, at, "jury", "Jury", powers=[])
    with pytest.raises(ValidationError, match="une autre instance|Une autre instance"):
        made(cycle, paula, at, "jury", "Un autre jury")
    with pytest.raises(ValidationError, match="ne connaît pas cette instance"):
        made(cycle, paula, at, "conseil", "Conseil")
    with pytest.raises(ValidationError, match="L’article 13 du règlement confie ce sujet"):
        services.change_body(jury, by=paula, at=at, powers=["ties"])

    jury.powers = ["ties"]  # as it was before the règlement named another
    Body.objects.filter(pk=jury.pk).update(powers=["ties"])
    factory.member(at, jury, "Aïcha Benali")
    with pytest.raises(Refused, match="à «\xa0le comité de suivi\xa0»\xa0: «\xa0Jury\xa0» n’en décide pas"):
        services.record_decision(jury, by=paula, at=at, matter="ties", subject="Le tirage", votes_for=1)
    done = services.record_decision(jury, by=paula, at=at, matter="laureates", subject="Le jardin", votes_for=1)
    assert done.is_carried


def test_the_floors_above_ask_for_the_bodys_own_decision(cycle, paula, at):
    day = calendar.local_day(at)
    assert policies.has_decided(cycle, "merges")
    refused = policies.has_decided(cycle, "leftovers", on=day)
    assert "dont aucune décision du 2 mars 2026 n’est notée" in str(refused.reason)

    committee = made(cycle, paula, at, "suivi", "Comité de suivi", powers=[])
    for name in ("Aïcha Benali", "Bruno Martel", "Chloé Petit"):
        factory.member(at, committee, name)
    services.record_decision(
        committee, by=paula, at=at, matter="leftovers", subject="Non", votes_for=1, votes_against=2
    )
    assert not policies.has_decided(cycle, "leftovers", on=day)
    assert policies.has_decided(cycle, "leftovers", on=day, carried_only=False)
    services.record_decision(committee, by=paula, at=at, matter="leftovers", subject="Le sol du jardin", votes_for=3)
    assert policies.has_decided(cycle, "leftovers", on=day)
    assert not policies.has_decided(cycle, "leftovers", on=day - timedelta(days=1))
    assert not policies.has_decided(cycle, "laureates")


def test_the_desk_proposes_what_the_rulebook_names(cycle, paula, at, sign_in, clock):
    client = sign_in(paula)
    page = Page(client.get("/bureau/instances/"))
    assert "Le règlement prévoit le comité de suivi" in page.text and "les égalités, l’argent non dépensé" in page.text

    assert client.post("/bureau/instances/prevues/2026/suivi/").status_code == 303
    body = Body.objects.get()
    assert (body.rule_code, body.name, body.powers) == ("suivi", "Comité de suivi", ["ties", "leftovers", "delivery"])
    assert "Le règlement prévoit le comité de suivi" not in Page(client.get("/bureau/instances/")).text
    assert "Cette instance n’y est pas" in Page(client.get(f"/bureau/instances/{body.pk}/changer/")).text
    choices = Page(client.get(f"/bureau/instances/{body.pk}/decisions/")).text
    assert "les égalités" in choices and "les projets retenus" not in choices


def test_every_decision_of_the_rules_is_a_power():
    every = [{"code": "a", "name": "le jury", "decides": list(powers.POWER_OF)}]
    rules = Rules.model_validate({"bodies": {"listed": every}})

    assert set(powers.given_to(rules, "a")) == set(powers.POWER_OF.values())
