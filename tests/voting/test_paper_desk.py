"""The desk of paper ballots: who reaches it, keying by its pages, what is refused and never lost."""

from __future__ import annotations

import pytest

from bp_platform.accounts.models import Role
from tests.factories import paper
from tests.factories import voting as make
from tests.people import staff
from voting import services
from voting.models import BatchState, Incident, PaperBallot, PaperBatch, PollKind

pytestmark = pytest.mark.django_db


def plain(answer):
    """The page's text, no-break spaces as spaces."""
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def bureau(db, at):
    names = (("colette", "Colette", "Nguyen"), ("dora", "Dora", "Blum"), ("emile", "Émile", "Roux"))
    return [staff(*name, Role.COUNT, at) for name in names]


@pytest.fixture
def closed(draft, bureau):
    """Aïcha and Chloé received a paper ballot; two choices at most; the vote is closed."""
    draft.plan["scopes"][0]["ballot"]["max_choices"] = 2
    draft.save()
    poll = make.seal(draft)
    paper.mark_on_paper(poll, list(poll.entries.order_by("pk")), bureau[0])
    return services.close(poll, by=make.BUILDER, at=paper.after())


@pytest.fixture
def pile(closed, bureau):
    return paper.pile(closed, bureau[0], 2)


def key_url(pile):
    return f"/bureau/vote/{pile.poll_id}/papier/{pile.number}/saisie/"


def test_who_does_not_count_has_no_such_desk(sign_in, pile, bruno, chloe):
    for user in (bruno, chloe):
        for tail in ("", "1/", "1/saisie/", "1/differences/", "imprimer/"):
            assert sign_in(user).get(f"/bureau/vote/{pile.poll_id}/papier/{tail}").status_code == 404
        for tail in ("nouveau/", "constat/", "tirage/", "1/terminer/", "1/changer/"):
            assert sign_in(user).post(f"/bureau/vote/{pile.poll_id}/papier/{tail}").status_code == 404


def test_the_team_handles_the_paper_of_a_practice_vote_alone(sign_in, paula, poll, lifted):
    assert sign_in(paula).get(f"/bureau/vote/{poll.pk}/papier/").status_code == 200
    lifted("UPDATE voting_poll SET kind = %s WHERE id = %s", PollKind.BINDING, poll.pk)

    assert sign_in(paula).get(f"/bureau/vote/{poll.pk}/").status_code == 200
    assert sign_in(paula).get(f"/bureau/vote/{poll.pk}/papier/").status_code == 404


def test_before_closing_the_desk_says_that_nothing_is_unfolded(sign_in, bureau, poll):
    client = sign_in(bureau[0])

    page = plain(client.get(f"/bureau/vote/{poll.pk}/papier/"))
    refused = client.post(f"/bureau/vote/{poll.pk}/papier/nouveau/", {"scope": "ville", "boxes": "Mairie", "size": 2})

    assert "Rien n’est déplié ni saisi avant la clôture" in page
    assert "Ouvrir un lot" not in page
    assert refused.status_code == 403
    assert not PaperBatch.objects.exists()


def test_a_vote_is_keyed_twice_stated_and_counted_by_its_pages(sign_in, bureau, closed):
    colette, dora, _emile = bureau
    desk = f"/bureau/vote/{closed.pk}/papier/"
    client = sign_in(colette)
    assert "Bulletins papier à saisir" in plain(client.get(f"/bureau/vote/{closed.pk}/"))
    made = client.post(f"{desk}nouveau/", {"scope": "ville", "boxes": "Mairie, école", "size": "2"})
    assert made["Location"] == desk

    for keyer in (colette, dora):
        client = sign_in(keyer)
        first = client.post(f"{desk}1/saisie/", {"place": 1, "typed": "1 2"})
        second = client.post(f"{desk}1/saisie/", {"place": 2, "typed": "", "acte": "blanc"})
        assert (first.status_code, second.status_code) == (303, 303)
        assert "Les 2 bulletins sont saisis" in plain(client.get(f"{desk}1/saisie/"))
        assert client.post(f"{desk}1/terminer/")["Location"] == desk
    page = plain(client.get(desk))
    assert "Constater le papier : Toute la ville" in page
    assert client.post(f"{desk}constat/", {"scope": "ville", "reason": ""})["Location"] == desk
    counted = client.post(f"/bureau/vote/{closed.pk}/depouiller/")

    assert counted.status_code == 303
    assert PaperBatch.objects.get().state == BatchState.AGREED
    assert "Ouvrir un lot" not in plain(client.get(desk))
    assert "À comparer au recompte à la main" in plain(client.get(f"{desk}1/"))


def test_the_form_of_a_batch_says_what_is_wrong(sign_in, bureau, pile):
    client, desk = sign_in(bureau[0]), f"/bureau/vote/{pile.poll_id}/papier/"

    empty = client.post(f"{desk}nouveau/", {"scope": "ville", "boxes": "", "size": "beaucoup"})
    small = client.post(f"{desk}nouveau/", {"scope": "ville", "boxes": "Mairie", "size": "20"})

    assert (empty.status_code, small.status_code) == (422, 422)
    assert "Écrivez le nombre en chiffres, par exemple 120." in plain(empty)
    assert "mélangez-le avec un autre lot" in plain(small)


def test_a_wrong_number_is_one_sentence_and_nothing_is_lost(sign_in, bureau, pile):
    client = sign_in(bureau[0])

    answer = client.post(key_url(pile), {"place": 1, "typed": "1 99"})

    assert answer.status_code == 422
    assert "Le numéro 99 n’est pas sur la liste de ce périmètre : relisez le bulletin." in plain(answer)
    assert 'value="1 99"' in plain(answer)
    assert not PaperBallot.objects.exists()


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({"typed": ""}, "Rien n’est saisi"),
        ({"typed": "1", "c": ["2"]}, "pas les deux"),
        ({"typed": "1", "acte": "blanc"}, "effacez-les pour dire ce bulletin blanc ou nul"),
        ({"typed": "", "c": ["2"], "acte": "illegible"}, "effacez-les pour dire ce bulletin blanc ou nul"),
        ({"typed": "1 1"}, "ne le tapez qu’une fois"),
    ],
)
def test_what_is_not_sure_is_asked_again(sign_in, bureau, pile, posted, words):
    answer = sign_in(bureau[0]).post(key_url(pile), {"place": 1, **posted})

    assert answer.status_code == 422
    assert words in plain(answer)
    assert not PaperBallot.objects.exists()


def test_boxes_of_the_list_are_ticked_as_well(sign_in, bureau, pile):
    sign_in(bureau[0]).post(key_url(pile), {"place": 1, "typed": "", "c": ["2", "4"]})

    assert PaperBallot.objects.get().content == '{"c":[1,3],"s":"ville"}'


def test_too_many_choices_are_said_once_then_kept_as_null(sign_in, bureau, pile):
    client = sign_in(bureau[0])

    asked = client.post(key_url(pile), {"place": 1, "typed": "1 2 3"})
    assert asked.status_code == 200
    assert "3 choix, pour 2 au plus : ce bulletin sera nul." in plain(asked)
    assert not PaperBallot.objects.exists()
    changed = client.post(key_url(pile), {"place": 1, "typed": "2 3 4", "sur": "1 2 3"})
    assert "ce bulletin sera nul" in plain(changed)
    sure = client.post(key_url(pile), {"place": 1, "typed": "3,2,1", "sur": "1 2 3"})

    assert sure.status_code == 303
    row = PaperBallot.objects.get()
    assert (row.content, row.null_reason) == ("", "invalid:too_many")


def test_the_last_three_are_shown_and_corrected(sign_in, bureau, closed):
    colette = bureau[0]
    pile = paper.pile(closed, colette, 10)
    paper.key(pile, colette, "1", "2", "3", "4")
    client = sign_in(colette)

    page = plain(client.get(key_url(pile)))
    assert [f"?bulletin={n}" in page for n in (1, 2, 3, 4)] == [False, True, True, True]
    correcting = plain(client.get(f"{key_url(pile)}?bulletin=3"))
    assert 'value="3"' in correcting
    done = client.post(f"{key_url(pile)}?bulletin=3", {"place": 3, "typed": "ni"})

    assert done["Location"] == key_url(pile)
    assert PaperBallot.objects.get(place=3).null_reason == "illegible"


def test_the_second_keyer_sees_nothing_of_the_first(sign_in, bureau, pile):
    """The first keyed « ni » and « 4 »: the second's pages are those of a pile that nobody has keyed."""
    colette, dora, _emile = bureau
    paper.key(pile, colette, "ni", "4")
    client = sign_in(dora)

    page = plain(client.get(key_url(pile)))
    corrected = plain(client.get(f"{key_url(pile)}?bulletin=1"))
    facts = plain(client.get(f"/bureau/vote/{pile.poll_id}/papier/1/"))
    desk = plain(client.get(f"/bureau/vote/{pile.poll_id}/papier/"))
    apart = client.get(f"/bureau/vote/{pile.poll_id}/papier/1/differences/")

    for text in (page, corrected, facts, desk, plain(apart)):
        assert "nul : illisible" not in text
        assert "checked" not in text
    assert "Les derniers saisis" not in page
    assert "Bulletin 1 sur 2" in corrected
    assert apart.status_code == 403


def test_the_first_keyer_is_told_to_take_another_batch(sign_in, bureau, pile):
    paper.key(pile, bureau[0], "b", "b")
    client = sign_in(bureau[0])

    refused = client.get(key_url(pile))

    assert refused.status_code == 403
    assert "une autre personne fait la deuxième" in plain(refused)
    assert "une autre personne fait la deuxième" in plain(client.get(f"/bureau/vote/{pile.poll_id}/papier/"))


def test_differences_are_resolved_on_their_page_by_another_than_the_last_keyer(sign_in, bureau, pile):
    colette, dora, emile = bureau
    paper.key(pile, colette, "1 2", "ni")
    paper.key(PaperBatch.objects.get(pk=pile.pk), dora, "1 3", "4")
    url = f"/bureau/vote/{pile.poll_id}/papier/1/differences/"

    keyer = sign_in(dora).get(url)
    assert "quelqu’un d’autre tranche les différences" in plain(keyer)
    assert '<form class="keying"' not in plain(keyer)
    client = sign_in(emile)
    page = plain(client.get(url))
    assert "Bulletin 1 de la pile de 2" in page
    again = client.post(url, {"place": 1, "typed": "1 3"})
    last = client.post(url, {"place": 2, "typed": "", "acte": "illegible"})

    assert (again["Location"], last["Location"]) == (url, f"/bureau/vote/{pile.poll_id}/papier/")
    assert PaperBatch.objects.get().state == BatchState.AGREED


def test_a_batch_changes_by_its_page_with_a_reason(sign_in, bureau, pile):
    client, url = sign_in(bureau[0]), f"/bureau/vote/{pile.poll_id}/papier/1/changer/"

    without = client.post(url, {"acte": "nombre", "nombre-size": "3", "nombre-reason": ""})
    client.post(url, {"acte": "nombre", "nombre-size": "3", "nombre-reason": "Recompté."})
    assert PaperBatch.objects.get().size == 3
    client.post(url, {"acte": "recommencer", "recommencer-reason": "La pile est tombée."})
    gone = client.post(url, {"acte": "retirer", "retirer-reason": "Mauvais périmètre."})

    assert without.status_code == 422
    assert "Dites en une phrase pourquoi." in plain(without)
    assert gone["Location"] == f"/bureau/vote/{pile.poll_id}/papier/"
    assert not PaperBatch.objects.exists()


def test_a_gap_is_explained_on_the_desk(sign_in, bureau, closed):
    colette, dora, _emile = bureau
    paper.key(paper.key(paper.pile(closed, colette, 1), colette, "1"), dora, "1")
    client, url = sign_in(colette), f"/bureau/vote/{closed.pk}/papier/constat/"

    bare = client.post(url, {"scope": "ville", "reason": ""})
    told = client.post(url, {"scope": "ville", "reason": "Un bulletin non rapporté."})

    assert bare.status_code == 422
    assert "Il manque 1 bulletin : expliquez l’écart" in plain(bare)
    assert told.status_code == 303
    assert "Un bulletin non rapporté." in plain(client.get(f"/bureau/vote/{closed.pk}/papier/"))


def test_what_stops_the_count_is_said_at_the_button(sign_in, bureau, closed):
    Incident.objects.create(
        poll=closed, kind="contested", entry=closed.entries.first(), text="Dit n’avoir pas voté.",
        reported_by=bureau[0], reported_at=paper.after(),
    )  # fmt: skip

    page = plain(sign_in(bureau[0]).get(f"/bureau/vote/{closed.pk}/"))

    assert "Le bureau doit d’abord trancher 1 bulletin contesté ou en attente" in page
    assert "Ouvrir et dépouiller" not in page


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_desk_takes_as_many_queries_for_one_batch_as_for_three(
    sign_in, bureau, closed, how_many, django_assert_num_queries
):
    for _number in range(how_many):
        batch = paper.pile(closed, bureau[0], 50)
        paper.key(batch, bureau[0], "b")
    client = sign_in(bureau[0])
    client.get(f"/bureau/vote/{closed.pk}/papier/")

    with django_assert_num_queries(11):
        page = plain(client.get(f"/bureau/vote/{closed.pk}/papier/"))

    assert page.count("1 saisi sur 50") == how_many


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_keying_page_takes_as_many_queries_after_three_ballots(
    sign_in, bureau, closed, how_many, django_assert_num_queries
):
    batch = paper.pile(closed, bureau[0], 50)
    paper.key(batch, bureau[0], *["1"] * how_many)
    client = sign_in(bureau[0])
    client.get(key_url(batch))

    with django_assert_num_queries(8):
        page = plain(client.get(key_url(batch)))

    assert page.count("?bulletin=") == how_many
