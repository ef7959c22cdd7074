"""P01, P04, P05, P06, P13, P14, P19, P20, P21: large towns, floors, preselections, several lists."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from bp_platform.core.decisions import Refused
from cycles.models import AreaKind, CycleState
from tests.editions import Edition
from voting import selectors

pytestmark = pytest.mark.django_db


def test_p01_clermont_gives_two_laureates_to_each_quartier():
    edition = Edition("P01")
    centre = [(f"Centre {n}", 400000, {"area": "centre"}) for n in range(1, 5)]
    north = [(f"Nord {n}", 300000, {"area": "nord"}) for n in range(1, 4)]
    edition.projects(*centre, *north)
    favoured = [title for title, *_rest in centre]

    winners = edition.vote([*favoured, "Nord 3"], favoured, ["Nord 1", "Nord 3"], ["Centre 1", "Nord 3"])

    floors = {floor.key: floor.min_projects for floor in selectors.sealed_of(edition.poll).rules.scopes[0].floors}
    assert floors == {"centre": 2, "nord": 2, "quartiers-est": 2, "sud": 2}
    assert edition.reasons()["Nord 1"] == edition.reasons()["Nord 3"] == "TakenByFloor"  # Nord 1 has a single voice
    assert edition.told("Nord 1") == "Retenu au titre du nombre minimal de projets du secteur « Nord » (tour 2)."
    assert len([title for title in winners if title.startswith("Nord")]) == 2
    assert edition.cycle.areas.get(code="nord").kind == AreaKind.PRIORITY
    assert "chaque quartier prioritaire ait au moins 1 lauréat" in edition.text
    assert "Un groupe de suivi accompagne chaque lauréat." in edition.text
    assert edition.finish().state == CycleState.CLOSED


def test_p04_roubaix_opens_to_who_works_there_and_gives_one_laureate_per_sector():
    edition = Edition("P04")
    edition.projects(
        ("Est", 90000, {"area": "secteur-est"}),
        ("Centre 1", 100000, {"area": "secteur-centre"}),
        ("Centre 2", 100000, {"area": "secteur-centre"}),
    )

    winners = edition.vote(["Centre 1", "Centre 2"], ["Centre 1", "Centre 2"], ["Est"])

    assert winners == ["Est", "Centre 1"]
    assert "Avant 15 ans, un adulte répond de l’idée." in edition.text
    assert "de 9 ans et plus" in edition.text
    assert edition.text.count("habiter, travailler ou étudier sur le territoire") == 2
    assert edition.finish().state == CycleState.CLOSED


def test_p05_lille_has_a_jury_by_lot_and_two_associated_communes():
    edition = Edition("P05")
    bike, green, wall = [
        edition.file(title, area=area)
        for title, area in (("Hellemmes à vélo", "hellemmes"), ("Lomme verte", "lomme"), ("Un mur peint", "fives"))
    ]
    with pytest.raises(Refused, match="L’article 14 du règlement prévoit une présélection"):
        edition.study(bike, 400000)
    edition.preselect([bike, green], reasons={wall.pk: "Le mur sera repeint par ailleurs."})
    with pytest.raises(Refused, match="n’est pas présélectionnée"):
        edition.study(wall, 1000)
    edition.found_feasible({bike: 400000, green: 300000})

    winners = edition.vote(["Hellemmes à vélo"], ["Lomme verte", "Hellemmes à vélo"])

    associated = edition.cycle.areas.filter(kind=AreaKind.ASSOCIATED_COMMUNE, parent__code="ville").order_by("code")
    assert [area.name for area in associated] == ["Hellemmes", "Lomme"]
    assert edition.rules.preselection.mode == "jury"
    assert "La présélection est faite par le jury citoyen." in edition.text
    assert "30 habitant·es, se forme par tirage au sort" in edition.text
    assert edition.during("preselection") < edition.during("instruction")
    assert winners == ["Hellemmes à vélo", "Lomme verte"]
    assert edition.finish().state == CycleState.CLOSED


def test_p06_grenoble_keeps_thirty_ideas_then_asks_for_six_exactly():
    edition = Edition("P06")
    sectors = [*["secteur-1"] * 30, *[f"secteur-{n}" for n in range(2, 7)] * 2]
    ideas = [edition.file(f"Projet {n}", area=area) for n, area in enumerate(sectors, start=1)]
    voices = {idea.title: 80 - n for n, idea in enumerate(ideas)}  # the ten of the small sectors come last
    kept = [*ideas[:20], *ideas[30:]]
    with pytest.raises(ValidationError, match="Secteur 2.*n’a aucune idée gardée et l’article 14 en réserve 2"):
        edition.preselect(ideas[:30], voices, people=310)
    decided = edition.preselect(kept, voices, people=310)
    outcomes = dict(decided.lines.order_by("proposal__number").values_list("proposal__title", "outcome"))
    assert [outcomes[f"Projet {n}"] for n in (20, 21, 31, 40)] == ["voices", "not_kept", "place", "place"]
    edition.found_feasible(dict.fromkeys(kept[:8], 100000))
    six = [f"Projet {n}" for n in range(1, 7)]
    edition.seal(2)
    for wrong, sentence in ((six[:5], "il en faut au moins 6"), ([*six, "Projet 7"], "6")):
        with pytest.raises(Refused, match=sentence):
            edition.cast(*wrong)
    edition.cast(*six)
    edition.cast("Projet 8", *six[:5])
    edition.count()

    assert edition.laureates == [*six, "Projet 8"]
    assert "chaque personne présente a 8 choix. Elle garde au plus 30 idées. Chaque lieu en garde" in edition.text
    assert "être sur la liste électorale" in edition.text
    assert edition.finish().state == CycleState.CLOSED


def test_p13_strasbourg_has_no_association_and_no_quartier():
    edition = Edition("P13")
    with pytest.raises(Refused, match="choisissez «.habitant ou habitante.» ou «.collectif.»"):
        edition.file("Un local associatif", kind="association")
    ideas = edition.projects(("Une place", 3000000), ("Un parc", 2500000, {"kind": "collective"}))
    edition.prepare()
    with pytest.raises(Refused, match="décidez-la avant de sceller le vote"):
        edition.seal(3)
    decided = edition.preselect(ideas.values(), {"Une place": 210, "Un parc": 180})
    assert [line.outcome for line in decided.lines.all()] == ["voices", "voices"]  # article 14 sets no number

    winners = edition.vote(["Une place"], ["Un parc"], ["Une place"])

    assert list(edition.cycle.areas.values_list("kind", flat=True)) == [AreaKind.COMMUNE]
    assert [scope.id for scope in selectors.sealed_of(edition.poll).rules.scopes] == ["ville"]
    assert "L’argent qui n’est pas dépensé revient à l’édition suivante." in edition.text
    assert "Les idées sont classées par leurs soutiens." in edition.text
    assert winners == ["Une place"]
    assert edition.finish().state == CycleState.CLOSED


def test_p14_strasbourg_s_committee_settles_the_list_after_the_vote_until_its_decision_is_recorded():
    edition = Edition("P14")
    edition.projects(("Un préau", 100000, {"area": "territoire-1"}), ("Une pergola", 90000, {"area": "territoire-10"}))

    winners = edition.vote(["Un préau"], ["Une pergola", "Un préau"])

    assert edition.cycle.areas.filter(parent__code="ville", kind=AreaKind.SECTOR).count() == 10
    assert edition.rules.ballot.decision_mode == "mixed"
    assert "Au vu de ce résultat, le comité tripartite arrête la liste des projets retenus." in edition.text
    assert "30 membres (10 habitant·es, 10 élu·es et 10 agents)" in edition.text
    assert winners == ["Un préau", "Une pergola"]  # what the vote says; the committee's act is not a service yet
    assert edition.finish().state == CycleState.CLOSED


def test_p19_paris_has_two_ballots_of_four_grades_until_the_booth_receives_grades():
    edition = Edition("P19")
    edition.projects(
        ("Une forêt", 2000000), ("Un square du 10e", 900000, {"area": "10e"}), ("Un gymnase", 900000, {"area": "19e"})
    )
    draft = edition.prepare()

    scopes = draft.plan["scopes"]
    assert [(scope["id"], scope["ballot"]["grades"]) for scope in scopes] == [("ville", 4), ("10e", 4), ("19e", 4)]
    placed = {row.proposal.title: row.scope for row in draft.candidates.select_related("proposal")}
    assert placed == {"Une forêt": "ville", "Un square du 10e": "10e", "Un gymnase": "19e"}
    assert "à chaque projet : Coup de cœur, J’aime bien, Pourquoi pas ou Pas convaincu." in edition.text
    with pytest.raises(Refused, match="ce type de bulletin .jugement majoritaire.*article 7"):
        edition.seal(scopes=["ville", "10e"])


def test_p20_rennes_takes_two_per_quartier_first_and_ten_choices_fit_in_the_money():
    edition = Edition("P20")
    centre = [(f"Centre {n}", 400000, {"area": "centre"}) for n in range(1, 10)]
    edition.projects(
        *centre, ("Villejean 1", 300000, {"area": "villejean"}), ("Maurepas 1", 350000, {"area": "maurepas"})
    )
    favoured = [title for title, *_rest in centre]
    edition.seal(4)
    with pytest.raises(Refused, match="coûtent plus que le montant autorisé"):
        edition.cast(*favoured)  # 3.6 M€
    for ballot in (favoured[:8], favoured[:8], ["Villejean 1"], ["Maurepas 1"]):
        edition.cast(*ballot)
    edition.count()

    [scope] = selectors.sealed_of(edition.poll).rules.scopes
    assert (scope.ballot.max_choices, scope.ballot.max_sum_cost_cents) == (10, 350000000)
    assert {floor.min_projects for floor in scope.floors} == {2}
    reasons = edition.reasons()
    assert reasons["Villejean 1"] == reasons["Maurepas 1"] == "TakenByFloor"
    assert len(edition.laureates) == 9  # two of the centre, one of each of the others, then five within what is left
    assert selectors.ballot_words(scope.ballot).startswith("Choisissez jusqu’à 10 projets, pour 3")
    assert edition.finish().state == CycleState.CLOSED


def test_p21_angers_has_two_choices_in_the_theme_of_the_year_and_three_free():
    edition = Edition("P21")
    green = [(f"Vert {n}", 200000, {"theme": "nature"}) for n in range(1, 4)]
    free = [(f"Libre {n}", 250000, {"theme": "sport"}) for n in range(1, 5)]
    edition.projects(*green, *free)
    edition.seal(2, scopes=["nature", "ville"])
    for wrong in ({"nature": ["Vert 1", "Vert 2", "Vert 3"]}, {"ville": [f"Libre {n}" for n in range(1, 5)]}):
        with pytest.raises(Refused, match="Nature en ville|Toute la ville"):
            edition.cast(**wrong)
    edition.cast(nature=["Vert 1", "Vert 2"], ville=["Libre 1", "Libre 2", "Libre 3"])
    edition.cast(nature=["Vert 2", "Vert 3"], ville=["Libre 2"])
    edition.count()

    assert {s.id: s.ballot.max_choices for s in selectors.sealed_of(edition.poll).rules.scopes} == {
        "ville": 3,
        "nature": 2,
    }
    assert edition.laureates[0] == "Vert 1" or "Vert 2" in edition.laureates
    assert len([title for title in edition.laureates if title.startswith("Vert")]) == 2  # 400 000 € for the theme
    assert len([title for title in edition.laureates if title.startswith("Libre")]) == 2  # 600 000 € for the town
    assert "au plus 2 sur la liste « nature » ; au plus 3 sur la liste « ville »" in edition.text
    assert edition.finish().state == CycleState.CLOSED
