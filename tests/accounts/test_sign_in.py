"""Signing in and up, as people do it: through the pages."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.urls import reverse

from bp_platform.accounts import services
from bp_platform.accounts.models import Contact, User
from tests.accounts import totp
from tests.people import TOTP_SECRET

PASSWORD = "correct horse battery"
LOGIN = "/compte/connexion/"
SPACE = "/compte/"
WRONG = "Cet identifiant et ce mot de passe ne vont pas ensemble."


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def code_in(letter) -> str:
    (found,) = re.findall(r"(?m)^\d{6}$", letter.body)
    return found


def login(client, who, password=PASSWORD):
    return client.post(LOGIN, {"login": who, "password": password})


@pytest.fixture
def proved_chloe(chloe, at):
    services.prove_email(chloe, at=at)
    return chloe


@pytest.mark.parametrize("who", ["chloe@valrive.example", "CHLOE@valrive.example", "chloe"])
def test_an_email_or_a_username_signs_in(client, proved_chloe, who):
    response = login(client, who)

    assert response["Location"] == SPACE
    assert is_signed_in(client)


def test_staff_without_email_sign_in_with_their_username(client, ada, at):
    invited = services.create_staff_account(by=ada, at=at, username="nadia.k", first_name="Nadia", last_name="Kaci")
    services.accept_invitation(username="nadia.k", code=invited.code, password="tilleul lanterne rivage", at=at)

    assert login(client, "nadia.k", "tilleul lanterne rivage")["Location"] == SPACE
    assert is_signed_in(client)


@pytest.mark.parametrize("who", ["chloe@valrive.example", "chloe", "nobody@valrive.example", "nobody"])
def test_a_wrong_password_and_an_unknown_name_are_answered_alike(client, proved_chloe, who):
    response = login(client, who, "not the password")

    assert response.status_code == 200
    assert WRONG in response.content.decode()
    assert not is_signed_in(client)


def test_after_five_failures_even_the_right_password_waits(client, proved_chloe):
    for _try in range(5):
        login(client, "chloe@valrive.example", "not the password")

    response = login(client, "chloe@valrive.example")

    assert "Trop d’essais. Attendez cinq minutes avant de recommencer." in response.content.decode()
    assert not is_signed_in(client)


def test_signing_up_proves_the_email_by_a_code_and_brings_earlier_ideas(client, town):
    earlier = services.add_contact(name="Inès", email="ines@courriel.example")
    client.post("/compte/inscription/", {"email": "ines@courriel.example", "password1": "tilleul lanterne rivage"})
    earlier.refresh_from_db()
    assert (is_signed_in(client), earlier.user) == (False, None)

    response = client.post("/compte/courriel/code/", {"code": code_in(mail.outbox[0])})

    ines = User.objects.get(email="ines@courriel.example")
    earlier.refresh_from_db()
    assert response["Location"] == SPACE
    assert is_signed_in(client)
    assert earlier.user == ines
    assert "ines" not in ines.username


def test_a_wrong_code_proves_nothing(client, town):
    earlier = services.add_contact(name="Inès", email="ines@courriel.example")
    client.post("/compte/inscription/", {"email": "ines@courriel.example", "password1": "tilleul lanterne rivage"})
    right = code_in(mail.outbox[0])

    response = client.post("/compte/courriel/code/", {"code": "111111" if right != "111111" else "222222"})

    earlier.refresh_from_db()
    assert "Ce code ne convient pas. Vérifiez-le, ou demandez-en un nouveau." in response.content.decode()
    assert earlier.user is None


def test_signing_up_twice_looks_the_same_and_writes_to_the_owner(client, proved_chloe, town):
    response = client.post(
        "/compte/inscription/", {"email": "chloe@valrive.example", "password1": "tilleul lanterne rivage"}
    )

    assert response["Location"] == "/compte/courriel/code/"
    assert mail.outbox[0].subject == "Vous avez déjà un compte – Ville de Valrive-sur-Loire"
    assert User.objects.filter(email="chloe@valrive.example").count() == 1


def test_a_short_password_is_refused_in_french(client, town):
    response = client.post("/compte/inscription/", {"email": "ines@courriel.example", "password1": "court"})

    assert "au minimum 12 caractères" in response.content.decode()


def test_a_code_by_email_replaces_the_password(client, proved_chloe, town):
    response = client.post("/compte/connexion/code/", {"email": "chloe@valrive.example"})
    assert response["Location"] == "/compte/connexion/code/saisie/"
    assert mail.outbox[0].subject == "Votre code de connexion – Ville de Valrive-sur-Loire"

    response = client.post("/compte/connexion/code/saisie/", {"code": code_in(mail.outbox[0])})

    assert response["Location"] == SPACE
    assert is_signed_in(client)


def test_a_code_asked_for_nobody_goes_the_same_way(client, town):
    response = client.post("/compte/connexion/code/", {"email": "nobody@valrive.example"})

    assert response["Location"] == "/compte/connexion/code/saisie/"
    assert mail.outbox[0].subject == "Aucun compte à cette adresse – Ville de Valrive-sur-Loire"
    page = client.get("/compte/connexion/code/saisie/").content.decode()
    assert "Si cette adresse est la bonne, un code vient de partir" in page


def test_a_forgotten_password_is_replaced_by_the_link_of_a_letter(client, proved_chloe, town):
    client.post("/compte/mot-de-passe/oubli/", {"email": "chloe@valrive.example"})
    (link,) = re.findall(r"http://testserver(\S+)", mail.outbox[0].body)

    page = client.get(link, follow=True)
    response = client.post(
        page.request["PATH_INFO"], {"password1": "tilleul lanterne rivage", "password2": "tilleul lanterne rivage"}
    )

    assert response["Location"] == "/compte/mot-de-passe/change/"
    assert "Votre mot de passe est changé" in client.get(response["Location"]).content.decode()
    proved_chloe.refresh_from_db()
    assert proved_chloe.check_password("tilleul lanterne rivage")


def test_a_used_link_says_so(client, db):
    page = client.get("/compte/mot-de-passe/nouveau/1-abc-def/", follow=True).content.decode()

    assert "Ce lien ne fonctionne plus" in page


def test_with_a_second_factor_the_password_is_not_enough(client, bruno, at):
    services.prove_email(bruno, at=at)
    Authenticator.objects.create(user=bruno, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})

    assert login(client, "bruno")["Location"] == "/compte/connexion/double-authentification/"
    assert not is_signed_in(client)
    wrong = client.post("/compte/connexion/double-authentification/", {"code": "000000"})
    assert "Ce code ne convient pas." in wrong.content.decode()
    right = client.post("/compte/connexion/double-authentification/", {"code": totp.code(TOTP_SECRET)})

    assert right["Location"] == "/bureau/"
    assert is_signed_in(client)


def test_a_code_of_the_application_serves_once(client, bruno, at):
    services.prove_email(bruno, at=at)
    Authenticator.objects.create(user=bruno, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})
    code = totp.code(TOTP_SECRET)
    for _time in range(2):
        login(client, "bruno")
        response = client.post("/compte/connexion/double-authentification/", {"code": code})
        client.post("/compte/deconnexion/")

    assert "Ce code ne convient pas." in response.content.decode()


def test_adding_an_application_gives_rescue_codes_that_open_the_desk(client, ada, at):
    services.prove_email(ada, at=at)
    login(client, "ada")
    page = client.get("/compte/double-authentification/application/").content.decode()
    (secret,) = re.findall(r'id="totp-secret">([A-Z2-7 ]+)<', page)

    response = client.post("/compte/double-authentification/application/", {"code": totp.code(secret.replace(" ", ""))})

    assert response["Location"] == "/compte/double-authentification/codes-de-secours/"
    rescue = re.findall(r"<li>([0-9a-z]+)</li>", client.get(response["Location"]).content.decode())
    assert len(rescue) == 10
    assert client.get("/bureau/comptes/").status_code == 200
    client.post("/compte/deconnexion/")
    login(client, "ada")
    assert client.post("/compte/connexion/double-authentification/", {"code": rescue[0]})["Location"] == "/bureau/"


def test_signing_out_is_a_post(client, proved_chloe):
    client.force_login(proved_chloe)

    assert "Me déconnecter" in client.get("/compte/deconnexion/").content.decode()
    assert is_signed_in(client)
    client.post("/compte/deconnexion/")
    assert not is_signed_in(client)


def test_first_sign_in_page_turns_the_code_into_a_password(client, ada, at, town):
    from django.utils import timezone

    invited = services.create_staff_account(
        by=ada, at=timezone.now(), username="nadia.k", first_name="Nadia", last_name="Kaci"
    )
    page = client.get("/compte/premiere-connexion/?identifiant=nadia.k").content.decode()
    assert 'value="nadia.k"' in page
    facts = {"username": "nadia.k", "code": invited.shown_code, "password": "tilleul lanterne rivage"}

    refused = client.post("/compte/premiere-connexion/", {**facts, "code": "0000 0000 0000"})
    accepted = client.post("/compte/premiere-connexion/", facts)

    assert "Ce code ne convient pas à cet identifiant" in refused.content.decode()
    assert (accepted.status_code, accepted["Location"]) == (303, LOGIN)
    assert login(client, "nadia.k", "tilleul lanterne rivage")["Location"] == SPACE


def test_changing_ones_email_waits_for_its_code(client, proved_chloe, town):
    login(client, "chloe")
    client.post("/compte/courriel/", {"email": "petit@courriel.example", "action_add": "1"})
    proved_chloe.refresh_from_db()
    assert proved_chloe.email == "chloe@valrive.example"

    client.post("/compte/courriel/code/", {"code": code_in(mail.outbox[0])})

    proved_chloe.refresh_from_db()
    assert proved_chloe.email == "petit@courriel.example"
    assert [a.email for a in EmailAddress.objects.filter(user=proved_chloe)] == ["petit@courriel.example"]
    assert Contact.objects.filter(user=proved_chloe).count() == 1


ENTRANCE = [
    "account_login",
    "account_signup",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_inactive",
    "accounts:first_sign_in",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
]
MANAGE = [
    "account_email",
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "socialaccount_connections",
]
WITH_FACTOR = [
    "mfa_index",
    "mfa_deactivate_totp",
    "mfa_reauthenticate",
    "mfa_generate_recovery_codes",
]


def one_heading_in_french(page: str) -> None:
    assert len(re.findall(r"<h1\b", page)) == 1
    assert '<html lang="fr"' in page
    assert 'href="#contenu"' in page


@pytest.mark.parametrize("name", ENTRANCE)
def test_every_page_of_the_entrance_is_of_the_site(client, town, name):
    one_heading_in_french(client.get(reverse(name)).content.decode())


@pytest.mark.parametrize("name", MANAGE)
def test_every_page_of_ones_account_is_of_the_site(client, proved_chloe, town, name):
    login(client, "chloe")

    one_heading_in_french(client.get(reverse(name)).content.decode())


@pytest.mark.parametrize("name", WITH_FACTOR)
def test_the_pages_of_the_second_factor_are_of_the_site(client, bruno, town, at, name):
    services.prove_email(bruno, at=at)
    Authenticator.objects.create(user=bruno, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})
    login(client, "bruno")
    client.post("/compte/connexion/double-authentification/", {"code": totp.code(TOTP_SECRET)})

    one_heading_in_french(client.get(reverse(name), follow=True).content.decode())


def test_a_long_session_is_a_choice(client, proved_chloe, settings):
    client.post(LOGIN, {"login": "chloe", "password": PASSWORD, "remember": "on"})
    assert client.session.get_expiry_age() == settings.SESSION_COOKIE_AGE
    client.post("/compte/deconnexion/")

    login(client, "chloe")
    assert client.session.get_expire_at_browser_close()
