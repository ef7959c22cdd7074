"""A roll read from a file: headings, people, and each fault with its remedy."""

from __future__ import annotations

import io

import pytest

from bp_platform.documents import spreadsheets
from tests.voting import sheets
from tests.voting.sheets import AICHA, BRUNO, HEADINGS
from voting.roll_reading import Known, Reading, key_of

SCOPES = [("ville", "Toute la ville"), ("nord", "Quartier Nord"), ("sud", "Quartier Sud")]


NOBODY = Known()


def read(*rows, known=NOBODY):
    content = sheets.csv(*rows)
    reading = Reading(spreadsheets.rows(io.BytesIO(content)), scopes=SCOPES, year=2026, known=known)
    return list(reading), reading.tally


def faults(tally):
    return [fault.sentence.replace("\u00a0", " ") for fault in tally.faults]


def test_people_are_read_with_their_address_as_on_the_envelope():
    people, tally = read(HEADINGS, AICHA, BRUNO)

    assert [(p.line, p.name, p.birth_year, p.number, p.scopes) for p in people] == [
        (2, "Aïcha Durand", 1978, "A1", ("ville",)),
        (3, "Bruno Lefœvre", 1960, "A2", ("ville",)),
    ]
    assert people[0].postal_address == "3 rue du Quai\n37000 Valrive"
    assert (tally.new, tally.already, tally.fault_count, tally.ignored) == (2, 0, 0, [])


def test_headings_in_capitals_without_accents_under_a_title_in_another_order():
    people, tally = read(
        ["Liste arrêtée en mairie", "", ""],
        ["PRENOM(S)", "Observations", "NOM DE NAISSANCE", "Nom d’usage", "DATE DE NAISSANCE", "Complément", "Quartier"],
        ["Aïcha", "à rappeler", "Durand", "Martin", "14/07/1978", "Bât. B", "quartier nord"],
        ["Bruno", "", "Petit", "", "1960-02-01", "", "sud+nord"],
    )

    assert [(p.name, p.birth_year, p.postal_address, p.scopes) for p in people] == [
        ("Aïcha Martin (Durand)", 1978, "Bât. B", ("nord",)),
        ("Bruno Petit", 1960, "", ("nord", "sud")),
    ]
    assert tally.ignored == ["Observations"]
    assert tally.without_address == 1


@pytest.mark.parametrize(
    ("value", "year"), [("28320", 1977), ("9500", 1926), ("1978", 1978), ("14.07.1978", 1978), ("00/00/1950", 1950)]
)
def test_a_date_is_read_as_people_and_spreadsheets_write_it(value, year):
    people, _tally = read(["Nom", "Date de naissance"], ["Durand", value])

    assert [p.birth_year for p in people] == [year]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({3: "19780"}, "Ligne 2, année de naissance : « 19780 » n’est pas une année ; écrivez-la en quatre chiffres."),
        ({3: "78"}, "Ligne 2, année de naissance : « 78 » n’est pas une année ; écrivez-la en quatre chiffres."),
        ({3: "2027"}, "Ligne 2, année de naissance : « 2027 » n’est pas une naissance possible ; vérifiez-la."),
        ({3: "1899"}, "Ligne 2, année de naissance : « 1899 » n’est pas une naissance possible ; vérifiez-la."),
        ({3: ""}, "Ligne 2, année de naissance : elle manque ; écrivez-la en quatre chiffres : sans elle, pas de code."),
        ({1: "", 2: ""}, "Ligne 2, nom : il manque ; écrivez-le ou supprimez la ligne."),
        ({1: "x" * 121}, "Ligne 2, nom : plus de 120 signes ; raccourcissez-le."),
        ({0: "9" * 41}, "Ligne 2, numéro : plus de 40 signes ; raccourcissez-le."),
        ({7: "Est"}, "Ligne 2, périmètre : « Est » n’est pas un périmètre de ce vote ; écrivez « Toute la ville », « Quartier Nord » ou « Quartier Sud »."),
    ],
)  # fmt: skip
def test_each_fault_says_its_line_its_column_and_its_remedy(change, sentence):
    row = [change.get(place, value) for place, value in enumerate([*AICHA, ""])]

    people, tally = read([*HEADINGS, "Périmètre"], row, [*BRUNO, ""])

    assert faults(tally) == [sentence]
    assert [p.name for p in people] == ["Bruno Lefœvre"]


def test_the_same_number_twice_names_both_lines():
    _people, tally = read(HEADINGS, AICHA, BRUNO, ["A1", *BRUNO[1:]])

    assert faults(tally) == ["Ligne 4, numéro : « A1 » est déjà à la ligne 2 ; supprimez l’une des deux."]


def test_namesakes_are_shown_and_not_refused():
    people, tally = read(HEADINGS, AICHA, ["A9", "DURAND", "Aicha", *AICHA[3:]])

    assert len(people) == 2
    assert faults(tally) == []
    assert tally.alike_count == 1
    assert tally.alike[0].sentence.replace("\u00a0", " ") == (
        "Lignes 2 et 3 : même nom, même année de naissance, même adresse (Aicha DURAND)."
    )


def test_who_is_on_the_roll_is_counted_and_left_out():
    unnumbered = ["", *BRUNO[1:]]
    known = Known(frozenset({"A1"}), frozenset({key_of("bruno lefoevre", 1960, "5 rue du Quai 37000 VALRIVE")}))

    people, tally = read(HEADINGS, AICHA, unnumbered, ["A3", *BRUNO[1:]], known=known)

    assert [p.number for p in people] == ["A3"]
    assert (tally.new, tally.already) == (1, 2)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([["Prénom", "Année de naissance"], ["Aïcha", "1978"]], "Il manque la colonne « Nom » : ajoutez-la, ou donnez ce titre à celle qui le contient."),
        ([["Nom", "Prénom"], ["Durand", "Aïcha"]], "Il manque la colonne « Année de naissance » (ou « Date de naissance ») : sans elle, pas de code."),
        ([["Durand", "Aïcha"]] * 12, "Aucune ligne de titres n’est reconnue : la première doit nommer « Nom » et « Prénom »."),
        ([["x"]], "Aucune ligne de titres n’est reconnue : la première doit nommer « Nom » et « Prénom »."),
        ([HEADINGS], "Le fichier n’a que ses titres : il n’y a personne à inscrire."),
    ],
)  # fmt: skip
def test_what_no_line_can_mend_is_said_once(rows, sentence):
    _people, tally = read(*rows)

    assert faults(tally)[0] == sentence


def test_a_file_that_breaks_on_the_way_says_where():
    content = sheets.csv(HEADINGS, AICHA) + b'"A2" x;Petit\r\n'
    reading = Reading(spreadsheets.rows(io.BytesIO(content)), scopes=SCOPES, year=2026, known=Known())
    list(reading)

    assert faults(reading.tally) == [
        "Ligne 3 : un guillemet n’est pas à sa place ; corrigez-le ou enregistrez en XLSX."
    ]


def test_only_the_first_faults_are_kept_and_all_are_counted():
    _people, tally = read(HEADINGS, *([["", "Durand", "Aïcha", "x"]] * 150))

    assert (len(tally.faults), tally.fault_count) == (100, 150)


def test_who_is_too_old_for_this_vote_is_a_fault():
    content = sheets.csv(HEADINGS, AICHA, BRUNO)
    rows = spreadsheets.rows(io.BytesIO(content))
    reading = Reading(rows, scopes=SCOPES, year=2026, known=NOBODY, minimum_age=11, maximum_age=50)

    assert [person.name for person in reading] == ["Aïcha Durand"]
    [sentence] = faults(reading.tally)
    assert "« 1960 » : il faut avoir 50 ans au plus l’année du vote" in sentence
