"""The administration's pages: accounts, departments, the public body."""

from __future__ import annotations

import re
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone

from bp_platform.accounts import services
from bp_platform.accounts.models import Department, Invitation, PublicBody, Role, User
from bp_platform.core.models import JournalEntry
from tests.people import TOTP_SECRET


@pytest.fixture
def desk(sign_in, ada, town):
    return sign_in(ada)


def names(page: str) -> list[str]:
    return re.findall(r'scope="row"[^>]*>\s*<a [^>]*>([^<]*)</a>', page)


def test_the_list_names_people_roles_and_what_is_missing(desk, bruno, chloe):
    page = desk.get(reverse("accounts:people")).content.decode()

    assert names(page) == ["Ada Lefèvre", "Bruno Martel"]
    assert "agent d’une direction (Espaces verts)" in page
    assert "Sans double authentification" in page


def test_the_list_is_searched_and_filtered_by_role(desk, bruno, helene, chloe):
    def listed(**query):
        return names(desk.get(reverse("accounts:people"), query).content.decode())

    assert listed(q="chloé") == ["Chloé Petit"]
    assert listed(role=Role.HEAD) == ["Hélène Roy"]
    assert listed(q="bruno", role=Role.HEAD) == []


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_costs_the_same_for_one_and_three_accounts(desk, at, people, django_assert_num_queries):
    for number in range(people - 1):
        services.create_staff_account(
            by=User.objects.get(username="ada"), at=at, username=f"a{number}", first_name="A", last_name=f"B{number}"
        )
    desk.get(reverse("accounts:people"))

    # session, account, guard, count, page, their roles
    with django_assert_num_queries(6):
        desk.get(reverse("accounts:people"))


def test_creating_an_account_without_email_shows_the_code_once(desk):
    response = desk.post(
        reverse("accounts:new_person"), {"first_name": "Nadia", "last_name": "Kaci", "username": "nadia.k"}
    )

    page = response.content.decode()
    nadia = User.objects.get(username="nadia.k")
    (code,) = re.findall(r"\b[0-9A-HJKMNP-TV-Z]{4} [0-9A-HJKMNP-TV-Z]{4} [0-9A-HJKMNP-TV-Z]{4}\b", page)
    assert "no-store" in response["Cache-Control"]
    assert code not in desk.get(reverse("accounts:person", args=[nadia.pk])).content.decode()
    services.accept_invitation(username="nadia.k", code=code, password="tilleul lanterne rivage", at=timezone.now())


def test_creating_an_account_with_an_email_says_that_the_letter_left(desk):
    response = desk.post(
        reverse("accounts:new_person"),
        {"first_name": "Nadia", "last_name": "Kaci", "username": "nadia.k", "email": "nadia.k@valrive.example"},
        follow=True,
    )

    page = response.content.decode()
    assert "Une invitation part à nadia.k@valrive.example." in page
    assert "Invitation en attente" in page


def test_a_taken_username_is_refused_beside_its_field(desk, bruno):
    page = desk.post(
        reverse("accounts:new_person"), {"first_name": "B", "last_name": "M", "username": "bruno"}
    ).content.decode()

    assert "Un utilisateur avec ce nom existe déjà." in page
    assert 'id="id_username_error"' in page


def test_a_role_of_a_department_names_it(desk, chloe, green_spaces):
    url = reverse("accounts:give_role", args=[chloe.pk])
    today = timezone.localdate().isoformat()

    refused = desk.post(url, {"role": Role.AGENT, "from_on": today}).content.decode()
    accepted = desk.post(url, {"role": Role.AGENT, "from_on": today, "department": green_spaces.pk}, follow=True)

    assert "Choisissez la direction de cet agent ou de ce responsable." in refused
    assert "Chloé Petit reçoit le rôle « agent d’une direction »." in accepted.content.decode()
    assert [(r.role, r.department) for r in chloe.role_assignments.all()] == [(Role.AGENT, green_spaces)]


def test_a_role_held_already_is_refused_on_the_page(desk, bruno, green_spaces):
    page = desk.post(
        reverse("accounts:give_role", args=[bruno.pk]),
        {"role": Role.AGENT, "from_on": "2026-03-02", "department": green_spaces.pk},
    ).content.decode()

    assert "Cette personne tient déjà ce rôle." in page


def test_ending_a_role(desk, bruno):
    assignment = bruno.role_assignments.get()

    response = desk.post(reverse("accounts:end_role", args=[assignment.pk]), {"until_on": "2030-06-30"}, follow=True)

    assignment.refresh_from_db()
    assert assignment.until_on == date(2030, 6, 30)
    assert "prend fin le 30 juin 2030 au soir." in response.content.decode()


def test_closing_and_reopening_an_account(desk, bruno):
    closed = desk.post(reverse("accounts:deactivate", args=[bruno.pk]), {"reason": "Départ."}, follow=True)
    reopened = desk.post(reverse("accounts:reactivate", args=[bruno.pk]), follow=True)

    assert "Le compte de Bruno Martel est désactivé" in closed.content.decode()
    assert "Le compte de Bruno Martel est rouvert" in reopened.content.decode()


def test_closing_asks_for_a_reason(desk, bruno):
    page = desk.post(reverse("accounts:deactivate", args=[bruno.pk]), follow=True).content.decode()

    bruno.refresh_from_db()
    assert "Indiquez le motif." in page
    assert bruno.is_active


def test_an_administrator_cannot_close_their_own_account_from_the_page(desk, ada):
    page = desk.get(reverse("accounts:person", args=[ada.pk])).content.decode()
    response = desk.post(reverse("accounts:deactivate", args=[ada.pk]), {"reason": "Fin."})

    assert "On ne désactive pas son propre compte" in page
    assert reverse("accounts:deactivate", args=[ada.pk]) not in page
    assert response.status_code == 403
    assert "On ne désactive pas son propre compte" in response.content.decode()


def test_a_lost_telephone(desk, bruno):
    Authenticator.objects.create(user=bruno, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})

    desk.post(reverse("accounts:reset_second_factor", args=[bruno.pk]), {"reason": "Téléphone perdu."})

    assert not Authenticator.objects.filter(user=bruno).exists()
    assert Invitation.objects.filter(user=bruno, used_at=None).exists()


@pytest.mark.parametrize("name", ["give_role", "invite_again", "reset_second_factor", "deactivate", "reactivate"])
def test_a_stranger_finds_no_door(sign_in, paula, bruno, name):
    url = reverse(f"accounts:{name}", args=[bruno.pk])
    before = JournalEntry.objects.count()

    assert sign_in(paula).post(url, {"reason": "x"}).status_code == 404
    assert JournalEntry.objects.count() == before


def test_departments_are_listed_created_and_changed(desk, bruno):
    desk.post(
        reverse("accounts:new_department"),
        {"name": "Direction de la voirie", "short_name": "Voirie", "weekly_hours": "20"},
    )
    roads = Department.objects.get(short_name="Voirie")
    desk.post(
        reverse("accounts:department", args=[roads.pk]),
        {"name": "Direction de la voirie", "short_name": "Rues", "weekly_hours": "21", "email": "rues@valrive.example"},
    )

    page = desk.get(reverse("accounts:departments")).content.decode()
    assert names(page) == ["Direction de la voirie", "Direction des espaces verts"]
    assert [text in page for text in ("Rues", "21 heures", "rues@valrive.example", "1 personne")] == [True] * 4


BODY = {
    "name": "Ville de Valrive-sur-Loire",
    "kind": "commune",
    "siren": "213 700 008",
    "time_zone": "Indian/Reunion",
    "accent": "#0B5D4B",
}


def test_the_public_body_is_set_up(desk):
    response = desk.post(reverse("accounts:public_body"), BODY, follow=True)

    body = PublicBody.objects.get()
    assert "La fiche de Ville de Valrive-sur-Loire est enregistrée." in response.content.decode()
    assert (body.siren, body.time_zone, body.accent) == ("213700008", "Indian/Reunion", "#0b5d4b")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("accent", "#ffe08a", "est trop claire"),
        ("accent", "vert", "Écrivez la couleur avec un dièse"),
        ("siren", "213700001", "Ce SIREN n’existe pas"),
        ("siren", "12 345", "Ce SIREN n’existe pas"),
        ("time_zone", "Mars/Olympus", "Sélectionnez un choix valide"),
    ],
)
def test_the_public_bodys_faults_are_said(desk, field, value, sentence):
    page = desk.post(reverse("accounts:public_body"), {**BODY, field: value}).content.decode()

    assert sentence in page
