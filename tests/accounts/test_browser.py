"""The same pages in a real browser: axe on a phone and on a desktop, the keyboard alone, a passkey."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from bp_platform.accounts import services
from tests.accounts import totp
from tests.browser import axe_violations
from tests.people import TOTP_SECRET

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"


@pytest.fixture
def ready_ada(ada, bruno, town):
    """Ada, whose e-mail is proved and whose telephone shows codes."""
    services.prove_email(ada, at=timezone.now())
    Authenticator.objects.create(user=ada, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})
    return ada


def sign_in_with_keyboard(page, base: str, who: str) -> None:
    """Tab, type, Enter: no mouse."""
    page.goto(f"{base}/compte/connexion/")
    page.focus("#id_login")
    page.keyboard.type(who)
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.id") != "id_password":  # the link « Mot de passe oublié ? » comes first
        page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def open_desk(page, base: str) -> None:
    sign_in_with_keyboard(page, base, "ada")
    page.focus("#id_code")
    page.keyboard.type(totp.code(TOTP_SECRET))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/bureau/")


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_the_entrance_has_no_barrier(request, live_server, town, width):
    page = request.getfixturevalue(width)

    found = {}
    for path in ("connexion/", "inscription/", "connexion/code/", "mot-de-passe/oubli/", "premiere-connexion/"):
        page.goto(f"{live_server.url}/compte/{path}")
        found[path] = axe_violations(page)

    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_a_refused_form_has_no_barrier(request, live_server, town, width):
    page = request.getfixturevalue(width)
    page.goto(f"{live_server.url}/compte/inscription/")
    page.fill("#id_email", "ines@courriel.example")
    page.fill("#id_password1", "court")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert page.locator("#id_password1_error").is_visible()
    assert axe_violations(page) == []


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_the_desk_has_no_barrier(request, live_server, ready_ada, bruno, width):
    page = request.getfixturevalue(width)
    open_desk(page, live_server.url)

    found = {}
    for path in (
        "/bureau/comptes/",
        "/bureau/comptes/nouveau/",
        f"/bureau/comptes/{bruno.pk}/",
        "/bureau/directions/",
        "/bureau/collectivite/",
        "/bureau/personnes/",
        "/compte/double-authentification/",
        "/compte/mes-donnees/",
        "/compte/mes-donnees/effacer/",
    ):
        page.goto(f"{live_server.url}{path}")
        found[path] = axe_violations(page)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow == 0, path

    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_the_sheet_with_a_code_fits_and_has_no_barrier(request, live_server, ready_ada, width):
    page = request.getfixturevalue(width)
    open_desk(page, live_server.url)
    page.goto(f"{live_server.url}/bureau/comptes/nouveau/")
    for name, value in (("first_name", "Nadia"), ("last_name", "Kaci"), ("username", "nadia.kaci-delaunay")):
        page.fill(f"#id_{name}", value)
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert page.locator("h1").inner_text() == "Le code de Nadia Kaci"
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert axe_violations(page) == []


def test_adding_an_application_has_no_barrier(phone, live_server, chloe, town):
    services.prove_email(chloe, at=timezone.now())
    sign_in_with_keyboard(phone, live_server.url, "chloe")
    phone.goto(f"{live_server.url}/compte/double-authentification/application/")
    secret = phone.locator("#totp-secret").inner_text().replace(" ", "")
    assert axe_violations(phone) == []

    phone.fill("#id_code", totp.code(secret))
    phone.keyboard.press("Enter")
    phone.wait_for_url(f"{live_server.url}/compte/double-authentification/codes-de-secours/")

    assert phone.locator("ul.code li").count() == 10
    assert axe_violations(phone) == []


def test_signing_in_works_with_the_keyboard_alone_and_without_script(phone_without_javascript, live_server, ready_ada):
    open_desk(phone_without_javascript, live_server.url)

    phone_without_javascript.goto(f"{live_server.url}/bureau/comptes/")
    assert phone_without_javascript.locator("h1").inner_text() == "Comptes et rôles"


def test_without_script_no_button_does_nothing(phone_without_javascript, live_server, town):
    phone_without_javascript.goto(f"{live_server.url}/compte/connexion/")

    assert not phone_without_javascript.locator("#passkey_login").is_visible()


def test_a_passkey_is_added_then_signs_in_alone(desktop, live_server, chloe, town):
    services.prove_email(chloe, at=timezone.now())
    base = live_server.url
    cdp = desktop.context.new_cdp_session(desktop)
    cdp.send("WebAuthn.enable")
    cdp.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in_with_keyboard(desktop, base, "chloe")
    desktop.goto(f"{base}/compte/double-authentification/cles/nouvelle/")
    desktop.check("#id_passwordless")
    desktop.click("#mfa_webauthn_add")
    desktop.wait_for_url(f"{base}/compte/double-authentification/codes-de-secours/")
    desktop.context.clear_cookies()

    desktop.goto(f"{base}/compte/connexion/")
    desktop.click("#passkey_login")

    desktop.wait_for_url(f"{base}/compte/")
    assert Authenticator.objects.filter(user=chloe, type=Authenticator.Type.WEBAUTHN).count() == 1
