"""P08, P09, P10, P11, P12, P15: priority neighbourhoods, public space, designation, assembly."""

from __future__ import annotations

import pytest

from bp_platform.core.decisions import Refused
from cycles.models import CycleState
from tests.editions import Edition
from voting import selectors
from voting.sealed import rules_from
from voting.tally.count import count
from voting.tally.scores import hands
from voting.tally.values import BallotKind, Project

pytestmark = pytest.mark.django_db


def test_p08_belle_de_mai_pays_five_associations_chosen_in_the_street():
    edition = Edition("P08")
    edition.projects(*[(f"Action {n}", 5000) for n in range(1, 8)])
    with pytest.raises(Refused, match="choisissez «.association.» ou «.collectif.»"):
        edition.file("Une idée seule", kind="resident")

    winners = edition.vote([f"Action {n}" for n in range(1, 6)], ["Action 6", "Action 7", "Action 1"], ["Action 7"])

    assert len(winners) == 5
    assert edition.reasons()["Action 6"] in {"NumberReached", "Taken"}
    assert edition.cycle.envelopes.get().section == "operating"
    assert "vote une fois, sur place, dans l’espace public." in edition.text
    assert "L’évaluation est menée par l’Université du Citoyen." in edition.text
    assert "Le collectif de parents d’élèves compte 12 habitant·es" in edition.text
    assert edition.finish().state == CycleState.CLOSED


def test_p09_pertuis_has_no_vote_until_the_designation_is_recorded():
    edition = Edition("P09")
    edition.projects(("Un programme de jardins", 30000))

    assert not edition.cycle.phases.filter(kind="vote").exists()
    with pytest.raises(Refused, match="à une instance .le conseil citoyen..: il n’y a pas de vote à sceller"):
        edition.seal()
    assert "Il n’y a pas de vote : le conseil citoyen désigne les projets retenus" in edition.text
    assert "Cette édition n’organise pas de vote." in edition.text
    assert "Le conseil citoyen compte 12 habitant·es" in edition.text
    assert "désigne les projets retenus et suit les réalisations" in edition.text
    assert edition.laureates == []


def test_p10_air_bel_keeps_seven_operators_and_asks_for_testimonies():
    edition = Edition("P10")
    edition.projects(*[(f"Action {n}", 12000) for n in range(1, 9)])

    winners = edition.vote(["Action 1", "Action 2"], [f"Action {n}" for n in range(3, 8)], ["Action 8", "Action 1"])

    assert len(winners) == 7
    assert "On regarde : témoignages d’habitant·es sur ce que les projets ont changé." in edition.text
    assert edition.finish().state == CycleState.CLOSED


def test_p11_les_flamants_and_le_mail_share_an_envelope_and_not_a_diagnosis():
    edition = Edition("P11")
    edition.projects(
        ("Fête aux Flamants", 40000, {"area": "les-flamants"}), ("Jardin au Mail", 40000, {"area": "le-mail"})
    )

    winners = edition.vote(["Fête aux Flamants"], ["Jardin au Mail"])

    perimeters = edition.cycle.areas.filter(parent__code="ensemble").order_by("code")
    assert [area.name for area in perimeters] == ["Le Mail", "Les Flamants"]
    [scope] = selectors.sealed_of(edition.poll).rules.scopes
    assert (scope.id, scope.budget_cents, scope.max_winners) == ("ensemble", 8000000, 7)
    envelope = edition.cycle.envelopes.get()
    assert (envelope.amount_eur, envelope.announced_eur) == (80000, 95000)
    assert "Chaque lieu a son diagnostic." in edition.text
    assert "définitif après délibération : la Métropole Aix-Marseille-Provence." in edition.text
    assert winners == ["Fête aux Flamants", "Jardin au Mail"]
    assert edition.finish().state == CycleState.CLOSED


def test_p12_the_nine_steps_end_each_with_a_look_together():
    edition = Edition("P12")
    edition.projects(("Une cantine partagée", 20000), ("Un atelier vélo", 15000, {"kind": "association"}))

    winners = edition.vote(["Une cantine partagée", "Un atelier vélo"])

    assert [phase.kind for phase in edition.cycle.phases.order_by("opens_at", "pk")] == [
        "preparation", "diagnosis", "call", "instruction", "campaign", "vote", "proclamation", "realisation", "review",
    ]  # fmt: skip
    assert edition.rules.evaluation.checkpoints == (
        "diagnosis", "call", "instruction", "campaign", "vote", "realisation",
    )  # fmt: skip
    assert "L’évaluation est menée par le noyau dur." in edition.text
    assert "Le noyau dur compte 20 membres (15 habitant·es et 5 associations)" in edition.text
    assert winners == ["Une cantine partagée", "Un atelier vélo"]
    assert edition.finish().state == CycleState.CLOSED


def test_p15_metz_raises_cards_by_quartier_then_together_until_the_assembly_is_recorded():
    edition = Edition("P15")
    ideas = edition.projects(
        ("Un four", 80000, {"area": "borny"}), ("Un verger", 60000, {"area": "sablon"}), ("Une guinguette", 80000)
    )
    favoured = [ideas["Un four"], ideas["Une guinguette"]]
    said = {"Un four": 40, "Un verger": 4, "Une guinguette": 90}
    opinion = edition.preselect(favoured, said, common_reason="Les comités préfèrent les deux autres.")
    assert (opinion.is_binding, opinion.decided_by_label) == (False, "le réseau des comités de quartier")
    draft = edition.prepare()  # an opinion drops no project: all three are listed below

    with pytest.raises(Refused, match="Le règlement prévoit un vote en assemblée"):
        edition.seal()
    assert "Chacun lève sa carte pour les projets qu’il choisit" in edition.text
    assert "On vote d’abord par quartier, puis tous ensemble." in edition.text
    assert "C’est un avis : il n’écarte aucune idée." in edition.text
    assert [scope["id"] for scope in draft.plan["scopes"]] == ["ville", "ancienne-ville", "borny", "sablon"]
    assert {scope["ballot"]["kind"] for scope in draft.plan["scopes"]} == {BallotKind.HANDS}

    rules = rules_from(draft.plan)  # the count of raised cards is ready: what is missing is the record of the evening
    listed = draft.candidates.select_related("proposal").order_by("proposal__number")
    projects = tuple(Project(row.proposal.title, int(row.cost_eur * 100), scope=row.scope) for row in listed)
    raised = {"borny": {"Un four": 31}, "sablon": {"Un verger": 12}, "ville": {"Une guinguette": 58}}
    result = count(projects, {s.id: hands(raised.get(s.id, {})) for s in rules.scopes}, rules)
    assert sorted(result.winners) == ["Un four", "Un verger", "Une guinguette"]
