"""PROTOCOL §6.2: the bureau's one file. Every k shares open, fewer never; an altered one is named before anything."""

from __future__ import annotations

import ast
import itertools
import json
import stat
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bp_platform.core.syntax import tree_of
from voting import seal as seals
from voting.offline import bureau
from voting.offline.bureau import Fault

FILE = Path(bureau.__file__)
HOLDERS = ("Adjointe", "Opposition", "Habitante", "Greffe")


def run(*words, typed=None):
    """Run the file as the bureau does: alone, away from the project."""
    return subprocess.run(
        [sys.executable, "-I", str(FILE), *map(str, words)],
        capture_output=True,
        text=True,
        cwd="/",
        env={},
        input=typed,
    )


@pytest.fixture
def made(tmp_path):
    """A key in four parts, two of which open, in a folder of its own."""
    folder = tmp_path / "cle"
    done = run("fabriquer", "--titre", "Vote 2026", "--seuil", 2, "--detenteurs", *HOLDERS, "--dossier", folder)
    assert done.returncode == 0, done.stderr
    return folder


def box_of(folder, contents, *, poll_scope="ville"):
    """An export as the platform writes it: one seal for each content."""
    sheet = json.loads((folder / "cle-publique.json").read_text())
    sealed = bureau.canonical(
        {
            "title": "Vote 2026",
            "public_key": sheet["public_key"],
            "keys": {"threshold": sheet["threshold"], "number": len(sheet["shares"]), "shares": sheet["shares"]},
            "scopes": [{"id": "ville", "ballot": {"kind": "approval", "max_choices": 2}},
                       {"id": "port", "ballot": {"kind": "approval"}}],
            "projects": [{"scope": "ville"}, {"scope": "ville"}, {"scope": "ville"}, {"scope": "port"}],
        }
    )  # fmt: skip
    poll = sha256(sealed.encode()).hexdigest()
    sealer = seals.Sealer(public_key=bytes.fromhex(sheet["public_key"]), poll_digest=poll, length=240)
    sealed_ones = [sealer.seal(content) if content is not None else bytes(240) for content in contents]
    rows = sorted((seals.ref_of(seal), poll_scope, seal) for seal in sealed_ones)
    return bureau.export_of(poll, sealed, closing_of(rows), rows), rows


def closing_of(rows):
    refs = [ref for ref, _scope, _seal in rows]
    return {
        "refs": {"ville": len(rows)},
        "refs_digest": sha256(b"".join(refs)).hexdigest(),
        "refs_sums": bureau.sums_of(refs),
        "export_digest": sha256("".join(f"{r.hex()};{s}\n" for r, s, _ in rows).encode()).hexdigest(),
    }


def content(*positions, scope="ville"):
    return bureau.canonical({"s": scope, "c": list(positions)}).encode()


def test_the_file_needs_nothing_of_the_project():
    modules = {
        name.split(".")[0]
        for node in ast.walk(tree_of(FILE.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert modules - set(sys.stdlib_module_names) == {"nacl"}


@given(secret=st.binary(min_size=32, max_size=32), threshold=st.integers(2, 4), spare=st.integers(2, 3))
def test_every_k_shares_give_the_key_and_fewer_never(secret, threshold, spare):
    shares = bureau.split(secret, threshold, threshold + spare)

    assert all(bureau.combine(some) == secret for some in itertools.combinations(shares, threshold))
    assert not any(bureau.combine(some) == secret for some in itertools.combinations(shares, threshold - 1))


@given(share=st.binary(min_size=33, max_size=33), data=st.data())
def test_a_share_survives_paper_and_a_slip_names_its_line(share, data):
    lines = bureau.written(share)
    line, place = data.draw(st.integers(0, 2)), data.draw(st.sampled_from([n for n in range(24) if n % 5 != 4]))
    other = data.draw(st.sampled_from([c for c in bureau.ALPHABET if c != lines[line][place]]))

    assert bureau.read_share("\n".join(lines).lower().replace("0", "o").replace("1", "l")) == share
    slipped = [*lines]
    slipped[line] = lines[line][:place] + other + lines[line][place + 1 :]
    found = fault_of("\n".join(slipped), sha256(share).hexdigest())
    assert found.startswith((f"Ligne {line + 1}", "La part "))


def fault_of(text, digest):
    """What is said of a typed share; one slip in 4,096 passes its line and is seen by the published digest."""
    try:
        bureau.check_share(bureau.read_share(text), [digest] * 255)
    except Fault as fault:
        return str(fault)
    return "rien"


def test_the_key_is_written_nowhere_and_each_share_is_its_holders(made):
    shares = [bureau.read_share((made / f"part-{n}.txt").read_text()) for n in range(1, 5)]
    private = bureau.combine(shares[:2])
    sheet = json.loads((made / "cle-publique.json").read_text())

    assert seals.keys_of(private).public.hex() == sheet["public_key"]
    assert sheet["shares"] == [sha256(share).hexdigest() for share in shares]
    for path in made.iterdir():
        assert private.hex() not in path.read_text()
        if path.name != "cle-publique.json":
            assert stat.S_IMODE(path.stat().st_mode) == 0o400
    page = (made / "part-3.html").read_text()
    for words in ("Vote 2026", "Part 3 sur 4", "Habitante", *bureau.written(shares[2]), sheet["shares"][2]):
        assert words in page


@pytest.mark.parametrize(
    ("threshold", "holders", "sentence"),
    [
        (1, HOLDERS, "Le seuil est d’au moins 2 parts"),
        (3, HOLDERS, "il faut de 5 à 16 détenteurs"),
        (2, [f"Personne {n}" for n in range(17)], "il faut de 4 à 16 détenteurs"),
        (2, ("Adjointe", "Adjointe", "Greffe", "Habitant"), "différents des autres"),
    ],
)
def test_a_key_that_one_or_too_few_could_lose_is_not_made(tmp_path, threshold, holders, sentence):
    done = run("fabriquer", "--titre", "V", "--seuil", threshold, "--detenteurs", *holders, "--dossier", tmp_path / "c")

    assert done.returncode == 1
    assert sentence in done.stderr
    assert not (tmp_path / "c").exists()


def test_two_rehearsals_are_noted_in_the_public_sheet(made):
    sheet = made / "cle-publique.json"

    first = run("repeter", sheet, made / "part-1.txt", made / "part-2.txt")
    again = run("repeter", sheet, made / "part-2.txt", made / "part-1.txt")
    other = run("repeter", sheet, made / "part-3.txt", made / "part-4.txt")

    assert "Répétez avec un autre groupe" in first.stdout
    assert "Répétez avec un autre groupe" in again.stdout
    assert "prête pour le scellement" in other.stdout
    assert json.loads(sheet.read_text())["rehearsals"] == [[1, 2], [3, 4]]


def test_a_wrong_share_is_named_and_nothing_is_rehearsed(made, tmp_path):
    sheet = made / "cle-publique.json"
    share = bytearray(bureau.read_share((made / "part-2.txt").read_text()))
    share[5] ^= 1
    altered = tmp_path / "part-2.txt"
    altered.write_text("\n".join(bureau.written(bytes(share))))

    for words, sentence in (
        ((altered, made / "part-1.txt"), "La part 2 n’est pas celle qui est publiée"),
        ((made / "part-1.txt",), "Il faut 2 parts et il n’y en a que 1"),
        ((made / "part-1.txt", made / "part-1.txt"), "La part 1 est donnée deux fois"),
        ((made / "part-1.txt", made / "rien.txt"), "Impossible de lire"),
    ):
        done = run("repeter", sheet, *words)
        assert done.returncode == 1
        assert sentence in done.stderr.replace("\u00a0", " ")
    assert json.loads(sheet.read_text())["rehearsals"] == []
    assert run("verifier", sheet, made / "part-2.txt").stdout == "La part 2 est bonne.\n"
    assert run("verifier", sheet, altered).returncode == 1


def test_two_machines_open_the_same_box_with_different_shares(made, tmp_path):
    data, rows = box_of(made, [content(0), content(), content(0, 2), content(1), None])
    box = tmp_path / "urne.txt"
    box.write_bytes(data)

    one = run("ouvrir", box, made / "part-1.txt", made / "part-3.txt", "--sortie", tmp_path / "a.txt")
    two = run("ouvrir", box, made / "part-4.txt", made / "part-2.txt", "--sortie", tmp_path / "b.txt")
    same = run("comparer", tmp_path / "a.txt", tmp_path / "b.txt")

    assert one.returncode == two.returncode == same.returncode == 0, one.stderr
    digest = sha256((tmp_path / "a.txt").read_bytes()).hexdigest()
    assert digest in one.stdout
    assert digest in two.stdout
    assert digest in same.stdout
    head, lines = bureau.read_contents((tmp_path / "a.txt").read_bytes())
    assert head["export"] == json.loads(data.split(b"\n")[0])["closing"]["export_digest"]
    assert [line for line in lines if len(line) == 4] == [["ville", None, "unreadable", seals.ref_of(bytes(240)).hex()]]
    assert sorted(line[1]["c"] for line in lines if len(line) == 2) == [[], [0], [0, 2], [1]]
    for ref, _scope, _seal in rows:
        assert (ref.hex() in (tmp_path / "a.txt").read_text()) == (ref == seals.ref_of(bytes(240)))


def test_contents_that_break_the_rule_are_null_with_their_reference(made):
    shares = [bureau.read_share((made / f"part-{n}.txt").read_text()) for n in (1, 2)]
    wrong = {
        content(0, 1, 2): "invalid:too_many",
        content(0, 0): "invalid:repeated_project",
        content(3): "invalid:unknown_project",
        content(3, scope="port"): "other_scope",
        content(9): "unreadable",
        content(0, scope="lune"): "unreadable",
        b'{"c": [0], "s": "ville"}': "unreadable",
        b"[]": "unreadable",
    }
    for data, reason in wrong.items():
        export, _rows = box_of(made, [data, content(0)])
        _head, lines = bureau.read_contents(bureau.open_box(bureau.read_export(export), shares))
        assert [line[2] for line in lines if len(line) == 4] == [reason], data


def _changed(rows, verb):
    if verb == "change":
        ref, scope, seal = rows[1]
        return [rows[0], (ref, scope, b"x" + seal[1:]), *rows[2:]], ref
    other = b"y" * 240
    if verb == "add":
        return sorted([*rows, (seals.ref_of(other), "ville", other)]), seals.ref_of(other)
    if verb == "replace":
        return sorted([*rows[:1], *rows[2:], (seals.ref_of(other), "ville", other)]), rows[1][0]
    return [rows[0], *rows[2:]], rows[1][0]


@pytest.mark.parametrize(
    ("verb", "words"), [("change", "changé"), ("add", "ajouté"), ("remove", "retiré"), ("replace", "remplacé")]
)
def test_a_box_that_is_not_the_closings_names_what_changed(made, tmp_path, verb, words):
    data, rows = box_of(made, [content(0), content(1), content(2)])
    other, ref = _changed(rows, verb)
    head = json.loads(data.split(b"\n")[0])
    (tmp_path / "urne.txt").write_bytes(bureau.export_of(head["poll"], head["sealed"], head["closing"], other))

    done = run(
        "ouvrir", tmp_path / "urne.txt", made / "part-1.txt", made / "part-2.txt", "--sortie", tmp_path / "a.txt"
    )

    assert done.returncode == 1
    assert ref.hex() in done.stderr
    assert words in done.stderr
    assert not (tmp_path / "a.txt").exists()


def test_an_altered_share_stops_before_anything_is_decrypted(made, monkeypatch):
    data, _rows = box_of(made, [content(0)])
    shares = [bureau.read_share((made / f"part-{n}.txt").read_text()) for n in (1, 2)]
    opened = []
    monkeypatch.setattr(bureau, "_opened", lambda *given: opened.append(given))

    with pytest.raises(Fault, match="La part 2 n’est pas celle"):
        bureau.open_box(bureau.read_export(data), [shares[0], shares[1][:-1] + b"?"])

    assert opened == []


def test_when_no_seal_opens_nothing_comes_out(made):
    data, _rows = box_of(made, [None])
    shares = [bureau.read_share((made / f"part-{n}.txt").read_text()) for n in (1, 2)]

    with pytest.raises(Fault, match="Aucun bulletin ne s’ouvre"):
        bureau.open_box(bureau.read_export(data), shares)


def test_a_sealed_text_that_was_edited_is_refused(made):
    data, _rows = box_of(made, [content(0)])

    with pytest.raises(Fault, match="ne correspond pas à son empreinte"):
        bureau.read_export(data.replace(b"Vote 2026", b"Vote 2027"))


def test_shares_that_are_typed_are_asked_line_by_line(made, monkeypatch, capsys):
    sheet = json.loads((made / "cle-publique.json").read_text())
    shares = [bureau.read_share((made / f"part-{n}.txt").read_text()) for n in (2, 4)]
    keys = iter([bureau.written(shares[0])[0], "faute", *bureau.written(shares[0])[1:], *bureau.written(shares[1])])
    asked = []
    monkeypatch.setattr("getpass.getpass", lambda words: asked.append(words.replace("\u00a0", " ")) or next(keys))

    assert bureau.typed_shares(sheet["shares"], 2) == shares
    assert asked[:3] == ["Part 1 sur 2, ligne 1 : ", "Part 1 sur 2, ligne 2 : ", "Part 1 sur 2, ligne 2 : "]
    assert "Ligne 2" in capsys.readouterr().err


def test_a_share_is_never_typed_where_it_would_show(made):
    done = subprocess.run(
        [sys.executable, "-I", FILE, "verifier", made / "cle-publique.json"],
        input="\n".join(bureau.written(bureau.read_share((made / "part-1.txt").read_text()))),
        capture_output=True,
        text=True,
        start_new_session=True,  # no terminal
    )

    assert done.returncode == 1
    assert "Les parts se tapent dans un terminal" in done.stderr


def test_two_machines_that_differ_are_told_apart(made, tmp_path):
    shares = [bureau.read_share((made / f"part-{n}.txt").read_text()) for n in (1, 2)]
    for name, contents in (("a.txt", [content(0)]), ("b.txt", [content(1)])):
        (tmp_path / name).write_bytes(bureau.open_box(bureau.read_export(box_of(made, contents)[0]), shares))

    done = run("comparer", tmp_path / "a.txt", tmp_path / "b.txt")

    assert done.returncode == 1
    assert "n’importez rien" in done.stderr


def test_each_command_explains_itself_in_french():
    for words in ([], ["fabriquer"], ["repeter"], ["verifier"], ["ouvrir"], ["comparer"]):
        done = run(*words, "--help")
        assert done.returncode == 0
        assert done.stdout.startswith("Usage")
        assert "show this help" not in done.stdout
    missing = run("ouvrir")
    assert missing.returncode == 2
    assert missing.stderr.startswith("La commande est incomplète")


def test_a_machine_with_a_network_is_warned(monkeypatch, capsys):
    monkeypatch.setattr(bureau, "has_network", lambda: True)
    bureau.warn_of_network()
    assert "reliée à un réseau" in capsys.readouterr().err
    monkeypatch.setattr(bureau, "has_network", lambda: False)
    bureau.warn_of_network()
    assert capsys.readouterr().err == ""
