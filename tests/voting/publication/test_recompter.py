"""The script that everybody downloads agrees with the product, on polls drawn at random and on every kind of rule; and
it names the file that was touched."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_platform.core.syntax import tree_of
from tests.voting.publication.bundles import RECOUNT, Level, facts_of, recounted, unzipped
from tests.voting.tally.polls import approvals, marks, project, scope, votes
from voting import bundle
from voting.tally.pabulib import read
from voting.tally.recount import projects_of, rules_of
from voting.tally.values import (
    BallotKind,
    BallotRule,
    Cap,
    Dimension,
    EqualSharesOptions,
    Floor,
    Method,
    Project,
    Rules,
    Scope,
    Threshold,
    ThresholdUnit,
    TieCriterion,
)

NAMES = "ABCDEFG"
PLAIN = (BallotKind.APPROVAL, BallotKind.CHOOSE_ONE)
SAME = "Le recomptage donne le même résultat."
quantity = st.integers(1, 40)


@st.composite
def ballot_rules(draw):
    kind = draw(st.sampled_from([k for k in BallotKind if k is not BallotKind.HANDS]))
    return BallotRule(
        kind,
        min_choices=draw(st.integers(0, 2)),
        max_choices=draw(st.sampled_from([None, 2, 5, 7])),
        max_points=draw(st.sampled_from([None, 4])),
        max_sum_points=draw(st.sampled_from([None, 9])) if kind is BallotKind.POINTS else None,
        max_sum_cost_cents=draw(st.sampled_from([None, 12_000])) if kind is BallotKind.APPROVAL else None,
        ranks=3 if kind is BallotKind.RANKING else None,
        grades=5 if kind is BallotKind.GRADES else None,
    )


@st.composite
def urns(draw, rule, names):
    """Valid, blank and null ballots alike."""
    urn = {}
    for _place in range(draw(st.integers(0, 8))):
        chosen = draw(st.lists(st.sampled_from(names), unique=True, max_size=4)) if names else []
        if rule.kind is BallotKind.RANKING:
            ballot = tuple((name, rank) for rank, name in enumerate(chosen, start=1))
        elif rule.kind in PLAIN:
            ballot = tuple((name, 1) for name in sorted(chosen))
        else:
            ballot = tuple((name, draw(st.integers(0, 5))) for name in sorted(chosen))
        urn[ballot] = draw(quantity)
    return urn


@st.composite
def polls(draw):
    """One or two scopes, any rule that the count accepts."""
    projects, scopes, urns_ = [], [], {}
    names = draw(st.permutations(NAMES))
    first = draw(st.integers(0, 7))
    for name, listed in (("nord", names[:first]), ("sud", names[first:])):
        ballot = draw(ballot_rules())
        is_shared = ballot.kind in PLAIN and draw(st.booleans())
        scopes.append(draw(_scopes(name, ballot, is_shared)))
        urns_[name] = draw(urns(ballot, sorted(listed)))
        projects += [
            Project(
                listed_name, draw(st.integers(0, 60)) * 100, scope=name, area=draw(st.sampled_from(["est", "ouest"])),
                owners=frozenset(draw(st.sets(st.sampled_from("xy"), max_size=1))),
            )
            for listed_name in listed
        ]  # fmt: skip
    if draw(st.booleans()):
        scopes[0] = replace(scopes[0], leftover_to="sud") if scopes[0].budget_cents is not None else scopes[0]
    conflicts = (
        (frozenset(draw(st.sets(st.sampled_from(NAMES), min_size=2, max_size=3))),) if draw(st.booleans()) else ()
    )
    withdrawn = frozenset(draw(st.sets(st.sampled_from(NAMES), max_size=1)))
    return projects, Rules(tuple(scopes), conflicts, withdrawn, draw(st.booleans())), urns_


@st.composite
def _scopes(draw, name, ballot, is_shared):
    unit = draw(st.sampled_from([ThresholdUnit.VOTERS, ThresholdUnit.PERCENT, ThresholdUnit.SCORE]))
    if ballot.kind is BallotKind.GRADES and unit is ThresholdUnit.SCORE:
        unit = ThresholdUnit.VOTERS
    value = draw(st.sampled_from([1, 5, 20, Fraction(25, 2) if unit is ThresholdUnit.PERCENT else 2]))
    common = {
        "threshold": Threshold(value, unit) if draw(st.booleans()) else None,
        "tie_criterion": draw(st.sampled_from(list(TieCriterion))),
    }
    if is_shared:
        options = EqualSharesOptions(draw(st.booleans()), 100, draw(st.booleans()), draw(st.booleans()))
        budget = draw(st.integers(1, 150)) * 100
        return Scope(name, budget, ballot, Method.EQUAL_SHARES, equal_shares=options, **common)
    cap = Cap(Dimension.AREA, "est", max_projects=draw(st.sampled_from([None, 1])), max_cents=draw(st.sampled_from([None, 7000])))  # fmt: skip
    return Scope(
        name, draw(st.sampled_from([None, 5000, 12_000])), ballot,
        draw(st.sampled_from([Method.GREEDY, Method.GREEDY_STOP])),
        max_winners=draw(st.sampled_from([None, 2])),
        caps=(cap,) if draw(st.booleans()) else (),
        floors=(Floor(Dimension.AREA, "ouest", 2), Floor(Dimension.AREA, "est", 1)) if draw(st.booleans()) else (),
        **common,
    )  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(polls(), st.booleans())
def test_the_script_and_the_product_agree(tmp_path_factory, poll, is_replay):
    """Whatever is published: contents, histograms, scores, or the order alone."""
    path = tmp_path_factory.mktemp("d") / "vote.zip"
    path.write_bytes(bundle.archive(facts_of(*poll, is_replay=is_replay, unreadable=[("nord", 2)])))

    code, lines = recounted(path)

    assert (code, lines[-1]) == (0, SAME), lines


def town(**fields) -> Scope:
    return scope(100, id="ville", **{"ballot": BallotRule(BallotKind.APPROVAL, max_choices=3), **fields})


def four(**fields):
    return [project(name, 40, scope="ville", **fields) for name in "ABCD"]


@pytest.fixture
def path(tmp_path):
    """A bundle of sixty ballots, unzipped."""
    urn = approvals({"A B": 30, "B": 15, "C": 10, "": 5})
    return unzipped(
        bundle.archive(facts_of(four(), Rules((town(),)), {"ville": urn}, unreadable=[("ville", 1)])), tmp_path
    )


def test_it_says_what_it_checked_and_who_came_first(path):
    code, lines = recounted(path)

    assert code == 0
    assert lines[0] == "12 fichiers intacts, 61 reçus."
    assert lines[3:6] == [
        "Périmètre ville : 61 bulletins ; en tête, pour 80.00 :",
        "1. B Projet B",
        "2. A Projet A",
    ]
    assert lines[-1] == SAME


@pytest.mark.parametrize(
    "name",
    ["scelle.json", "projets.csv", "recus.txt", "cloture.json", "totaux.csv", "urne.csv", "emargements.csv",
     "resultats.json", "resultats.csv", "LISEZMOI.txt", "vote.pb"],
)  # fmt: skip
def test_one_byte_changed_names_the_file(path, name):
    data = bytearray((path / name).read_bytes())
    data[len(data) // 2] ^= 1
    (path / name).write_bytes(data)

    assert recounted(path) == (1, [f"DIFFÉRENCE : {name} n’est pas le fichier publié : son empreinte a changé."])


def test_a_missing_file_is_named(path):
    (path / "urne.csv").unlink()

    assert recounted(path) == (1, ["DIFFÉRENCE : urne.csv manque dans le dossier."])


def forged(path, name, old, new):
    """Change a file and make its sum again, as who cheats would."""
    (path / name).write_bytes((path / name).read_bytes().replace(old, new))
    sums = (bundle.sums({p.name: p.read_bytes() for p in path.iterdir() if p.name != bundle.SUMS})).encode()
    (path / bundle.SUMS).write_bytes(sums)
    return recounted(path)


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("scelle.json", b"4000", b"4100", "scelle.json n’est pas la règle que le résultat applique."),
        ("recus.txt", b"a", b"b", "recus.txt n’est pas "),
        ("urne.csv", b";C;", b";D;", "Périmètre « ville », projet C : 0 voix, score 0 ; le résultat dit 10 et 10."),
        ("urne.csv", b"ville;1;", b"ville;1;A", "Périmètre « ville » : totaux.csv ne correspond pas aux bulletins."),
        ("resultats.json", b'"winners":["B","A"]', b'"winners":["A","B"]', "le recomptage retient B, A ; le résultat, A, B."),
        ("resultats.json", b'"spent_cents":8000', b'"spent_cents":9000', "8000 centimes engagés ; le résultat dit 9000."),
        ("cloture.json", b'{"ville":61}', b'{"ville":60}', "les reçus et le papier ne font pas le compte des bulletins."),
        ("resultats.json", b"{", b"[", "un fichier n’a pas la forme attendue"),
    ],
)  # fmt: skip
def test_a_forged_file_whose_sum_was_made_again_is_still_found(path, name, old, new, sentence):
    code, lines = forged(path, name, old, new)

    assert code == 1
    assert sentence in lines[-1]


def test_paper_ballots_make_up_the_difference_with_the_receipts(tmp_path):
    facts = facts_of(four(), Rules((town(),)), {"ville": votes(A=40, B=20)})
    facts = replace(facts, refs=facts.refs[:45], refs_by_scope={"ville": 45}, paper=[["ville", 15, 0, 15, ""]])

    code, lines = recounted(unzipped(bundle.archive(facts), tmp_path))

    assert (code, lines[-1]) == (0, SAME)


@pytest.mark.parametrize(
    ("ballots", "method", "level", "told"),
    [
        (9, Method.GREEDY, Level.ORDER, "Moins de dix bulletins : ce périmètre ne se recompte pas"),
        (30, Method.EQUAL_SHARES, Level.SCORES, "Moins de cinquante bulletins : ce périmètre ne se recompte pas"),
    ],
)
def test_what_is_too_small_to_be_counted_again_is_said(tmp_path, ballots, method, level, told):
    facts = facts_of(four(), Rules((town(method=method),)), {"ville": votes(A=ballots)})

    code, lines = recounted(unzipped(bundle.archive(facts), tmp_path))

    assert (code, facts.level(facts.result.scopes[0])) == (0, level)
    assert any(told in line for line in lines)


def test_it_imports_nothing_but_the_standard_library():
    tree = tree_of(RECOUNT.read_text())
    imported = {
        alias.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {node.module.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert imported <= sys.stdlib_module_names
    assert len(RECOUNT.read_text().splitlines()) <= 500


def test_it_runs_alone_from_its_own_folder(path):
    done = subprocess.run([sys.executable, "-I", "recompter.py", "."], cwd=path, capture_output=True, text=True,
                          encoding="utf-8", env={"PYTHONUTF8": "1"})  # fmt: skip

    assert (done.returncode, done.stdout.splitlines()[-1], done.stderr) == (0, SAME, "")


def test_majority_judgement_is_counted_from_its_histogram(tmp_path):
    rule = BallotRule(BallotKind.GRADES, grades=5)
    urn = marks((40, "A4 B1"), (30, "A1 B4"), (10, "B2"))
    facts = facts_of([p for p in four() if p.id in "AB"], Rules((town(ballot=rule),)), {"ville": urn})
    folder = unzipped(bundle.archive(facts), tmp_path)

    code, lines = recounted(folder)

    assert (code, lines[-1]) == (0, SAME)
    assert not (folder / "urne.csv").exists()


@pytest.mark.slow
def test_a_hundred_thousand_ballots_take_less_than_five_seconds(tmp_path):
    names = [f"P{n:03d}" for n in range(150)]
    urn = {tuple(sorted((names[(n * k) % 150], 1) for k in (1, 3, 7))): 10 for n in range(1, 10_001)}
    listed = [Project(name, 100_00, scope="ville") for name in names]
    path = tmp_path / "vote.zip"
    facts = facts_of(listed, Rules((replace(town(), budget_cents=4_000_00),)), {"ville": urn}, is_replay=True)
    path.write_bytes(bundle.archive(replace(facts, contents=facts.contents)))

    start = time.perf_counter()
    code, lines = recounted(path)

    assert (code, lines[-1]) == (0, SAME)
    assert time.perf_counter() - start < 5


@pytest.mark.elections
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("France_Toulouse_2019", "declared"),
        ("Netherlands_Assen_2024", "equal_shares"),
        ("Poland_Krakow_2024", "declared"),
        ("Poland_Wieliczka_2023_Green_Budget", "declared"),
        ("Poland_Wroclaw_2025", "greedy_stop"),
    ],
)
@pytest.mark.parametrize("is_replay", [True, False])
def test_real_elections(tmp_path, name, rule, is_replay):
    home = Path(os.environ.get("BP_ELECTIONS_DIR", "../shared/data/pb"))
    if not (home / f"{name}.pb").exists():
        pytest.skip(f"BP_ELECTIONS_DIR holds no {name}.pb")
    election = read(home / f"{name}.pb")
    rules = rules_of(election, rule)
    rules = replace(rules, scopes=(replace(rules.scopes[0], id="ville"),))
    listed = [replace(p, scope="ville") for p in projects_of(election)]
    path = tmp_path / "vote.zip"
    path.write_bytes(bundle.archive(facts_of(listed, rules, {"ville": election.ballots}, is_replay=is_replay)))

    code, lines = recounted(path)

    assert (code, lines[-1]) == (0, SAME)
