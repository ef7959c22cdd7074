"""A binding vote from its key, made on a laptop, to the bundle that anybody recounts."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from bp_platform.accounts.models import Role
from tests.factories import voting as make
from tests.journeys.conftest import PHONE
from tests.people import staff
from voting import selectors, services
from voting.models import Poll, PollKind
from voting.offline import bureau

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(200),
    pytest.mark.django_db(transaction=True),
]

PEOPLE = 60


def test_a_box_opened_offline_is_counted_proclaimed_and_recounted(screen, town, paula, at, moved_clock, tmp_path):
    colette = staff("colette", "Colette", "Nguyen", Role.COUNT, at)
    poll = make.draft_poll(PollKind.BINDING)
    make.admit(poll, *(f"Voisin {n}" for n in range(PEOPLE)))
    key = make_key(tmp_path / "cle")
    with moved_clock(-2 * make.HOUR):
        seal(screen, paula, poll, key)
    cast(Poll.objects.get(pk=poll.pk))

    with moved_clock(2 * make.HOUR):
        address = f"/bureau/vote/{poll.pk}/"
        count = screen(user=colette).open(address).sound().confirm("Clore le vote", "Clore maintenant").sound()
        assert "il faut réunir 2 des 4 parts" in count.text
        open_offline(tmp_path, key)
        assert "Ouverture hors ligne, avec les parts de la clé." in count.open(address).sound().text
        count.confirm("Dépouiller", "Dépouiller").sound().press("Fabriquer le procès-verbal (PDF)").sound()
        assert "Procès-verbal" in count.heading
        assert "Vérifier ce résultat" not in screen().open("/2026/resultats/").text
        screen(user=paula).open(address).sound().confirm("Proclamer les résultats", "Proclamer").sound()

        results = screen(PHONE).open("/2026/resultats/").sound()
        screen().open("/2026/resultats/").sound()
        assert "Vérifier ce résultat" in results.text
        with results.page.expect_download() as given:
            results.page.get_by_role("link", name="Télécharger le dossier").click()
    assert recount(Path(given.value.path()), tmp_path / "dossier") == "Le recomptage donne le même résultat."


def run(*words: str | Path) -> None:
    """`python3 bureau.py …` on the laptop of the bureau."""
    assert bureau.main([str(word) for word in words]) == 0


def make_key(folder: Path) -> Path:
    """Four holders, two of whom open; the opening is rehearsed by two different pairs."""
    holders = ("Maire-adjointe", "Opposition", "Habitante", "Greffe")
    run("fabriquer", "--titre", "Vote 2026", "--seuil", "2", "--detenteurs", *holders, "--dossier", folder)
    sheet = folder / "cle-publique.json"
    run("repeter", sheet, folder / "part-1.txt", folder / "part-2.txt")
    run("repeter", sheet, folder / "part-3.txt", folder / "part-4.txt")
    return folder


def seal(screen, paula, poll, key: Path) -> None:
    desk = screen(user=paula).open(f"/bureau/vote/{poll.pk}/").sound()
    desk.type(draw_seed="dés 4-2-6-1 du 2 mars", waiver="Un village.")
    desk.page.locator("[name=sheet_file]").set_input_files(key / "cle-publique.json")
    desk.press("Sceller")
    assert "Clé coupée en 4 parts, il en faut 2" in desk.sound().text


def cast(poll) -> None:
    text = selectors.sealed_of(poll)
    for place, entry in enumerate(poll.entries.order_by("pk")):
        numbers = [n for n, most in (("BP26-0001", 30), ("BP26-0003", 45), ("BP26-0004", 20)) if place < most]
        reviewed = services.review(text, entry, make.approvals(*numbers), nonce=b"n" * 16, at=datetime.now(UTC))
        services.cast_many(poll, [reviewed])


def open_offline(folder: Path, key: Path) -> None:
    """Two machines, two pairs of shares, one file."""
    box, first, second = (folder / name for name in ("urne.txt", "contenus-1.txt", "contenus-2.txt"))
    call_command("export_box", "2026", out=str(box))
    run("ouvrir", box, key / "part-1.txt", key / "part-3.txt", "--sortie", first)
    run("ouvrir", box, key / "part-2.txt", key / "part-4.txt", "--sortie", second)
    run("comparer", first, second)
    call_command("import_opened", "2026", str(first), second=str(second))


def recount(bundle: Path, folder: Path) -> str:
    """The last line of the published program, run by somebody who has only the bundle."""
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    said = subprocess.run([sys.executable, "recompter.py", "."], cwd=folder, capture_output=True, text=True, check=True)
    return said.stdout.strip().splitlines()[-1]
