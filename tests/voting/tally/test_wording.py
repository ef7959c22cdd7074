"""Every typed reason, fault and refusal has its sentence."""

from fractions import Fraction
from typing import get_args

import pytest

from voting import wording
from voting.tally import results
from voting.tally.pabulib import ElectionFileError, Fault
from voting.tally.results import Null, NullCode
from voting.tally.values import BallotKind, Dimension, RulesError, RulesFault, ThresholdUnit

REASONS = [
    (results.Taken(4200_00), "Retenu ; il reste 4 200 €."),
    (results.Taken(None), "Retenu."),
    (
        results.TakenByFloor(Dimension.AREA, "Nord", 1, 0),
        "Retenu au titre du nombre minimal de projets du secteur « Nord » (tour 1).",
    ),
    (
        results.BoughtByShares(3, Fraction(1, 40), Fraction(16744, 100) * 100, 40, 0),
        "Retenu au tour 3 ; chacun de ses 40 soutiens y a mis 167,44 €.",
    ),
    (
        results.BoughtByShares(3, Fraction(1, 40), Fraction(10000), 40, 1),
        "Retenu au tour 3 ; part de 100,00 € par soutien ; 1 soutien y a mis moins, tout ce qui lui restait.",
    ),
    (results.TakenByFill(0), "Retenu avec l’argent restant ; il reste 0 €."),
    (results.Withdrawn(), "Retiré du vote."),
    (results.ThresholdMissed(ThresholdUnit.SCORE, 100, 37), "Sous le seuil de 100 voix : il manquait 37 voix."),
    (results.ZeroScore(), "Aucun soutien."),
    (results.Conflict("BP26-0007"), "Même site que BP26-0007."),
    (
        results.OwnerHasLaureate("aicha", "BP26-0007"),
        "Un autre projet du même porteur est déjà retenu : BP26-0007.",
    ),
    (
        results.CapReached(Dimension.THEME, "Sport", max_projects=2),
        "Le nombre maximal de projets du thème « Sport » est atteint (2).",
    ),
    (
        results.CapReached(Dimension.TRANCHE, "petits", max_cents=1, missing_cents=1050),
        "Le plafond de la tranche « petits » serait dépassé : il manquait 10,50 €.",
    ),
    (results.NumberReached(3), "Le nombre de projets à retenir est atteint (3)."),
    (results.OverBudget(4200_00), "Il manquait 4 200 €."),
    (
        results.Stopped("BP26-0007"),
        "Le règlement arrête la liste à BP26-0007, premier projet que l’argent restant ne couvrait pas.",
    ),
    (results.SupportersShort(4200_00), "Il manquait 4 200 € à ses soutiens réunis."),
]


def plain(sentence: str) -> str:
    return sentence.replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(("reason", "sentence"), REASONS)
def test_a_reason_in_words(reason, sentence):
    assert plain(wording.reason_sentence(reason)) == sentence


def test_every_reason_has_a_sentence():
    assert {type(reason) for reason, _ in REASONS} == set(get_args(results.Reason))


def test_points_and_other_currencies_are_named():
    missed = results.ThresholdMissed(ThresholdUnit.SCORE, 1000, 1)

    assert plain(wording.reason_sentence(missed, kind=BallotKind.POINTS)) == (
        "Sous le seuil de 1 000 points : il manquait 1 point."
    )
    assert plain(wording.reason_sentence(results.OverBudget(50), currency="PLN")) == "Il manquait 0,50 zł."


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_of_a_file_has_its_sentence(fault):
    words = dict.fromkeys(
        ["path", "section", "found", "expected", "stated", "value", "allowed", "project", "voter", "label"], "x"
    )

    sentence = wording.file_error_sentence(ElectionFileError(fault, line=12, field="cost", **words))

    assert plain(sentence).startswith("Ligne 12, champ « cost » : ")
    assert sentence.endswith(".")


@pytest.mark.parametrize("code", NullCode)
def test_every_null_has_its_sentence(code):
    assert wording.null_sentence(Null(code, 3, 2)).startswith("Le")


@pytest.mark.parametrize("fault", RulesFault)
def test_every_refusal_of_rules_has_its_sentence(fault):
    assert wording.rules_error_sentence(RulesError(fault, "BP26-0007")).endswith(".")


@pytest.mark.parametrize("decided_by", results.DecidedBy)
def test_a_tie_says_what_separated_it(decided_by):
    sentence = plain(wording.tie_sentence(results.Tie("A", "B", decided_by)))

    assert sentence.startswith("Égalité entre A et B : le ")
