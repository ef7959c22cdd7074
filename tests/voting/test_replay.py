"""A real election replayed: the same answer as a recount, through the same casting as the web."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from bp_platform.core.decisions import Refused
from cycles.models import Cycle
from proposals.models import Proposal
from tests.factories import voting as make
from tests.voting.test_booth import confirmed
from voting import seal as seals
from voting import services
from voting.models import Ballot, Poll, PollKind, PollResult, PollState, RollMark

pytestmark = pytest.mark.django_db

META = """META
key;value
description;Un petit vote
country;France
unit;Valrive
instance;2024
num_projects;{projects}
num_votes;{votes}
budget;100
vote_type;{kind}
rule;greedy
date_begin;02.05.2024
date_end;12.05.2024
"""
FILES = {
    "approval": "1;1,2\n2;1\n3;3\n4;2\n5;2\n6;\n",
    "choose-1": "1;1\n2;1\n3;3\n4;2\n5;2\n6;2\n",
    "ordinal": "1;1,2\n2;1\n3;3,1\n4;2\n5;2,3\n6;2,1,3\n",
}
POINTS = "1;1,2;3,4\n2;1;7\n3;3,2;5,2\n"


def election(tmp_path, kind):
    path = tmp_path / f"{kind}.pb"
    votes = POINTS if kind == "cumulative" else FILES[kind]
    header = "voter_id;vote;points\n" if kind == "cumulative" else "voter_id;vote\n"
    bounds = {"cumulative": "max_sum_points;7\n", "ordinal": "max_length;3\n"}.get(kind, "")
    head = META.format(projects=3, votes=len(votes.splitlines()), kind=kind)
    projects = "PROJECTS\nproject_id;cost;votes;name\n1;60;0;Un verger\n2;50;0;Un banc\n3;30;0;Une fontaine\n"
    path.write_text(head + bounds + projects + "VOTES\n" + header + votes)
    return path


def run(command, path, *options):
    out = StringIO()
    call_command(command, str(path), "--json", *options, stdout=out)
    answer = json.loads(out.getvalue().strip().splitlines()[-1])
    del answer["seconds"]
    return answer


@pytest.mark.parametrize("kind", [*FILES, "cumulative"])
def test_every_type_of_ballot_gives_the_answer_of_the_recount(tmp_path, kind):
    path = election(tmp_path, kind)

    assert run("replay_election", path) == run("recount", path)
    poll = Poll.objects.get()
    votes = len((POINTS if kind == "cumulative" else FILES[kind]).splitlines())
    assert (poll.state, poll.kind) == (PollState.PROCLAIMED, PollKind.REPLAY)
    assert RollMark.objects.count() == Ballot.objects.count() == votes
    assert set(RollMark.objects.values_list("day", flat=True).distinct()) == {poll.closes_at.date().replace(day=12)}


def test_rule_threshold_and_conflicts_are_those_of_the_recount(tmp_path):
    path = election(tmp_path, "approval")

    for options in (["--rule", "greedy_stop"], ["--rule", "equal_shares"], ["--threshold", "3"], ["--conflict", "1,2"]):
        assert run("replay_election", path, *options) == run("recount", path, *options)


def test_the_cycle_is_hidden_unless_told(client, tmp_path):
    path = election(tmp_path, "approval")
    run("replay_election", path, "--slug", "rejoue")
    run("replay_election", path, "--slug", "montre", "--public")

    assert client.get("/rejoue/resultats/").status_code == 404
    page = client.get("/montre/resultats/").content.decode()
    for words in ("Un verger", "Un banc", "Il manquait", "Vote rejoué", "Sous réserve de la délibération du conseil"):
        assert words in page


def test_a_slug_that_is_taken_and_a_bad_file_are_one_sentence(tmp_path):
    path = election(tmp_path, "approval")
    run("replay_election", path, "--slug", "rejoue")

    with pytest.raises(CommandError, match="déjà prise : choisissez-en une autre avec --slug"):
        run("replay_election", path, "--slug", "rejoue")
    path.write_text(path.read_text().replace("1;1,2", "1;1,9"))
    with pytest.raises(CommandError, match="le projet 9 n’est pas dans la section PROJECTS"):
        run("replay_election", path)
    assert Cycle.objects.count() == 1


def test_only_a_command_replays_and_only_in_a_hidden_cycle(paula):
    cycle = make.cycle_with_projects()
    for by in (make.BUILDER, paula):
        with pytest.raises(Refused, match="sa propre édition, cachée"):
            services.create_poll(cycle, by=by, at=make.clock(), kind=PollKind.REPLAY, title="x",
                                 opens_at=make.clock(), closes_at=make.clock() + make.HOUR)  # fmt: skip


def test_ballots_in_number_are_for_replays_only(poll):
    with pytest.raises(Refused, match="Seul un vote rejoué"):
        services.cast_ballots(poll, iter([make.approvals("BP26-0001")]))


def test_one_bad_ballot_in_a_batch_leaves_nothing(tmp_path, box):
    cycle = make.cycle_with_projects(is_hidden=True)
    poll = services.create_poll(
        cycle, by=make.BUILDER, at=make.clock(), kind=PollKind.REPLAY, title="x",
        opens_at=make.clock() - 2 * make.HOUR, closes_at=make.clock() - make.HOUR,
    )  # fmt: skip
    make.admit(poll, *(f"Voisin {n}" for n in range(20)))
    poll = make.seal(poll, public_key=seals.new_keys().public)
    ballots = [make.approvals("BP26-0001")] * 19 + [make.approvals("BP26-0099")]

    with pytest.raises(Refused, match="n’est pas sur la liste"):
        services.cast_ballots(poll, iter(ballots))

    assert box(poll) == (0, 0)


@pytest.mark.elections
@pytest.mark.slow
def test_toulouse_2019_through_the_product():
    home = Path(os.environ.get("BP_ELECTIONS_DIR", "../shared/data/pb"))
    path = home / "France_Toulouse_2019.pb"
    if not path.exists():
        pytest.skip("BP_ELECTIONS_DIR holds no France_Toulouse_2019.pb")

    answer = run("replay_election", path)

    assert answer == run("recount", path)
    assert (len(answer["winners"]), answer["spent"], answer["ballots"]) == (14, 1_000_000, 1494)


@pytest.fixture
def replayed():
    """`replayed(number)`: an open replayed poll with so many people, its private key, and projects named like BP26."""

    def _replayed(number):
        cycle = make.cycle_with_projects("rejoue", "BP27", is_hidden=True)
        rows = [
            services.Candidacy(proposal, proposal.price_eur, count_id=proposal.number.replace("BP27", "BP26"))
            for proposal in Proposal.objects.filter(cycle=cycle).order_by("number")
        ]
        poll = services.create_poll(
            cycle, by=make.BUILDER, at=make.clock(), kind=PollKind.REPLAY, title="x", candidates=rows,
            opens_at=make.clock() - 2 * make.HOUR, closes_at=make.clock() - make.HOUR,
        )  # fmt: skip
        people = make.admit(poll, *(f"Voisin {n}" for n in range(number)))
        keys = seals.new_keys()
        return make.seal(poll, public_key=keys.public), people, keys.private

    return _replayed


BAD = {
    "a tag": lambda cast: replace(cast, tag=bytes(32)),
    "a seal": lambda cast: replace(cast, seals=(("ville", bytes([*cast.seals[0][1][:-1], cast.seals[0][1][-1] ^ 1])),)),
    "a person of nowhere": lambda cast: replace(cast, entry_id=cast.entry_id + 10_000),
}


@pytest.mark.parametrize("what", BAD)
def test_one_bad_cast_in_a_thousand_leaves_nothing(what, replayed, review, box):
    poll, people, _key = replayed(1000)
    casts = [review(poll, entry, "BP26-0001") for entry in people]
    casts[700] = BAD[what](casts[700])

    with pytest.raises(Refused, match=r"ne vient pas de votre vérification|n’est pas admise"):
        services.cast_many(poll, casts)

    assert box(poll) == (0, 0)


def test_somebody_who_has_voted_stops_a_whole_batch(replayed, review, box):
    poll, people, _key = replayed(50)
    services.cast_many(poll, [review(poll, people[20], "BP26-0001")])

    with pytest.raises(Refused, match="déjà voté"):
        services.cast_many(poll, [review(poll, entry, "BP26-0002") for entry in people])

    assert box(poll) == (1, 1)


def test_the_web_and_a_replay_of_the_same_ballots_have_equal_contents(client, draft, replayed):
    chosen = [("BP26-0001",), ("BP26-0002", "BP26-0004"), (), ("BP26-0001", "BP26-0003"), ("BP26-0004",)]
    make.admit(draft, *(f"Voisin {n}" for n in range(len(chosen) - 2)))
    web, after = make.seal(draft), make.clock() + 2 * make.HOUR
    letters = list(services.issue_codes(web, by=make.BUILDER, at=make.clock()))
    for letter, numbers in zip(letters, chosen, strict=True):
        client.post("/2026/vote/", {"code": letter.code, "birth_year": letter.birth_year})
        assert confirmed(client, web, *numbers).status_code == 200
    batch, _people, key = replayed(len(chosen))

    services.cast_ballots(batch, iter([make.approvals(*numbers) for numbers in chosen]))

    for held, private in ((web, None), (batch, key)):
        poll = services.open_box(services.close(held, by=make.BUILDER, at=after), by=make.BUILDER, at=after,
                                 private_key=private)  # fmt: skip
        services.count(poll, by=make.BUILDER, at=after)
    contents = [list(Ballot.objects.filter(poll=poll).order_by("pk").values_list("content", flat=True))
                for poll in (web, batch)]  # fmt: skip
    assert contents[0] == contents[1]
    results = [json.loads(bytes(PollResult.objects.get(poll=poll).content))["result"] for poll in (web, batch)]
    assert results[0] == results[1]


def test_no_view_names_the_verbs_of_a_batch():
    """The page casts one ballot of one person; what takes many is a command's (PROTOCOL §6.3.15)."""
    for path in [*Path("voting/views").glob("*.py"), *Path("voting/forms").glob("*.py"), Path("voting/tasks.py")]:
        code = path.read_text()
        assert "cast_ballots" not in code, path
        assert "replay_election" not in code, path
        for call in re.findall(r"cast_many\((.*)\)", code):
            assert call == "poll, [cast]"
    assert not re.search(r"\bskip_\w+\s*[:=,)]", Path("voting/services/casting.py").read_text())
