"""PROTOCOL §6.2.3, §6.5.19–20: a binding box opened by its shares, offline or on the server, and what is refused."""

from __future__ import annotations

import json
import logging
import os
import pty
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from bp_platform.core import grants
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from tests.factories import voting as make
from tests.voting.test_at_the_same_time import together
from voting import practice_keys, selectors, services
from voting import seal as seals
from voting.management.commands.open_poll import opened_by_a_child
from voting.models import Ballot, Poll, PollKind, PollState
from voting.offline import bureau

pytestmark = pytest.mark.django_db

FILE = Path(bureau.__file__)


@pytest.fixture
def after():
    return make.clock() + 2 * make.HOUR


@pytest.fixture
def split():
    """The public sheet of a key in five parts, three of which open, and its shares."""
    return make.split_key(3, 5)


@pytest.fixture
def voted(db, split, review):
    """A binding vote where twelve people have voted: the courtyard 7, the orchard 5, the quay 9."""
    poll = make.draft_poll(PollKind.BINDING)
    people = make.admit(poll, *(f"Voisin {n}" for n in range(12)))
    poll = make.seal(poll, sheet=split[0])
    for place, entry in enumerate(people):
        numbers = [n for n, most in (("BP26-0001", 7), ("BP26-0002", 5), ("BP26-0003", 9)) if place < most]
        services.cast_many(poll, [review(poll, entry, *numbers)])
    return poll


@pytest.fixture
def closed(voted, after):
    return services.close(voted, by=make.BUILDER, at=after)


@pytest.fixture
def contents(split):
    """What the bureau opens of a closed vote, with three shares."""

    def _contents(poll):
        return bureau.open_box(bureau.read_export(services.exported_box(poll)), split[1][:3])

    return _contents


def write(poll, data, after, **facts):
    given = {"by": make.BUILDER, "at": after, "contents": data, "on_server": False} | facts
    return services.open_with_contents(poll, **given)


def rubbish(poll, entry, lifted):
    """A seal that nobody's key opens, with its mark, as a broken server would leave."""
    seal = b"z" * poll.seal_length
    lifted("INSERT INTO voting_sealedballot VALUES (%s, 'ville', %s, %s)", seals.ref_of(seal), seal, poll.pk)
    lifted("INSERT INTO voting_rollmark (poll_id, entry_id, channel, station, day) VALUES (%s, %s, 'web', '', now())",
           poll.pk, entry.pk)  # fmt: skip
    return seals.ref_of(seal).hex()


def typing(monkeypatch, shares):
    """What the holders type, line by line."""
    lines = iter([line for share in shares for line in bureau.written(share)])
    monkeypatch.setattr("getpass.getpass", lambda _words: next(lines))


# What the sealed text says of the key


def test_the_sealed_text_carries_the_threshold_and_the_digest_of_each_share(voted, split):
    value = json.loads(bytes(voted.sealed))

    assert value["keys"] == {"threshold": 3, "number": 5, "shares": [sha256(share).hexdigest() for share in split[1]]}
    assert selectors.sealed_of(voted).keys == split[0].keys


# Contents that come back


def test_the_contents_that_fit_the_closing_are_written_sorted_and_counted(closed, contents, after):
    data = contents(closed)

    opened = write(closed, data, after, second=data)
    counted = services.count(opened, by=make.BUILDER, at=after)

    digest = sha256(data).hexdigest()
    assert opened.state == PollState.CLOSED
    assert opened.opening == {
        "on_server": False, "contents": digest, "second_contents": digest, "shares_used": 3, "nulls": [],
    }  # fmt: skip
    written = list(Ballot.objects.filter(poll=closed).order_by("pk").values_list("content", flat=True))
    assert written == sorted(written)
    assert len(written) == 12
    assert selectors.result_of(counted).winners == ("BP26-0003", "BP26-0001")
    line = JournalEntry.objects.get(act="open_box")
    assert (line.from_state, line.to_state, line.role) == ("closed", "closed", "import")


def test_a_second_opening_is_refused(closed, contents, after):
    data = contents(closed)
    opened = write(closed, data, after)

    with pytest.raises(Refused, match="déjà ouverte"):
        write(opened, data, after)
    assert Ballot.objects.count() == 12


@pytest.mark.django_db(transaction=True)
def test_two_openings_at_once_write_one_set_of_ballots(closed, contents, after):
    data = contents(closed)

    outcomes = together([lambda: write(closed, data, after) for _time in range(3)])

    refused = [str(outcome) for outcome in outcomes if isinstance(outcome, Refused)]
    assert refused == ["L’urne de ce vote est déjà ouverte."] * 2
    assert Ballot.objects.count() == 12


def _edited(data, edit):
    """A contents file after somebody's edit of its head and lines, well formed again."""
    head, rows = bureau.read_contents(data)
    edit(head, rows)
    return bureau.contents_of(head["poll"], head["export"], rows)


EDITS = {
    "other vote": (lambda head, rows: head.update(poll="0" * 64), "sont ceux d’un autre vote"),
    "other box": (lambda head, rows: head.update(export="0" * 64), "ne viennent pas de l’urne de la clôture"),
    "one less": (lambda head, rows: rows.pop(), "ne font pas le compte"),
    "one more": (lambda head, rows: rows.append(rows[0]), "ne font pas le compte"),
    "unknown scope": (lambda head, rows: rows.append(["lune", {"c": [], "s": "lune"}]), "ne font pas le compte"),
    "null from nowhere": (lambda head, rows: rows.__setitem__(0, ["ville", None, "unreadable", "ab" * 32]), "n’est pas dans l’urne"),
    "unknown reason": (lambda head, rows: rows.__setitem__(0, ["ville", None, "bof", "ab" * 32]), "n’est pas dans l’urne"),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_contents_that_do_not_fit_the_closing_write_nothing(name, closed, contents, after):
    edit, sentence = EDITS[name]

    with pytest.raises(Refused, match=sentence):
        write(closed, _edited(contents(closed), edit), after)

    assert Ballot.objects.count() == 0
    assert Poll.objects.get(pk=closed.pk).opened_at is None


def test_a_file_edited_by_hand_or_two_machines_that_differ_write_nothing(closed, contents, after):
    data = contents(closed)

    with pytest.raises(Refused, match="n’est pas un fichier de contenus"):
        write(closed, data.replace(b"\n[", b"\n [", 1), after)
    with pytest.raises(Refused, match="Les deux machines n’ont pas ouvert les mêmes contenus"):
        write(closed, data, after, second=_edited(data, lambda head, rows: rows.pop()))

    assert Ballot.objects.count() == 0


def test_before_the_closing_nothing_is_exported_nor_written(voted, contents, after):
    with pytest.raises(Refused, match="Le vote n’est pas clos"):
        services.export_box(voted, by=make.BUILDER, at=after)
    with pytest.raises(Refused, match="l’état actuel est « scellé »"):
        write(voted, b"", after)


def test_nobody_but_a_count_officer_opens_or_exports(closed, contents, chloe, after):
    for act in (
        lambda: services.export_box(closed, by=chloe, at=after),
        lambda: write(closed, contents(closed), after, by=chloe),
    ):
        with pytest.raises(Refused, match="chargée du dépouillement"):
            act()


@pytest.mark.parametrize("verb", ["remove", "add", "replace"])
def test_a_box_that_changed_after_the_closing_names_what_changed(verb, closed, contents, after, lifted):
    data = contents(closed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT ref FROM voting_sealedballot ORDER BY ref LIMIT 1")
        ref = bytes(cursor.fetchone()[0])
    if verb != "add":
        lifted("DELETE FROM voting_sealedballot WHERE ref = %s", ref)
    if verb != "remove":
        seal = b"s" * closed.seal_length
        lifted("SET session_replication_role = 'replica'")  # no trigger
        lifted("INSERT INTO voting_sealedballot VALUES (%s, 'ville', %s, %s)", seals.ref_of(seal), seal, closed.pk)
        lifted("RESET session_replication_role")
        ref = seals.ref_of(seal)

    with pytest.raises(Refused, match=ref.hex()):
        write(closed, data, after)
    with pytest.raises(Refused, match=ref.hex()):
        services.export_box(closed, by=make.BUILDER, at=after)

    assert Ballot.objects.count() == 0


def test_marks_that_changed_after_the_closing_stop_the_opening(closed, contents, after, lifted):
    data = contents(closed)
    lifted("DELETE FROM voting_rollmark WHERE entry_id = (SELECT min(entry_id) FROM voting_rollmark)")

    with pytest.raises(Refused, match="Les émargements ne sont plus ceux de la clôture"):
        write(closed, data, after)


def test_one_corrupt_seal_is_null_with_its_reference_and_the_numbers_agree(voted, contents, after, lifted):
    [dora] = make.admit(voted, "Dora")
    ref = rubbish(voted, dora, lifted)
    closed = services.close(voted, by=make.BUILDER, at=after)

    counted = services.count(write(closed, contents(closed), after), by=make.BUILDER, at=after)

    assert counted.opening["nulls"] == [["ville", "unreadable", ref]]
    assert list(Ballot.objects.exclude(null_reason="").values_list("content", "null_reason")) == [("", "unreadable")]
    assert selectors.result_of(counted).winners == ("BP26-0003", "BP26-0001")


def test_when_every_seal_is_corrupt_nothing_is_written(db, split, after, lifted):
    poll = make.draft_poll(PollKind.BINDING)
    [dora] = make.admit(poll, "Dora")
    poll = make.seal(poll, sheet=split[0])
    ref = rubbish(poll, dora, lifted)
    closed = services.close(poll, by=make.BUILDER, at=after)
    export = json.loads(services.exported_box(closed).split(b"\n")[0])["closing"]["export_digest"]
    lines = [["ville", None, "unreadable", ref]]

    with pytest.raises(Refused, match="Aucun bulletin ne s’ouvre"):
        write(closed, bureau.contents_of(closed.digest, export, lines), after)

    assert Ballot.objects.count() == 0


def test_an_invalid_content_that_the_bureau_let_through_is_null(closed, contents, after):
    def one_too_far(_head, rows):
        rows[0] = ["ville", {"c": [0, 1, 2, 3, 3], "s": "ville"}]

    opened = write(closed, _edited(contents(closed), one_too_far), after)

    assert opened.opening["nulls"] == [["ville", "invalid:repeated_project", ""]]


# A practice vote with the same key, or its own


def test_a_practice_vote_with_a_sheet_keeps_no_key_and_opens_by_its_shares(draft, split, review, contents, after):
    poll = make.seal(draft, sheet=split[0])
    services.cast_many(poll, [review(poll, poll.entries.get(name="Aïcha"), "BP26-0001")])
    closed = services.close(poll, by=make.BUILDER, at=after)

    assert not practice_keys.folder().exists()
    with pytest.raises(Refused, match="avec les parts de sa clé"):
        services.open_box(closed, by=make.BUILDER, at=after)
    assert write(closed, contents(closed), after).opening["shares_used"] == 3


def test_a_practice_vote_with_its_own_key_states_the_same_things(poll, aicha, review, after):
    services.cast_many(poll, [review(poll, aicha, "BP26-0001")])
    closed = services.close(poll, by=make.BUILDER, at=after)

    opened = services.open_box(closed, by=make.BUILDER, at=after)

    position = selectors.sealed_of(closed).by_number["BP26-0001"].position
    same = bureau.contents_of(
        closed.digest, closed.closing["export_digest"], [["ville", {"c": [position], "s": "ville"}]]
    )
    assert opened.opening == {
        "on_server": True, "contents": sha256(same).hexdigest(), "second_contents": None, "shares_used": 0, "nulls": [],
    }  # fmt: skip


def test_a_key_in_one_piece_takes_no_contents(poll, after):
    closed = services.close(poll, by=make.BUILDER, at=after)

    with pytest.raises(Refused, match="n’a pas été coupée en parts"):
        write(closed, b"", after)


# The commands


def test_the_box_goes_out_is_opened_by_two_machines_and_comes_back(closed, split, tmp_path, capsys):
    export, first, second = (tmp_path / name for name in ("urne.txt", "a.txt", "b.txt"))
    parts = []
    for number, share in enumerate(split[1], start=1):
        parts.append(tmp_path / f"part-{number}.txt")
        parts[-1].write_text("\n".join(bureau.written(share)))

    call_command("export_box", "2026", out=str(export))
    for out, some in ((first, parts[:3]), (second, parts[2:])):
        subprocess.run([sys.executable, "-I", FILE, "ouvrir", export, *some, "--sortie", out], check=True, env={})
    call_command("import_opened", "2026", str(first), second=str(second))

    opened = Poll.objects.get(pk=closed.pk)
    digest = sha256(first.read_bytes()).hexdigest()
    assert opened.opening["contents"] == opened.opening["second_contents"] == digest
    assert not opened.opening["on_server"]
    assert digest in capsys.readouterr().out
    acts = list(JournalEntry.objects.order_by("pk").values_list("act", "actor_id"))[-2:]
    assert acts == [("export_box", "export_box"), ("open_box", "import_opened")]
    with pytest.raises(CommandError, match="existe déjà"):
        call_command("export_box", "2026", out=str(export))


def test_the_same_box_is_exported_in_the_same_bytes(closed):
    assert services.exported_box(closed) == services.exported_box(Poll.objects.get(pk=closed.pk))


def test_the_box_is_opened_on_the_server_by_the_shares_that_are_typed(closed, split, monkeypatch, capsys):
    typing(monkeypatch, split[1][2:])

    call_command("open_poll", "2026")

    opened = Poll.objects.get(pk=closed.pk)
    assert opened.opening["on_server"]
    assert opened.opening["shares_used"] == 3
    assert opened.opening["second_contents"] is None
    said = capsys.readouterr().out
    assert "le secret repose aussi sur l’administrateur" in said
    assert opened.opening["contents"] in said
    assert Ballot.objects.count() == 12


def test_a_wrong_share_is_named_before_the_child_is_started(closed, split, monkeypatch):
    def started(*_words, **_facts):
        raise AssertionError

    monkeypatch.setattr("voting.management.commands.open_poll.opened_by_a_child", started)
    altered = split[1][1][:-1] + bytes([split[1][1][-1] ^ 1])
    typing(monkeypatch, [split[1][0], altered])

    with pytest.raises(CommandError, match="La part 2 n’est pas celle qui est publiée"):
        call_command("open_poll", "2026")

    assert Ballot.objects.count() == 0


def test_what_cannot_be_opened_is_said_before_any_share_is_asked(voted, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda _words: pytest.fail("a share was asked"))

    with pytest.raises(CommandError, match="On ne peut pas ouvrir l’urne"):
        call_command("open_poll", "2026")
    with pytest.raises(CommandError, match="n’a pas de vote scellé"):
        call_command("open_poll", "1999")


def test_the_child_has_no_environment_and_answers_contents_alone(closed, split):
    """Its own words: what it says of its environment, and its answer to a wrong share."""
    box = services.exported_box(closed)
    assert bureau.read_contents(opened_by_a_child(split[1][:3], box))
    with pytest.raises(CommandError, match="La part 9 n’est pas celle"):
        opened_by_a_child([bytes([9]) + bytes(32)], box)


def test_the_child_cannot_be_dumped(tmp_path):
    probe = (
        f"import sys; sys.path.insert(0, {str(FILE.parent)!r}); import bureau, resource, ctypes; bureau.harden(); "
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", probe], capture_output=True, text=True, env={})
    assert done.stdout.strip() == "(0, 0) 0"


def test_a_terminal_hides_what_is_typed(split):
    """A real terminal: the shares are read, and their lines are not echoed."""
    digests = [sha256(share).hexdigest() for share in split[1]]
    program = (
        f"import sys; sys.path.insert(0, {str(FILE.parent)!r}); import bureau; "
        f"print([share[0] for share in bureau.typed_shares({digests!r}, 1)])"
    )
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-I", "-c", program])
    said = b""
    for line in bureau.written(split[1][3]):
        while not said.rstrip().endswith(b":"):
            said += os.read(terminal, 1024)
        os.write(terminal, line.encode() + b"\n")
        said += b"."
    while b"[4]" not in said:
        said += os.read(terminal, 1024)
    os.waitpid(pid, 0)
    assert all(line.encode() not in said for line in bureau.written(split[1][3]))


# Who may read a seal


@pytest.fixture
def role(db):
    """`role(name)`: go on as that role of the database, with the rights of a migration."""

    def _role(name):
        with connection.cursor() as cursor:
            for known in ("bp_web", "bp_opener"):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [known])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE ROLE {known} NOLOGIN")
            grants.apply()
            cursor.execute("GRANT USAGE ON SCHEMA public TO bp_opener")
            cursor.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO bp_opener")
            cursor.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO bp_opener")
            cursor.execute(f"SET LOCAL ROLE {name}")

    yield _role
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def test_the_web_role_closes_but_neither_exports_nor_rewrites_a_box(voted, after, role):
    role("bp_web")
    closed = services.close(voted, by=make.BUILDER, at=after)

    with pytest.raises(Refused, match="ne lit pas les bulletins scellés"):
        services.export_box(closed, by=make.BUILDER, at=after)
    for forbidden in (
        "SELECT seal FROM voting_sealedballot",
        "TRUNCATE voting_sealedballot",
        "ALTER TABLE voting_sealedballot DISABLE TRIGGER USER",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(forbidden)
    assert not JournalEntry.objects.filter(act="export_box").exists()


def test_the_openers_role_opens_and_still_changes_no_seal(closed, split, after, role, monkeypatch):
    role("bp_opener")
    typing(monkeypatch, split[1][:3])

    call_command("open_poll", "2026")

    assert Poll.objects.get(pk=closed.pk).opened_at is not None
    for forbidden in ("UPDATE voting_sealedballot SET scope = 'x'", "DELETE FROM voting_sealedballot"):
        with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(forbidden)


# Nothing of the key stays (PROTOCOL §6.7)


def test_no_share_and_no_key_stays_anywhere(closed, split, monkeypatch, caplog, capsys, tmp_path, settings):
    caplog.set_level(logging.DEBUG)
    typing(monkeypatch, split[1][:3])
    call_command("open_poll", "2026")
    services.count(Poll.objects.get(pk=closed.pk), by=make.BUILDER, at=make.clock() + 3 * make.HOUR)
    output = capsys.readouterr()

    secrets = [bureau.combine(split[1][:3]), *split[1]]
    forms = [
        form
        for secret in secrets
        for form in (secret.hex(), secret[1:].hex(), *bureau.written(secret.rjust(33, b"\0")))
    ]
    places = {"logs": caplog.text, "output": output.out + output.err, **tables()}
    for folder in (settings.MEDIA_ROOT, settings.BP_PRACTICE_KEYS_DIR, getattr(settings, "CELERY_BROKER_DIR", "")):
        for path in Path(folder).rglob("*") if folder and Path(folder).exists() else ():
            if path.is_file():
                places[str(path)] = path.read_bytes().hex() + path.read_text(errors="replace")
    for place, text in places.items():
        for form in forms:
            assert form not in text, place


def tables():
    """Every row of every table, as text: sessions, journal, outbox and jobs with them."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT string_agg(t::text, E'\\n') FROM \"{table}\" t")
            found[table] = cursor.fetchone()[0] or ""
    return found
