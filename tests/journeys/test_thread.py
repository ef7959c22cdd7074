"""One project's whole way: deposited on a phone, studied, voted on, delivered and paid, by everybody it needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Role
from bp_platform.notifications.models import OutboxMessage
from proposals.models import Proposal
from tests.accounts import totp
from tests.factories import cycles as cycle_factory
from tests.factories import voting as vote_factory
from tests.journeys.conftest import PHONE, plain
from tests.people import BUILDER, TOTP_SECRET, staff
from voting import services as voting
from voting.models import Poll

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.django_db(transaction=True),
]

HOUR = timedelta(hours=1)
IDEA = "Des bancs à l’ombre, place du Marché"


@pytest.fixture(autouse=True)
def _keys_in_a_folder_of_their_own(settings, tmp_path):
    settings.BP_PRACTICE_KEYS_DIR = str(tmp_path / "keys")


@pytest.fixture
def edition(town):
    """The 2026 edition, with everything open."""
    return cycle_factory.everything_open(datetime.now(UTC))


def test_from_an_idea_on_a_phone_to_euros_to_the_cent(
    screen, edition, moved_clock, paula, bruno, helene, elias, farid, green_spaces, at
):
    colette = staff("colette", "Colette", "Nguyen", Role.COUNT, at)
    accounts.prove_email(paula, at=at)
    cycle_factory.no_reserve()

    code = file_on_a_phone_without_script(screen)
    publish_after_a_real_sign_in(screen, paula)
    study(screen, paula, bruno, helene)
    decide_and_answer(screen, elias, paula)
    with moved_clock(-2 * HOUR):
        poll = seal_a_practice_vote(screen, paula)
    [letter] = [c for c in LETTERS.pop() if c.name == "Denis Faure"]
    vote_on_a_phone_without_script(screen, letter)
    with moved_clock(2 * HOUR):
        count_and_proclaim(screen, colette, paula, poll)
        launch(screen, paula)
        give_news_on_a_phone(screen, bruno)
        pay(screen, farid)

    read_the_whole_story(screen)
    follow_by_code(screen, code)
    everybody_was_told()
    for check in (["verify_journal"], ["check_projections"], ["check_ledger", "2026"]):
        call_command(*check)


LETTERS: list = []


def file_on_a_phone_without_script(screen) -> str:
    """Aïcha, 360 pixels, no script, no account."""
    aicha = screen(PHONE, has_script=False).open("/").follow("Tous les projets").follow("Déposer une idée")
    aicha.type(
        title=IDEA,
        summary="Pour se poser les jours de marché, à l’abri du soleil.",
        area="Les Mariniers",
        theme="Nature en ville",
        owner_email="aicha@courriel.example",
    )
    aicha.press("Déposer mon idée")

    assert aicha.heading == "Votre idée est déposée"
    assert "BP26-0001" in aicha.text
    assert aicha.fits()
    return aicha.page.locator("output").inner_text()


def publish_after_a_real_sign_in(screen, paula) -> None:
    """Paula, by her password and the code of her telephone."""
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=paula, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})
    desk = screen().open("/bureau/")
    desk.type(login="paula", password="correct horse battery").press("Se connecter")
    desk.type(code=totp.code(TOTP_SECRET)).press("Continuer")
    desk.open("/bureau/").page.get_by_role("main").get_by_role("link", name="Ouvrir : Modération").click()
    desk.follow(IDEA).press("Publier cette idée")

    assert "L’idée BP26-0001 est publiée." in desk.text


def study(screen, paula, bruno, helene) -> None:
    """Triage by Paula; opinion and costing by Bruno on his phone; validation by Hélène; the study handed in."""
    triage = screen(user=paula).open("/bureau/tri/").press("Ouvrir ce dossier").follow(IDEA)
    due = (datetime.now(UTC) + timedelta(days=14)).date().isoformat()
    triage.type(lead="Direction des espaces verts", due_on=due).press("Attribuer le dossier")

    agent = screen(PHONE, user=bruno).open("/bureau/dossiers/").follow(IDEA)
    agent.choose("verdict", "favourable").type(public_text="Quatre bancs et deux tilleuls tiennent sur la place.")
    agent.press("Rendre l’avis").follow("Chiffrer en lignes")
    agent.type(
        lignes__0__label="Quatre bancs et deux tilleuls", lignes__0__quantity="1", lignes__0__unit_price_eur="10 000,50",
        confidence_percent="15", price_on="2026-01-15", running_cost_eur="350",
    )  # fmt: skip
    agent.page.get_by_role("button", name="Enregistrer le chiffrage").last.click()
    agent.page.wait_for_url("**/bureau/dossiers/BP26-0001/")
    assert "12 000,60 €" in agent.text
    assert agent.fits()

    head = screen(user=helene).open("/bureau/direction/").press("Valider cet avis")
    head.open("/bureau/dossiers/BP26-0001/").press("Rendre l’étude")
    assert "L’étude du dossier BP26-0001 est rendue." in head.text


def decide_and_answer(screen, elias, paula) -> None:
    """Élias decides in his name; nobody reads it before Paula publishes all answers."""
    decision = screen(user=elias).open("/bureau/decisions/").follow(IDEA)
    decision.choose("outcome", "feasible").press("Décider cette réponse")
    assert "12 000" not in screen().open("/2026/projets/BP26-0001/").text

    screen(user=paula).open("/bureau/reponses/").confirm("Publier toutes les réponses", "Oui, tout publier")
    assert "12 000,60 €" in screen().open("/2026/projets/BP26-0001/").text


def seal_a_practice_vote(screen, paula) -> Poll:
    """Two hours ago, Paula prepares a vote that opens an hour later, and seals it."""
    paris, now = ZoneInfo("Europe/Paris"), datetime.now(UTC)
    desk = screen(user=paula).open("/bureau/vote/nouveau/")
    desk.type(
        cycle="Édition 2026", kind="vote d’essai", title="Vote 2026",
        opens_at=(now + HOUR).astimezone(paris).strftime("%Y-%m-%dT%H:%M"),
        closes_at=(now + 3 * HOUR).astimezone(paris).strftime("%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    desk.press("Préparer ce vote")
    poll = Poll.objects.get()
    vote_factory.admit(poll, "Denis Faure", "Chloé Petit")
    LETTERS.append(list(voting.issue_codes(poll, by=BUILDER, at=now)))
    desk.type(draw_seed="dés 4-2-6-1 du 2 mars", waiver="Un essai, avec deux personnes.").press("Sceller")

    assert "Le vote est scellé." in desk.text
    return poll


def vote_on_a_phone_without_script(screen, letter) -> None:
    """Denis, with the letter of the town hall and his birth year."""
    denis = screen(PHONE, has_script=False).open("/").follow("Voter maintenant")
    denis.type(code=letter.code, birth_year=str(letter.birth_year)).press("Continuer")
    denis.page.get_by_label(IDEA).check()
    denis.press("Vérifier mon bulletin")
    assert IDEA in denis.text
    assert denis.fits()
    denis.press("Déposer mon bulletin")

    assert IDEA not in denis.text
    assert IDEA not in denis.page.content()


def count_and_proclaim(screen, colette, paula, poll) -> None:
    """After the closing date: Colette closes, opens and counts; Paula proclaims."""
    address = f"/bureau/vote/{poll.pk}/"
    count = screen(user=colette).open(address).confirm("Clore le vote", "Clore maintenant")
    count.confirm("Ouvrir l’urne et dépouiller", "Ouvrir et dépouiller")
    assert screen().open("/2026/resultats/").page.get_by_text("1 voix").count() == 0

    screen(user=paula).open(address).confirm("Proclamer les résultats", "Proclamer")
    assert IDEA in screen().open("/2026/resultats/").text


def launch(screen, paula) -> None:
    """The council has voted: the laureate becomes a delivery."""
    desk = screen(user=paula).open("/bureau/chantiers/").follow("Enregistrer la délibération")
    desk.type(resolution="Délibération 2026-118 du 14 décembre 2026")
    desk.type(**{"BP26-0001__contact_name": "Bruno Martel"}).press("Lancer la réalisation")

    assert "1 réalisation est lancée." in desk.text


def give_news_on_a_phone(screen, bruno) -> None:
    phone = screen(PHONE, user=bruno).open("/bureau/chantiers/").follow(IDEA)
    phone.type(text="Les tilleuls sont commandés.").press("Publier la nouvelle")

    assert "La nouvelle du projet BP26-0001 est publiée." in phone.text
    assert phone.fits()


def pay(screen, farid) -> None:
    """Farid commits, receives the invoice, pays; each with its document."""
    desk = screen(user=farid).open("/bureau/finances/").follow("Édition 2026")
    project = f"BP26-0001 · {IDEA}"
    for kind, amount, document in (
        ("Engagement : commande ou marché signé", "11 500,40", "BC 2026-77"),
        ("Facture reçue", "11 500,40", "F-2026-9"),
        ("Paiement", "11 500,40", "M 4411"),
    ):
        desk.type(kind=kind, delivery=project, amount_eur=amount, document=document, label="Pépinière du Val : bancs et tilleuls")  # fmt: skip
        desk.press("Passer l’écriture")
    assert desk.text.count("11 500,40 €") >= 3


def read_the_whole_story(screen) -> None:
    """A passer-by reads the one page of the project, and where the money went."""
    sheet = screen(PHONE).open("/2026/projets/BP26-0001/")
    for said in (
        "Idée déposée en ligne", "Idée publiée", "Étude confiée à", "Quatre bancs et deux tilleuls tiennent sur la place.",
        "12 000,60 €", "Décidé par Élias Ben Amar", "Les tilleuls sont commandés.", "11 500,40 € payés sur 12 000,60 € votés.",
    ):  # fmt: skip
        assert said in sheet.text, f"« {said} » is not in: {sheet.text}"
    assert sheet.fits()

    money = screen(PHONE).open("/2026/argent/").unfold(IDEA)
    for said in ("11 500,40 €", "12 000,60 €", "BC 2026-77", "F-2026-9", "M 4411"):
        assert said in money.text, said
    assert money.fits()


def follow_by_code(screen, code: str) -> None:
    aicha = screen(PHONE, has_script=False).open("/suivi/").type(code=plain(code).lower())
    aicha.press("Voir où en est mon idée")

    assert aicha.heading == "Votre idée est publiée."


def everybody_was_told() -> None:
    """Each act that concerns Aïcha left her one letter."""
    letters = OutboxMessage.objects.filter(contact__email="aicha@courriel.example").order_by("pk")

    assert list(letters.values_list("event", flat=True)) == EVENTS
    assert Proposal.objects.get().stage == "delivery"


EVENTS = [
    "proposal_received",
    "proposal_published",
    "case_study_started",
    "case_feasible",
    "project_won",
    "delivery_scheduled",
    "delivery_news",
]
