"""PROTOCOL §6.4.17: codes are in one stream encrypted for the printer, and nowhere else; two persons make it again."""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from nacl.public import PrivateKey

from bp_platform.accounts.models import Role
from bp_platform.core import calendar
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry, JournalReason
from tests.factories import voting as make
from tests.people import staff
from voting import policies, services
from voting.letter_stream import Writer
from voting.models import LetterBatch, LettersState, RollEntry
from voting.services.roll import Person

SCRIPT = Path(settings.BASE_DIR) / "voting" / "offline" / "lettres.py"
PRINTER = PrivateKey(b"p" * 32)


def lettres():
    spec = importlib.util.spec_from_file_location("lettres", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def poll(draft):
    """Besides Aïcha and Chloé, who have no address: three people a letter reaches."""
    people = [
        Person(f"Voisin <{n}>", 1950 + n, number=f"V{n}", postal_address=f"Bât. B\n{n} rue du Quai\n37000 Valrive")
        for n in range(3)
    ]
    services.admit(draft, people, by=make.BUILDER, at=make.clock())
    return make.seal(draft)


@pytest.fixture
def nadia(db, at):
    """Nadia is in the participation team too."""
    return staff("nadia", "Nadia", "Brun", Role.PARTICIPATION, at)


def made(poll, by, key=PRINTER.public_key):
    return services.make_letters(poll, by=by, at=make.clock(), printer_key=bytes(key))


def opened(stream: bytes, folder: Path, key=PRINTER):
    source = folder / "lettres.chiffre"
    source.write_bytes(stream)
    written = lettres().read(source, key, folder / "clair")
    with (folder / "clair" / "publipostage.csv").open(encoding="utf-8-sig", newline="") as rows:
        return written, (folder / "clair" / "lettres.html").read_text(), list(csv.DictReader(rows, delimiter=";"))


def test_the_printer_reads_what_the_town_made(poll, paula, town, tmp_path):
    written, html, rows = opened(b"".join(made(poll, paula).stream), tmp_path)

    assert written == 3
    assert [row["nom"] for row in rows] == ["Voisin <0>", "Voisin <1>", "Voisin <2>"]
    assert [rows[0][f"adresse_{n}"] for n in (1, 2, 3)] == ["Bât. B", "0 rue du Quai", ""]
    assert rows[0]["code_postal_ville"] == "37000 Valrive"
    assert html.count('<section class="lettre">') == 3
    assert "Voisin &lt;0&gt;<br>Bât. B<br>0 rue du Quai<br>37000 Valrive" in html
    assert "testserver/2026/vote/" in html
    sizes = [float(size) for size in re.findall(r"(\d+(?:\.\d+)?)pt", html)]
    assert min(sizes) >= 12


def test_a_letter_says_where_when_and_who_to_call(poll, paula, town, tmp_path):
    type(town).objects.update(phone="02 47 00 00 00", email="participation@valrive.example")
    caches["default"].clear()
    for n in range(7):
        poll.stations.create(code=f"p{n}", name=f"Maison {n}", postal_address=f"{n} quai", hours="samedi, 9 h à 18 h")

    _written, html, _rows = opened(b"".join(made(poll, paula).stream), tmp_path)

    letter = html.split("<section")[1].replace("\u00a0", " ")
    assert letter.count("<li>") == 7  # six places, and where to find the others
    assert "<b>Maison 0</b>, 0 quai : samedi, 9 h à 18 h" in letter
    assert "Appelez le 02 47 00 00 00 ou écrivez à participation@valrive.example" in letter
    dates = f"du {calendar.moment_words(poll.opens_at)} au {calendar.moment_words(poll.closes_at)}"
    assert dates.replace("\u00a0", " ") in letter


def test_each_code_names_its_person(poll, paula, tmp_path):
    _written, html, rows = opened(b"".join(made(poll, paula).stream), tmp_path)

    for place, row in enumerate(rows):
        assert "".join(f"<span>{group}</span> " for group in row["code"].split()).strip() in html
        entry = services.identify(poll, code=row["code"], birth_year=1950 + place, network="10.0.0", at=make.clock())
        assert entry.number == f"V{place}"


@pytest.mark.django_db(transaction=True)
def test_no_code_is_in_the_database_the_cache_the_broker_the_files_or_the_log(poll, paula, tmp_path, caplog):
    stream = b"".join(made(poll, paula).stream)
    _written, _html, rows = opened(stream, tmp_path)
    codes = [form for row in rows for form in (row["code"], row["code"].replace(" ", ""))]

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type IN ('text', 'character varying', 'bytea', 'jsonb', 'ARRAY')"
        )
        columns = cursor.fetchall()
        assert ("voting_rollentry", "code_digest", "character varying") in columns
        for table, column, kind in columns:
            shown = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            cursor.execute(f"SELECT coalesce(string_agg({shown}, ' '), '') FROM \"{table}\"")
            held = cursor.fetchone()[0]
            assert [code for code in codes if code in held] == [], (table, column)
    kept = repr([getattr(cache, "_cache", {}) for cache in caches.all()]) + caplog.text
    assert [code for code in codes if code in kept] == []
    for folder in (settings.CELERY_BROKER_DIR, settings.MEDIA_ROOT):
        for path in Path(folder).rglob("*") if folder else ():
            assert not path.is_file() or [c for c in codes if c.encode() in path.read_bytes()] == [], path
    assert [code for code in codes if code.encode() in stream] == []


def test_codes_are_made_once(poll, paula):
    b"".join(made(poll, paula).stream)

    with pytest.raises(Refused, match="Personne n’attend de lettre"):
        made(poll, paula)
    assert LetterBatch.objects.count() == 1


def test_the_batch_is_journalled_and_says_when_it_has_left_whole(poll, paula):
    letters = made(poll, paula)
    assert LetterBatch.objects.get().digest == ""

    pieces = list(letters.stream)

    digest = hashlib.sha256(b"".join(pieces)).hexdigest()
    assert LetterBatch.objects.get().digest == digest
    lines = JournalEntry.objects.filter(act__in=["make_letters", "send_letters"]).order_by("position")
    assert [line.act for line in lines] == ["make_letters", "send_letters"]
    assert (lines[0].role, lines[0].rule, lines[0].actor_id) == (Role.PARTICIPATION, "6", paula.actor_id)
    assert JournalReason.objects.get(chain=lines[1].chain, position=lines[1].position).text == digest


def test_a_broken_download_is_seen_and_its_file_refused(poll, paula, tmp_path):
    letters = made(poll, paula)
    pieces = [next(letters.stream), next(letters.stream), next(letters.stream)]
    letters.stream.close()

    assert LetterBatch.objects.get().digest == ""
    with pytest.raises(Exception, match="coupé au bloc 2"):
        opened(b"".join(pieces), tmp_path)
    assert not list((tmp_path / "clair").iterdir())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s[:-1], "abîmé ou coupé au bloc 2"),
        (lambda s: s[:150] + bytes([s[150] ^ 1]) + s[151:], "abîmé ou coupé au bloc 0"),
        (lambda s: s + b"x", "après sa fin"),
        (lambda s: b"x" + s, "n.est pas un fichier de lettres"),
        (lambda s: s[:11] + bytes(80) + s[91:], "n.a pas été chiffré pour cette clé"),
    ],
)
def test_a_changed_stream_does_not_open(change, words, poll, paula, tmp_path):
    stream = b"".join(made(poll, paula).stream)

    with pytest.raises(Exception, match=words):
        opened(change(stream), tmp_path)


def test_frames_do_not_change_places(poll, paula, tmp_path):
    header, facts, letters, last = made(poll, paula).stream

    for pieces in ((header, letters, facts, last), (header, facts, last), (header, facts, letters, letters, last)):
        with pytest.raises(Exception, match="abîmé ou coupé"):
            opened(b"".join(pieces), tmp_path)


def test_a_stream_that_says_another_number_of_letters_is_refused(poll, paula, tmp_path):
    writer = Writer(bytes(PRINTER.public_key))
    facts = {"batch": 1}
    pieces = [writer.header, writer.facts(facts), writer._frame([{"letters": 1}], is_last=True)]

    with pytest.raises(Exception, match="Il n.y a pas le nombre de lettres annoncé"):
        opened(b"".join(pieces), tmp_path)


def test_another_printer_reads_nothing(poll, paula, tmp_path):
    with pytest.raises(Exception, match="chiffré pour cette clé"):
        opened(b"".join(made(poll, paula).stream), tmp_path, PrivateKey(b"q" * 32))


def test_a_key_that_nothing_can_be_sealed_to_is_refused_before_any_code(poll, paula):
    for key in (bytes(32), b"short"):
        with pytest.raises(Refused, match="Cette clé publique n’est pas valable"):
            services.make_letters(poll, by=paula, at=make.clock(), printer_key=key)
    assert not RollEntry.objects.exclude(code_digest=None).exists()


def test_letters_wait_for_the_seal_and_end_with_the_vote(draft, paula):
    with pytest.raises(Refused, match="scellez-le d’abord"):
        made(draft, paula)
    sealed = make.seal(draft)
    with pytest.raises(Refused, match="une lettre ne servirait plus à personne"):
        services.make_letters(sealed, by=paula, at=make.clock() + 2 * make.HOUR, printer_key=bytes(PRINTER.public_key))


def test_strangers_make_no_letter(poll, chloe):
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        made(poll, chloe)


# --- letters that never arrived --------------------------------------------------------------------------------------


def again(batch, by, nadia=None, granted=True):
    services.ask_letters_again(batch, by=by, at=make.clock(), reason="Le téléchargement a coupé.")
    if nadia:
        return services.decide_letters(LetterBatch.objects.get(), by=nadia, at=make.clock(), is_granted=granted)
    return LetterBatch.objects.get()


def test_two_persons_make_lost_letters_again(poll, paula, nadia, tmp_path):
    letters = made(poll, paula)
    _written, _html, rows = opened(b"".join(letters.stream), tmp_path)

    batch = again(letters.batch, paula, nadia)

    assert (batch.state, batch.asked_by, batch.decided_by) == (LettersState.REDONE, paula, nadia)
    with pytest.raises(Refused, match="ne vont pas ensemble"):
        services.identify(poll, code=rows[0]["code"], birth_year=1950, network="10.0.0", at=make.clock())
    assert made(poll, paula).batch.size == 3
    acts = JournalEntry.objects.filter(subject=f"voting.letterbatch:{batch.pk}").order_by("position")
    assert [line.act for line in acts] == ["make_letters", "send_letters", "ask_letters_again", "revoke_letters"]


def test_who_has_voted_gets_no_second_letter(poll, paula, nadia, review):
    letters = made(poll, paula)
    voted = poll.entries.get(number="V0")
    services.cast_many(poll, [review(poll, voted, "BP26-0001")])

    again(letters.batch, paula, nadia)

    assert poll.entries.get(number="V0").code_digest
    assert made(poll, paula).batch.size == 2


def test_the_same_person_cannot_ask_and_decide(poll, paula):
    batch = again(made(poll, paula).batch, paula)

    with pytest.raises(Refused, match="Une autre personne que celle qui demande doit valider."):
        services.decide_letters(batch, by=paula, at=make.clock(), is_granted=True)
    assert not RollEntry.objects.filter(number__startswith="V", code_digest=None).exists()


def test_a_refusal_keeps_the_letters_and_it_may_be_asked_again(poll, paula, nadia):
    batch = again(made(poll, paula).batch, paula, nadia, granted=False)

    assert (batch.state, batch.reason, batch.asked_by) == (LettersState.MADE, "", None)
    assert RollEntry.objects.filter(letters=batch).count() == 3
    assert policies.can_ask_letters_again(nadia, batch, make.clock())


def test_asking_again_takes_a_reason_and_an_account(poll, paula):
    letters = made(poll, paula)

    with pytest.raises(Exception, match="pourquoi ces lettres sont à refaire"):
        services.ask_letters_again(letters.batch, by=paula, at=make.clock(), reason=" ")
    with pytest.raises(Refused, match="chacune avec son compte"):
        services.ask_letters_again(letters.batch, by=make.BUILDER, at=make.clock(), reason="Perdues.")


# --- the printer's own file ------------------------------------------------------------------------------------------


def run(*arguments):
    return subprocess.run([sys.executable, "-I", str(SCRIPT), *map(str, arguments)], capture_output=True, text=True)


def test_the_printer_makes_a_key_that_only_they_can_read(tmp_path):
    answer = run("cle", tmp_path / "cle")

    private = tmp_path / "cle" / "cle-privee.txt"
    public = (tmp_path / "cle" / "cle-publique.txt").read_text().strip()
    assert stat.S_IMODE(private.stat().st_mode) == 0o400
    assert public in answer.stdout
    assert bytes(PrivateKey(bytes.fromhex(private.read_text())).public_key).hex() == public
    assert "existe déjà" in run("cle", tmp_path / "cle").stderr


def test_the_printer_reads_with_the_file_alone(poll, paula, tmp_path):
    run("cle", tmp_path)
    public = (tmp_path / "cle-publique.txt").read_text().strip()
    (tmp_path / "l.chiffre").write_bytes(
        b"".join(services.make_letters(poll, by=paula, at=make.clock(), printer_key=bytes.fromhex(public)).stream)
    )

    answer = run("lire", tmp_path / "l.chiffre", "--cle", tmp_path / "cle-privee.txt", "--dans", tmp_path / "out")

    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("3 lettres dans")
    assert stat.S_IMODE((tmp_path / "out" / "lettres.html").stat().st_mode) == 0o600


def test_the_printers_file_imports_nothing_of_the_project():
    imported = set(re.findall(r"^\s*(?:from|import) (\w+)", SCRIPT.read_text(), re.MULTILINE))

    assert imported - set(sys.stdlib_module_names) - {"__future__"} == {"nacl"}


def test_a_spreadsheet_runs_nothing_that_somebody_has_for_a_name(draft, paula, tmp_path):
    services.admit(draft, [Person("=CMD()", 1970, postal_address="+1 rue\n37000 V")], by=make.BUILDER, at=make.clock())

    _written, _html, rows = opened(b"".join(made(make.seal(draft), paula).stream), tmp_path)

    assert (rows[0]["nom"], rows[0]["adresse_1"]) == ("'=CMD()", "'+1 rue")
