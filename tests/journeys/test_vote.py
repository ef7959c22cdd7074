"""The vote as those who hold it do: a polling place, two keyers, the roll and its letters, the booth's list."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bp_platform.accounts.models import Role
from tests.factories import paper
from tests.factories import voting as make
from tests.journeys.conftest import PHONE, plain
from tests.people import staff
from tests.voting import sheets
from tests.voting.test_booth_lists import two_places  # noqa: F401 -- a fixture
from voting import services
from voting.models import BatchState, RollEntry, RollMark

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(200),
    pytest.mark.django_db(transaction=True),
]

TABLET = {"width": 820, "height": 1180}
PRINTER_KEY = "11" * 32


@pytest.fixture(autouse=True)
def _keys_in_a_folder_of_their_own(settings, tmp_path):
    settings.BP_PRACTICE_KEYS_DIR = str(tmp_path / "keys")


@pytest.fixture
def bureau(at):
    """Colette, Dora and Émile count."""
    names = (("colette", "Colette", "Nguyen"), ("dora", "Dora", "Blum"), ("emile", "Émile", "Roux"))
    return [staff(*name, Role.COUNT, at) for name in names]


@pytest.fixture
def draft(town):
    draft = make.draft_poll()
    make.admit(draft, "Aïcha Durand", "Bruno Petit", "Chloé Roy")
    return draft


def find(desk, words: str, name: str):
    """Search at the desk of a place, and open somebody's page."""
    desk.type(words=words).press("Chercher")
    with desk.page.expect_navigation():
        desk.page.locator(".found__person", has_text=name).click()
    return desk


@pytest.mark.parametrize("has_script", [True, False])
def test_a_polling_place_on_a_phone_hands_paper_then_a_tablet(screen, draft, at, has_script):
    poll = make.seal(draft)
    make.station(poll)
    lucie = staff("lucie", "Lucie", "Adam", Role.POLLING, at)
    desk = screen(PHONE, has_script=has_script, user=lucie).open("/bureau/").follow("Lieux de vote")
    see(desk, has_script).follow("Halle aux grains")

    see(desk, has_script).type(staff="Lucie Adam, Omar Sy", seal_number="A-101").page.locator(
        "[name=is_box_shown]"
    ).check()
    see(desk.press("Ouvrir le lieu"), has_script)
    see(desk.type(words="aisha durant").press("Chercher"), has_script)
    see(find(desk, "aisha durant", "Aïcha Durand"), has_script).page.locator("[name=is_identity_checked]").check()
    see(desk.press("Remettre le bulletin papier et émarger"), has_script)
    assert "Émargement enregistré : remettez le bulletin." in plain(desk.page.inner_text("body"))

    find(desk, "petit", "Bruno Petit").page.locator("[name=is_identity_checked]").check()
    see(desk.press("Ouvrir la tablette"), has_script)
    tablet = screen(TABLET, has_script=has_script).open("/2026/vote/tablette/")
    see(tablet, has_script).type(code=desk.page.locator(".receipt__code").inner_text()).press("Commencer")
    tablet.page.locator("[name=c]").nth(1).check()
    see(see(tablet, has_script).press("Vérifier mon bulletin"), has_script).press("Déposer mon bulletin")
    see(tablet, has_script).follow("Terminé : rendre la tablette")

    assert tablet.heading == "Votez ici"
    assert tablet.open("/2026/vote/bulletin/").page.locator("[name=c]").count() == 0
    desk.follow("Personne suivante")
    assert "Cette personne dit ne pas avoir voté" in see(find(desk, "petit bruno", "Bruno Petit"), has_script).text
    marks = RollMark.objects.order_by("entry__name").values_list("entry__name", "channel", "station", "agent")
    assert list(marks) == [
        ("Aïcha Durand", "paper", "halle-aux-grains", lucie.pk),
        ("Bruno Petit", "tablet", "halle-aux-grains", lucie.pk),
    ]


def see(one, has_script: bool):
    """axe needs script; every page fits."""
    if has_script:
        return one.sound()
    assert one.fits(), one.page.url
    return one


def test_two_keyers_with_the_keyboard_alone(screen, draft, bureau):
    poll = make.seal(draft)
    paper.mark_on_paper(poll, list(poll.entries.order_by("pk")), bureau[0])
    services.close(poll, by=make.BUILDER, at=make.clock())
    colette, dora, emile = (screen(user=user).open(f"/bureau/vote/{poll.pk}/papier/") for user in bureau)

    colette.sound().page.locator("[name=boxes]").focus()
    colette.page.keyboard.type("Mairie, école")
    colette.page.keyboard.press("Tab")
    colette.page.keyboard.type("3")
    colette.enter().sound()
    for keyer, ballots in ((colette, ("1 2", "b", "4")), (dora, ("1 2", "b", "3"))):
        keyer.open(f"/bureau/vote/{poll.pk}/papier/").tab_to("Saisir").enter().sound()
        for numbers in ballots:
            keyer.page.wait_for_function("document.activeElement.name === 'typed'")
            keyer.page.keyboard.type(numbers)
            keyer.enter()
        keyer.sound().tab_to("Terminer cette saisie").enter()

    emile.open(f"/bureau/vote/{poll.pk}/papier/").sound().open(f"/bureau/vote/{poll.pk}/papier/1/differences/")
    assert "Bulletin 3 de la pile de 3" in emile.sound().text
    emile.page.locator("[name=typed]").focus()
    emile.page.keyboard.type("4")
    emile.enter().sound().tab_to("Constater ce compte").enter()

    batch = poll.batches.get()
    assert batch.state == BatchState.AGREED
    assert "Constater ce compte" not in emile.sound().text


def test_the_team_imports_a_roll_and_two_persons_reissue_a_letter(screen, town, paula, at):
    poll = make.draft_poll()
    nadia = staff("nadia", "Nadia", "Brun", Role.PARTICIPATION, at)
    wrong = sheets.csv(sheets.HEADINGS, sheets.AICHA, ["A2", "Petit", "Bruno", "19600"])
    good = sheets.csv(sheets.HEADINGS, sheets.AICHA, sheets.BRUNO)
    desk = screen(user=paula).open(f"/bureau/vote/{poll.pk}/").follow("Liste des habitant").sound()

    give(desk, wrong).press("Lire ce fichier").sound()
    assert desk.heading == "1 erreur à corriger"
    give(desk.follow("Déposer un autre fichier"), good).press("Lire ce fichier").sound()
    assert desk.heading == "2 personnes à inscrire"
    desk.press("Inscrire 2 personnes").sound()
    make.seal(poll)
    desk.follow("Fabriquer les lettres").sound()
    desk.type(printer_key=PRINTER_KEY).page.locator("[name=is_understood]").check()
    with desk.page.expect_download() as letters:
        desk.page.get_by_role("button", name="Fabriquer et télécharger").click()
    assert letters.value.suggested_filename == "lettres-2026-lot-1.chiffre"
    assert letters.value.path().stat().st_size  # waits for the whole file, whose end the page tells
    assert "fichier parti en entier" in desk.open(f"/bureau/vote/{poll.pk}/liste/lettres/").sound().text

    desk.open(f"/bureau/vote/{poll.pk}/liste/").type(words="durant aicha").press("Chercher").sound()
    assert "durant" not in desk.page.url
    desk.follow("Aïcha Durand").sound().unfold("Demander un nouveau code")
    desk.type(reason="Lettre perdue.").press("Demander un nouveau code").sound()
    second = screen(PHONE, user=nadia).open(f"/bureau/vote/{poll.pk}/liste/").sound().follow("Aïcha Durand")
    second.sound().press("Accorder").sound()

    assert RollEntry.objects.get(name="Aïcha Durand").code_digest is None
    assert "1 personne attend une lettre" in second.open(f"/bureau/vote/{poll.pk}/liste/").text


def give(desk, content: bytes):
    desk.page.locator("[name=file]").set_input_files({"name": "liste.csv", "mimeType": "text/csv", "buffer": content})
    return desk


@pytest.mark.parametrize("has_script", [True, False])
def test_two_ballots_are_narrowed_and_too_many_choices_said(screen, town, two_places, has_script):  # noqa: F811
    for scope in two_places.plan["scopes"]:
        scope["ballot"]["max_choices"] = 1
    two_places.save()
    services.admit(
        two_places, [services.Person("Aïcha", 1970, ("ville", "mariniers"))], by=make.BUILDER, at=datetime.now(UTC)
    )
    poll = make.seal(two_places)
    [letter] = services.issue_codes(poll, by=make.BUILDER, at=datetime.now(UTC))
    booth = screen(PHONE, has_script=has_script).open("/2026/vote/")
    booth.type(code=letter.code, birth_year=str(letter.birth_year)).press("Continuer")

    booth.page.get_by_label("Le quai à vélo").check()
    see(booth, has_script).unfold("Chercher dans la liste").type(mots="VERGER").press("Montrer ces projets")
    assert booth.page.locator(".pick__title").all_inner_texts() == ["Un verger"]
    assert "1 projet choisi n’est pas dans la liste ci-dessous" in see(booth, has_script).text
    assert "verger" not in booth.page.url.lower()
    booth.press("Tous les projets")
    booth.page.get_by_label("Un verger").check()
    booth.page.get_by_label("Une cour qui respire").check()
    said = plain(booth.page.locator(".tray").inner_text())
    assert ("décochez-en 1" in said) == has_script
    booth.press("Vérifier mon bulletin")
    assert "Toute la ville – Vous avez fait 2 choix ; le maximum est 1 : décochez-en 1." in see(booth, has_script).text
    booth.page.get_by_label("Un verger").uncheck()
    booth.press("Vérifier mon bulletin")
    assert booth.text.index("Une cour qui respire") < booth.text.index("Le quai à vélo")
    see(see(booth, has_script).press("Déposer mon bulletin"), has_script)

    assert booth.page.locator("[data-receipt]").count() == 2
    assert RollMark.objects.count() == 1
