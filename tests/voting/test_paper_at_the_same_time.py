"""Keying at the same moment, with real threads on PostgreSQL: one keyer to a turn, one ballot to a place."""

from __future__ import annotations

import pytest

from bp_platform.accounts.models import Role
from bp_platform.core.decisions import Refused
from tests.factories import paper
from tests.factories import voting as make
from tests.people import staff
from tests.voting.test_at_the_same_time import together
from voting import services
from voting.models import BatchState, PaperBallot, PaperBatch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bureau(db, at):
    names = (("colette", "Colette", "Nguyen"), ("dora", "Dora", "Blum"), ("emile", "Émile", "Roux"))
    return [staff(*name, Role.COUNT, at) for name in names]


@pytest.fixture
def closed(draft, bureau):
    poll = make.seal(draft)
    paper.mark_on_paper(poll, list(poll.entries.order_by("pk")), bureau[0])
    return services.close(poll, by=make.BUILDER, at=paper.after())


def refusals(outcomes):
    return sorted(str(o) for o in outcomes if isinstance(o, Refused))


def test_two_persons_who_begin_a_turn_at_once_leave_one_keyer(closed, bureau):
    pile = paper.pile(closed, bureau[0], 2)
    blank = paper.reading(closed, "b")

    outcomes = together([lambda by=by: services.key_ballot(pile, 1, blank, by=by, at=paper.after()) for by in bureau])

    assert [words.split(" saisit")[1] for words in refusals(outcomes)] == [
        " déjà ce lot\u00a0: prenez-en un autre."
    ] * 2
    assert PaperBallot.objects.count() == 1
    assert PaperBatch.objects.get().first_by in bureau


def test_one_person_in_two_tabs_never_writes_over_a_ballot(closed, bureau):
    pile = paper.pile(closed, bureau[0], 2)
    readings = [paper.reading(closed, typed) for typed in ("1", "2", "3", "1")]

    outcomes = together([lambda r=r: services.key_ballot(pile, 1, r, by=bureau[0], at=paper.after()) for r in readings])

    kept = PaperBallot.objects.get()
    assert all(o.content == kept.content for o in outcomes if not isinstance(o, Refused))
    assert len(refusals(outcomes)) in (2, 3)
    assert all("déjà saisi, autrement" in words for words in refusals(outcomes))


def test_both_who_finish_a_keying_at_once_finish_it_once(closed, bureau):
    pile = paper.pile(closed, bureau[0], 1)
    services.key_ballot(pile, 1, paper.reading(closed, "b"), by=bureau[0], at=paper.after())

    outcomes = together([lambda: services.finish_keying(pile, by=bureau[0], at=paper.after())] * 2)

    assert len(refusals(outcomes)) == 1
    assert PaperBatch.objects.get().state == BatchState.SECOND


def test_batches_opened_at_once_have_their_own_numbers(closed, bureau):
    outcomes = together([lambda: paper.pile(closed, bureau[0], 60)] * 4)

    assert sorted(batch.number for batch in outcomes) == [1, 2, 3, 4]


def test_two_small_batches_opened_at_once_leave_one(closed, bureau):
    outcomes = together([lambda: paper.pile(closed, bureau[0], 20)] * 2)

    assert len(refusals(outcomes)) == 1
    assert PaperBatch.objects.count() == 1


def test_a_balance_stated_while_a_keying_is_begun_again_is_not_left_behind(closed, bureau):
    """Whichever comes first, no balance stays over a batch that is to be keyed again."""
    colette, dora, _emile = bureau
    batch = paper.key(paper.key(paper.pile(closed, colette, 2), colette, "b", "b"), dora, "b", "b")

    together(
        [
            lambda: services.state_balance(closed, "ville", by=colette, at=paper.after()),
            lambda: services.restart_keying(batch, by=dora, at=paper.after(), reason="Relecture."),
        ]
    )

    assert PaperBatch.objects.get().state == BatchState.FIRST
    assert not closed.balances.exists()
