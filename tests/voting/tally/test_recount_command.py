"""`manage.py recount`: what a person reads, what a program reads, and what is refused in one sentence."""

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

KEYS = ["projects", "ballots", "rule", "winners", "spent", "votes", "seconds"]


def run(*arguments) -> str:
    out = StringIO()
    call_command("recount", *map(str, arguments), stdout=out)
    return out.getvalue().replace("\u202f", " ").replace("\xa0", " ")


def test_the_answer_in_json_holds_the_keys_of_the_contract(synthetic):
    answer = json.loads(run(synthetic / "approbation.pb", "--json"), parse_float=Decimal)

    assert list(answer) == KEYS
    assert {key: answer[key] for key in KEYS[:-1]} == {
        "projects": 6,
        "ballots": 24,
        "rule": "greedy",
        "winners": ["1", "2", "6", "5"],
        "spent": Decimal("49500.50"),
        "votes": {"1": 13, "2": 11, "3": 8, "4": 6, "5": 3, "6": 4},
    }
    assert sorted(answer["seconds"]) == ["count", "read"]


def test_the_amount_keeps_its_two_decimals(synthetic):
    assert '"spent": 45000.00,' in run(synthetic / "seuil.pb", "--json")


def test_the_table_gives_a_reason_per_line(synthetic):
    lines = run(synthetic / "approbation.pb").splitlines()

    assert lines[:3] == [
        "Budget participatif de Valombreuse",
        "6 projets, 24 bulletins : 23 valables, 1 blancs, 0 nuls.",
        "Règle appliquée : dans l’ordre des scores, en passant ce que l’argent restant ne couvre pas. "
        "Projets retenus : 4, pour 49 500,50 € sur 50 000,00 €.",
    ]
    assert [" ".join(line.split()) for line in lines[5:8]] == [
        "1 1 Un préau pour l’école des Tilleuls 13 voix 18 000,00 € Retenu ; il reste 32 000 €.",
        "2 2 Place du marché : bancs ; ombre ; fontaine 11 voix 25 000,50 € Retenu ; il reste 6 999,50 €.",
        "3 3 Verger du chemin creux 8 voix 9 000,00 € Il manquait 2 000,50 €.",
    ]


def test_options_are_applied(synthetic):
    assert json.loads(run(synthetic / "seuil.pb", "--threshold", "0", "--json"))["winners"] == ["7", "8", "9", "10"]
    assert json.loads(run(synthetic / "incompatibles.pb", "--conflict", "21,22", "--json"))["winners"] == ["22", "23"]
    assert json.loads(run(synthetic / "regle_inconnue.pb", "--rule", "greedy_stop", "--json"))["winners"] == [
        "E4",
        "E2",
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["regle_inconnue.pb"],
            "Ligne 11, champ « rule » : la règle « greedy-custom » ne dit pas comment compter ; passez --rule greedy, "
            "--rule greedy_stop ou --rule equal_shares.",
        ),
        (
            ["incompatibles.pb"],
            "Ligne 11, champ « rule » : la règle « greedy-exclusive » suppose des projets incompatibles que le fichier "
            "ne nomme qu’en commentaire ; passez --conflict A,B avec leurs numéros.",
        ),
        (
            ["incompatibles.pb", "--conflict", "21,99"],
            "Le projet 99 de --conflict n’est pas dans le fichier ; corrigez l’option.",
        ),
        (
            ["seuil.pb", "--conflict", "7"],
            "Option --conflict : « 7 » doit nommer au moins deux projets, par exemple 201,1932.",
        ),
        (
            ["seuil.pb", "--threshold", "beaucoup"],
            "Option --threshold : « beaucoup » n’est pas un nombre entier positif ; écrivez par exemple 3000.",
        ),
        (
            ["seuil.pb", "--rule", "mes"],
            "Option --rule : « mes » n’existe pas ; choisissez parmi declared, greedy, greedy_stop, equal_shares.",
        ),
    ],
)
def test_a_refusal_is_one_sentence_that_says_what_to_pass(synthetic, arguments, sentence):
    with pytest.raises(CommandError) as refusal:
        run(synthetic / arguments[0], *arguments[1:])

    assert str(refusal.value).replace("\xa0", " ") == sentence


def test_a_faulty_line_is_named(synthetic, tmp_path):
    path = tmp_path / "file.pb"
    path.write_text((synthetic / "seuil.pb").read_text().replace("9;5000", "9;cinq mille"))

    with pytest.raises(CommandError) as refusal:
        run(path)

    assert str(refusal.value).replace("\xa0", " ") == (
        "Ligne 20, champ « cost » : « cinq mille » n’est pas un nombre ; écrivez par exemple 12500 ou 12500.50."
    )
