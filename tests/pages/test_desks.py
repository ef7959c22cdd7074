"""The staff's home says what waits behind each door: one sentence per desk, from the desk's own count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Contact, Department, Role
from bp_platform.core import registries
from bp_platform.notifications.models import Channel, OutboxMessage, OutboxState
from instruction import services as study
from realisation.models import OneYearReview
from tests.factories import cycles as factory
from tests.factories import instruction as cases
from tests.factories import proposals as ideas
from tests.factories import realisation as works
from tests.factories import voting as votes
from tests.people import BUILDER, staff
from tests.reading import Page
from voting.waiting import next_act

pytestmark = pytest.mark.django_db
NOTHING = "Rien n’attend"


@pytest.fixture
def cycle(town, at):
    return factory.cycle(at)


@pytest.fixture
def home(sign_in):
    """The staff's home of somebody: each desk and what its card says."""

    def _home(user):
        page = Page(sign_in(user).get("/bureau/"))
        cards = page.words("li", class_="card")
        return {title: _between(card, title) for title, card in zip(page.words("h2"), cards, strict=True)}

    return _home


def _between(card: str, title: str) -> str:
    return card.removeprefix(title).partition("Ouvrir")[0].strip()


TEAM = {
    "Éditions": NOTHING, "Modération": NOTHING, "Dépôts assistés": "", "Présélection": NOTHING,
    "Tri des idées": NOTHING, "Décisions": NOTHING,
    "Publication des réponses": NOTHING, "Vote": NOTHING, "Lieux de vote": NOTHING, "Chantiers": NOTHING,
    "Demandes": NOTHING, "Reliquats": NOTHING, "Bilans": NOTHING, "Courriers": NOTHING,
    "Rendez-vous": NOTHING, "Instances": NOTHING, "Bilans de phase": NOTHING, "Avis des instances": NOTHING,
}  # fmt: skip
HOUSE = {
    "Vote": NOTHING, "Lieux de vote": NOTHING, "Courriers": NOTHING, "Comptes et rôles": NOTHING, "Directions": NOTHING,
    "Données personnelles": "", "Collectivité": "",
}  # fmt: skip
CALM = {
    Role.PARTICIPATION: TEAM,
    Role.MODERATOR: {"Modération": NOTHING, "Dépôts assistés": "", "Demandes": NOTHING},
    Role.AMBASSADOR: {"Dépôts assistés": "", "Rendez-vous": NOTHING},
    Role.FACILITATOR: {"Rendez-vous": NOTHING},
    Role.AGENT: {
        "Dépôts assistés": "",
        "Mes dossiers": NOTHING,
        "Chantiers": NOTHING,
        "Demandes": NOTHING,
        "Préparatifs": NOTHING,
    },
    Role.HEAD: {
        "Mes dossiers": NOTHING,
        "Ma direction": NOTHING,
        "Avis des instances": NOTHING,
        "Chantiers": NOTHING,
        "Demandes": NOTHING,
        "Préparatifs": NOTHING,
        "Bilans": NOTHING,
    },
    Role.FINANCE: {"Finances": NOTHING, "Reliquats": NOTHING, "Préparatifs": NOTHING},
    Role.ELECTED: {"Présélection": NOTHING, "Décisions": NOTHING, "Bilans": NOTHING},
    Role.COMMITTEE: {"Comité de suivi": NOTHING},
    Role.COUNT: {"Vote": NOTHING},
    Role.POLLING: {"Lieux de vote": NOTHING},
    Role.ADMINISTRATOR: HOUSE,
}


@pytest.mark.parametrize("role", CALM)
def test_an_empty_town_says_that_nothing_waits(cycle, at, sign_in, home, role):
    department = Department.objects.create(name="Direction des parcs") if role in {Role.AGENT, Role.HEAD} else None
    anybody = staff("quelqu-un", "Maxime", "Roux", role, at, department)

    assert home(anybody) == CALM[role]
    assert "Rien ne vous attend pour le moment." in Page(sign_in(anybody).get("/bureau/")).text


def test_the_team_reads_what_each_desk_holds(cycle, at, paula, green_spaces, home):
    ideas.submitted(at - timedelta(days=4), cycle)
    ideas.submitted(at - timedelta(days=3), cycle)
    for state in ("received", "reviewed", "decided"):
        cases.case(cycle, at, green_spaces, state=state)
    works.laureate(cycle, at)
    works.delivery(cycle, at - timedelta(days=200))
    OneYearReview.objects.update(scheduled_on=at.date() - timedelta(days=1))
    votes.services.create_poll(
        cycle, by=BUILDER, at=at, kind="practice", title="Vote", opens_at=at, closes_at=at + timedelta(days=9)
    )

    assert home(paula) == TEAM | {
        "Modération": "2 idées à relire, 1 en retard",
        "Tri des idées": "1 dossier à confier",
        "Décisions": "1 dossier à décider",
        "Publication des réponses": "1 réponse à publier",
        "Vote": "1 vote à sceller",
        "Chantiers": "1 lauréat à lancer, 1 chantier sans nouvelles",
        "Reliquats": NOTHING,
        "Bilans": "1 bilan à publier, 1 en retard",
    }


def test_ideas_wait_for_a_case_once_the_study_may_start(cycle, at, paula, home, clock):
    ideas.published(at, cycle)
    during_the_call = home(paula)["Tri des idées"]
    clock.shift(timedelta(weeks=5))

    assert (during_the_call, home(paula)["Tri des idées"]) == (NOTHING, "1 idée sans dossier")


def test_an_agent_reads_what_their_department_must_say(cycle, at, bruno, green_spaces, buildings, home):
    cases.case(cycle, at, green_spaces, state="under_review", due_on=at.date() - timedelta(days=2))
    cases.case(cycle, at, green_spaces, state="under_review")
    cases.case(cycle, at, buildings, state="under_review")

    assert home(bruno)["Mes dossiers"] == "2 dossiers, 1 en retard"


def test_a_head_reads_what_they_must_stand_by(cycle, at, helene, green_spaces, home):
    late = cases.case(cycle, at, green_spaces, state="under_review", due_on=at.date() - timedelta(days=2))
    study.give_opinion(
        late, by=BUILDER, at=at, department=green_spaces, verdict="favourable", public_text="Le sol est sain."
    )

    assert home(helene)["Ma direction"] == "1 avis à valider, 1 dossier en retard"


def test_a_builder_reads_only_their_own_silence(cycle, at, bruno, green_spaces, buildings, home):
    works.delivery(cycle, at - timedelta(days=200), lead=green_spaces)
    works.delivery(cycle, at - timedelta(days=200), lead=buildings)
    works.laureate(cycle, at)

    assert home(bruno)["Chantiers"] == "1 chantier sans nouvelles"


def test_a_committee_member_reads_how_many_opinions_they_owe(cycle, at, odile, green_spaces, home):
    given = cases.case(cycle, at, green_spaces, state="reviewed")
    for state in ("under_review", "reviewed", "decided"):
        cases.case(cycle, at, green_spaces, state=state)
    study.give_committee_opinion(given, by=odile, at=at, stance="agrees")

    assert home(odile) == {"Comité de suivi": "2 avis à donner"}


def test_finance_reads_what_is_invoiced_and_not_paid(cycle, at, farid, home):
    works.spent(works.delivery(cycle, at), at, committed="9000", invoiced="9000", paid="9000")
    works.spent(works.delivery(cycle, at), at, committed="9000", invoiced="9000", paid="100")

    assert home(farid) == {"Finances": "1 projet facturé, à payer", "Reliquats": NOTHING, "Préparatifs": NOTHING}


def test_the_administrator_reads_codes_unused_and_departments_without_a_head(cycle, at, ada, green_spaces, home):
    accounts.create_staff_account(
        by=ada, at=at, username="bruno", first_name="Bruno", last_name="Martel", email="bruno@valrive.example"
    )

    assert home(ada) == HOUSE | {
        "Comptes et rôles": "1 invitation sans réponse", "Directions": "1 direction sans responsable",
    }  # fmt: skip


def test_the_mail_s_desk_says_what_to_print_and_what_to_look_at(cycle, at, ada, home):
    contact = Contact.objects.create(name="Aïcha Benali", postal_address="2 rue des Bateliers")
    for number, (channel, state) in enumerate(
        ((Channel.LETTER, OutboxState.QUEUED), (Channel.EMAIL, OutboxState.FAILED), (Channel.EMAIL, OutboxState.QUEUED))
    ):
        OutboxMessage.objects.create(
            contact=contact, event="proposal_received", key=str(number), channel=channel, state=state,
            next_try_at=at, error="Boîte pleine" if state == OutboxState.FAILED else "", created_at=at,
        )  # fmt: skip

    assert home(ada)["Courriers"] == "1 lettre à imprimer, 1 message à vérifier"


@pytest.mark.parametrize(
    ("state", "hours", "act"),
    [
        ("draft", -1, "seal"), ("sealed", -1, "wait"), ("sealed", 0, "watch"), ("sealed", 2, "close"),
        ("closed", 3, "count"), ("counted", 3, "proclaim"), ("proclaimed", 3, ""),
    ],
)  # fmt: skip
def test_each_vote_calls_for_one_act(at, state, hours, act):
    """Open from ten to noon: a sealed vote is watched until the very minute of its closing."""
    assert next_act(state, at, at + timedelta(hours=2), at + timedelta(hours=hours)) == act


def test_the_lead_counts_the_desks_that_wait(cycle, at, paula, sign_in):
    ideas.submitted(at, cycle)

    assert "1 bureau vous attend." in Page(sign_in(paula).get("/bureau/")).text


def test_a_desk_says_what_waits_in_few_queries(cycle, at, helene, paula, ada, farid, odile):
    """Roles once, then at most four queries, whatever waits."""
    ines = staff("ines", "Inès", "Moreau", Role.AUDITOR, at)
    asked = {}
    for desk in registries.desks:
        who = next(
            user
            for user in (paula, helene, ada, farid, odile, ines)
            if {r.role for r in user.held_roles(at)} & desk.roles
        )
        with CaptureQueriesContext(connection) as queries:
            desk.waiting and desk.waiting(who, at)
        asked[desk.key] = len(queries)

    assert {key: number for key, number in asked.items() if number > 4} == {}
