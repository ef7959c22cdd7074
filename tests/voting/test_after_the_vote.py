"""PROTOCOL §6.5: closing, opening, counting, proclaiming; and that nothing is seen before."""

from __future__ import annotations

import pytest
from django.db import connection

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.notifications.models import OutboxMessage
from proposals.models import Owner, Proposal
from tests.factories import voting as make
from voting import practice_keys, selectors, services
from voting import seal as seals
from voting.models import Ballot, Poll, PollKind, PollResult, PollState
from voting.offline import bureau

pytestmark = pytest.mark.django_db


def plain(text):
    """No-break spaces as spaces, to be read in a test."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def after():
    return make.clock() + 2 * make.HOUR


@pytest.fixture
def voted(draft, review):
    """Twelve people have voted: the courtyard 7, the orchard 5, the quay 9, nobody for the benches."""
    people = make.admit(draft, *(f"Voisin {n}" for n in range(12)))
    poll = make.seal(draft)
    for place, entry in enumerate(people):
        numbers = [n for n, most in (("BP26-0001", 7), ("BP26-0002", 5), ("BP26-0003", 9)) if place < most]
        services.cast_many(poll, [review(poll, entry, *numbers)])
    return poll


@pytest.fixture
def closed(voted, after):
    return services.close(voted, by=make.BUILDER, at=after)


@pytest.fixture
def counted(closed, after):
    opened = services.open_box(closed, by=make.BUILDER, at=after)
    return services.count(opened, by=make.BUILDER, at=after)


def test_a_vote_waits_for_its_sealed_date_to_be_closed(db):
    poll = make.draft_poll(PollKind.BINDING)
    make.admit(poll, "Aïcha")
    poll = make.seal(poll, sheet=make.split_key()[0])

    with pytest.raises(Refused, match="Le vote est ouvert jusqu’au"):
        services.close(poll, by=make.BUILDER, at=make.clock())


def test_a_practice_vote_is_closed_before_its_date_and_not_before_it_opens(voted, review):
    [late] = make.admit(voted, "Zoé")
    cast = review(voted, late, "BP26-0001")
    with pytest.raises(Refused, match="Le vote est ouvert jusqu’au"):
        services.close(voted, by=make.BUILDER, at=voted.opens_at - make.HOUR)

    closed = services.close(voted, by=make.BUILDER, at=make.clock())

    assert closed.state == PollState.CLOSED
    assert selectors.window(closed, selectors.sealed_of(closed), make.clock()).closes_at == closed.closed_at
    with pytest.raises(Refused, match="Le vote est clos.: plus aucun bulletin n’est reçu."):
        services.cast_many(closed, [cast])


def test_closing_fixes_the_box(closed):
    assert closed.state == PollState.CLOSED
    assert closed.closing["refs"] == {"ville": 12}
    assert closed.closing["marks"] == {"ville": {"web": 12}}
    assert closed.closing["stations"] == {}
    assert len(closed.closing["refs_digest"]) == len(closed.closing["export_digest"]) == 64


def test_the_box_opens_into_sorted_ballots_without_references(closed, after):
    services.open_box(closed, by=make.BUILDER, at=after)

    contents = list(Ballot.objects.filter(poll=closed).order_by("pk").values_list("content", flat=True))
    assert contents == sorted(contents)
    assert len(contents) == 12
    assert {f.name for f in Ballot._meta.fields} == {"id", "poll", "scope", "channel", "content", "null_reason"}


def test_the_count_follows_the_sealed_rule(counted):
    result = selectors.result_of(counted)

    [scope] = result.scopes
    assert {line.project_id: line.score.votes for line in scope.lines} == {
        "BP26-0001": 7,
        "BP26-0002": 5,
        "BP26-0003": 9,
        "BP26-0004": 0,
    }
    assert result.winners == ("BP26-0003", "BP26-0001")
    assert (scope.ballots.cast, scope.ballots.valid, scope.ballots.blank, scope.ballots.null) == (12, 9, 3, 0)


def test_a_withdrawn_project_is_skipped(voted, after):
    services.withdraw_project(voted, "BP26-0003", by=make.BUILDER, at=make.clock(), reason="Le terrain est vendu.")
    closed = services.close(voted, by=make.BUILDER, at=after)
    counted = services.count(services.open_box(closed, by=make.BUILDER, at=after), by=make.BUILDER, at=after)

    assert selectors.result_of(counted).winners == ("BP26-0001", "BP26-0002")


def test_a_withdrawal_after_closing_is_refused(closed, after):
    with pytest.raises(Refused, match="pas encore clos"):
        services.withdraw_project(closed, "BP26-0003", by=make.BUILDER, at=after, reason="Trop tard.")


def test_a_binding_box_is_never_opened_here(db, after):
    sheet, shares = make.split_key()
    poll = make.seal(make.draft_poll(PollKind.BINDING), sheet=sheet)
    poll = services.close(poll, by=make.BUILDER, at=after)

    with pytest.raises(Refused, match="jamais sur ce serveur"):
        services.open_box(poll, by=make.BUILDER, at=after, private_key=bureau.combine(shares[:2]))
    with pytest.raises(Exception, match="not opened here"), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM voting_seals_to_rehearse(%s)", [poll.pk])


def test_another_key_opens_nothing(closed, after):
    with pytest.raises(Refused, match="n’est pas celle du vote"):
        services.open_box(closed, by=make.BUILDER, at=after, private_key=seals.new_keys().private)

    assert Ballot.objects.count() == 0


@pytest.mark.parametrize("verb", ["remove", "add"])
def test_a_box_that_changed_after_closing_is_not_opened(verb, closed, after, lifted):
    if verb == "remove":
        lifted("DELETE FROM voting_sealedballot WHERE ref = (SELECT ref FROM voting_sealedballot ORDER BY ref LIMIT 1)")
    else:
        seal = b"s" * closed.seal_length
        lifted("SET session_replication_role = 'replica'")  # no trigger
        lifted("INSERT INTO voting_sealedballot VALUES (%s, 'ville', %s, %s)", seals.ref_of(seal), seal, closed.pk)
        lifted("RESET session_replication_role")

    with pytest.raises(Refused, match="L’urne n’est plus celle de la clôture"):
        services.open_box(closed, by=make.BUILDER, at=after)

    assert Ballot.objects.count() == 0


def _seal_rubbish(poll, entry, lifted, *, how_many=1):
    """Seals that nobody's key opens, with their marks, as a broken server would leave."""
    for place in range(how_many):
        seal = bytes([place]) * poll.seal_length
        lifted("INSERT INTO voting_sealedballot VALUES (%s, 'ville', %s, %s)", seals.ref_of(seal), seal, poll.pk)
    lifted("INSERT INTO voting_rollmark (poll_id, entry_id, channel, station, day) VALUES (%s, %s, 'web', '', now())",
           poll.pk, entry.pk)  # fmt: skip


def test_a_corrupt_seal_is_null_and_the_numbers_still_agree(voted, after, lifted):
    _seal_rubbish(voted, voted.entries.get(name="Aïcha"), lifted)
    closed = services.close(voted, by=make.BUILDER, at=after)

    counted = services.count(services.open_box(closed, by=make.BUILDER, at=after), by=make.BUILDER, at=after)

    assert list(Ballot.objects.exclude(null_reason="").values_list("null_reason", flat=True)) == ["unreadable"]
    assert selectors.result_of(counted).winners == ("BP26-0003", "BP26-0001")


def test_when_nothing_opens_nothing_is_written(poll, after, lifted):
    _seal_rubbish(poll, poll.entries.get(name="Aïcha"), lifted)
    closed = services.close(poll, by=make.BUILDER, at=after)

    with pytest.raises(Refused, match="Aucun bulletin ne s’ouvre"):
        services.open_box(closed, by=make.BUILDER, at=after)

    assert Ballot.objects.count() == 0


def test_marks_and_ballots_that_disagree_stop_the_count(voted, after, lifted):
    [stranger] = make.admit(voted, "Dora")
    lifted("INSERT INTO voting_rollmark (poll_id, entry_id, channel, station, day) VALUES (%s, %s, 'web', '', now())",
           voted.pk, stranger.pk)  # fmt: skip
    closed = services.close(voted, by=make.BUILDER, at=after)
    opened = services.open_box(closed, by=make.BUILDER, at=after)

    with pytest.raises(Refused, match="ne font pas le compte"):
        services.count(opened, by=make.BUILDER, at=after)

    assert not PollResult.objects.exists()


def test_nothing_of_the_count_is_seen_before_the_proclamation(client, counted):
    slug = counted.cycle.slug

    page = client.get(f"/{slug}/resultats/")
    assert "ne sont pas encore proclamés" in page.content.decode()
    assert client.get(f"/{slug}/resultats.csv").status_code == 404
    assert client.get(f"/{slug}/resultats.json").status_code == 404
    with pytest.raises(Refused, match="à leur proclamation"):
        selectors.results(counted)
    assert set(Proposal.objects.values_list("stage", flat=True)) == {"on_ballot"}
    assert OutboxMessage.objects.filter(event__startswith="project_").count() == 0


def test_the_proclamation_publishes_marks_the_winners_and_writes_to_the_owners(client, counted, after):
    for proposal in Proposal.objects.order_by("number"):
        contact = make_contact(f"porteur-{proposal.number}@valrive.example")
        Owner.objects.create(proposal=proposal, contact=contact, joined_at=after)

    services.proclaim(counted, by=make.BUILDER, at=after)

    stages = dict(Proposal.objects.values_list("number", "stage"))
    assert stages == {
        "BP26-0001": "winner",
        "BP26-0002": "not_selected",
        "BP26-0003": "winner",
        "BP26-0004": "not_selected",
    }
    letters = {
        m.key: (m.event, plain(m.context["score"]), plain(m.context["reason"])) for m in OutboxMessage.objects.all()
    }
    assert letters == {
        "BP26-0001": ("project_won", "7 voix", "Retenu ; il reste 10 000 €."),
        "BP26-0002": ("project_lost", "5 voix", "Il manquait 20 000 €."),
        "BP26-0003": ("project_won", "9 voix", "Retenu ; il reste 50 000 €."),
        "BP26-0004": ("project_lost", "0 voix", "Aucun soutien."),
    }


def make_contact(email):
    from bp_platform.accounts.models import Contact

    return Contact.objects.create(email=email)


def test_the_results_page_says_each_reason_within_twelve_queries(client, counted, after, django_assert_max_num_queries):
    services.proclaim(counted, by=make.BUILDER, at=after)
    client.get("/2026/resultats/")  # the town's row is kept for a minute

    with django_assert_max_num_queries(12):
        page = plain(client.get("/2026/resultats/").content.decode())

    for words in ("2 projets arrivés en tête sur 4", "Sous réserve de la délibération du conseil", "Le quai à vélo",
                  "Il manquait 20 000 €.", "Aucun soutien.", "Retenu ; il reste 50 000 €."):  # fmt: skip
        assert words in page
    assert "scrutin" not in page
    assert "électeur" not in page


def test_a_project_s_sheet_says_its_result_with_one_query_of_the_vote(
    client, counted, after, settings, django_assert_num_queries
):
    services.proclaim(counted, by=make.BUILDER, at=after)
    settings.CACHES = settings.CACHES | {"local": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

    with django_assert_num_queries(4):  # the town, the stamp, the project, its candidacy with the count
        page = plain(client.get("/2026/projets/BP26-0003/").content.decode())

    assert "Retenu ; il reste 50 000 €." in page


def test_the_published_files_are_the_kept_ones(client, counted, after):
    services.proclaim(counted, by=make.BUILDER, at=after)

    rows = client.get("/2026/resultats.csv").content.decode("utf-8-sig").splitlines()
    assert rows[1].startswith("Toute la ville;1;BP26-0003;Le quai à vélo;9;50000.00;oui;")
    assert client.get("/2026/resultats.json").content == bytes(counted.result.content)
    assert client.get("/2026/vote/scelle.json").content == bytes(counted.sealed)


def test_under_ten_ballots_scores_are_not_published(client, poll, aicha, review, after):
    services.cast_many(poll, [review(poll, aicha, "BP26-0001")])
    for act in (services.close, services.open_box, services.count, services.proclaim):
        poll = act(poll, by=make.BUILDER, at=after)

    page = client.get("/2026/resultats/").content.decode()
    assert "seuls les projets arrivés en tête et leur ordre sont publiés" in page
    assert client.get("/2026/resultats.json").status_code == 404


def test_every_act_is_journalled(counted, after):
    services.proclaim(counted, by=make.BUILDER, at=after)

    acts = [a for a in JournalEntry.objects.order_by("pk").values_list("act", flat=True) if "cycle" not in a]
    assert acts == [
        "create_poll",
        "admit_to_roll",
        "admit_to_roll",
        "seal_poll",
        "close_poll",
        "open_box",
        "count_poll",
        "proclaim_poll",
    ]


def test_the_same_acts_cannot_be_taken_twice(counted, after):
    with pytest.raises(Refused, match="l’état actuel est « dépouillé »"):
        services.count(counted, by=make.BUILDER, at=after)
    with pytest.raises(Refused, match="l’état actuel est « dépouillé »"):
        services.open_box(counted, by=make.BUILDER, at=after)


def test_a_lost_key_is_said(closed, after):
    (practice_keys.folder() / f"{closed.digest}.key").unlink()

    with pytest.raises(Refused, match="n’est pas sur cette machine"):
        services.open_box(closed, by=make.BUILDER, at=after)
    assert Poll.objects.get(pk=closed.pk).opened_at is None
