"""The ledger's acts, its reversals and transfers; and its one property: whatever is done, the sums hold."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry, JournalReason
from cycles.models import Envelope
from realisation import selectors, services
from realisation.models import EnvelopeTransfer, LedgerEntry
from tests.factories import cycles
from tests.factories import realisation as factory

ZERO = Decimal("0.00")


def journal_acts() -> list[tuple[str, str]]:
    rows = JournalEntry.objects.exclude(chain="house").order_by("position")
    return list(rows.values_list("act", "role"))


def sums(delivery) -> tuple[Decimal, ...]:
    account = selectors.account_of(delivery)
    return account.available_eur, account.committed_eur, account.invoiced_eur, account.paid_eur


def test_an_order_an_invoice_a_payment(delivery, farid, at):
    for kind, amount in (("commit", "12000.00"), ("invoice", "11999.99"), ("pay", "11999.98")):
        factory.enter(delivery, kind, amount, at, by=farid)

    assert sums(delivery) == (Decimal("40000.00"), Decimal("12000.00"), Decimal("11999.99"), Decimal("11999.98"))
    assert journal_acts()[1:] == [
        ("enter:committed", "finance"),
        ("enter:invoiced", "finance"),
        ("enter:paid", "finance"),
    ]


@pytest.mark.parametrize("kind", ["budget", "commit", "invoice", "pay", "release"])
def test_only_finance_keeps_the_ledger(delivery, bruno, paula, at, kind):
    facts = {"decided_by": "le conseil"} if kind == "budget" else {}
    for stranger in (bruno, paula):
        with pytest.raises(Refused, match="Seule la direction des finances passe des écritures"):
            factory.enter(delivery, kind, "1.00", at, by=stranger, **facts)


@pytest.mark.parametrize("amount", ["0.00", "-5.00", "0.001"])
def test_an_amount_is_positive_and_whole_cents(delivery, at, amount):
    with pytest.raises(ValidationError):
        factory.enter(delivery, "commit", amount, at)


def test_the_same_entry_sent_twice_is_one(delivery, at):
    key = uuid4()

    assert factory.enter(delivery, "commit", "10.00", at, key=key) == factory.enter(
        delivery, "commit", "10.00", at, key=key
    )
    assert sums(delivery)[1] == Decimal("10.00")


def test_more_for_a_project_is_taken_from_what_is_left(delivery, at):
    factory.enter(delivery, "budget", "5000.00", at, decided_by="le comité de suivi")

    assert sums(delivery)[0] == Decimal("45000.00")
    with pytest.raises(Refused, match="Il reste 55\u00a0000,00\u00a0€ sur cette enveloppe"):
        factory.enter(delivery, "budget", "55000.01", at, decided_by="le comité de suivi")


def test_a_reversal_restores(delivery, farid, at):
    before = sums(delivery)
    entry = factory.enter(delivery, "commit", "700.00", at)

    made = services.reverse(entry, by=farid, at=at, reason="Mauvais projet", document="Note 3")

    assert sums(delivery) == before
    assert (made.amount_eur, made.reverses, made.label) == (Decimal("-700.00"), entry, "Mauvais projet")
    assert journal_acts()[-1] == ("reverse_entry", "finance")
    assert JournalReason.objects.get().text == "Mauvais projet"


def test_an_entry_is_reversed_once_and_a_reversal_never(delivery, farid, at):
    entry = factory.enter(delivery, "commit", "700.00", at)
    made = services.reverse(entry, by=farid, at=at, reason="Mauvais projet", document="Note 3")

    for again in (entry, made):
        with pytest.raises(Refused, match="déjà une annulation, ou déjà annulée"):
            services.reverse(again, by=farid, at=at, reason="Encore", document="Note 4")


def test_a_reversal_says_why(delivery, farid, at):
    entry = factory.enter(delivery, "commit", "700.00", at)

    with pytest.raises(ValidationError, match="dites pourquoi cette écriture est annulée"):
        services.reverse(entry, by=farid, at=at, reason=" ", document="Note 3")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("budgeted", "Une partie de ce montant est déjà engagée"),
        ("committed", "Une partie de cet engagement est déjà facturée"),
        ("invoiced", "Une partie de cette facture est déjà payée"),
    ],
)
def test_what_something_rests_on_is_not_reversed(delivery, farid, at, kind, sentence):
    factory.spent(delivery, at, committed="500.00", invoiced="500.00", paid="0.01")

    with pytest.raises(Refused, match=sentence):
        services.reverse(delivery.entries.get(kind=kind), by=farid, at=at, reason="Erreur", document="Note 3")


def test_what_was_given_back_may_be_gone(cycle, delivery, farid, at):
    released = factory.enter(delivery, "release", "40000.00", at)
    factory.delivery(cycle, at, price="90000.00")

    with pytest.raises(Refused, match="Il reste 10\u00a0000,00\u00a0€ sur cette enveloppe"):
        services.reverse(released, by=farid, at=at, reason="Erreur", document="Note 3")


@pytest.fixture
def next_envelope(town, at) -> Envelope:
    return cycles.cycle(at, slug="2027", prefix="BP27").envelopes.get()


def transfer(source, target, by, at, **facts) -> EnvelopeTransfer:
    given = {
        "amount_eur": Decimal("10000.00"),
        "on": at.date(),
        "decided_by": "le conseil municipal",
        "decision": "Délibération 2026-044",
    }
    return services.transfer(source, target, by=by, at=at, **(given | facts))


def test_a_leftover_goes_to_the_next_edition(cycle, envelope, next_envelope, delivery, farid, at):
    transfer(envelope, next_envelope, farid, at)

    assert selectors.balance_of(envelope).left_eur == Decimal("50000.00")
    assert selectors.balance_of(next_envelope).left_eur == Decimal("110000.00")
    here, there = selectors.money_of(cycle), selectors.money_of(next_envelope.cycle)
    assert (here.voted_eur, here.moved_eur, here.left_eur) == (Decimal(100000), Decimal(10000), Decimal(50000))
    assert (there.voted_eur, there.received_eur, there.left_eur) == (Decimal(100000), Decimal(10000), Decimal(110000))
    written = JournalEntry.objects.filter(act="transfer").order_by("chain").values_list("chain", "role")
    assert list(written) == sorted((c.journal_chain, "finance") for c in (cycle, next_envelope.cycle))


def test_a_leftover_may_leave_for_the_general_budget(cycle, envelope, delivery, farid, at):
    transfer(envelope, None, farid, at, elsewhere="le budget général")

    assert selectors.money_of(cycle).moved_eur == Decimal("10000.00")


@pytest.mark.parametrize(
    ("facts", "error", "sentence"),
    [
        (
            {"amount_eur": Decimal("60000.01"), "elsewhere": "le budget général"},
            Refused,
            "Il reste 60\u00a0000,00\u00a0€ sur",
        ),
        ({}, ValidationError, "dit en toutes lettres où"),
        ({"elsewhere": "x", "on": None}, ValidationError, "une décision ne porte pas une date à venir"),
        ({"elsewhere": "x", "amount_eur": ZERO}, ValidationError, "supérieur à zéro"),
    ],
)
def test_a_transfer_is_refused(envelope, delivery, farid, at, facts, error, sentence):
    if "on" in facts:
        facts = facts | {"on": at.date() + timedelta(days=1)}

    with pytest.raises(error, match=sentence):
        transfer(envelope, None, farid, at, **facts)

    assert EnvelopeTransfer.objects.count() == 0


def test_only_finance_transfers(envelope, delivery, paula, at):
    with pytest.raises(Refused, match="Seule la direction des finances"):
        transfer(envelope, None, paula, at, elsewhere="le budget général")


AMOUNTS = st.integers(min_value=1, max_value=5_000_000).map(lambda cents: Decimal(cents) / 100)
KINDS = st.sampled_from(["budget", "commit", "invoice", "pay", "release", "reverse", "transfer"])
STEPS = st.lists(st.tuples(KINDS, st.integers(0, 1), AMOUNTS), min_size=1, max_size=14)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_is_done_the_sums_hold(cycle, envelope, delivery, at, steps):
    """Random acts, accepted or refused in words: never a breach, and the money page adds up to what was voted."""
    with transaction.atomic():
        others = [delivery, factory.delivery(cycle, at, price="30000.00")]
        for kind, place, amount in steps:
            try_to(kind, others[place], envelope, amount, at)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

        page = selectors.money_page(cycle)
        assert list(selectors.breaches(cycle)) == []
        assert selectors.money_of(cycle) == page.money
        assert sum(part.amount_eur for part in page.money.slices) == page.money.voted_eur == Decimal("100000.00")
        transaction.set_rollback(True)


def try_to(kind, delivery, envelope, amount, at) -> None:
    try:
        with transaction.atomic():
            if kind == "reverse":
                last = LedgerEntry.objects.filter(delivery=delivery).order_by("pk").last()
                services.reverse(last, by=factory.HAND, at=at, reason="Erreur", document="Note")
            elif kind == "transfer":
                transfer(envelope, None, factory.HAND, at, amount_eur=amount, elsewhere="le budget général")
            else:
                facts = {"decided_by": "le conseil"} if kind == "budget" else {}
                factory.enter(delivery, kind, str(amount), at, **facts)
    except Refused:
        pass


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=st.lists(AMOUNTS.filter(lambda amount: amount <= 4000), min_size=1, max_size=6))
def test_reversing_everything_restores_everything(delivery, at, amounts):
    with transaction.atomic():
        before = sums(delivery)
        made = [factory.enter(delivery, "commit", str(amount), at) for amount in amounts]
        for entry in reversed(made):
            services.reverse(entry, by=factory.HAND, at=at, reason="Erreur", document="Note")

        assert sums(delivery) == before
        transaction.set_rollback(True)
