"""PROTOCOL §6.4.18: paper is keyed after closing, twice, by two persons; what differs is read again on the paper."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from bp_platform.accounts.models import Role
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry, JournalReason
from tests.factories import cycles as rulebooks
from tests.factories import paper
from tests.factories import voting as make
from tests.people import staff
from voting import selectors, services
from voting.models import BatchState, Keying, PaperBallot, PaperBatch

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(db, at):
    """Colette, Dora and Émile count."""
    names = (("colette", "Colette", "Nguyen"), ("dora", "Dora", "Blum"), ("emile", "Émile", "Roux"))
    return [staff(*name, Role.COUNT, at) for name in names]


@pytest.fixture
def closed(draft, bureau):
    """Aïcha and Chloé received a paper ballot; the vote is closed."""
    poll = make.seal(draft)
    paper.mark_on_paper(poll, list(poll.entries.order_by("pk")), bureau[0])
    return services.close(poll, by=make.BUILDER, at=paper.after())


@pytest.fixture
def pile(closed, bureau):
    """Their two ballots in one pile."""
    return paper.pile(closed, bureau[0], 2)


def acts():
    return list(JournalEntry.objects.order_by("pk").values_list("act", flat=True))


def test_nothing_is_keyed_before_closing(poll, bureau):
    with pytest.raises(Refused, match="aucun bulletin papier n’est déplié ni saisi avant la clôture"):
        paper.pile(poll, bureau[0], 2)
    with pytest.raises(DatabaseError, match="between closing and count"), transaction.atomic():
        PaperBatch.objects.create(poll=poll, scope="ville", number=1, boxes="Mairie", size=2, created_by=bureau[0])


def test_the_database_refuses_a_keying_before_closing_and_out_of_its_turn(pile, bureau, lifted):
    row = {"batch": pile, "place": 1, "null_reason": "illegible"}
    for keying in (Keying.SECOND, Keying.AGREED):
        with pytest.raises(DatabaseError, match="in its turn"), transaction.atomic():
            PaperBallot.objects.create(keying=keying, **row)
    with pytest.raises(DatabaseError, match="in its turn"), transaction.atomic():
        PaperBallot.objects.create(keying=Keying.FIRST, batch=pile, place=3, null_reason="illegible")
    lifted("UPDATE voting_poll SET state = 'sealed', closed_at = NULL, closing = NULL WHERE id = %s", pile.poll_id)

    with pytest.raises(DatabaseError, match="between closing and count"), transaction.atomic():
        PaperBallot.objects.create(keying=Keying.FIRST, **row)


def test_a_vote_without_paper_has_no_batch(draft, bureau, request):
    version = rulebooks.next_version(draft.cycle)
    version.values["ballot"]["is_paper_refused"] = True
    version.save()
    closed = request.getfixturevalue("closed")  # sealing freezes the article

    with pytest.raises(Refused, match=r"ne prévoit pas de bulletin papier \(article 6\)"):
        services.create_batch(closed, by=bureau[0], at=paper.after(), scope="ville", boxes="Mairie", size=60)


def test_two_persons_key_and_agree(pile, closed, bureau):
    colette, dora, _emile = bureau
    quay = paper.line(closed, "BP26-0003")

    first = paper.key(pile, colette, quay, "b")
    assert (first.state, first.first_by, first.second_by) == (BatchState.SECOND, colette, None)
    second = paper.key(first, dora, quay, "b")

    assert (second.state, second.second_by) == (BatchState.AGREED, dora)
    assert second.agreed_at is not None
    text = selectors.sealed_of(closed)
    assert list(PaperBallot.objects.filter(keying="second").order_by("place").values_list("content", flat=True)) == [
        text.content("ville", (("BP26-0003", 1),)).decode(),
        text.content("ville", ()).decode(),
    ]
    assert acts()[-3:] == ["create_batch", "finish_keying", "finish_keying"]


def test_the_second_keying_is_by_another_person(pile, bureau):
    colette = bureau[0]
    first = paper.key(pile, colette, "b", "b")

    with pytest.raises(Refused, match="une autre personne fait la deuxième"):
        paper.key(first, colette, "b")
    with pytest.raises(IntegrityError, match="batch_is_keyed_by_two_persons"), transaction.atomic():
        PaperBatch.objects.filter(pk=pile.pk).update(second_by=colette)


def test_whoever_has_begun_goes_on_alone(pile, bureau):
    colette, dora, _emile = bureau
    paper.key(pile, colette, "b")

    with pytest.raises(Refused, match="Colette Nguyen saisit déjà ce lot"):
        services.key_ballot(pile, 2, paper.reading(pile.poll, "b"), by=dora, at=paper.after())


def test_who_does_not_count_does_not_key(pile, bureau, bruno):
    with pytest.raises(Refused, match="chargée du dépouillement"):
        services.key_ballot(pile, 1, paper.reading(pile.poll, "b"), by=bruno, at=paper.after())
    with pytest.raises(Refused, match="chargée du dépouillement"):
        services.create_batch(pile.poll, by=make.BUILDER, at=paper.after(), scope="ville", boxes="Mairie", size=60)


def test_too_many_choices_make_a_null_ballot_and_nothing_is_trimmed(draft, bureau):
    draft.plan["scopes"][0]["ballot"]["max_choices"] = 2
    draft.save()
    poll = make.seal(draft)
    closed = services.close(poll, by=make.BUILDER, at=paper.after())
    batch = paper.pile(closed, bureau[0], 1)
    reading = paper.reading(closed, "1 2 3")

    fault = services.broken_rule(batch, reading)
    row = services.key_ballot(batch, 1, reading, by=bureau[0], at=paper.after())

    assert (fault.value, fault.bound) == (3, 2)
    assert (row.content, row.null_reason) == ("", "invalid:too_many")


def test_the_same_post_twice_is_harmless_and_another_ballot_is_refused(pile, bureau):
    colette = bureau[0]
    post = {"by": colette, "at": paper.after()}
    services.key_ballot(pile, 1, paper.reading(pile.poll, "1 2"), **post)

    services.key_ballot(pile, 1, paper.reading(pile.poll, "2 1"), **post)
    with pytest.raises(Refused, match="Le bulletin 1 est déjà saisi, autrement"):
        services.key_ballot(pile, 1, paper.reading(pile.poll, "3"), **post)
    with pytest.raises(Refused, match="La pile en est au bulletin 2"):
        services.key_ballot(pile, 3, paper.reading(pile.poll, "3"), **post)

    assert PaperBallot.objects.count() == 1


def test_a_ballot_is_corrected_while_its_keying_is_not_finished(pile, bureau):
    colette = bureau[0]
    paper.key(pile, colette, "1")
    services.correct_ballot(pile, 1, paper.reading(pile.poll, "ns"), by=colette, at=paper.after())
    assert PaperBallot.objects.get().null_reason == "signed"
    with pytest.raises(Refused, match="Le bulletin 2 n’est pas encore saisi"):
        services.correct_ballot(pile, 2, paper.reading(pile.poll, "1"), by=colette, at=paper.after())

    paper.key(pile, colette, "2")

    with pytest.raises(Refused, match="une autre personne fait la deuxième"):
        services.correct_ballot(pile, 1, paper.reading(pile.poll, "1"), by=colette, at=paper.after())


def test_a_keying_ends_when_the_pile_does(pile, bureau):
    paper.key(pile, bureau[0], "b")

    with pytest.raises(Refused, match="Il reste 1 bulletin à saisir"):
        services.finish_keying(pile, by=bureau[0], at=paper.after())


def test_differences_are_read_again_by_two_and_signed_by_another_than_the_last_keyer(pile, closed, bureau):
    colette, dora, emile = bureau
    paper.key(pile, colette, "1 2", "ni")
    compared = paper.key(PaperBatch.objects.get(pk=pile.pk), dora, "1 3", "4")
    assert compared.state == BatchState.COMPARED
    assert [(d.place, d.first, d.second) for d in selectors.differences(compared)] == [
        (1, "1, 2", "1, 3"),
        (2, "nul\u00a0: illisible", "4"),
    ]

    with pytest.raises(Refused, match="quelqu’un d’autre tranche les différences"):
        services.resolve(compared, 1, paper.reading(closed, "1 3"), by=dora, at=paper.after())
    services.resolve(compared, 1, paper.reading(closed, "1 3"), by=colette, at=paper.after())
    with pytest.raises(Refused, match="Le bulletin 3 n’a pas de différence"):
        services.resolve(compared, 3, paper.reading(closed, "1"), by=emile, at=paper.after())
    agreed = services.resolve(compared, 2, paper.reading(closed, "4"), by=emile, at=paper.after())

    assert agreed.state == BatchState.AGREED
    assert acts()[-3:] == ["resolve_difference", "resolve_difference", "agree_batch"]
    last = JournalEntry.objects.order_by("pk").last()
    assert (last.actor_id, last.role, last.from_state, last.to_state) == (
        str(emile.uid), "count_officer", "compared", "agreed",
    )  # fmt: skip
    with pytest.raises(Refused, match="n’a pas de différence à résoudre"):
        services.resolve(agreed, 1, paper.reading(closed, "1"), by=emile, at=paper.after())


def test_a_small_batch_is_refused_unless_the_scope_has_no_more(pile, closed, bureau):
    with pytest.raises(Refused, match="mélangez-le avec un autre lot"):
        paper.pile(closed, bureau[0], 49)
    with pytest.raises(Refused, match="Le lot 1 compte moins de 50 bulletins"):
        paper.pile(closed, bureau[0], 60)
    for size in (0, 501):
        with pytest.raises(Refused, match="de 1 à 500 bulletins"):
            services.correct_size(pile, by=bureau[0], at=paper.after(), size=size, reason="Mélangé.")

    services.correct_size(pile, by=bureau[0], at=paper.after(), size=50, reason="Mélangé avec l’école.")
    other = paper.pile(closed, bureau[0], 50)

    assert other.number == 2
    with pytest.raises(Refused, match="mélangez-le avec un autre lot"):
        services.correct_size(other, by=bureau[0], at=paper.after(), size=49, reason="Recompté.")
    with pytest.raises(Refused, match="Choisissez le périmètre"):
        paper.pile(closed, bureau[0], 50, scope="ailleurs")


def test_the_number_is_corrected_with_a_reason_before_the_second_keying(pile, bureau):
    colette, dora, _emile = bureau
    paper.key(pile, colette, "b")
    with pytest.raises(Refused, match="Dites en une phrase pourquoi"):
        services.correct_size(pile, by=colette, at=paper.after(), size=3, reason=" ")
    with pytest.raises(Refused, match="Colette Nguyen saisit ce lot"):
        services.correct_size(pile, by=dora, at=paper.after(), size=3, reason="Recompté.")

    grown = services.correct_size(pile, by=colette, at=paper.after(), size=3, reason="Recompté.")
    paper.key(grown, colette, "b", "b")

    with pytest.raises(Refused, match="La première saisie de ce lot est finie"):
        services.correct_size(grown, by=colette, at=paper.after(), size=2, reason="Recompté.")
    assert "correct_batch_size" in acts()


def test_a_number_below_what_is_keyed_is_refused(pile, bureau):
    grown = services.correct_size(pile, by=bureau[0], at=paper.after(), size=5, reason="Recompté.")
    paper.key(grown, bureau[0], "b", "b", "b")

    with pytest.raises(Refused, match="3 bulletins de ce lot sont déjà saisis"):
        services.correct_size(grown, by=bureau[0], at=paper.after(), size=2, reason="Recompté.")


def test_a_keying_is_begun_again_with_a_reason(pile, bureau):
    colette, dora, emile = bureau
    paper.key(pile, colette, "b", "b")
    second = paper.key(PaperBatch.objects.get(pk=pile.pk), dora, "b")
    with pytest.raises(Refused, match="Dites en une phrase pourquoi"):
        services.restart_keying(second, by=emile, at=paper.after(), reason="")

    again = services.restart_keying(second, by=emile, at=paper.after(), reason="La pile est tombée.")
    assert (again.state, again.first_by, again.second_by) == (BatchState.SECOND, colette, None)
    assert set(PaperBallot.objects.values_list("keying", flat=True)) == {"first"}
    anew = services.restart_keying(again, by=emile, at=paper.after(), reason="Le nombre est faux.", both=True)

    assert (anew.state, anew.first_by, anew.second_by) == (BatchState.FIRST, None, None)
    assert not PaperBallot.objects.exists()
    assert acts()[-2:] == ["restart_keying", "restart_keying"]


def test_a_batch_of_which_nothing_is_keyed_is_taken_back(pile, closed, bureau):
    colette = bureau[0]
    paper.key(pile, colette, "b")
    with pytest.raises(Refused, match="recommencez sa saisie avant de le retirer"):
        services.remove_batch(pile, by=colette, at=paper.after(), reason="Mauvais périmètre.")
    services.restart_keying(pile, by=colette, at=paper.after(), reason="Mauvais périmètre.")
    services.remove_batch(pile, by=colette, at=paper.after(), reason="Mauvais périmètre.")

    assert not PaperBatch.objects.exists()
    assert acts()[-1] == "remove_batch"


def test_the_draw_of_a_batch_is_what_anybody_computes_again(closed, pile, bureau):
    colette, dora, _emile = bureau
    with pytest.raises(Refused, match="au moins quatre caractères"):
        services.draw_batch(closed, by=colette, at=paper.after(), seed="62")
    with pytest.raises(Refused, match="Aucun lot n’est encore concordant"):
        services.draw_batch(closed, by=colette, at=paper.after(), seed="dés 6-2")
    paper.key(paper.key(pile, colette, "b", "b"), dora, "b", "b")

    drawn = services.draw_batch(closed, by=colette, at=paper.after(), seed="dés 6-2")

    assert drawn == pile
    assert acts()[-1] == "draw_batch"
    assert JournalReason.objects.order_by("pk").last().text == "dés 6-2"


def test_no_line_of_the_journal_holds_a_content(pile, closed, bureau):
    colette, dora, emile = bureau
    paper.key(pile, colette, "1 2", "3")
    compared = paper.key(PaperBatch.objects.get(pk=pile.pk), dora, "1 2", "4")
    services.resolve(compared, 2, paper.reading(closed, "3"), by=emile, at=paper.after())
    services.state_balance(closed, "ville", by=emile, at=paper.after())

    written = [str(list(row.values())) for row in JournalEntry.objects.order_by("pk").values()]
    written += list(JournalReason.objects.values_list("text", flat=True))
    contents = set(PaperBallot.objects.values_list("content", flat=True))
    assert len(contents) == 3
    assert not [c for c in contents for words in written if c in words]
    assert not [words for words in written if '"c":' in words or "illegible" in words]
