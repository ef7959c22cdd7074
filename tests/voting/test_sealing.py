"""Sealing: one text, hashed, kept by the database, read again before every use."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from bp_platform.core import registries
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from cycles import services as cycles
from cycles.models import SectionFreeze
from proposals.models import Proposal
from tests.factories import cycles as rulebooks
from tests.factories import meetings
from tests.factories import voting as make
from voting import canonical, practice_keys, selectors, services
from voting import seal as seals
from voting.models import Poll, PollKind, PollState


def test_sealing_freezes_the_projects_the_rule_and_the_dates(poll):
    text = selectors.sealed_of(poll)

    assert poll.state == PollState.SEALED
    assert poll.digest == canonical.digest(bytes(poll.sealed))
    assert {(p.number, p.cost_cents) for p in text.projects} == {
        ("BP26-0001", 4_000_000),
        ("BP26-0002", 3_000_000),
        ("BP26-0003", 5_000_000),
        ("BP26-0004", 2_000_000),
    }
    assert text.scopes["ville"].budget_cents == 10_000_000
    assert (text.opens_at, text.closes_at) == (poll.opens_at, poll.closes_at)
    assert (text.public_key, text.seal_length) == (bytes(poll.public_key), poll.seal_length)


def test_sealing_puts_the_projects_on_the_ballot_freezes_the_section_and_is_journalled(poll):
    assert set(Proposal.objects.values_list("stage", flat=True)) == {"on_ballot"}
    assert SectionFreeze.objects.filter(cycle=poll.cycle, section="ballot").exists()
    line = JournalEntry.objects.get(act="seal_poll")
    assert (line.from_state, line.to_state, line.role, line.rule) == ("draft", "sealed", "import", "7")


def test_the_practice_key_is_a_file_that_only_its_owner_reads_and_is_nowhere_in_the_database(poll):
    path = practice_keys.folder() / f"{poll.digest}.key"
    key = practice_keys.find(poll.digest)

    assert stat.S_IMODE(Path(path).stat().st_mode) == 0o400
    assert seals.keys_of(key).public == bytes(poll.public_key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM voting_poll t")
        assert key.hex() not in cursor.fetchone()[0]


def test_a_binding_poll_refuses_a_key_made_here(db):
    draft = make.draft_poll(PollKind.BINDING)

    with pytest.raises(Refused, match="se fabrique hors ligne"):
        make.seal(draft)
    with pytest.raises(Refused, match="se fabrique hors ligne"):
        make.seal(draft, public_key=seals.new_keys().public)
    sealed = make.seal(draft, sheet=make.split_key()[0])

    assert sealed.state == PollState.SEALED
    assert list(practice_keys.folder().glob("*")) == []


def test_a_small_roll_needs_a_waiver(draft):
    with pytest.raises(Refused, match="La liste ne compte que 2 personnes inscrites"):
        make.seal(draft, waiver="")


def test_a_poll_is_sealed_before_it_opens(draft):
    with pytest.raises(Refused, match="Un vote se scelle avant son ouverture"):
        services.seal(draft, by=make.BUILDER, at=make.clock(), draw_seed="dés 4-2-6-1", waiver="Essai.")


def test_a_ballot_that_the_booth_cannot_receive_is_refused(db):
    cycle = make.cycle_with_projects()
    version = rulebooks.next_version(cycle)
    version.values["ballot"] |= {"kind": "points", "points_per_voter": 10}
    version.save()

    with pytest.raises(Refused, match="ne sait pas encore recevoir ce type de bulletin .points."):
        make.seal(make.draft_poll(cycle=cycle))


def test_a_proof_that_is_not_received_yet_is_named(db):
    cycle = make.cycle_with_projects()
    version = rulebooks.next_version(cycle)
    version.values["electorate"]["proofs"] = ["postal_code", "franceconnect"]
    version.save()

    with pytest.raises(Refused, match="ne reçoit pas encore cette preuve.: FranceConnect"):
        make.seal(make.draft_poll(cycle=cycle))


def test_the_body_that_the_rulebook_names_decides_of_the_list_first(db, paula, sign_in):
    cycle, at = make.cycle_with_projects(), make.clock()
    version = rulebooks.next_version(cycle)
    version.values["bodies"] = {
        "listed": [{"code": "copil", "name": "le comité de pilotage", "decides": ["final_list"]}]
    }
    version.save()
    poll = make.draft_poll(cycle=cycle, opens=make.HOUR, closes=2 * make.HOUR)
    client, page = sign_in(paula), f"/bureau/vote/{poll.pk}/"

    with pytest.raises(Refused, match="à « le comité de pilotage », dont aucune décision n’est notée"):
        make.seal(poll)
    shown = client.get(page).content.decode()
    assert "La liste attend sa décision" in shown and "/bureau/instances/" in shown and 'name="draw_seed"' not in shown
    refused = client.post(f"{page}sceller/", {"draw_seed": "dés 4-2-6-1", "waiver": "Essai."})
    assert refused.status_code == 422 and "dés 4-2-6-1" in refused.content.decode()

    body = cycles.create_listed_body(cycle, "copil", by=paula, at=at)
    cycles.add_college(body, by=paula, at=at, name="Élu·es", seats=3, recruitment="appointed")
    meetings.member(at, body, "Aïcha Benali")
    assert f"/bureau/instances/{body.pk}/decisions/" in client.get(page).content.decode()
    facts = {"by": paula, "at": at, "matter": "final_list", "subject": "La liste"}
    cycles.record_decision(body, votes_for=0, votes_against=1, **facts)
    with pytest.raises(Refused, match="L’article 13 du règlement"):
        make.seal(poll)
    cycles.record_decision(body, votes_for=1, **facts)
    assert "La liste attend sa décision" not in client.get(page).content.decode()
    assert make.seal(poll).state == PollState.SEALED


def test_nobody_but_the_team_seals(draft, chloe):
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        services.seal(draft, by=chloe, at=draft.opens_at, draw_seed="dés 4-2-6-1", waiver="Essai.")


@pytest.mark.parametrize("column", ["sealed = '\\x7b7d'", "digest = repeat('0', 64)", "closes_at = closes_at + interval '1 day'",
                                    "public_key = sha256('x')", "seal_length = 512", "kind = 'replay'"])  # fmt: skip
def test_the_database_keeps_what_is_sealed(column, poll):
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE voting_poll SET {column} WHERE id = %s", [poll.pk])


def test_a_sealed_poll_is_not_deleted(poll):
    with pytest.raises(IntegrityError, match="not deleted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM voting_poll WHERE id = %s", [poll.pk])


def test_edited_bytes_are_refused_before_any_use(poll, aicha, review):
    cast = review(poll, aicha, "BP26-0001")
    poll.sealed = bytes(poll.sealed).replace(b"4000000", b"1000000")

    with pytest.raises(Refused, match="ne correspond plus à son empreinte"):
        services.cast_many(poll, [cast])


def test_a_key_changed_by_hand_stops_the_vote(poll, aicha, review, box, lifted):
    cast = review(poll, aicha, "BP26-0001")
    lifted("UPDATE voting_poll SET public_key = sha256('x') WHERE id = %s", poll.pk)

    with pytest.raises(Refused, match="La clé de ce vote ne correspond plus"):
        services.cast_many(poll, [cast])

    assert box(poll) == (0, 0)


def test_a_text_and_digest_changed_together_orphan_what_was_reviewed(poll, aicha, review, box, lifted):
    cast = review(poll, aicha, "BP26-0001")
    data = bytes(poll.sealed).replace(b"4000000", b"1000000")
    lifted("UPDATE voting_poll SET sealed = %s, digest = %s WHERE id = %s", data, canonical.digest(data), poll.pk)

    with pytest.raises(Refused, match="ne vient pas de votre vérification"):
        services.cast_many(Poll.objects.get(pk=poll.pk), [cast])

    assert box(poll) == (0, 0)


def test_costs_changed_after_sealing_change_nothing(poll):
    before = selectors.sealed_of(poll).tally_projects()
    Proposal.objects.update(price_eur="1.00", title="Autre titre")
    poll.candidates.update(cost_eur="1.00")

    assert selectors.sealed_of(Poll.objects.get(pk=poll.pk)).tally_projects() == before


def test_a_project_on_a_sealed_list_is_not_simply_withdrawn(poll, at):
    decision = registries.objection("withdraw_proposal", Proposal.objects.first(), at)

    assert "soumis au vote" in str(decision.reason)


def test_a_cycle_does_not_end_during_its_vote(poll, at):
    decision = registries.objection("close_cycle", poll.cycle, at)

    assert "n’est pas terminé" in str(decision.reason)


def test_one_vote_at_a_time_and_an_annulled_one_leaves_room(poll):
    services.annul(poll, by=make.BUILDER, at=make.clock(), reason="Une erreur sur la liste.")

    again = make.draft_poll(cycle=poll.cycle)

    assert again.candidates.count() == 4
    assert list(Poll.objects.order_by("pk").values_list("state", flat=True)) == ["annulled", "draft"]


def test_the_state_and_its_dates_are_tied(poll):
    for lie in ("state = 'closed'", "state = 'draft'", "proclaimed_at = now()", "counted_at = now()"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE voting_poll SET {lie} WHERE id = %s", [poll.pk])
