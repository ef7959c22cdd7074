"""The money of an edition: what adds up, what is shared, what no longer moves."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from cycles import selectors, services
from cycles.models import Area, Envelope
from cycles.services import Dates, Share
from tests.factories import cycles as factory
from tests.factories import realisation, voting

DESK = "/bureau/editions/2026/enveloppes/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(at, town):
    made = factory.cycle(at)
    ville = made.areas.get(code="ville")
    Area.objects.create(cycle=made, name="Bel-Air", code="bel-air", kind="priority", parent=ville, population=2105)
    return made


@pytest.fixture
def places(cycle):
    return [cycle.areas.get(code=code) for code in ("mariniers", "bel-air")]


def plain(answer):
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def amounts(cycle):
    return dict(cycle.envelopes.order_by("name").values_list("name", "amount_eur"))


def split(cycle, places, by, at, sums, **facts):
    shares = [Share(place, Decimal(eur)) for place, eur in zip(places, sums, strict=True)]
    return services.split_envelopes(cycle, shares, by=by, at=at, section="investment", **facts)


def test_envelopes_that_do_not_add_up_say_by_how_much(cycle, paula, at, sign_in):
    client = sign_in(paula)

    client.post(DESK, {"total_eur": "120 000 €"})
    assert "Les enveloppes font 100 000 € pour 120 000 € votés : il manque 20 000 €." in plain(client.get(DESK))
    client.post(DESK, {"total_eur": "99 999,50"})
    assert "il y a 0,50 € de trop." in plain(client.get(DESK))
    client.post(DESK, {"total_eur": "100000"})
    assert "Les enveloppes font exactement 100 000 €" in plain(client.get(DESK))
    assert client.post(DESK, {"total_eur": "0"}).status_code == 422


def test_an_envelope_has_a_place_a_theme_a_public_and_a_tranche(cycle, paula, sign_in):
    facts = {
        "name": "Petits projets des jeunes", "amount_eur": "20 000", "public": "youth", "section": "operating",
        "minimum_eur": "500", "maximum_eur": "5 000", "area": cycle.areas.get(code="mariniers").pk,
    }  # fmt: skip

    assert sign_in(paula).post(f"{DESK}ajouter/", facts).status_code == 303

    row = cycle.envelopes.get(name="Petits projets des jeunes")
    assert (row.amount_eur, row.public, row.minimum_eur, row.maximum_eur) == (20000, "youth", 500, 5000)
    page = plain(sign_in(paula).get(DESK))
    assert "Les Mariniers, projets de 500 € à 5 000 €, jeunes" in page


def test_what_was_announced_is_told_beside_what_was_voted(cycle, paula, at, sign_in):
    services.change_envelope(cycle.envelopes.get(), by=paula, at=at, announced_eur=Decimal(120000))

    assert "Annoncé : 120 000 € ; voté : 100 000 €." in plain(sign_in(paula).get(DESK))


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"minimum_eur": "6000", "maximum_eur": "5000"}, "Le coût minimal d’un projet dépasse son coût maximal"),
        ({"name": "Enveloppe de la ville"}, "une autre enveloppe porte déjà ce nom"),
        ({"amount_eur": "0"}, "écrivez un montant supérieur à zéro"),
        ({"amount_eur": "cent"}, "écrivez un montant en chiffres"),
    ],
)
def test_a_wrong_envelope_is_refused_in_a_sentence(cycle, paula, sign_in, facts, sentence):
    data = {"name": "Jeunes", "amount_eur": "100", "public": "everybody", "section": "investment"} | facts

    answer = sign_in(paula).post(f"{DESK}ajouter/", data)

    assert answer.status_code == 422
    assert sentence in plain(answer)


def test_the_table_comes_before_the_act(cycle, paula, places, sign_in):
    client = sign_in(paula)
    data = {
        "total_eur": "60 000", "formula": "population", "bonus_percent": "100", "section": "investment",
        "areas": [place.pk for place in places],
    }  # fmt: skip

    page = plain(client.post(f"{DESK}repartir/", data))
    assert page.count("30 000,00 €") == 2  # 4210 once, 2105 twice
    assert Envelope.objects.count() == 1

    assert client.post(f"{DESK}repartir/", data | {"appliquer": "oui"}).status_code == 303
    assert amounts(cycle) == {"Bel-Air": 30000, "Enveloppe de la ville": 100000, "Les Mariniers": 30000}


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"formula": "by_hand", "one": "10", "other": "20"}, "les montants écrits laissent 30 € de côté"),
        ({"formula": "by_hand", "one": "50", "other": "20"}, "les montants écrits dépassent cette somme de 10 €"),
        ({"formula": "population", "unknown": True}, "le nombre d’habitants manque pour Bel-Air"),
        ({"formula": "equal", "areas": []}, "cochez au moins un lieu"),
    ],
)
def test_a_sum_that_cannot_be_shared_so_says_why(cycle, paula, places, sign_in, facts, sentence):
    if facts.pop("unknown", False):
        Area.objects.filter(code="bel-air").update(population=None)
    one, other = places
    data = {"total_eur": "60", "section": "investment", "areas": [one.pk, other.pk]} | facts
    data |= {f"amount_{one.pk}": facts.get("one", ""), f"amount_{other.pk}": facts.get("other", "")}

    answer = sign_in(paula).post(f"{DESK}repartir/", data)

    assert answer.status_code == 422
    assert sentence in plain(answer)


def test_a_sum_taken_on_the_town_leaves_the_total_as_it_was(cycle, paula, places, at):
    source = cycle.envelopes.get()

    split(cycle, places, paula, at, ["33333.34", "33333.33"], source=source)
    assert sum(amounts(cycle).values()) == 100000
    split(cycle, places, paula, at, ["10000", "0"], source=cycle.envelopes.get(area=None))

    assert amounts(cycle) == {"Enveloppe de la ville": 90000, "Les Mariniers": 10000}
    with pytest.raises(ValidationError, match="il manque"):
        split(cycle, places, paula, at, ["200000", "0"], source=cycle.envelopes.get(area=None))
    split(cycle, places, paula, at, ["100000", "0"], source=cycle.envelopes.get(area=None))
    assert amounts(cycle) == {"Les Mariniers": 100000}


def test_the_same_split_twice_is_one_act(cycle, paula, places, at):
    split(cycle, places, paula, at, ["10", "20"])
    split(cycle, places, paula, at, ["10", "20"])

    assert JournalEntry.objects.filter(act="split_envelopes").count() == 1


def test_a_split_leaves_themes_tranches_and_publics_alone(cycle, paula, places, at):
    mariners = places[0]
    services.add_envelope(cycle, by=paula, at=at, name="Jeunes", amount_eur="5", area=mariners, public="youth")

    split(cycle, places, paula, at, ["10", "20"])

    assert amounts(cycle)["Jeunes"] == 5


def test_no_split_under_a_sealed_vote(town, settings, tmp_path, paula, sign_in):
    settings.BP_PRACTICE_KEYS_DIR = tmp_path
    poll = voting.seal(voting.draft_poll())
    edition, now = poll.cycle, voting.clock()
    places = [edition.areas.get(code="mariniers")]

    with pytest.raises(Refused, match="Un vote scellé repose sur ces enveloppes"):
        split(edition, places, paula, now, ["10"])
    with pytest.raises(Refused, match="Un vote scellé"):
        services.change_envelope(edition.envelopes.get(), by=paula, at=now, amount_eur=Decimal(1))
    with pytest.raises(Refused, match="Un vote scellé"):
        services.remove_envelope(edition.envelopes.get(), by=paula, at=now)
    with pytest.raises(Refused, match="Le vote est scellé avec ses dates"):
        services.set_phases(
            edition,
            [Dates("vote", poll.opens_at, now + timedelta(days=90), edition.phases.get(kind="vote").pk)],
            by=paula, at=edition.phases.get(kind="vote").opens_at - timedelta(days=1), key=uuid4(), label="",
        )  # fmt: skip

    services.change_envelope(edition.envelopes.get(), by=paula, at=now, name="Ville")
    assert "Un vote scellé repose" in plain(sign_in(paula).get(f"{DESK}repartir/"))


def test_no_split_once_something_is_built(cycle, paula, places, at, green_spaces):
    realisation.delivery(cycle, at, lead=green_spaces)

    with pytest.raises(Refused, match="l’argent se déplace par un transfert"):
        split(cycle, places, paula, at, ["10", "20"])
    with pytest.raises(Refused, match="son montant voté ne change plus"):
        services.change_envelope(cycle.envelopes.get(), by=paula, at=at, amount_eur=Decimal(1))


def test_equity_compares_priority_neighbourhoods_with_the_rest(cycle, paula, places, at):
    split(cycle, places, paula, at, ["42100", "42100"])

    found = selectors.equity_of(cycle)

    assert [(line.name, line.per_head_eur, line.share) for line in found.lines] == [
        ("Bel-Air", Decimal("20.00"), 100),
        ("Les Mariniers", Decimal("10.00"), 50),
    ]
    assert (found.priority_eur, found.rest_eur, found.ratio, found.shared_eur) == (20, 10, 2, 100000)
    assert found.mean_eur == Decimal("13.33")


@pytest.mark.parametrize("number", [1, 3])
def test_the_desk_asks_as_much_for_one_envelope_as_for_three(
    cycle, paula, at, sign_in, number, django_assert_num_queries
):
    for position in range(number - 1):
        services.add_envelope(cycle, by=paula, at=at, name=f"E{position}", amount_eur="10")
    client = sign_in(paula)
    client.get(DESK)

    with django_assert_num_queries(8):
        assert client.get(DESK).status_code == 200


def test_a_stranger_splits_nothing(cycle, chloe, places, at):
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        split(cycle, places, chloe, at, ["10", "20"])


@pytest.mark.django_db(transaction=True)
def test_two_splits_at_once_share_the_source_once(cycle, paula, places, at):
    source, barrier, refused = cycle.envelopes.get(), Barrier(2), []

    def share(sums):
        try:
            own = Envelope.objects.get(pk=source.pk)  # as each request reads it
            barrier.wait()
            split(cycle, places, paula, at, sums, source=own)
        except ValidationError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=share, args=[sums]) for sums in (["60000", "0"], ["0", "70000"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(amounts(cycle).values()) == 100000
    assert refused == []


def rules_by_place(cycle, **places):
    version = factory.next_version(cycle)
    version.values["places"] = places
    version.save()


def test_the_desk_shares_as_article_9_says(cycle, paula, places, sign_in):
    client = sign_in(paula)
    rules_by_place(cycle, split="population_and_priority", priority_bonus_percent=50, town_share_percent=40)
    client.post(DESK, {"total_eur": "100 000"})

    page = plain(client.get(f"{DESK}repartir/"))
    assert "un quartier prioritaire reçoit 50 % de plus par habitant" in page
    assert 'value="60000"' in page
    data = {"total_eur": "60 000", "section": "investment", "areas": [place.pk for place in places]}
    refused = client.post(f"{DESK}repartir/", data | {"formula": "equal", "bonus_percent": "0", "appliquer": "oui"})
    assert refused.status_code == 422 and "le règlement adopté dit : « L’argent est partagé" in plain(refused)
    assert Envelope.objects.count() == 1
    agreed = data | {"formula": "population", "bonus_percent": "50", "appliquer": "oui"}
    assert client.post(f"{DESK}repartir/", agreed).status_code == 303


def test_the_total_is_one_fact_at_two_desks(cycle, paula, at, sign_in):
    client = sign_in(paula)
    client.post(DESK, {"total_eur": "120 000"})

    cycle.refresh_from_db()
    assert (cycle.total_eur, cycle.setup_done) == (Decimal(120000), ["enveloppes"])
    assert "Il manque 20 000 € aux enveloppes" in " ".join(plain_words(r) for r in selectors.findings(cycle, at))
    page = plain(client.get("/bureau/editions/2026/cadre/"))
    assert "120000" in page.replace(" ", "").replace(",00", "").replace(".00", "")
    zero = client.post(
        "/bureau/editions/2026/cadre/",
        {"title": "É", "slug": "2026", "number_prefix": "BP26", "kind": "residents", "total_eur": "0"},
    )
    assert zero.status_code == 422 and "supérieur à zéro" in plain(zero)


def plain_words(read):
    return read.finding.sentence.replace("\u00a0", " ").replace("\u202f", " ")
