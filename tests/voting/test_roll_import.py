"""A roll imported: by the page, by the command, whole or not at all."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError

from bp_platform.accounts.models import Role
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry, JournalReason
from bp_platform.documents import storage
from bp_platform.documents.models import StoredFile
from tests.factories import cycles as rulebooks
from tests.factories import voting as make
from tests.people import staff
from tests.voting import sheets
from tests.voting.sheets import AICHA, BRUNO, HEADINGS
from tests.voting.test_at_the_same_time import together
from tests.voting.test_secrecy import web_role  # noqa: F401 -- a fixture
from voting import services
from voting.models import EntryStatus, Proof, RollEntry

GOOD = sheets.csv(HEADINGS, AICHA, BRUNO)
BAD = sheets.csv(HEADINGS, AICHA, ["A2", "Petit", "Bruno", "19600"])


@pytest.fixture
def poll(db):
    return make.draft_poll()


def do_import(poll, by, content=GOOD):
    return services.import_roll(poll, io.BytesIO(content), by=by, at=make.clock())


def test_people_enter_admitted_with_what_a_letter_needs(poll, paula):
    tally = do_import(poll, paula)

    entry = poll.entries.get(number="A1")
    assert tally.new == poll.entries.count() == 2
    assert (entry.name, entry.birth_year, entry.scopes, entry.status, entry.proof, entry.entered_by) == (
        "Aïcha Durand",
        1978,
        ["ville"],
        EntryStatus.ADMITTED,
        Proof.POSTAL_CODE,
        None,
    )
    assert entry.postal_address == "3 rue du Quai\n37000 Valrive"


def test_one_journal_line_with_the_files_digest(poll, paula):
    do_import(poll, paula)

    line = JournalEntry.objects.get(act="import_roll")
    said = JournalReason.objects.get(chain=line.chain, position=line.position).text
    assert (line.subject, line.role, line.rule) == (f"voting.poll:{poll.pk}", Role.PARTICIPATION, "6")
    assert re.fullmatch(r"2 personnes, SHA-256 [0-9a-f]{64}", said)


def test_one_fault_and_nobody_is_entered(poll, paula):
    with pytest.raises(Refused, match="Le fichier contient 1 erreur : rien n’est importé."):
        do_import(poll, paula, BAD)

    assert not poll.entries.exists()
    assert not JournalEntry.objects.filter(act="import_roll").exists()


def test_the_same_file_twice_enters_nobody_twice(poll, paula):
    unnumbered = sheets.csv(HEADINGS[1:], AICHA[1:], BRUNO[1:])
    do_import(poll, paula, unnumbered)

    with pytest.raises(Refused, match="Toutes les personnes de ce fichier sont déjà sur la liste"):
        do_import(poll, paula, unnumbered)
    assert poll.entries.count() == 2


def test_a_second_file_brings_only_who_is_new(poll, paula):
    do_import(poll, paula, sheets.csv(HEADINGS, AICHA))

    tally = do_import(poll, paula)

    assert (tally.new, tally.already, poll.entries.count()) == (1, 1, 2)


def test_who_is_too_young_for_the_vote_is_a_fault(poll, paula):
    young = str(poll.closes_at.year - 10)

    tally = services.preview_roll(
        poll, io.BytesIO(sheets.csv(HEADINGS, [*AICHA[:3], young, *AICHA[4:]])), by=paula, at=make.clock()
    )

    assert tally.faults[0].sentence.replace("\u00a0", " ") == (
        f"Ligne 2, année de naissance : « {young} » : il faut avoir 16 ans l’année du vote ; corrigez ou supprimez la ligne."
    )


def test_the_roll_of_a_closed_vote_does_not_change(poll, paula, review):
    make.admit(poll, "Chloé")
    sealed = make.seal(poll)
    closed = services.close(sealed, by=make.BUILDER, at=make.clock() + 2 * make.HOUR)

    with pytest.raises(Refused, match="Ce vote est clos : la liste ne change plus."):
        do_import(closed, paula)


def test_strangers_import_nothing(poll, chloe):
    for act in (services.import_roll, services.preview_roll):
        with pytest.raises(Refused, match="Seule l’équipe participation"):
            act(poll, io.BytesIO(GOOD), by=chloe, at=make.clock())


def test_once_the_vote_is_open_nobody_enters_by_a_file_on_one_person_s_word(sign_in, poll, paula):
    poll = make.seal(poll)
    for act in (services.import_roll, services.preview_roll):
        with pytest.raises(Refused, match="une par une, deux agents les valident"):
            act(poll, io.BytesIO(GOOD), by=paula, at=make.clock())

    page = sign_in(paula).get(f"/bureau/vote/{poll.pk}/liste/").content.decode()

    assert not poll.entries.exists()
    assert "deux agents les valident" in page
    assert "Lire ce fichier" not in page


def test_between_the_sealing_and_the_opening_a_file_still_enters(paula):
    poll = make.seal(make.draft_poll(opens=make.HOUR, closes=2 * make.HOUR))

    assert do_import(poll, paula).new == 2


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_enter_each_person_once(poll, paula):
    """Without numbers, no constraint of the table would see it: the roll is held by one import at a time."""
    content = sheets.csv(HEADINGS[1:], *([f"Durand{n}", *AICHA[2:]] for n in range(300)))

    outcomes = together([lambda: do_import(poll, paula, content) for _try in range(3)])

    assert sorted(isinstance(outcome, Refused) for outcome in outcomes) == [False, True, True]
    assert poll.entries.count() == 300


# --- the page --------------------------------------------------------------------------------------------------------


def upload(client, poll, content=GOOD, name="liste.csv"):
    return client.post(f"/bureau/vote/{poll.pk}/liste/importer/", {"file": SimpleUploadedFile(name, content)})


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(uid|key)" value="([^"]+)"', page))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("liste.csv", GOOD),
        ("liste.xlsx", sheets.xlsx(HEADINGS, AICHA, BRUNO)),
        ("liste.ods", sheets.ods(HEADINGS, AICHA, BRUNO)),
    ],
)
def test_the_page_shows_what_it_read_then_imports_it(sign_in, paula, poll, name, content):
    client = sign_in(paula)

    shown = upload(client, poll, content, name)

    page = shown.content.decode()
    assert shown.status_code == 200
    assert "2 personnes à inscrire" in page
    assert "Aïcha Durand" in page
    assert "3 rue du Quai, 37000 Valrive" in page
    assert not poll.entries.exists()
    done = client.post(f"/bureau/vote/{poll.pk}/liste/importer/valider/", hidden(page))
    assert done["Location"] == f"/bureau/vote/{poll.pk}/liste/"
    assert "2 personnes sont entrées sur la liste" in client.get(done["Location"]).content.decode()
    assert poll.entries.count() == 2
    assert not StoredFile.objects.exists()


def test_the_page_says_each_fault_and_keeps_no_file(sign_in, paula, poll):
    answer = upload(sign_in(paula), poll, BAD)

    page = answer.content.decode().replace("\u00a0", " ")
    assert answer.status_code == 422
    assert "1 erreur à corriger" in page
    assert "Ligne 3, année de naissance : « 19600 » n’est pas une année ; écrivez-la en quatre chiffres." in page
    assert hidden(page) == {}
    assert not StoredFile.objects.exists()


def test_the_waiting_file_cannot_be_read_without_the_page(sign_in, paula, poll):
    page = upload(sign_in(paula), poll).content.decode()

    kept = StoredFile.objects.get()
    assert b"Durand" not in storage.content_of(kept)
    assert hidden(page)["key"] not in repr(dict(sign_in(paula).session))
    assert hidden(page)["key"] not in repr(list(StoredFile.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_leaving_deletes_the_file(sign_in, paula, poll):
    client = sign_in(paula)
    page = upload(client, poll).content.decode()
    path = Path(settings.MEDIA_ROOT) / StoredFile.objects.get().path
    assert path.exists()

    client.post(f"/bureau/vote/{poll.pk}/liste/importer/valider/", {**hidden(page), "acte": "abandonner"})

    assert not path.exists()
    assert not StoredFile.objects.exists()
    assert not poll.entries.exists()


def test_a_file_left_behind_goes_with_the_next_one(sign_in, paula, poll):
    client = sign_in(paula)
    upload(client, poll)
    first = StoredFile.objects.get()
    upload(client, poll)
    assert StoredFile.objects.get() != first
    StoredFile.objects.update(owner=None, created_at=make.clock() - timedelta(days=2))

    upload(client, poll)

    assert StoredFile.objects.get().owner == paula


def test_somebody_else_does_not_import_that_file(sign_in, paula, poll, at):
    page = upload(sign_in(paula), poll).content.decode()
    nadia = staff("nadia", "Nadia", "Brun", Role.PARTICIPATION, at)

    sign_in(nadia).post(f"/bureau/vote/{poll.pk}/liste/importer/valider/", hidden(page))

    assert not poll.entries.exists()
    assert StoredFile.objects.exists()


@pytest.mark.parametrize("change", [{"key": "0" * 64}, {"uid": "6f1d3b52-6d0c-4c43-8f4e-0d7a3a9c1b11"}, {"key": "x"}])
def test_a_form_made_up_imports_nothing(sign_in, paula, poll, change):
    client = sign_in(paula)
    page = upload(client, poll).content.decode()

    answer = client.post(f"/bureau/vote/{poll.pk}/liste/importer/valider/", hidden(page) | change)

    assert answer.status_code == 303
    assert not poll.entries.exists()


def test_no_file_is_said_on_the_form_and_a_reload_goes_back(sign_in, paula, poll):
    client = sign_in(paula)

    answer = client.post(f"/bureau/vote/{poll.pk}/liste/importer/", {})

    assert answer.status_code == 422
    assert "Choisissez le fichier qui contient la liste." in answer.content.decode()
    assert client.get(f"/bureau/vote/{poll.pk}/liste/importer/").status_code == 303


def test_the_web_role_does_all_of_it(sign_in, paula, poll, web_role):  # noqa: F811 -- the fixture
    client = sign_in(paula)
    page = upload(client, poll).content.decode()

    client.post(f"/bureau/vote/{poll.pk}/liste/importer/valider/", hidden(page))
    sealed = make.seal(poll)
    made = services.make_letters(sealed, by=paula, at=make.clock(), printer_key=b"\x11" * 32)

    assert len(b"".join(made.stream)) > 91
    assert made.batch.size == poll.entries.count() == 2


# --- the command -----------------------------------------------------------------------------------------------------


def command(poll, path, **options):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_roll", poll.cycle.slug, str(path), stdout=out, stderr=err, **options)
    except CommandError as error:
        return out.getvalue(), err.getvalue().replace("\u00a0", " "), str(error).replace("\u00a0", " ")
    return out.getvalue(), err.getvalue(), ""


def test_the_command_checks_then_imports(poll, tmp_path):
    path = tmp_path / "liste.csv"
    path.write_bytes(GOOD)

    checked = command(poll, path, check=True)
    assert not poll.entries.exists()
    imported = command(poll, path)

    assert checked[0] == "2 personnes à inscrire.\n"
    assert imported[0].endswith("La liste est importée.\n")
    assert poll.entries.count() == 2
    assert JournalEntry.objects.get(act="import_roll").actor_kind == "import"


def test_the_command_fails_with_its_faults_and_writes_nothing(poll, tmp_path):
    path = tmp_path / "liste.csv"
    path.write_bytes(BAD)

    _out, err, error = command(poll, path)

    assert err == "Ligne 3, année de naissance : « 19600 » n’est pas une année ; écrivez-la en quatre chiffres.\n"
    assert error == "Le fichier contient 1 erreur : rien n’est importé. Corrigez-la, puis recommencez."
    assert not RollEntry.objects.exists()
    assert "ne s’ouvre pas" in command(poll, tmp_path / "absent.csv")[2]


def test_the_command_names_an_edition_without_a_vote(poll, tmp_path):
    with pytest.raises(CommandError, match="n’a pas de vote en cours"):
        call_command("import_roll", "1999", str(tmp_path))


def test_a_character_that_no_name_has_is_a_fault_of_its_line(sign_in, poll, paula):
    many = [[f"N{n}", f"Durand{n}", *AICHA[2:]] for n in range(200)]
    content = sheets.csv(HEADINGS, *many, ["A2", "Pet\0it", *BRUNO[2:]])
    assert b"\0" not in content[:4096]

    page = sign_in(paula).post(
        f"/bureau/vote/{poll.pk}/liste/importer/", {"file": SimpleUploadedFile("l.csv", content)}
    )

    assert page.status_code == 422
    with pytest.raises(Refused):
        do_import(poll, paula, content)
    assert not poll.entries.exists()


def test_an_elected_member_is_not_entered_where_article_6_excludes_them(poll, paula, at):
    staff("durand", "Aïcha", "Durand", Role.ELECTED, at)
    exclude_elected(poll)

    with pytest.raises(Refused, match="1 erreur"):
        do_import(poll, paula)
    with pytest.raises(Refused, match="DURAND Aïcha.» est élu·e, et l’article 6 exclut les élu·es du vote"):
        enter(poll, paula, "DURAND Aïcha")
    assert enter(poll, paula, "Aïcha Durand (née en 1978)").pk
    assert poll.entries.count() == 1


def exclude_elected(poll):
    version = rulebooks.next_version(poll.cycle)
    version.values["electorate"]["is_elected_excluded"] = True
    version.save()


def enter(poll, by, name):
    facts = {"birth_year": 1978, "postal_address": "3 rue du Quai", "scopes": ("ville",)}
    return services.enter_person(poll, by=by, at=make.clock(), name=name, **facts)
