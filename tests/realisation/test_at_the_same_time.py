"""Two officers on the same last euro, two hands on the same delivery: real threads, real locks."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, connections, transaction

from bp_platform.core.decisions import Refused
from bp_platform.notifications.models import OutboxMessage
from cycles.models import Cycle
from realisation import selectors, services
from realisation.models import (
    Delivery,
    EnvelopeTransfer,
    LedgerEntry,
    LedgerImport,
    OneYearReview,
    ProgressUpdate,
    Reallocation,
    ReviewBlock,
)
from tests.factories import realisation as factory

pytestmark = pytest.mark.django_db(transaction=True)


def both(first: Callable[[], object], second: Callable[[], object]) -> list[str]:
    """Run two acts at once; what each answered, in words, sorted."""
    start, said = threading.Barrier(2), []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=20)
            act()
            said.append("fait")
        except (Refused, IntegrityError) as error:
            said.append(str(error).splitlines()[0])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(said)


def test_two_officers_spend_the_last_euro_of_an_envelope(cycle, envelope, delivery, at):
    other = factory.delivery(cycle, at, price="55800.00")

    def more(to: Delivery) -> Callable[[], object]:
        return lambda: factory.enter(
            Delivery.objects.get(pk=to.pk), "budget", "4200.00", at, decided_by="le comité de suivi"
        )

    said = both(more(delivery), more(other))

    assert said == ["Il reste 0,00\u00a0€ sur cette enveloppe.", "fait"]
    assert selectors.balance_of(envelope).left_eur == Decimal("0.00")


def test_two_officers_commit_the_last_euro_of_a_project(delivery, at):
    factory.enter(delivery, "commit", "35800.00", at)

    def commit() -> object:
        return factory.enter(Delivery.objects.get(pk=delivery.pk), "commit", "4200.00", at)

    assert both(commit, commit) == ["Il reste 0,00\u00a0€ à engager sur ce projet.", "fait"]


def test_a_launch_and_a_transfer_share_the_same_leftover(cycle, envelope, delivery, at):
    winner = factory.laureate(cycle, at, price="60000.00")

    def launch() -> object:
        return services.create_delivery(
            winner, by=factory.HAND, at=at, resolution=factory.RESOLUTION, contact_name="Nadia Lemaire",
            lead_department=delivery.lead_department, promised_on=delivery.promised_on,
        )  # fmt: skip

    def move() -> object:
        return services.transfer(
            envelope, None, by=factory.HAND, at=at, amount_eur=Decimal("60000.00"), on=at.date(), elsewhere="ailleurs",
            decided_by="le conseil", decision="D1",
        )  # fmt: skip

    assert both(launch, move) == ["Il reste 0,00\u00a0€ sur cette enveloppe.", "fait"]


def test_two_raw_writers_are_held_by_the_database_alone(delivery, at):
    """Without any service: the trigger takes the envelope's row, so that no check looks past an open transaction."""
    written, checked = threading.Barrier(2), threading.Barrier(2)

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            LedgerEntry.objects.create(
                envelope_id=delivery.envelope_id, delivery_id=delivery.pk, kind="committed",
                amount_eur=Decimal("40000.00"), on_date=at.date(), document="P1", label="Bancs", entered_at=at,
            )  # fmt: skip
            meet(written)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            meet(checked)

    said = both(write, write)

    assert said[0] == "fait"
    assert "breaks paid <= invoiced <= committed <= budgeted" in said[1]
    assert list(selectors.breaches(delivery.proposal.cycle)) == []


def meet(barrier: threading.Barrier) -> None:
    """Wait for the other as long as it can come; when a lock holds it, go on alone."""
    with suppress(threading.BrokenBarrierError):
        barrier.wait(timeout=2)


def test_the_same_form_posted_twice_at_once(delivery, at):
    key = uuid4()

    def commit() -> object:
        return factory.enter(Delivery.objects.get(pk=delivery.pk), "commit", "100.00", at, key=key)

    assert both(commit, commit) == ["fait", "fait"]
    assert LedgerEntry.objects.filter(kind="committed").count() == 1


def test_the_same_news_posted_twice_at_once(delivery, bruno, at):
    key = uuid4()

    def post() -> object:
        return services.post_update(Delivery.objects.get(pk=delivery.pk), by=bruno, at=at, text="Oui.", key=key)

    assert both(post, post) == ["fait", "fait"]
    assert ProgressUpdate.objects.count() == 1
    assert OutboxMessage.objects.filter(event="delivery_news").count() == 1


def test_an_entry_is_reversed_once_whoever_is_first(delivery, at):
    entry = factory.enter(delivery, "commit", "100.00", at)

    def reverse() -> object:
        found = LedgerEntry.objects.select_related("delivery__envelope").get(pk=entry.pk)
        return services.reverse(found, by=factory.HAND, at=at, reason="Erreur", document="Note")

    said = both(reverse, reverse)

    assert said == ["Cette écriture est déjà une annulation, ou déjà annulée.", "fait"]
    assert connection.is_usable()


def test_two_officers_decide_the_same_leftover(cycle, envelope, delivery, at):
    """Two proposals compete for the same euros, and two officers record two decisions at once."""
    rows = [
        services.propose_reallocation(
            envelope, by=factory.HAND, at=at, amount_eur=Decimal("40000.00"), reason="Le sol.", elsewhere=where
        )
        for where in ("le budget général", "le syndicat des eaux")
    ]

    def decide(row: Reallocation) -> Callable[[], object]:
        return lambda: services.decide_reallocation(
            Reallocation.objects.get(pk=row.pk), by=factory.HAND, at=at, decided_by="le conseil", on=at.date(),
            decision="D1",
        )  # fmt: skip

    said = both(decide(rows[0]), decide(rows[1]))

    assert said == ["Il reste 20\u00a0000,00\u00a0€ sur cette enveloppe.", "fait"]
    assert sorted(Reallocation.objects.values_list("state", flat=True)) == ["decided", "proposed"]


def test_two_officers_record_the_same_decision(envelope, delivery, at):
    row = services.propose_reallocation(
        envelope, by=factory.HAND, at=at, amount_eur=Decimal("10.00"), reason="Le sol.", elsewhere="ailleurs"
    )

    def decide() -> object:
        return services.decide_reallocation(
            Reallocation.objects.get(pk=row.pk), by=factory.HAND, at=at, decided_by="le conseil", on=at.date(),
            decision="D1",
        )  # fmt: skip

    said = both(decide, decide)

    assert [words.startswith("On ne peut pas décider cette affectation") for words in said] == [True, False]
    assert EnvelopeTransfer.objects.count() == 1


def test_two_officers_import_the_same_export(cycle, delivery, at):
    file = f"Projet;Nature;Montant;Date;Pièce\n{delivery.proposal.number};Engagement;100;02/02/2026;E1\n".encode()

    def bring() -> object:
        return services.import_ledger(
            Cycle.objects.get(pk=cycle.pk), io.BytesIO(file), by=factory.HAND, at=at, file_name="export.csv"
        )

    said = both(bring, bring)

    assert said == [
        "Toutes les lignes de ce fichier sont déjà dans les comptes\u00a0: il n’y a rien à importer.",
        "fait",
    ]
    assert (LedgerImport.objects.count(), delivery.entries.filter(kind="committed").count()) == (1, 1)


def test_two_officers_undo_the_same_import(cycle, delivery, at):
    file = io.BytesIO(
        f"Projet;Nature;Montant;Date;Pièce\n{delivery.proposal.number};Engagement;9;2/2/2026;E1\n".encode()
    )
    batch = services.import_ledger(cycle, file, by=factory.HAND, at=at, file_name="export.csv")

    def undo() -> object:
        found = LedgerImport.objects.get(pk=batch.pk)
        return services.undo_import(found, by=factory.HAND, at=at, reason="Erreur", document="Note")

    assert both(undo, undo) == ["Cet import est déjà annulé.", "fait"]
    assert selectors.account_of(delivery).committed_eur == 0


def test_two_raw_writers_enter_the_same_line_of_export_once(cycle, delivery, at):
    """Without any service: the unique turn and the trigger hold."""

    def write() -> None:
        with transaction.atomic():
            LedgerEntry.objects.create(
                envelope_id=delivery.envelope_id, delivery_id=delivery.pk, kind="committed", origin="1/committed:e1",
                turn=1, amount_eur=Decimal("5.00"), on_date=at.date(), document="E1", label="Bancs", entered_at=at,
            )  # fmt: skip

    said = both(write, write)

    assert "fait" in said
    assert any("already in the accounts" in words or "entry_once_per_line" in words for words in said)


def test_two_officers_on_one_block_of_the_review_lose_nothing(delivery, paula, at):
    review = OneYearReview.objects.get(cycle=delivery.proposal.cycle)

    def write(words: str) -> Callable[[], object]:
        def act() -> object:
            mine = OneYearReview.objects.select_related("cycle").get(pk=review.pk)
            return services.write_block(mine, "lessons", by=paula, at=at, text=words, version=0)

        return act

    said = both(write("La version de Paula."), write("La version d’Odile."))

    assert said[0].startswith("Ce texte a été enregistré par quelqu’un d’autre pendant que vous écriviez")
    assert said[1] == "fait"
    assert ReviewBlock.objects.get().version == 1


def test_the_same_reminder_from_two_clocks(delivery, paula, at):
    review = OneYearReview.objects.get(cycle=delivery.proposal.cycle)
    due = at + timedelta(days=365)

    def remind() -> object:
        return services.remind_review(OneYearReview.objects.get(pk=review.pk), at=due)

    assert both(remind, remind) == ["fait", "fait"]
    assert OutboxMessage.objects.filter(event="review_due").count() == 1
