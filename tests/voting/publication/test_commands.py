"""`recount BUNDLE`, `export_election`: the same answer from what is published alone."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.factories import voting as make
from tests.reading import plain
from tests.voting.publication.bundles import facts_of, recounted, unzipped
from tests.voting.publication.test_bundle import after, counted
from tests.voting.tally.polls import approvals, marks, project, scope, votes
from tests.voting.test_replay import FILES, election
from voting import bundle, selectors, services
from voting.models import Poll
from voting.tally.values import BallotKind, BallotRule, Rules

SHORT, LONG = BallotRule(BallotKind.APPROVAL, max_choices=5), BallotRule(BallotKind.APPROVAL, max_choices=9)
KEYS = ["projects", "ballots", "rule", "winners", "spent", "votes", "seconds"]


def run(command, *arguments):
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out)
    return out.getvalue()


def answer(path, *options, **facts):
    found = json.loads(run("recount", path, "--json", *options), parse_float=Decimal)
    del found["seconds"]
    return found


def refusal(command, *arguments):
    with pytest.raises(CommandError) as refused:
        run(command, *arguments)
    return plain(str(refused.value))


def bundled(path, rule, urn, **facts):
    listed = [project(name, cost, scope="ville") for name, cost in (("A", 60), ("B", 50), ("C", 30))]
    (path / "vote.zip").write_bytes(bundle.archive(facts_of(listed, Rules((scope(100, rule, id="ville"),)), {"ville": urn}, **facts)))  # fmt: skip
    return path / "vote.zip"


@pytest.fixture
def path(tmp_path):
    return bundled(tmp_path, SHORT, approvals({"A B": 30, "C": 35, "A": 10, "": 5}), unreadable=[("ville", 2)])


def test_the_keys_are_those_of_a_file(path):
    found = json.loads(run("recount", path, "--json"), parse_float=Decimal)

    assert list(found) == KEYS
    assert {key: found[key] for key in KEYS[:-1]} == {
        "projects": 3,
        "ballots": 82,
        "rule": "greedy",
        "winners": ["A", "C"],
        "spent": Decimal("90.00"),
        "votes": {"A": 40, "B": 30, "C": 35},
    }
    assert sorted(found["seconds"]) == ["count", "read"]


def test_a_folder_reads_like_its_archive_and_like_its_pabulib_file(path, tmp_path):
    folder = unzipped(path.read_bytes(), tmp_path / "dossier")

    assert answer(folder) == answer(path)
    assert answer(folder / "vote.pb") == answer(path) | {"ballots": 80}  # what cannot be read is not in a file


def test_the_table_names_the_vote(path):
    lines = [plain(line) for line in run("recount", path).splitlines()]

    assert lines[:2] == ["Vote 2026", "3 projets, 82 bulletins : 75 valables, 5 blancs, 2 nuls."]
    assert " ".join(lines[5].split()).startswith("1 A Projet A 40 voix")


@pytest.mark.parametrize(
    ("options", "winners"),
    [
        (["--rule", "greedy_stop"], ["A", "C"]),
        (["--threshold", "36"], ["A"]),
        (["--conflict", "A,C"], ["A"]),
        (["--rule", "equal_shares"], ["A", "C"]),
    ],
)
def test_options_work_on_whole_ballots(path, options, winners):
    assert answer(path, *options)["winners"] == winners


@pytest.mark.parametrize("ballots", [40, 20])
@pytest.mark.parametrize(
    ("rule", "urn"),
    [
        (LONG, lambda n: approvals({"A B": n, "C": n})),
        (BallotRule(BallotKind.POINTS), lambda n: marks((n, "A4 B1"), (n, "C6"))),
        (BallotRule(BallotKind.RANKING, ranks=3), lambda n: marks((n, "A1 B2"), (n, "C1 A2"))),
        (BallotRule(BallotKind.GRADES, grades=5), lambda n: marks((n, "A4 B1"), (n + 1, "A1 C4"))),
    ],
)
def test_sums_give_the_same_answer_as_ballots(tmp_path, rule, urn, ballots):
    """Histograms from fifty ballots, scores from ten: the order of scores needs no more."""
    for name in ("whole", "sums"):
        (tmp_path / name).mkdir()
    whole = bundled(tmp_path / "whole", rule, urn(ballots), is_replay=True)
    sums = bundled(tmp_path / "sums", rule, urn(ballots))

    assert answer(sums) == answer(whole)
    options = ["--rule", "greedy_stop", *([] if rule.kind is BallotKind.GRADES else ["--threshold", "30"])]
    assert answer(sums, *options) == answer(whole, *options)


def test_several_scopes_give_their_totals_and_each_of_them(tmp_path):
    listed = [project("A", 60, scope="nord"), project("B", 50, scope="sud"), project("C", 30, scope="sud")]
    rules = Rules((scope(100, SHORT, id="nord"), scope(60, SHORT, id="sud")))
    (tmp_path / "v.zip").write_bytes(
        bundle.archive(facts_of(listed, rules, {"nord": votes(A=60), "sud": votes(B=50, C=20)}))
    )

    found = answer(tmp_path / "v.zip")

    assert {key: found[key] for key in KEYS[:-1]} == {
        "projects": 3, "ballots": 130, "rule": "greedy", "winners": ["A", "B"], "spent": Decimal("110.00"),
        "votes": {"A": 60, "B": 50, "C": 20},
    }  # fmt: skip
    assert [(s["id"], s["winners"], s["ballots"]) for s in found["scopes"]] == [("nord", ["A"], 60), ("sud", ["B"], 70)]
    assert "Vote 2026, Périmètre sud" in run("recount", tmp_path / "v.zip")


def test_what_cannot_be_counted_is_one_sentence(tmp_path, path):
    long = tmp_path / "long"
    long.mkdir()
    long = bundled(long, LONG, votes(A=60))

    assert refusal("recount", long, "--rule", "equal_shares") == (
        "Les parts égales se comptent sur les bulletins entiers, et seuls leurs totaux sont publiés ; "
        "choisissez une règle qui suit l’ordre des scores."
    )
    assert refusal("recount", path, "--conflict", "A,Z") == (
        "Le projet Z de --conflict n’est pas dans ce vote ; corrigez l’option."
    )
    folder = unzipped(path.read_bytes(), tmp_path / "dossier")
    (folder / "urne.csv").write_bytes(b"x")
    assert refusal("recount", folder) == (
        "Le fichier urne.csv n’est pas celui qui a été publié ; téléchargez le dossier à nouveau."
    )
    (folder / "urne.csv").unlink()
    assert refusal("recount", folder) == "Le fichier urne.csv manque dans le dossier ; téléchargez-le à nouveau."
    assert refusal("recount", bundled(tmp_path, SHORT, votes(A=9))) == (
        "Le périmètre « Périmètre ville » compte moins de dix bulletins : seul l’ordre en est publié ; "
        "lancez le programme recompter.py du dossier, qui vérifie le reste."
    )


@pytest.mark.django_db
@pytest.mark.parametrize("kind", FILES)
def test_a_replayed_file_comes_out_as_it_went_in(tmp_path, kind):
    path, out = election(tmp_path, kind), tmp_path / "sorti.pb"
    run("replay_election", path, "--slug", "rejoue")

    assert run("export_election", "rejoue", "--out", out).startswith("Bulletins écrits dans ")
    assert answer(out) == answer(path)
    (tmp_path / "d.zip").write_bytes(selectors.bundle_bytes(Poll.objects.get()))
    assert answer(tmp_path / "d.zip") == answer(path)
    assert recounted(tmp_path / "d.zip")[0] == 0


@pytest.mark.django_db
@pytest.mark.parametrize("options", [["--rule", "greedy_stop"], ["--rule", "equal_shares"], ["--threshold", "3"]])
def test_the_exported_file_declares_the_rule_that_was_applied(tmp_path, options):
    path, out = election(tmp_path, "approval"), tmp_path / "sorti.pb"
    run("replay_election", path, "--slug", "rejoue", *options)
    run("export_election", "rejoue", "--out", out)

    assert answer(out) == answer(path, *options)


@pytest.mark.django_db
def test_named_conflicts_must_be_named_again(tmp_path):
    path, out = election(tmp_path, "approval"), tmp_path / "sorti.pb"
    run("replay_election", path, "--slug", "rejoue", "--conflict", "1,2")
    run("export_election", "rejoue", "--out", out)

    assert "projets incompatibles" in refusal("recount", out)
    assert answer(out, "--conflict", "1,2") == answer(path, "--conflict", "1,2")


@pytest.mark.django_db
def test_what_is_not_public_is_not_exported(poll, aicha, review, tmp_path):
    out = tmp_path / "x.pb"
    assert refusal("export_election", "2026", "--out", out) == (
        "L’édition « 2026 » n’a pas de vote proclamé : vérifiez l’adresse, ou attendez la proclamation."
    )
    services.cast_many(poll, [review(poll, aicha, "BP26-0001")])
    services.proclaim(counted(poll), by=make.BUILDER, at=after(poll))

    assert refusal("export_election", "2026", "--out", out) == (
        "Les bulletins entiers de ce vote ne sont pas publics : le dossier n’en donne que les totaux."
    )
    assert (
        refusal("export_election", "2026", "--out", out, "--scope", "nord")
        == "Choisissez un périmètre avec --scope : ville."
    )
    assert not out.exists()


@pytest.mark.django_db
@pytest.mark.elections
@pytest.mark.slow
@pytest.mark.parametrize("name", ["France_Toulouse_2019", "Netherlands_Assen_2024"])
def test_a_real_election_comes_out_of_the_product_and_is_counted_again(tmp_path, name):
    path = Path(os.environ.get("BP_ELECTIONS_DIR", "../shared/data/pb")) / f"{name}.pb"
    if not path.exists():
        pytest.skip(f"BP_ELECTIONS_DIR holds no {name}.pb")
    run("replay_election", path, "--slug", "rejoue")
    run("export_election", "rejoue", "--out", tmp_path / "out.pb")
    (tmp_path / "d.zip").write_bytes(selectors.bundle_bytes(Poll.objects.get()))

    assert answer(tmp_path / "out.pb") == answer(tmp_path / "d.zip") == answer(path)
    assert recounted(tmp_path / "d.zip")[1][-1] == "Le recomptage donne le même résultat."
