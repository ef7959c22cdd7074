"""P16, P22, P23, P24, P25: departments."""

from __future__ import annotations

import pytest

from bp_platform.core.decisions import Refused
from cycles import services as cycles
from cycles.models import CycleState
from proposals import services as proposals
from proposals.models import Stage
from tests.editions import Edition
from tests.people import BUILDER
from voting import selectors
from voting.tally.values import Dimension

pytestmark = pytest.mark.django_db


def test_p16_loire_atlantique_has_a_committee_of_twenty_four_and_three_to_ten_choices():
    edition = Edition("P16")
    edition.projects(*[(f"Projet {n}", 50000) for n in range(1, 6)])
    edition.seal(2)
    with pytest.raises(Refused, match="au moins 3|trois"):
        edition.cast("Projet 1", "Projet 2")
    edition.cast("Projet 1", "Projet 2", "Projet 3")
    edition.cast(*[f"Projet {n}" for n in range(1, 6)])
    edition.count()

    assert edition.rules.bodies.listed[0].seats == 24
    assert "Le comité citoyen compte 24 membres (18 habitant·es et 6 élu·es)" in edition.text
    assert "Chacun choisit de 3 à 10 projets." in edition.text
    assert "la collectivité consulte les maires des communes" in edition.text
    [scope] = selectors.sealed_of(edition.poll).rules.scopes
    assert selectors.ballot_words(scope.ballot) == "Choisissez de 3 à 10 projets"
    assert selectors.sealed_of(edition.poll).scope_names == {"ville": "Tout le département"}
    assert len(edition.laureates) == 5
    assert edition.finish().state == CycleState.CLOSED


def test_p22_gers_gives_each_cost_tranche_its_own_money():
    edition = Edition("P22")
    small = [(f"Petit {n}", 5000) for n in range(1, 3)]
    large = [(f"Grand {n}", 50000, {"theme": "culture"}) for n in range(1, 10)]
    young = [("Un skate-parc", 25000, {"theme": "jeunesse"})]
    edition.projects(*[(t, c, {"theme": "environnement"}) for t, c in small], *large, *young)
    with pytest.raises(Refused, match="n’entre dans aucune tranche de coût .article 4"):
        edition.study(edition.file("Un studio de jeunes", theme="jeunesse"), 25001)
    titles = [title for title, *_rest in large]

    winners = edition.vote(titles[:3], titles[3:6], titles[6:9], ["Petit 1", "Petit 2", "Un skate-parc"])

    text = selectors.sealed_of(edition.poll)
    caps = {cap.key: cap.max_cents for cap in text.rules.scopes[0].caps if cap.dimension is Dimension.TRANCHE}
    assert caps["grands"] == 35000000
    assert {p.title: p.keys["tranche"] for p in text.projects if p.title in ("Petit 1", "Un skate-parc", "Grand 1")} == {
        "Petit 1": "petits", "Un skate-parc": "jeunes-grands", "Grand 1": "grands",
    }  # fmt: skip
    assert len([title for title in winners if title.startswith("Grand")]) == 7  # 350 000 €, though a million is there
    assert list(edition.reasons().values()).count("CapReached") == 2
    lost = next(title for title, reason in edition.reasons().items() if reason == "CapReached")
    assert edition.told(lost).startswith("Le plafond de la tranche « Grands projets » serait dépassé")
    assert {"Petit 1", "Petit 2", "Un skate-parc"} <= set(winners)
    assert edition.finish().state == CycleState.CLOSED


def test_p22_gers_a_past_laureate_waits_for_the_next_edition():
    before = Edition("P22", prefix="GA20")
    won = before.file("Un four banal", owner="denis@example.org")
    proposals.project(won, stage=Stage.WINNER)
    edition = Edition("P23")
    values, before_call = edition.rules.model_dump(mode="json"), edition.during("call", -10)
    values["proposers"]["is_past_laureate_excluded"] = True
    draft = cycles.draft_rulebook(edition.cycle, by=BUILDER, at=before_call, values=values)
    cycles.adopt_rulebook(draft, by=BUILDER, at=before_call, resolution="Délibération 2026-13")
    edition.cycle.prior = before.cycle
    edition.cycle.save(update_fields=["prior"])

    with pytest.raises(Refused, match=f"Votre projet {won.number} a été lauréat de l’édition précédente"):
        edition.file("Un second four", owner="Denis@example.org")
    assert edition.file("Un autre four", owner="chloe@example.org").pk


def test_p23_lot_et_garonne_asks_associations_and_exactly_three_choices():
    edition = Edition("P23")
    with pytest.raises(Refused, match="choisissez «.association.»"):
        edition.file("Mon idée", kind="resident")
    edition.projects(*[(f"Projet {n}", 20000) for n in range(1, 5)])
    edition.seal(2)
    for wrong in (["Projet 1", "Projet 2"], [f"Projet {n}" for n in range(1, 5)]):
        with pytest.raises(Refused, match="3"):
            edition.cast(*wrong)
    edition.cast("Projet 1", "Projet 2", "Projet 3")
    edition.cast("Projet 1", "Projet 2", "Projet 4")
    edition.count()

    assert "Chacun choisit exactement 3 projets." in edition.text
    assert "de 11 ans et plus" in edition.text
    assert len(edition.laureates) == 4
    assert edition.finish().state == CycleState.CLOSED


def test_p24_meuse_gives_each_canton_a_laureate_first():
    edition = Edition("P24")
    crowd = [(f"Verdun {n}", 300000, {"area": "verdun"}) for n in range(1, 5)]
    edition.projects(*crowd, ("Commercy", 200000, {"area": "commercy"}), ("Bar", 250000, {"area": "bar-le-duc"}))
    favoured = [title for title, *_rest in crowd]

    winners = edition.vote(favoured[:3], favoured[:3], favoured[1:], ["Commercy", "Bar"])

    assert {"Commercy", "Bar"} < set(winners)
    assert edition.reasons()["Commercy"] == edition.reasons()["Bar"] == "TakenByFloor"
    assert len([title for title in winners if title.startswith("Verdun")]) == 1  # the million is spent
    assert edition.finish().state == CycleState.CLOSED


def test_p25_drome_gives_an_owner_one_laureate_at_most():
    edition = Edition("P25")
    mine = {"owner": "jeunesse@example.org", "theme": "jeunesse"}
    edition.projects(("Un local", 200000, mine), ("Un minibus", 90000, mine), ("Un jardin", 60000))

    winners = edition.vote(["Un local", "Un minibus"], ["Un local", "Un minibus"], ["Un local", "Un jardin"])

    assert winners == ["Un local", "Un jardin"]
    assert edition.reasons()["Un minibus"] == "OwnerHasLaureate"
    assert "Un même porteur a un lauréat au plus." in edition.text
    assert "Ce que d’autres financeurs apportent est déduit du coût." in edition.text
    assert edition.finish().state == CycleState.CLOSED
