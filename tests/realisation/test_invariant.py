"""The database refuses what the acts would refuse: raw SQL cannot lie about money."""

from __future__ import annotations

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from realisation import selectors, services
from realisation.models import Delivery, LedgerEntry, Milestone, OneYearReview, ProgressUpdate
from tests.factories import cycles
from tests.factories import realisation as factory

ENTRY = """
INSERT INTO realisation_ledgerentry
    (key, envelope_id, delivery_id, kind, amount_eur, on_date, document, label, decided_by, reverses_id, entered_at)
VALUES (gen_random_uuid(), %(envelope)s, %(delivery)s, %(kind)s, %(amount)s, '2026-03-02', 'P1', 'Bancs', 'le conseil',
        %(reverses)s, now())
"""
TRANSFER = """
INSERT INTO realisation_envelopetransfer
    (key, source_id, target_id, elsewhere, amount_eur, on_date, decided_by, decision, entered_at)
VALUES (gen_random_uuid(), %(envelope)s, NULL, 'ailleurs', %(amount)s, '2026-03-02', 'personne', 'aucune', now())
"""


def attack(sql: str, **facts) -> None:
    """Run it and commit, as far as a test may: deferred triggers fire here."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, facts)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def write(delivery, kind: str, amount: str, *, reverses: int | None = None, envelope: int | None = None) -> None:
    attack(
        ENTRY, delivery=delivery.pk, kind=kind, amount=Decimal(amount), reverses=reverses,
        envelope=envelope or delivery.envelope_id,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "amount", "why"),
    [
        ("committed", "40000.01", "breaks paid <= invoiced <= committed <= budgeted"),
        ("invoiced", "0.01", "breaks paid <= invoiced <= committed <= budgeted"),
        ("paid", "0.01", "breaks paid <= invoiced <= committed <= budgeted"),
        ("released", "40000.01", "breaks paid <= invoiced <= committed <= budgeted"),
        ("budgeted", "60000.01", r"gives 0\.01 more than it has"),
        ("committed", "-1.00", "entry_is_positive_unless_it_reverses"),
        ("committed", "0.00", "entry_is_positive_unless_it_reverses"),
    ],
)
def test_a_line_that_breaks_the_sums(delivery, kind, amount, why):
    with pytest.raises(IntegrityError, match=why):
        write(delivery, kind, amount)


def test_a_line_that_keeps_them(delivery):
    write(delivery, "committed", "40000.00")

    assert selectors.account_of(delivery).committed_eur == Decimal("40000.00")


def test_a_reversal_that_is_not_the_opposite(cycle, delivery, at):
    entry = factory.enter(delivery, "commit", "500.00", at)
    other = factory.delivery(cycle, at, price="1000.00")
    factory.enter(other, "commit", "900.00", at)

    for victim, kind, amount in (
        (delivery, "committed", "-499.99"),
        (delivery, "paid", "-500.00"),
        (other, "committed", "-500.00"),
    ):
        with pytest.raises(IntegrityError, match="a reversal is the exact opposite"):
            write(victim, kind, amount, reverses=entry.pk)


def test_a_reversal_of_a_reversal(delivery, at):
    entry = factory.enter(delivery, "commit", "500.00", at)
    write(delivery, "committed", "-500.00", reverses=entry.pk)
    made = LedgerEntry.objects.get(reverses=entry)

    with pytest.raises(IntegrityError, match=r"a reversal is the exact opposite|entry_is_positive"):
        write(delivery, "committed", "500.00", reverses=made.pk)
    with pytest.raises(IntegrityError, match="reverses_id"):
        write(delivery, "committed", "-500.00", reverses=entry.pk)


def test_a_line_on_somebody_else_s_envelope(delivery, at):
    other = cycles.cycle(at, slug="2025", prefix="BP25").envelopes.get()

    with pytest.raises(IntegrityError, match="the envelope is not the one of the delivery"):
        write(delivery, "committed", "1.00", envelope=other.pk)


def test_a_transfer_of_what_is_not_there(delivery):
    with pytest.raises(IntegrityError, match=r"gives 0\.01 more than it has"):
        attack(TRANSFER, envelope=delivery.envelope_id, amount=Decimal("60000.01"))


def test_an_envelope_cut_below_what_it_gave(delivery):
    with pytest.raises(IntegrityError, match=r"gives 0\.01 more than it has"):
        attack(
            "UPDATE cycles_envelope SET amount_eur = 39999.99 WHERE id = %(envelope)s", envelope=delivery.envelope_id
        )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE realisation_ledgerentry SET amount_eur = amount_eur",
        "DELETE FROM realisation_ledgerentry",
        "TRUNCATE realisation_ledgerentry CASCADE",
        "UPDATE realisation_envelopetransfer SET amount_eur = amount_eur",
        "DELETE FROM realisation_envelopetransfer",
        "UPDATE realisation_progressupdate SET text = 'Autre'",
        "DELETE FROM realisation_progressupdate",
        "UPDATE realisation_delivery SET envelope_id = envelope_id + 1",
        "UPDATE realisation_delivery SET proposal_id = proposal_id + 1",
    ],
)
def test_what_was_written_stays(delivery, at, sql):
    services.post_update(delivery, by=factory.HAND, at=at, text="Oui.")
    services.transfer(
        delivery.envelope, None, by=factory.HAND, at=at, amount_eur=Decimal(1), on=at.date(), elsewhere="ailleurs",
        decided_by="le conseil", decision="D1",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError, match="append-only"):
        attack(sql)


def refused(model, name: str, **changes) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.update(**changes)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "abandoned"}, "delivery_stopped_says_why"),
        ({"state": "abandoned", "public_reason": " \n"}, "delivery_stopped_says_why"),
        ({"public_reason": "Pour rien."}, "delivery_stopped_says_why"),
        ({"state": "suspended", "public_reason": "Crue."}, "delivery_suspended_knows_where"),
        ({"resumes_to": "works"}, "delivery_suspended_knows_where"),
        ({"state": "delivered"}, "delivery_delivered_iff_dated"),
        ({"delivered_on": "2026-03-02"}, "delivery_delivered_iff_dated"),
        ({"state": "inaugurated", "delivered_on": "2026-03-02"}, "delivery_inaugurated_iff_dated"),
        (
            {"state": "inaugurated", "delivered_on": "2026-03-02", "inaugurated_on": "2026-03-01"},
            "delivery_inaugurated_iff_dated",
        ),
    ],
)
def test_a_delivery_tells_the_truth(delivery, changes, constraint):
    refused(Delivery, constraint, **changes)


def test_a_delay_says_why(delivery):
    refused(Milestone, "milestone_delay_is_explained", forecast_on="2029-01-01")


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "submitted"}, "review_submitted_iff_dated"),
        ({"state": "validated", "submitted_at": "2027-03-02T09:00:00Z"}, "review_validated_by_somebody"),
        ({"published_at": "2027-03-02T09:00:00Z"}, "review_published_iff_kept"),
    ],
)
def test_a_review_tells_the_truth(delivery, changes, constraint):
    refused(OneYearReview, constraint, **changes)


def test_news_say_something(delivery, at):
    with pytest.raises(IntegrityError, match="update_says_something"), transaction.atomic():
        ProgressUpdate.objects.create(delivery=delivery, text=" ", state="works", author_label="x", published_at=at)


def check(slug: str = "2026") -> str:
    out = StringIO()
    call_command("check_ledger", slug, stdout=out, stderr=out)
    return out.getvalue()


def test_check_ledger_says_what_is_right(delivery, at):
    factory.spent(delivery, at, committed="500.00", invoiced="400.00", paid="300.00")

    assert check() == "Édition 2026 : comptes justes, 100\u00a0000,00\u00a0€ votés, 300,00\u00a0€ payés.\n"


def test_check_ledger_refuses_an_unknown_edition(town):
    with pytest.raises(CommandError, match="Aucune édition n’a l’adresse « 1999 »"):
        check("1999")


@pytest.fixture
def unguarded(db):
    """A database whose triggers somebody has switched off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET session_replication_role = 'replica'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = 'origin'")


def test_check_ledger_counts_again_by_itself(delivery, at, unguarded):
    factory.enter(delivery, "commit", "500.00", at)
    LedgerEntry.objects.filter(kind="committed").update(amount_eur=Decimal("50000.00"))
    LedgerEntry.objects.filter(kind="budgeted").update(amount_eur=Decimal("100000.01"))
    out = StringIO()

    with pytest.raises(CommandError, match="1 anomalie dans les comptes de l’édition « Édition 2026 »"):
        call_command("check_ledger", "2026", stderr=out)

    assert out.getvalue() == (
        "Enveloppe « Enveloppe de la ville » : les projets et les transferts la dépassent de 0,01\u00a0€.\n"
    )


def test_check_ledger_names_the_project(delivery, unguarded):
    LedgerEntry.objects.update(amount_eur=Decimal("10.00"))
    LedgerEntry.objects.create(
        envelope=delivery.envelope, delivery=delivery, kind="paid", amount_eur=11, on_date="2026-03-02", document="P",
        label="L", entered_at="2026-03-02T09:00:00Z",
    )  # fmt: skip

    assert list(selectors.breaches(delivery.proposal.cycle)) == [
        f"{delivery.proposal.number} : payé 11,00\u00a0€, facturé 0,00\u00a0€, engagé 0,00\u00a0€, affecté 10,00\u00a0€ ; "
        "chacun de ces montants doit tenir dans le suivant."
    ]


def test_a_false_reversal_is_named(delivery, at, unguarded):
    entry = factory.enter(delivery, "commit", "500.00", at)
    LedgerEntry.objects.create(
        envelope=delivery.envelope, delivery=delivery, kind="committed", amount_eur=Decimal("-1.00"), reverses=entry,
        on_date="2026-03-02", document="Note 1", label="L", entered_at="2026-03-02T09:00:00Z",
    )  # fmt: skip

    assert list(selectors.breaches(delivery.proposal.cycle)) == [
        f"{delivery.proposal.number}, pièce Note 1 : l’annulation n’est pas l’inverse de l’écriture annulée."
    ]


def test_an_edition_with_false_accounts_does_not_close(cycle, delivery, at, unguarded):
    kept = {"published_at": at, "document": {"figures": None, "blocks": []}}
    facts = {"submitted_at": at, "validated_at": at, "validated_label": "Élias Ben Amar, élu·e"} | kept
    OneYearReview.objects.update(state="published", **facts)
    LedgerEntry.objects.update(amount_eur=Decimal("100000.01"))

    said = selectors.objection_to_closing(cycle, at)

    assert str(said.reason).startswith("L’édition ne peut pas être close, ses comptes sont faux. Enveloppe")
