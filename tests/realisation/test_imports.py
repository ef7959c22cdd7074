"""An export of the finance software: shown first, entered whole or not at all, once, and undone in one act."""

from __future__ import annotations

import io
from decimal import Decimal
from hashlib import sha256
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from realisation import selectors, services
from realisation.models import LedgerEntry, LedgerImport
from tests.factories import realisation as factory

HEADINGS = "Projet;Nature;Montant;Date;Pièce;Objet;Référence"


def export(delivery, *lines: str) -> io.BytesIO:
    """Lines without their project: « Engagement;100;02/02/2026;E1;Arbres;e1 »."""
    return io.BytesIO("\n".join([HEADINGS, *(f"{delivery.proposal.number};{line}" for line in lines)]).encode())


def bring(delivery, *lines: str, by=factory.HAND, at, **facts) -> LedgerImport:
    return services.import_ledger(
        delivery.proposal.cycle, export(delivery, *lines), by=by, at=at, file_name="ciril.csv", **facts
    )


def plan(delivery, *lines: str, at):
    return services.preview_import(delivery.proposal.cycle, export(delivery, *lines), by=factory.HAND, at=at)


def sums(delivery) -> tuple[str, ...]:
    account = selectors.account_of(delivery)
    return tuple(str(n) for n in (account.committed_eur, account.invoiced_eur, account.paid_eur))


def why(found) -> list[str]:
    said = [fault.sentence for fault in found.faults] + [conflict.sentence for conflict in found.conflicts]
    return [sentence.replace("\u00a0", " ").replace("\u202f", " ") for sentence in said]


ORDER = "Engagement;12000;02/02/2026;E1;Arbres;e1"
BILL = "Facture;5000;10/02/2026;F1;Situation 1;f1"
PAID = "Mandat;5000;20/02/2026;M1;Situation 1;m1"
THREE = (ORDER, BILL, PAID)


def test_a_file_is_shown_then_entered(delivery, farid, at):
    shown = plan(delivery, *THREE, at=at)

    assert (shown.new, shown.known, shown.fault_count, LedgerEntry.objects.exclude(kind="budgeted").count()) == (3, 0, 0, 0)  # fmt: skip
    effect = shown.effects[0]
    assert (effect.number, effect.before.committed_eur, effect.after.paid_eur) == (delivery.proposal.number, 0, 5000)
    assert [(e.name, e.after.committed_eur) for e in shown.envelopes] == [("Enveloppe de la ville", Decimal(12000))]

    batch = bring(delivery, *THREE, by=farid, at=at)

    assert sums(delivery) == ("12000.00", "5000.00", "5000.00")
    digest = sha256(export(delivery, *THREE).read()).hexdigest()
    assert (batch.new_count, batch.known_count, batch.sha256, batch.entered_by) == (3, 0, digest, farid)
    line = JournalEntry.objects.filter(act="import_ledger").get()
    assert (line.role, line.subject) == ("finance", f"realisation.ledgerimport:{batch.pk}")


def test_the_same_file_and_an_overlapping_one_enter_each_line_once(delivery, at):
    bring(delivery, *THREE, at=at)

    with pytest.raises(Refused, match="sont déjà dans les comptes : il n’y a rien à importer".replace(" :", "\u00a0:")):
        bring(delivery, *THREE, at=at)
    batch = bring(delivery, *THREE, "Facture;1;21/02/2026;F2;Bêche;f2", at=at)

    assert (batch.new_count, batch.known_count) == (1, 3)
    assert sums(delivery) == ("12000.00", "5001.00", "5000.00")


def test_without_reference_two_lines_alike_are_two_and_only_two(delivery, at):
    line = "Engagement;100;02/02/2026;E9;Sacs de terre;"
    bring(delivery, line, line, at=at)

    shown = plan(delivery, line, line, line, at=at)

    assert (sums(delivery)[0], shown.new, shown.known) == ("200.00", 1, 2)


def test_what_was_typed_by_hand_is_known(delivery, at):
    factory.enter(delivery, "commit", "12000", at, document="E1")

    shown = plan(delivery, ORDER, "Engagement;12000;02/03/2026;E2;Autre;e2", at=at)

    assert (shown.known, shown.by_hand, shown.new) == (1, 1, 1)
    assert len(shown.alike) == 1


def test_a_known_number_with_another_amount_or_day_is_told_and_never_rewritten(delivery, farid, at):
    bring(delivery, ORDER, at=at)
    entry = delivery.entries.get(kind="committed")
    changed = plan(delivery, ORDER.replace("12000", "13000"), at=at)

    assert why(changed) == [
        "Ligne 2 : « e1 » est dans les comptes pour 12 000,00 € au 2 février 2026, et le fichier dit 13 000,00 € au "
        f"2 février 2026 pour {delivery.proposal.number}. Annulez l’écriture, puis importez de nouveau."
    ]
    assert changed.conflicts[0].url == f"/bureau/finances/ecritures/{entry.pk}/annuler/"
    with pytest.raises(Refused, match="Ce fichier a 1 ligne à revoir"):
        bring(delivery, ORDER.replace("12000", "13000"), BILL, at=at)
    assert plan(delivery, ORDER.replace("02/02", "03/02"), at=at).fault_count == 1

    services.reverse(entry, by=farid, at=at, reason="Avenant", document="A1")
    assert bring(delivery, ORDER.replace("12000", "13000"), at=at).new_count == 1
    assert sums(delivery)[0] == "13000.00"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((ORDER, ORDER.replace("12000", "1")), "Ligne 3, référence : « e1 » est déjà à la ligne 2 avec d’autres valeurs"),
        (("Engagement;1;03/03/2026;E1;Arbres;e1",), "Ligne 2, date : elle est à venir"),
        (("Engagement;40000,01;02/02/2026;E1;Arbres;e1",), "{n} : les engagements iraient à 40 000,01 € pour 40 000,00 €"),
        ((BILL,), "{n} : les factures iraient à 5 000,00 € pour 0,00 € engagés ; ajoutez l’engagement qui manque"),
        ((ORDER, BILL, PAID.replace("5000", "5001")), "{n} : les paiements iraient à 5 001,00 € pour 5 000,00 € facturés"),
        (("Engagement;-5;02/02/2026;E7;Arbres;e7",), "Ligne 2, annulation : elle annule 5,00 € et rien ne porte"),
        ((ORDER, "Engagement;-12001;03/02/2026;E1;Arbres;e1"), "Ligne 3, montant : elle annule 12 001,00 € d’une écriture"),
    ],
)  # fmt: skip
def test_one_fault_and_nothing_is_entered(delivery, at, lines, sentence):
    found = why(plan(delivery, *lines, at=at))

    assert [said.startswith(sentence.format(n=delivery.proposal.number)) for said in found] == [True]
    with pytest.raises(Refused, match="rien n’est importé"):
        bring(delivery, *lines, at=at)
    assert (LedgerImport.objects.count(), sums(delivery)[0]) == (0, "0.00")


def test_a_project_without_delivery_and_an_abandoned_one_are_faults(delivery, at):
    file = io.BytesIO(f"{HEADINGS}\nBP26-9999;{ORDER}".encode())
    found = services.preview_import(delivery.proposal.cycle, file, by=factory.HAND, at=at)
    assert [s.split(" : ")[0] for s in why(found)] == ["Ligne 2, projet"]

    services.abandon(delivery, by=factory.HAND, at=at, reason="Le sol est pollué.")
    assert [s.startswith("Ligne 2, projet : il est abandonné") for s in why(plan(delivery, ORDER, at=at))] == [True]


def test_a_file_without_bills_has_them_in_its_mandats(delivery, at):
    bring(delivery, ORDER, PAID, at=at)

    assert sums(delivery) == ("12000.00", "5000.00", "5000.00")
    assert plan(delivery, ORDER, PAID, at=at).new == 0


def test_an_annulled_mandat_reverses_the_one_it_names(delivery, at):
    bring(delivery, *THREE, at=at)
    annulled = "Annulation de mandat;5000;25/02/2026;M1;Erreur;m1"

    batch = bring(delivery, *THREE, annulled, at=at)

    back = LedgerEntry.objects.get(batch=batch)
    assert (back.reverses, back.amount_eur) == (delivery.entries.get(document="M1", amount_eur=5000), Decimal(-5000))
    assert (batch.new_count, batch.reversal_count, batch.known_count) == (1, 1, 3)
    assert sums(delivery) == ("12000.00", "5000.00", "0.00")
    assert plan(delivery, *THREE, annulled, at=at).new == 0


def test_a_part_of_an_order_is_given_up_twice(delivery, at):
    first = "Dégagement;500;12/02/2026;E1;Moins d’arbres;e1"
    second = "Dégagement;300;13/02/2026;E1;Encore moins;e1"
    bring(delivery, ORDER, first, at=at)
    assert sums(delivery)[0] == "11500.00"

    bring(delivery, ORDER, first, second, at=at)

    assert sums(delivery)[0] == "11200.00"
    assert plan(delivery, ORDER, first, second, at=at).new == 0


def test_two_entries_of_the_same_paper_are_not_guessed(delivery, at):
    lines = (
        "Engagement;5;02/02/2026;E7;Un;a",
        "Engagement;5;02/02/2026;E7;Deux;b",
        "Engagement;-5;03/02/2026;E7;Non;c",
    )

    assert [s.startswith("Ligne 4, annulation : plusieurs écritures de 5,00 €") for s in why(plan(delivery, *lines, at=at))] == [True]  # fmt: skip


def test_a_batch_is_undone_in_one_act_and_may_come_back(delivery, farid, at):
    first = bring(delivery, *THREE, at=at)
    second = bring(delivery, *THREE, "Annulation de mandat;5000;25/02/2026;M1;Erreur;m1", at=at)

    services.undo_import(second, by=farid, at=at, reason="Mauvais export", document="Note 4")
    assert sums(delivery) == ("12000.00", "5000.00", "5000.00")
    services.undo_import(first, by=farid, at=at, reason="Mauvais export", document="Note 4")

    assert sums(delivery) == ("0.00", "0.00", "0.00")
    assert list(JournalEntry.objects.filter(act="undo_import").values_list("role", flat=True)) == ["finance"] * 2
    with pytest.raises(Refused, match="Cet import est déjà annulé"):
        services.undo_import(first, by=farid, at=at, reason="Encore", document="Note 4")
    shown = plan(delivery, *THREE, at=at)
    assert (shown.new, shown.returning) == (3, 3)
    bring(delivery, *THREE, at=at)
    assert sums(delivery) == ("12000.00", "5000.00", "5000.00")
    assert list(selectors.breaches(delivery.proposal.cycle)) == []


def test_a_batch_on_which_something_rests_is_not_undone(delivery, farid, paula, at):
    batch = bring(delivery, ORDER, at=at)
    factory.enter(delivery, "invoice", "1.00", at)

    with pytest.raises(
        Refused, match=f"{delivery.proposal.number}.: des écritures plus récentes reposent sur cet import"
    ):
        services.undo_import(batch, by=farid, at=at, reason="Erreur", document="Note 4")
    with pytest.raises(Refused, match="Seule la direction des finances"):
        services.undo_import(batch, by=paula, at=at, reason="Erreur", document="Note 4")
    for facts, said in (({"reason": " "}, "dites pourquoi"), ({"document": " "}, "indiquez la pièce")):
        with pytest.raises(ValidationError, match=said):
            services.undo_import(batch, by=farid, at=at, **({"reason": "Erreur", "document": "Note"} | facts))


def test_only_finance_imports_and_the_same_post_is_one(delivery, paula, farid, at):
    with pytest.raises(Refused, match="Seule la direction des finances"):
        bring(delivery, ORDER, by=paula, at=at)
    key = uuid4()
    assert bring(delivery, ORDER, by=farid, at=at, key=key) == bring(delivery, ORDER, by=farid, at=at, key=key)


LINES = st.lists(
    st.tuples(st.sampled_from(["Engagement", "Facture", "Mandat"]), st.integers(1, 1_500_000), st.booleans()),
    min_size=1,
    max_size=8,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, cut=st.integers(0, 8))
def test_whatever_is_imported_twice_is_once_and_its_undoing_restores(delivery, at, lines, cut):
    """A part, then the whole, then the whole again; then each import undone: every balance comes back."""
    cycle = delivery.proposal.cycle
    said = [
        f"{kind};{cents / 100:.2f};02/02/2026;P{n};Objet;{f'r{n}' if named else ''}"
        for n, (kind, cents, named) in enumerate(lines)
    ]
    with transaction.atomic():
        before, batches = sums(delivery), []
        for part in (said[:cut], said, said):
            held = sums(delivery)
            try:
                with transaction.atomic():
                    batches.append(bring(delivery, *part, at=at))
            except Refused:
                assert sums(delivery) == held
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        assert list(selectors.breaches(cycle)) == []
        if batches:
            assert plan(delivery, *(said if batches[-1].new_count + batches[-1].known_count >= len(said) else said[:cut]), at=at).new == 0  # fmt: skip
        for batch in reversed(batches):
            services.undo_import(batch, by=factory.HAND, at=at, reason="Erreur", document="Note")
        assert [Decimal(n) for n in sums(delivery)] == [Decimal(n) for n in before]
        transaction.set_rollback(True)
