"""The database refuses what the acts of imports, papers, transfers and leftovers would refuse: raw SQL cannot lie."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from realisation import selectors, services
from realisation.models import EnvelopeTransfer, LedgerEntry, LedgerImport, Reallocation
from tests.factories import cycles
from tests.factories import realisation as factory

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


def attack(sql: str, **facts) -> None:
    """Run it and commit, as far as a test may: deferred triggers fire here."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(sql, facts)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.fixture
def batch(delivery, at):
    file = f"Projet;Nature;Montant;Date;Pièce;Référence\n{delivery.proposal.number};Engagement;100;02/02/2026;E1;e1\n"
    return services.import_ledger(
        delivery.proposal.cycle, io.BytesIO(file.encode()), by=factory.HAND, at=at, file_name="ciril.csv"
    )


@pytest.fixture
def moved(envelope, delivery, at):
    """A leftover decided: a thousand euros left for the general budget."""
    row = services.propose_reallocation(
        envelope,
        by=factory.HAND,
        at=at,
        amount_eur=Decimal(1000),
        reason="Rien à faire.",
        elsewhere="le budget général",
    )
    return services.decide_reallocation(
        row, by=factory.HAND, at=at, decided_by="le conseil", on=at.date(), decision="D1"
    )


COPY = """
INSERT INTO realisation_ledgerentry
    (key, envelope_id, delivery_id, kind, amount_eur, on_date, document, label, decided_by, reverses_id, entered_at, batch_id,
     origin, turn)
SELECT gen_random_uuid(), envelope_id, delivery_id, kind, amount_eur, on_date, document, label, '', NULL, now(), {batch},
       {origin}, {turn} FROM realisation_ledgerentry WHERE id = %(pk)s
"""


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"turn": "1"}, "already in the accounts|entry_once_per_line_of_export"),
        ({"turn": "2"}, "already in the accounts"),
        ({"origin": "'x'", "turn": "2"}, "already in the accounts"),
        ({"origin": "'x'", "turn": "0"}, "entry_turn_iff_origin|already in the accounts"),
        ({"origin": "''", "turn": "1"}, "entry_turn_iff_origin"),
        ({"origin": "''", "turn": "0", "batch": "batch_id"}, "entry_of_a_batch_says_its_line"),
    ],
)
def test_a_line_of_an_export_entered_again(batch, facts, why):
    entry = batch.entries.get()
    sql = COPY.format(**({"batch": "NULL", "origin": "origin", "turn": "1"} | facts))

    with pytest.raises(IntegrityError, match=why):
        attack(sql, pk=entry.pk)


def test_an_import_of_another_edition(batch, town, at):
    other = factory.delivery(cycles.cycle(at, slug="2027", prefix="BP27"), at)

    with pytest.raises(IntegrityError, match="the import is of another edition"):
        LedgerEntry.objects.create(
            envelope=other.envelope, delivery=other, kind="committed", amount_eur=Decimal(1), on_date=at.date(),
            document="E", label="B", entered_at=at, batch=batch, origin="z", turn=1,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE realisation_ledgerimport SET new_count = 2", "an import is kept as it was"),
        ("UPDATE realisation_ledgerimport SET undone_at = now(), undone_reason = 'Non'", "some of its entries stand"),
        ("UPDATE realisation_ledgerimport SET undone_at = now()", "ledger_import_undone_says_why"),
        ("DELETE FROM realisation_ledgerimport", "an import is kept as it was"),
        ("TRUNCATE realisation_ledgerimport CASCADE", "append-only"),
        (
            "INSERT INTO realisation_ledgerimport (key, cycle_id, file_name, sha256, new_count, reversal_count, known_count,"
            " imported_at, undone_reason) SELECT gen_random_uuid(), cycle_id, 'x', sha256, 1, 0, 0, now(), ''"
            " FROM realisation_ledgerimport",
            "says 1 lines and brought 0",
        ),
    ],
)
def test_an_import_is_kept(batch, sql, why):
    with pytest.raises(IntegrityError, match=why):
        attack(sql)


def test_an_import_undone_is_not_undone_again(batch, at):
    services.undo_import(batch, by=factory.HAND, at=at, reason="Erreur", document="Note")

    with pytest.raises(IntegrityError, match="an import is kept as it was"):
        attack("UPDATE realisation_ledgerimport SET undone_reason = 'Autre'")


BACK = """
INSERT INTO realisation_envelopetransfer
    (key, source_id, target_id, elsewhere, amount_eur, on_date, decided_by, decision, reverses_id, reason, entered_at)
SELECT gen_random_uuid(), source_id, NULL, {elsewhere}, {amount}, on_date, 'x', 'y', id, {reason}, now()
FROM realisation_envelopetransfer WHERE id = %(pk)s
"""


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"amount": "-999.99"}, "exact opposite of its transfer"),
        ({"elsewhere": "'ailleurs'"}, "exact opposite of its transfer"),
        ({"reason": "' '"}, "transfer_is_positive"),
        ({"amount": "1000"}, "transfer_is_positive|exact opposite"),
    ],
)
def test_a_transfer_is_reversed_by_its_opposite(moved, facts, why):
    sql = BACK.format(**({"amount": "-1000.00", "elsewhere": "elsewhere", "reason": "'Erreur'"} | facts))

    with pytest.raises(IntegrityError, match=why):
        attack(sql, pk=moved.transfer_id)


def test_a_transfer_is_reversed_once_and_a_reversal_never(moved):
    sql = BACK.format(amount="-amount_eur", elsewhere="elsewhere", reason="'Erreur'")
    attack(sql, pk=moved.transfer_id)

    with pytest.raises(IntegrityError, match="reverses_id"):
        attack(sql, pk=moved.transfer_id)
    made = EnvelopeTransfer.objects.get(reverses=moved.transfer_id)
    with pytest.raises(IntegrityError, match="exact opposite of its transfer|transfer_is_positive"):
        attack(sql, pk=made.pk)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE realisation_reallocation SET amount_eur = 2", "is not the one decided|is kept as it was"),
        ("UPDATE realisation_reallocation SET decision = 'autre'", "a reallocation is kept as it was"),
        ("DELETE FROM realisation_reallocation", "a reallocation is kept as it was"),
        ("TRUNCATE realisation_reallocation CASCADE", "append-only"),
    ],
)
def test_a_decision_is_kept(moved, sql, why):
    with pytest.raises(IntegrityError, match=why):
        attack(sql)


DECIDE = """
UPDATE realisation_reallocation SET state = 'decided', decided_by = 'x', decided_on = now(), decision = 'y', {movement}
WHERE id = %(pk)s
"""


def test_a_decision_carries_its_own_movement(cycle, envelope, delivery, moved, at):
    entry = delivery.entries.get()
    facts = {"by": factory.HAND, "at": at, "reason": "Le sol."}
    for given, movement, why in (
        (
            {"elsewhere": "ailleurs", "amount_eur": Decimal(5)},
            "transfer_id = NULL",
            "the transfer is not the one decided",
        ),
        ({"delivery": delivery, "amount_eur": Decimal(5)}, "entry_id = NULL", "the entry is not the one decided"),
        (
            {"delivery": delivery, "amount_eur": Decimal(5)},
            f"entry_id = {entry.pk}",
            "the entry is not the one decided",
        ),
        (
            {"elsewhere": "ailleurs", "amount_eur": Decimal(5)},
            f"entry_id = {entry.pk}",
            "the entry is not the one decided",
        ),
        (
            {"elsewhere": "ailleurs", "amount_eur": Decimal(5)},
            f"transfer_id = {moved.transfer_id}",
            "the transfer is not",
        ),
    ):
        row = services.propose_reallocation(envelope, **facts | given)
        with pytest.raises(IntegrityError, match=why):
            attack(DECIDE.format(movement=movement), pk=row.pk)
    row = Reallocation.objects.filter(state="proposed").first()
    for change, why in (
        ("state = 'refused', decided_by = 'x', decided_on = now()", "reallocation_state_says_its_facts"),
        ("amount_eur = 1", "a reallocation is kept as it was"),
    ):
        with pytest.raises(IntegrityError, match=why):
            attack(f"UPDATE realisation_reallocation SET {change} WHERE id = %(pk)s", pk=row.pk)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE realisation_moneypaper SET title = 'autre'", "a supporting file is kept as it was"),
        ("DELETE FROM realisation_moneypaper", "a supporting file is kept as it was"),
        ("TRUNCATE realisation_moneypaper CASCADE", "append-only"),
    ],
)
def test_a_paper_is_kept(moved, at, sql, why):
    services.attach(moved, SimpleUploadedFile("d.pdf", PDF), by=factory.HAND, at=at)

    with pytest.raises(IntegrityError, match=why):
        attack(sql)


def test_false_accounts_are_said(batch, moved, at):
    """With the guards lifted, as only a superuser's session may: each breach is one sentence."""
    cycle = batch.cycle
    assert list(selectors.breaches(cycle)) == []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL bp.lift_guards = 'on'; SET LOCAL session_replication_role = 'replica'")
        LedgerImport.objects.filter(pk=batch.pk).update(new_count=9)
        Reallocation.objects.filter(pk=moved.pk).update(amount_eur=7)
        entry = batch.entries.get()
        entry.pk, entry.key, entry.turn = None, None, 2
        entry.key = "6f1d3c1e-0000-4000-8000-000000000001"
        entry.save()
        found = [sentence.replace("\u00a0", " ") for sentence in selectors.breaches(cycle)]

    assert found == [
        "Pièce E1 : la même ligne du logiciel financier compte deux fois.",
        "Import « ciril.csv » : ses écritures ne sont pas celles qu’il annonce.",
        "Décision D1 : le mouvement n’est pas du montant décidé.",
    ]
