"""The règlement's promises about money, sentence by sentence."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from bp_platform.core.decisions import Refused
from cycles import services as cycle_services
from realisation import selectors, services
from realisation.models import LedgerEntry, OneYearReview
from tests.factories import cycles, voting
from tests.factories import realisation as factory
from tests.people import BUILDER


@pytest.fixture
def cycle(town, at):
    """An edition whose envelope is 100 000 €."""
    return cycles.cycle(at, open_phase="realisation")


@pytest.fixture
def playground(cycle, at, green_spaces):
    """A laureate voted at 40 000 €."""
    return factory.delivery(cycle, at, lead=green_spaces, price="40000.00")


def refusal(act, *args, **facts) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **facts)
    return str(caught.value)


def test_a_laureate_receives_its_voted_price_from_the_envelope(cycle, playground):
    (line,) = playground.entries.all()

    assert (line.kind, line.amount_eur, line.document) == ("budgeted", Decimal("40000.00"), factory.RESOLUTION)
    assert selectors.balance_of(playground.envelope).left_eur == Decimal("60000.00")


def test_the_envelope_never_gives_more_than_was_voted(cycle, playground, at):
    factory.delivery(cycle, at, price="55800.00")

    said = refusal(factory.delivery, cycle, at, price="4200.01")

    assert said == "Il reste 4\u00a0200,00\u00a0€ sur cette enveloppe."


def test_one_commits_no_more_than_the_project_has(playground, at):
    factory.enter(playground, "commit", "35800.00", at)

    assert refusal(factory.enter, playground, "commit", "4200.01", at) == (
        "Il reste 4\u00a0200,00\u00a0€ à engager sur ce projet."
    )


def test_one_invoices_no_more_than_was_committed(playground, at):
    factory.enter(playground, "commit", "1000.00", at)

    assert refusal(factory.enter, playground, "invoice", "1000.01", at) == (
        "Il reste 1\u00a0000,00\u00a0€ engagés et pas encore facturés sur ce projet."
    )


def test_one_pays_no_more_than_was_invoiced(playground, at):
    factory.spent(playground, at, committed="1000.00", invoiced="600.00")

    assert refusal(factory.enter, playground, "pay", "600.01", at) == (
        "Il reste 600,00\u00a0€ facturés et pas encore payés sur ce projet."
    )


def test_the_last_cent_can_be_spent(playground, at):
    factory.spent(playground, at, committed="40000.00", invoiced="40000.00", paid="40000.00")

    assert selectors.account_of(playground).paid_eur == Decimal("40000.00")


def test_what_a_project_does_not_need_goes_back_to_its_envelope(playground, at):
    factory.enter(playground, "commit", "30000.00", at)

    factory.enter(playground, "release", "10000.00", at)

    assert selectors.balance_of(playground.envelope).left_eur == Decimal("70000.00")
    assert refusal(factory.enter, playground, "release", "0.01", at) == (
        "Il reste 0,00\u00a0€ pas encore engagés sur ce projet : on ne peut pas rendre plus."
    )


def test_every_line_has_a_document(playground, at):
    with pytest.raises(ValidationError, match=r"document.*Ce champ ne peut pas être vide"):
        factory.enter(playground, "commit", "10.00", at, document="  ", label="Bancs")


def test_a_line_is_not_dated_tomorrow(playground, at):
    with pytest.raises(ValidationError, match="une écriture ne porte pas une date à venir"):
        factory.enter(playground, "commit", "10.00", at, on=at.date() + timedelta(days=1))


def test_more_money_for_a_project_is_decided_by_a_named_body(playground, at):
    with pytest.raises(ValidationError, match="Dites qui a décidé"):
        factory.enter(playground, "budget", "10.00", at, decided_by=" ")

    line = factory.enter(playground, "budget", "10.00", at, decided_by="le comité de suivi du 3 mars 2026")

    assert line.decided_by == "le comité de suivi du 3 mars 2026"


def test_a_line_is_never_rewritten(playground):
    for attack in ("UPDATE realisation_ledgerentry SET amount_eur = 1", "DELETE FROM realisation_ledgerentry"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attack)


def test_an_error_is_corrected_by_its_opposite_and_both_stay_readable(playground, at):
    wrong = factory.enter(playground, "commit", "5000.00", at)

    services.reverse(wrong, by=BUILDER, at=at, reason="Montant hors taxes", document="Note 12")

    lines = LedgerEntry.objects.filter(kind="committed").order_by("pk").values_list("amount_eur", "label")
    assert list(lines) == [(Decimal("5000.00"), "Plantation"), (Decimal("-5000.00"), "Montant hors taxes")]


def test_an_abandoned_project_spends_no_more(playground, at):
    services.abandon(playground, by=BUILDER, at=at, reason="Le sol est pollué.")

    assert refusal(factory.enter, playground, "commit", "1.00", at) == (
        "Ce projet est abandonné : on n’y engage plus d’argent."
    )


def test_a_leftover_moves_only_by_a_decision(cycle, envelope_of, at):
    with pytest.raises(ValidationError, match=r"decided_by.*decision"):
        services.transfer(
            envelope_of(cycle), None, by=BUILDER, at=at, amount_eur=Decimal("10.00"), on=at.date(),
            elsewhere="le budget général", decided_by="", decision="",
        )  # fmt: skip


@pytest.fixture
def envelope_of():
    return lambda cycle: cycle.envelopes.get()


def test_an_edition_does_not_close_without_its_review(cycle, playground, elias, at):
    review = OneYearReview.objects.get(cycle=cycle)
    closing = "L’édition ne peut pas être close : son bilan à un an n’est pas publié."
    said = [refusal(cycle_services.close_cycle, cycle, by=BUILDER, at=at)]
    services.submit_review(review, by=BUILDER, at=at, validator=elias)
    said.append(refusal(cycle_services.close_cycle, cycle, by=BUILDER, at=at))
    services.validate_review(review, by=elias, at=at)
    said.append(refusal(cycle_services.close_cycle, cycle, by=BUILDER, at=at))

    assert [plain(words) for words in said] == [
        f"{closing} Il est en brouillon : il reste à le soumettre, à le valider et à le publier.",
        f"{closing} Il attend sa validation par Élias Ben Amar, puis sa publication.",
        f"{closing} Il est validé : il reste à le publier.",
    ]


def test_an_edition_closes_once_its_review_is_published(cycle, playground, elias, at):
    factory.published(cycle, at, by=elias)

    assert cycle_services.close_cycle(cycle, by=BUILDER, at=at).state == "closed"


def test_without_a_vote_the_review_is_due_a_year_after_the_resolution(cycle, playground, at):
    assert OneYearReview.objects.get(cycle=cycle).scheduled_on == at.date() + timedelta(days=365)


def test_a_voted_edition_owes_its_review_before_any_resolution(town, at):
    """From the proclamation on: the council may take its time, the year runs."""
    voted = cycles.cycle(at, slug="2025", prefix="BP25", open_phase="proclamation")
    voting.proclaimed(voted, at)

    said = refusal(cycle_services.close_cycle, voted, by=BUILDER, at=at)

    assert plain(said).endswith("n’est pas publié. Il n’est pas encore prévu.")
    assert selectors.review_due_on(voted) == at.date() + timedelta(days=365)


def plain(words: str) -> str:
    return words.replace("\u00a0", " ")
