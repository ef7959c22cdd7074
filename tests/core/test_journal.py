"""The journal: every act leaves a line, the lines are chained, nobody rewrites them."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from bp_platform.core import journal
from bp_platform.core.actors import CLOCK, importing
from bp_platform.core.models import JournalEntry, JournalReason
from tests.factories import cycles as factory

pytestmark = pytest.mark.django_db


def line(cycle, at, act="try", **facts):
    return journal.Line(cycle.journal_chain, at, CLOCK, act, cycle, **facts)


def test_lines_are_chained_in_order(at):
    cycle = factory.cycle(at)

    with journal.transaction_with_journal():
        journal.record(line(cycle, at, "first"))
        journal.record(line(cycle, at, "second"))

    first, second = JournalEntry.objects.order_by("position")
    assert [first.act, second.act] == ["first", "second"]
    assert (first.previous_hash, second.previous_hash) == ("", first.hash)
    assert list(journal.breaches()) == []


def test_a_line_outside_its_act_is_refused(at):
    with pytest.raises(RuntimeError, match="transaction_with_journal"):
        journal.record(line(factory.cycle(at), at))


def test_an_act_that_fails_leaves_no_line(at):
    cycle = factory.cycle(at)

    with pytest.raises(ValueError, match="no"), journal.transaction_with_journal():
        journal.record(line(cycle, at))
        raise ValueError("no")

    assert not JournalEntry.objects.exists()


def test_a_nested_act_that_fails_takes_back_its_own_lines_only(at):
    cycle = factory.cycle(at)

    with journal.transaction_with_journal():
        journal.record(line(cycle, at, "kept"))
        with pytest.raises(ValueError, match="no"), journal.transaction_with_journal():
            journal.record(line(cycle, at, "undone"))
            raise ValueError("no")

    assert list(JournalEntry.objects.values_list("act", flat=True)) == ["kept"]


@pytest.mark.parametrize(
    "sql", ["UPDATE core_journalentry SET act = 'x'", "DELETE FROM core_journalentry", "TRUNCATE core_journalentry"]
)
def test_even_sql_cannot_rewrite_it(at, sql):
    cycle = factory.cycle(at)
    with journal.transaction_with_journal():
        journal.record(line(cycle, at))

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_changed_line_is_found(at):
    cycle = factory.cycle(at)
    with journal.transaction_with_journal():
        journal.record(line(cycle, at, "first"))
        journal.record(line(cycle, at, "second"))

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL bp.lift_guards = 'on'")
        cursor.execute("UPDATE core_journalentry SET act = 'other' WHERE position = 1")

    assert list(journal.breaches()) == [f"cycle:{cycle.pk}, ligne 1 : la ligne a été modifiée."]


def test_a_missing_line_is_found(at):
    cycle = factory.cycle(at)
    with journal.transaction_with_journal():
        for act in ("first", "second", "third"):
            journal.record(line(cycle, at, act))

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL bp.lift_guards = 'on'")
        cursor.execute("DELETE FROM core_journalentry WHERE position = 2")

    assert list(journal.breaches()) == [
        f"cycle:{cycle.pk}, ligne 3 : il manque la ligne 2.",
        f"cycle:{cycle.pk}, ligne 3 : ne suit pas la ligne précédente.",
    ]


def test_a_reason_can_be_erased_without_breaking_the_chain(at):
    cycle = factory.cycle(at)
    with journal.transaction_with_journal():
        journal.record(line(cycle, at, reason="Madame Petit habite ailleurs."))

    JournalReason.objects.all().delete()

    assert JournalEntry.objects.get().reason_hash != ""
    assert list(journal.breaches()) == []


def test_a_changed_reason_is_found(at):
    cycle = factory.cycle(at)
    with journal.transaction_with_journal():
        journal.record(line(cycle, at, reason="vrai"))

    JournalReason.objects.update(text="faux")

    assert list(journal.breaches()) == [f"cycle:{cycle.pk}, ligne 1 : le motif ne correspond pas à la ligne."]


@pytest.mark.django_db(transaction=True)
def test_twenty_acts_at_once_make_one_chain(at):
    cycle = factory.cycle(at)
    barrier = threading.Barrier(20)

    def act(number: int) -> None:
        barrier.wait()
        try:
            with journal.transaction_with_journal():
                journal.record(journal.Line(cycle.journal_chain, at, importing(str(number)), "act", cycle))
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(JournalEntry.objects.values_list("position", flat=True)) == list(range(1, 21))
    assert list(journal.breaches()) == []
