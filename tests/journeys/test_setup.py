"""An officer alone: a small commune's edition on one screen, then Grenoble's card step by step, to publication."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pikepdf
import pytest

from cycles import services
from cycles.models import Cycle, CycleState
from tests.journeys.conftest import DESKTOP, PHONE, Screen

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(200),
    pytest.mark.django_db(transaction=True),
]

MOST = 40


class Counted:
    """The same screen; each click, each field typed or chosen and each key counts one."""

    def __init__(self, screen: Screen) -> None:
        self.screen, self.interactions = screen, 0

    def press(self, words: str) -> Counted:
        self.interactions += 1
        self.screen.press(words)
        return self

    def follow(self, words: str) -> Counted:
        self.interactions += 1
        self.screen.follow(words)
        return self

    def write(self, label: str, value: str) -> Counted:
        """A field found by the words beside it, as an officer finds it."""
        self.interactions += 1
        self.screen.page.get_by_label(label, exact=False).first.fill(value)
        return self

    def tick(self, label: str) -> Counted:
        self.interactions += 1
        self.screen.page.get_by_label(label, exact=False).first.check()
        return self


def set_up_a_village(officer: Counted) -> None:
    """From the desk to the publication; the council has voted."""
    officer.follow("Nouvelle édition").follow("Tout régler ici")
    officer.write("Qui répond aux questions", "Mairie, 02 00 00 00 00")
    officer.write("Combien d’argent en tout", "12 000")
    officer.write("Délibération du conseil", "2026-12")
    officer.write("Date de la délibération", datetime.now(UTC).date().isoformat())
    page = officer.screen.page
    officer.interactions += 1
    with page.expect_navigation():
        page.get_by_role("button", name="Préparer l’édition").click()
    if page.get_by_label("J’ai lu ces alertes").count():
        officer.tick("J’ai lu ces alertes").press("Préparer l’édition")
    assert officer.screen.heading == "Tout est prêt : l’édition peut être publiée"
    officer.press("Publier l’édition")


@pytest.mark.parametrize("has_script", [True, False])
def test_a_small_commune_is_ready_in_a_few_gestures(screen, town, paula, has_script):
    phone = screen(PHONE, has_script=has_script, user=paula).open("/bureau/editions/")
    officer = Counted(phone)

    set_up_a_village(officer)

    assert officer.interactions <= 11 < MOST
    assert phone.fits()
    edition = Cycle.objects.get()
    assert edition.state == CycleState.PUBLIC
    assert edition.rulebook_versions.get().adopted_by_resolution == "2026-12"
    resident = screen(PHONE, has_script=has_script).open(f"/{edition.slug}/reglement/")
    assert "12 000 €" in resident.text


def test_a_large_town_is_set_up_from_a_card_step_by_step(screen, town, paula):
    """Grenoble's card: each step is read, checked, and left by what its page offers; nothing else helps."""
    officer = screen(DESKTOP, user=paula).open("/bureau/editions/").sound().follow("Nouvelle édition").sound()
    officer.follow("Choisir : Grenoble, 2022").sound().press("Créer l’édition")

    officer.sound().type(contact="Service de la participation, 04 00 00 00 00", total_eur="700 000")
    onwards(officer, "Quand commence et finit chaque phase ?")
    assert "Vote" in officer.text
    follow_on(officer, "Étape suivante : Lieux", "Dans quels quartiers, quels lieux ?")
    assert "Secteur 6" in officer.text
    follow_on(officer, "Étape suivante : Enveloppes", "Combien d’argent, pour quoi ?")
    follow_on(officer, "Étape suivante : Proposer", "Qui peut proposer, quoi, à quel coût ?")
    officer.page.locator("[name$=maximum_cost_eur]").first.fill("200 000")
    onwards(officer, "Comment les idées sont-elles étudiées, et en combien de temps ?")
    by_keyboard(officer, "Qui vote, comment, avec quelle preuve ?")
    onwards(officer, "Comment passe-t-on des voix aux lauréats ?")
    onwards(officer, "Que promet-on après le vote ?")
    onwards(officer, "Le projet ne peut pas encore être adopté")

    mend(officer)
    adopt_and_publish(officer)

    edition = Cycle.objects.get()
    assert edition.state == CycleState.PUBLIC
    assert edition.section_freezes.count() == 0  # it opens in three months
    resident = screen(PHONE).open(f"/{edition.slug}/reglement/").sound()
    assert "exactement 6 projets" in resident.text
    assert "200 000 €" in resident.text


def onwards(officer: Screen, heading: str) -> None:
    """Save a step; the next one is there, and sound."""
    officer.press("Enregistrer et continuer").sound()
    assert officer.heading == heading


def follow_on(officer: Screen, words: str, heading: str) -> None:
    officer.follow(words).sound()
    assert officer.heading == heading


def by_keyboard(officer: Screen, heading: str) -> None:
    """One step without a mouse: a figure changed, then saved."""
    page = officer.page
    for _step in range(60):
        page.keyboard.press("Tab")
        if str(page.evaluate("document.activeElement.name")).endswith("opinion_days"):
            break
    page.keyboard.press("Control+A")
    page.keyboard.type("30")
    officer.tab_to("Enregistrer et continuer").enter().sound()
    assert officer.heading == heading


def mend(officer: Screen) -> None:
    """The error says what, by how much and where; the link leads there; what remains is read and kept."""
    assert "100 000 €" in officer.text
    with officer.page.expect_navigation():
        officer.page.get_by_role("link", name="Corriger").first.click()
    assert officer.heading in {"Combien d’argent, pour quoi ?", "Quelle édition, pour qui, avec quelle promesse ?"}
    officer.sound()
    officer.open(f"/bureau/editions/{Cycle.objects.get().slug}/cadre/").type(total_eur="800 000")
    officer.press("Enregistrer et continuer").follow("Adoption")
    boxes = officer.page.locator("input[name=alerte]")
    for place in range(boxes.count()):
        boxes.nth(place).check()
    if boxes.count():
        officer.press("J’ai lu les alertes cochées, nous gardons ces choix")
    assert officer.sound().heading == "Le projet est prêt pour le conseil"


def adopt_and_publish(officer: Screen) -> None:
    officer.type(resolution="Délibération 2026-131", resolution_on=datetime.now(UTC).date().isoformat())
    officer.press("Enregistrer l’adoption").sound()
    assert officer.heading == "Le règlement est adopté, version 1"
    officer.follow("Publier, cacher ou clore l’édition").sound()
    assert officer.heading == "Tout est prêt : l’édition peut être publiée"
    officer.press("Publier l’édition").sound()
    assert officer.heading == "L’édition est publique"


def test_the_council_s_document_goes_with_the_adoption_by_keyboard_alone(screen, town, paula, settings, tmp_path):
    """On a phone, without JavaScript: the alerts read, the resolution typed, its PDF chosen, the edition published."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    resolution = tmp_path / "deliberation-2026-12.pdf"
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(resolution)
    edition = a_village(paula)
    phone = screen(PHONE, has_script=False, user=paula).open(f"/bureau/editions/{edition.slug}/adoption/")
    page = phone.page

    if page.locator("input[name=alerte]").count():
        for _box in range(page.locator("input[name=alerte]").count()):
            tab_until(page, "alerte")
            page.keyboard.press("Space")
        phone.tab_to("J’ai lu les alertes cochées, nous gardons ces choix").enter()
    tab_until(page, "resolution")
    page.keyboard.type("Délibération 2026-12")
    tab_until(page, "resolution_on")
    page.keyboard.type(f"0101{date.today().year}")  # the same in whatever order the browser asks
    tab_until(page, "document")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(resolution)
    phone.tab_to("Enregistrer l’adoption").enter()
    assert page.locator(".error-summary").count() == 0, page.locator(".error-summary").inner_text()
    assert phone.fits()
    assert phone.heading == "Le règlement est adopté, version 1"
    phone.tab_to("Publier, cacher ou clore l’édition").enter().tab_to("Publier l’édition").enter()

    resident = screen(PHONE).open(f"/{edition.slug}/reglement/").sound()
    assert "Délibération 2026-12" in resident.text
    link = resident.page.get_by_role("link", name="Lire la délibération").get_attribute("href")
    answer = resident.page.request.get(resident.base + link)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.body() == resolution.read_bytes()


def a_village(officer) -> Cycle:
    """An edition that only the council's vote is missing from."""
    now = datetime.now(UTC)
    plan = services.MicroPlan(
        title="Budget participatif de Valrive", slug="village", number_prefix="BPV", amount_eur=Decimal(12_000),
        starts_on=date.today() + timedelta(weeks=6), contact="Mairie, 02 00 00 00 00", **services.micro_usual(),
    )  # fmt: skip
    return services.create_micro(plan, by=officer, at=now)


def tab_until(page, name: str) -> None:
    """Reach a field with the keyboard alone."""
    for _step in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    msg = f"the keyboard does not reach « {name} »"
    raise AssertionError(msg)
