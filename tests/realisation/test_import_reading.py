"""What finance software exports is understood: titles, steps, French amounts and days, codes that carry the project."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest

from bp_platform.documents import spreadsheets
from realisation import ledger_reading
from realisation.models import EntryKind
from tests.voting import sheets


def read(content: bytes):
    return ledger_reading.read(spreadsheets.rows(io.BytesIO(content), exact=True), prefix="BP26")


def csv(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(lines).encode(encoding)


CIRIL = csv(
    "Situation des dépenses;;;;;;;;",
    "",
    "Exercice;Opération;Nature;Type de mouvement;N° de mandat;Date d'émission;Tiers;Libellé;Montant TTC;Référence",
    "2026;OP-BP26-0001-ARBRES;2128;Engagement;E12;03/02/2026;Pépinières Rameau;Arbres;12 000,00 €;E-12",
    "2026;OPBP260001;2128;Mandat;M45;17.02.26;Pépinières Rameau;Situation n° 1;1.234,56;M-45",
    "2026;VOIRIE-2026;2128;Mandat;M46;17/02/2026;Colas;Chaussée;99 000,00;M-46",
    "2026;OP-BP26-0001-ARBRES;2128;Annulation de mandat;M47;18/02/2026;Pépinières Rameau;Erreur;1234,56;M-47",
    ";;;;;;Total;;109 000,00;",
    encoding="cp1252",
)


def test_an_export_as_it_comes():
    found = read(CIRIL)

    assert found.faults == []
    assert [(m.line, m.number, m.kind, m.amount_eur, m.on_date, m.document, m.label) for m in found.movements] == [
        (4, "BP26-0001", "committed", Decimal("12000.00"), date(2026, 2, 3), "E12", "Pépinières Rameau · Arbres"),
        (5, "BP26-0001", "paid", Decimal("1234.56"), date(2026, 2, 17), "M45", "Pépinières Rameau · Situation n° 1"),
        (7, "BP26-0001", "paid", Decimal("-1234.56"), date(2026, 2, 18), "M47", "Pépinières Rameau · Erreur"),
        (5, "BP26-0001", "invoiced", Decimal("1234.56"), date(2026, 2, 17), "M45", "Pépinières Rameau · Situation n° 1"),
        (7, "BP26-0001", "invoiced", Decimal("-1234.56"), date(2026, 2, 18), "M47", "Pépinières Rameau · Erreur"),
    ]  # fmt: skip
    assert found.movements[0].origin == "committed:2026 e 12"
    assert found.elsewhere == [(6, "VOIRIE-2026")]
    assert (found.mandats, found.billed) == (2, 2)


def test_payments_told_apart_leave_the_mandats_aside():
    found = read(
        csv(
            "Projet,Nature,Montant,Date,Pièce",
            'BP26-0001,Facture,"10,50",2026-02-03,F1',
            'BP26-0001,Mandat,"10,50",2026-02-04,M1',
            'BP26-0001,Paiement,"10,50",2026-02-09,P1',
        )
    )

    assert [(m.kind, m.document) for m in found.movements] == [("invoiced", "F1"), ("paid", "P1")]
    assert (found.ordered_aside, found.billed) == (1, 0)


def test_a_spreadsheet_gives_exact_amounts_and_days():
    titles = ["Opération", "Nature", "Montant", "Date", "Référence"]
    found = read(sheets.xlsx(titles, ["BP26-0001", "Engagement", "4200.5000000000009", "46056", "E1"]))

    assert [(m.amount_eur, m.on_date, m.document) for m in found.movements] == [
        (Decimal("4200.50"), date(2026, 2, 3), "E1")
    ]


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        ("1\u202f234,56\u00a0€", "1234.56"), ("-12,5", "-12.5"), ("(12,50)", "-12.50"), ("12,50-", "-12.50"),
        ("1.234.567,80", "1234567.80"), ("1234.56", "1234.56"), ("\u22127 EUR", "-7"), ("1,234.56", None), ("douze", None),
        ("12,5,0", None), ("", None), ("1,005", "1.005"),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(given, amount):
    assert ledger_reading.amount_of(given) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("BP26-0143", "BP26-0143"), ("op bp26 0143 skate", "BP26-0143"), ("OPBP260143", "BP26-0143"),
        ("BP26-143", "BP26-0143"), ("BP26/0143-2026", "BP26-0143"), ("BP25-0143", ""), ("BP2-60143", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_code_that_carries_the_project(code, number):
    found = read(csv("Opération;Nature;Montant;Date;Pièce", f"{code};Engagement;1;03/02/2026;E1"))

    assert [m.number for m in found.movements] == ([number] if number else [])
    assert len(found.elsewhere) == (0 if number else 1)


def test_an_operation_of_a_shorter_prefix_is_not_taken():
    rows = spreadsheets.rows(io.BytesIO(csv("Projet;Nature;Montant;Date;Pièce", "BP26-0143;Engagement;1;3/2/2026;E1")))

    assert ledger_reading.read(rows, prefix="BP").movements == []


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "BP26-0001;Bail;1;03/02/2026;E1",
            "Ligne 2, nature : « Bail » n’est pas reconnu ; écrivez engagement, facture,",
        ),
        ("BP26-0001;Crédits votés;1;03/02/2026;E1", "Ligne 2, nature : un crédit voté ne s’importe pas"),
        ("BP26-0001;Facture;;03/02/2026;E1", "Ligne 2, montant : il manque"),
        ("BP26-0001;Facture;douze;03/02/2026;E1", "Ligne 2, montant : « douze » n’est pas un montant"),
        ("BP26-0001;Facture;1,005;03/02/2026;E1", "Ligne 2, montant : « 1,005 » a plus de deux décimales"),
        ("BP26-0001;Facture;0;03/02/2026;E1", "Ligne 2, montant : « 0 » ne peut pas être un mouvement"),
        ("BP26-0001;Facture;1;31/02/2026;E1", "Ligne 2, date : « 31/02/2026 » n’est pas une date"),
        ("BP26-0001;Facture;1;;E1", "Ligne 2, date : elle manque"),
        ("BP26-0001;Facture;1;03/02/2026;", "Ligne 2, pièce : elle manque"),
    ],
)
def test_a_fault_says_line_column_and_remedy(line, sentence):
    found = read(csv("Projet;Nature;Montant;Date;Pièce", line))

    assert [fault.sentence.replace("\u00a0", " ").startswith(sentence) for fault in found.faults] == [True]
    assert found.movements == []


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (("Nom;Prénom", "Durand;Aïcha"), "Aucune ligne de titres n’est reconnue"),
        (("Projet;Nature;Montant;Pièce", "BP26-0001;Facture;1;F1"), "Il manque la colonne « date »"),
        (("Projet;Nature;Montant;Date", "BP26-0001;Facture;1;3/2/2026"), "Il manque la colonne « pièce » ou « référence »"),
        (("Projet;Nature;Montant;Date;Pièce",), "Le fichier n’a que ses titres"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_why(lines, sentence):
    found = read(csv(*lines))

    assert [fault.sentence.replace("\u00a0", " ").startswith(sentence) for fault in found.faults] == [True]


def test_two_lines_alike_are_two():
    line = "BP26-0001;Engagement;1;03/02/2026;E1"
    one, other = read(csv("Projet;Nature;Montant;Date;Pièce", line, line)).movements

    assert one.origin.removesuffix("1") == other.origin.removesuffix("2")
    assert one.kind == EntryKind.COMMITTED
