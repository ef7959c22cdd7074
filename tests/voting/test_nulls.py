"""PROTOCOL §6.5.20: null ballots are told with their reason and reference; those that may change the result wait for
the bureau. The official record says how the box was opened."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry, JournalReason
from tests.factories import voting as make
from voting import canonical, reports, selectors, services, wording
from voting import seal as seals
from voting.models import PollKind, PollState
from voting.offline import bureau

pytestmark = pytest.mark.django_db
DECISION = "Le bureau constate que ce bulletin ne peut être lu et proclame en l’état."


@pytest.fixture
def after():
    return make.clock() + 2 * make.HOUR


@pytest.fixture
def counted(db, review, lifted, after):
    """`counted(nulls=, on_server=)`: ten ballots, the quay ahead of the benches by four, and so many corrupt seals."""

    def _counted(*, nulls, on_server=False, twice=True):
        sheet, shares = make.split_key()
        poll = make.draft_poll(PollKind.BINDING)
        people = make.admit(poll, *(f"Voisin {n}" for n in range(10)))
        strangers = make.admit(poll, *(f"Inconnu {n}" for n in range(nulls)))
        poll = make.seal(poll, sheet=sheet)
        for place, entry in enumerate(people):
            numbers = ("BP26-0003", "BP26-0001", "BP26-0002", "BP26-0004")[: 3 if place < 6 else 2]
            services.cast_many(poll, [review(poll, entry, *numbers)])
        for place, entry in enumerate(strangers):
            seal = bytes([place]) * poll.seal_length
            lifted("INSERT INTO voting_sealedballot VALUES (%s, 'ville', %s, %s)", seals.ref_of(seal), seal, poll.pk)
            lifted("INSERT INTO voting_rollmark (poll_id, entry_id, channel, station, day) "
                   "VALUES (%s, %s, 'web', '', now())", poll.pk, entry.pk)  # fmt: skip
        poll = services.close(poll, by=make.BUILDER, at=after)
        data = bureau.open_box(bureau.read_export(services.exported_box(poll)), shares[:2])
        poll = services.open_with_contents(
            poll, by=make.BUILDER, at=after, contents=data, second=data if twice else None, on_server=on_server
        )
        return services.count(poll, by=make.BUILDER, at=after)

    return _counted


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def page_of(poll):
    """The record as its PDF's page."""
    data = reports.record_data({"poll": poll.pk})
    return plain(render_to_string(reports.OFFICIAL_RECORD.template, {**data, "title": "Procès-verbal"}))


def test_nulls_under_the_margin_change_nothing(counted, after):
    poll = counted(nulls=3)

    assert selectors.nulls_that_matter(poll) == []
    assert services.proclaim(poll, by=make.BUILDER, at=after).state == PollState.PROCLAIMED


def test_nulls_that_reach_the_margin_wait_for_the_bureau(counted, after):
    poll = counted(nulls=4)

    assert selectors.nulls_that_matter(poll) == [selectors.NullsThatMatter("Toute la ville", 4, 4)]
    for nothing in ("", "  "):
        with pytest.raises(Refused, match="écrivez la décision du bureau"):
            services.proclaim(poll, by=make.BUILDER, at=after, bureau_decision=nothing)
    proclaimed = services.proclaim(poll, by=make.BUILDER, at=after, bureau_decision=DECISION)

    assert proclaimed.opening["bureau_decision"] == DECISION
    line = JournalEntry.objects.get(act="proclaim_poll")
    assert JournalReason.objects.get(chain=line.chain, position=line.position).text == DECISION
    assert f"Décision du bureau sur les bulletins nuls : {DECISION}" in page_of(proclaimed)


def test_the_desk_asks_for_the_decision_where_it_is_needed(counted, sign_in, paula):
    poll = counted(nulls=4)
    desk, client = f"/bureau/vote/{poll.pk}/", sign_in(paula)

    page = plain(client.get(desk).content.decode())
    refused = client.post(f"{desk}proclamer/", {"bureau_decision": ""})
    done = client.post(f"{desk}proclamer/", {"bureau_decision": DECISION})

    assert "Toute la ville – bulletins nuls : 4." in page
    assert "Plus petit écart entre un projet retenu et un autre : 4." in page
    assert "Décision du bureau sur les bulletins nuls" in page
    assert (refused.status_code, done.status_code) == (422, 303)
    assert "écrivez la décision du bureau" in plain(refused.content.decode())


def test_without_null_ballots_the_desk_asks_nothing(counted, sign_in, paula):
    page = sign_in(paula).get(f"/bureau/vote/{counted(nulls=0).pk}/").content.decode()

    assert "Proclamer" in page
    assert "Décision du bureau" not in page


def test_the_record_says_how_the_box_was_opened_its_digests_and_each_null_ballot(counted):
    poll = counted(nulls=1)
    ref = seals.ref_of(bytes(poll.seal_length)).hex()

    page = page_of(poll)

    kept = canonical.load(bytes(poll.record.content))
    assert kept["opening"] == poll.opening
    assert kept["closing"] == poll.closing
    assert poll.opening["nulls"] == [["ville", "unreadable", ref]]
    for words in ("Ouverture hors ligne, avec les parts de la clé.", "Parts réunies : 2.", "Une seconde machine a ouvert",
                  f"Bulletin nul (Toute la ville, bulletin scellé illisible) : <code>{ref}</code>", poll.opening["contents"],
                  poll.closing["refs_digest"], poll.closing["export_digest"], "<b>11</b> bulletins", "<b>1</b> nuls"):  # fmt: skip
        assert words in page
    assert "le secret repose aussi" not in page


def test_the_record_of_an_opening_on_the_server_says_whom_the_secret_rests_on(counted):
    page = page_of(counted(nulls=0, on_server=True, twice=False))

    assert "Ouverture sur le serveur : le secret repose aussi sur l’administrateur." in page
    assert "Aucune seconde machine n’a rouvert l’urne." in page


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("unreadable", "bulletin scellé illisible"),
        ("other_scope", "d’un autre périmètre"),
        ("invalid:too_many", "trop de choix"),
        ("invalid:ranks_broken", "rangs qui ne se suivent pas"),
    ],
)
def test_each_reason_is_told_in_words(reason, words):
    assert wording.null_reason_words(reason) == words
