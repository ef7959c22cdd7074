"""Sealing takes the public sheet of a rehearsed key, where the rulebook lets the residents vote."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bp_platform.accounts.models import Role
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from tests.factories import cycles as rulebooks
from tests.factories import voting as make
from tests.people import staff
from voting import key_sheet, practice_keys, selectors, services
from voting import seal as seals
from voting.models import Poll, PollKind, PollState
from voting.offline import bureau

pytestmark = pytest.mark.django_db


def as_json(sheet, **facts):
    value = {
        "v": 1,
        "title": "Vote 2026",
        "public_key": sheet.public_key,
        "threshold": sheet.threshold,
        "shares": list(sheet.shares),
        "holders": ["Adjointe", "Opposition", "Habitante", "Greffe"],
        "rehearsals": [list(done) for done in sheet.rehearsals],
    }
    return json.dumps(value | facts)


def test_what_the_bureau_writes_is_what_the_platform_reads():
    sheet, _shares = make.split_key()

    assert key_sheet.read(as_json(sheet).encode()) == sheet
    assert (bureau.FEWEST, bureau.SPARE, bureau.MOST, bureau.REHEARSALS) == (
        key_sheet.FEWEST, key_sheet.SPARE, key_sheet.MOST, key_sheet.REHEARSALS,
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["", "bonjour", "[]", "{}", "[" * 9000, as_json(make.split_key()[0], v=2), as_json(make.split_key()[0], threshold="2"),
     as_json(make.split_key()[0], threshold=True), as_json(make.split_key()[0], shares=[1, 2]),
     as_json(make.split_key()[0], title="x" * 30_000)],
)  # fmt: skip
def test_anything_else_is_no_sheet(text):
    with pytest.raises(key_sheet.NotASheet):
        key_sheet.read(text.encode())


def _again(digest):
    return {"shares": (digest,) * 4}


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"public_key": "zz" * 32}, "La clé publique de la feuille compte 64"),
        ({"public_key": "ab" * 31}, "La clé publique de la feuille compte 64"),
        ({"public_key": "00" * 32}, "La clé publique de la feuille compte 64"),
        (_again("ab" * 32), "Les empreintes des parts sont incomplètes ou répétées"),
        ({"shares": tuple(f"{n:063x}" for n in range(4))}, "Les empreintes des parts sont incomplètes ou répétées"),
        ({"threshold": 1}, "au moins deux parts pour ouvrir l’urne"),
        ({"threshold": 3}, "au moins deux parts de plus que le seuil"),
        ({"shares": tuple(f"{n:064x}" for n in range(17))}, "seize parts au plus"),
        ({"rehearsals": ()}, "Répétez l’ouverture avec deux groupes différents"),
        ({"rehearsals": ((1, 2), (2, 1))}, "Répétez l’ouverture avec deux groupes différents"),
        ({"rehearsals": ((1, 2), (3,))}, "Répétez l’ouverture avec deux groupes différents"),
        ({"rehearsals": ((1, 2), (4, 5))}, "Répétez l’ouverture avec deux groupes différents"),
    ],
)
def test_a_key_that_could_be_lost_or_taken_seals_nothing(facts, sentence):
    draft = make.draft_poll(PollKind.BINDING)
    sheet = replace(make.split_key()[0], **facts)

    with pytest.raises(Refused, match=sentence):
        make.seal(draft, sheet=sheet)

    assert Poll.objects.get(pk=draft.pk).state == PollState.DRAFT
    assert not JournalEntry.objects.filter(act="seal_poll").exists()


def test_the_sheet_is_given_as_a_file_or_pasted(sign_in, paula):
    sheet, _shares = make.split_key()
    client = sign_in(paula)
    given = {
        "file": lambda: {"sheet_file": SimpleUploadedFile("cle-publique.json", as_json(sheet).encode())},
        "text": lambda: {"sheet_text": as_json(sheet)},
    }
    for place, (name, data) in enumerate(given.items()):
        cycle = make.cycle_with_projects(f"20{30 + place}", f"BP{30 + place}")
        poll = make.draft_poll(PollKind.BINDING, opens=make.HOUR, closes=2 * make.HOUR, cycle=cycle)
        facts = {"draw_seed": "dés 4-2-6-1", "waiver": "Essai."}

        without = client.post(f"/bureau/vote/{poll.pk}/sceller/", facts)
        wrong = client.post(f"/bureau/vote/{poll.pk}/sceller/", facts | {"sheet_text": "bonjour"})
        done = client.post(f"/bureau/vote/{poll.pk}/sceller/", facts | data())

        assert (without.status_code, wrong.status_code, done.status_code) == (422, 422, 303), name
        assert "donnez sa feuille publique" in without.content.decode()
        assert "Ce n’est pas la feuille publique d’une clé" in wrong.content.decode()
        assert selectors.sealed_of(Poll.objects.get(pk=poll.pk)).keys == sheet.keys


def test_a_practice_vote_may_be_given_a_sheet_and_no_key_is_kept(draft):
    sealed = make.seal(draft, sheet=make.split_key()[0])

    assert selectors.sealed_of(sealed).keys is not None
    assert not practice_keys.folder().exists()


def test_without_a_sheet_the_sealed_text_says_nothing_of_shares(poll):
    assert b'"keys"' not in bytes(poll.sealed)
    assert selectors.sealed_of(poll).keys is None


def test_a_replay_still_gives_its_public_key_alone():
    cycle = make.cycle_with_projects(is_hidden=True)
    draft = make.draft_poll(PollKind.REPLAY, cycle=cycle)

    with pytest.raises(Refused, match="se fabrique hors ligne"):
        make.seal(draft)
    with pytest.raises(Refused, match="La clé publique compte 64 caractères"):
        make.seal(draft, public_key=b"court")
    assert make.seal(draft, public_key=seals.new_keys().public).state == PollState.SEALED


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"decision_mode": "body_designation", "decided_by": "le conseil citoyen"},
            "à une instance .le conseil citoyen.",
        ),
        ({"decision_mode": "assembly"}, "un vote en assemblée, sans liste"),
    ],
)
def test_what_the_rulebook_decides_otherwise_is_not_sealed(values, sentence):
    cycle = make.cycle_with_projects()
    version = rulebooks.next_version(cycle)
    version.values["ballot"] |= values
    version.save()

    with pytest.raises(Refused, match=sentence):
        make.seal(make.draft_poll(cycle=cycle))


def test_a_vote_without_a_proof_is_not_sealed(draft):
    draft.plan["proofs"] = []
    draft.save()

    with pytest.raises(Refused, match="Choisissez d’abord comment une personne prouve"):
        make.seal(draft)


def test_voters_are_told_where_the_key_is(client, draft):
    practice = make.seal(draft)
    said = client.get("/2026/vote/").content.decode()
    services.annul(practice, by=make.BUILDER, at=make.clock(), reason="Une clé en parts.")
    make.seal(make.draft_poll(PollKind.BINDING, cycle=practice.cycle), sheet=make.split_key(3, 5)[0])
    binding = client.get("/2026/vote/").content.decode().replace("\u00a0", " ")

    assert "son administrateur pourrait ouvrir l’urne" in said
    assert "La clé est coupée en 5 parts, tenues par des personnes différentes : il en faut 3" in binding
    assert "son administrateur" not in binding


def test_the_bureaus_file_is_handed_out_at_the_desk_alone(sign_in, client, paula, bruno):
    answer = sign_in(paula).get("/bureau/vote/bureau.py")

    assert answer.content == Path(bureau.__file__).read_bytes()
    assert answer["Content-Disposition"] == 'attachment; filename="bureau.py"'
    assert sign_in(bruno).get("/bureau/vote/bureau.py").status_code == 404


def test_the_draft_of_a_binding_vote_says_how_its_key_is_made(sign_in, paula):
    poll = make.draft_poll(PollKind.BINDING, opens=make.HOUR, closes=2 * make.HOUR)

    page = sign_in(paula).get(f"/bureau/vote/{poll.pk}/").content.decode()

    for words in ("bureau.py fabriquer", "bureau.py repeter", 'enctype="multipart/form-data"'):
        assert words in page


@pytest.fixture
def closed(review):
    """A binding vote, closed, with one ballot; and its shares."""
    sheet, shares = make.split_key()
    poll = make.draft_poll(PollKind.BINDING)
    [aicha] = make.admit(poll, "Aïcha")
    poll = make.seal(poll, sheet=sheet)
    services.cast_many(poll, [review(poll, aicha, "BP26-0001")])
    return services.close(poll, by=make.BUILDER, at=make.clock() + 2 * make.HOUR), shares


def test_the_desk_says_what_to_run_then_counts(sign_in, paula, closed):
    poll, shares = closed
    colette = staff("colette", "Colette", "Nguyen", Role.COUNT, make.clock())
    desk = f"/bureau/vote/{poll.pk}/"

    waiting = sign_in(colette).get(desk).content.decode()
    refused = sign_in(colette).post(f"{desk}depouiller/")
    contents = bureau.open_box(bureau.read_export(services.exported_box(poll)), shares[:2])
    services.open_with_contents(
        poll, by=colette, at=make.clock() + 3 * make.HOUR, contents=contents, second=contents, on_server=False
    )
    opened = sign_in(colette).get(desk).content.decode()
    counted = sign_in(colette).post(f"{desk}depouiller/")

    for words in ("coupée en 4 parts, il en faut 2 pour ouvrir l’urne", "Il reste à ouvrir l’urne", "manage.py export_box 2026", "bureau.py ouvrir", "bureau.py comparer",
                  "manage.py import_opened 2026", "manage.py open_poll 2026", "2 des 4 parts"):  # fmt: skip
        assert words in waiting
    assert "depouiller" not in waiting
    assert refused.status_code == 403
    assert "export_box" not in opened
    assert "Ouverture hors ligne, avec les parts de la clé." in opened
    assert poll.digest in opened
    assert "Compter les bulletins ouverts" in opened
    assert counted.status_code == 303
