"""Named people, and the town they live in."""

from __future__ import annotations

from datetime import date

import pytest
from allauth.mfa.models import Authenticator

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Department, Role, User
from bp_platform.core.actors import importing

BUILDER = importing("tests")
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def town(db, at):
    """Valrive-sur-Loire."""
    return accounts.set_public_body(by=BUILDER, at=at, name="Ville de Valrive-sur-Loire", siren="213700000")


@pytest.fixture
def green_spaces(db):
    return Department.objects.create(name="Direction des espaces verts", short_name="Espaces verts")


@pytest.fixture
def buildings(db):
    return Department.objects.create(name="Direction du patrimoine bâti", short_name="Patrimoine")


def make_user(username: str, first: str, last: str, **facts) -> User:
    return User.objects.create_user(
        username=username,
        email=f"{username}@valrive.example",
        password="correct horse battery",
        first_name=first,
        last_name=last,
        **facts,
    )


def staff(username: str, first: str, last: str, role: str, at, department=None) -> User:
    user = make_user(username, first, last)
    accounts.appoint(user, by=BUILDER, at=at, role=role, from_on=date(2025, 1, 1), department=department)
    return user


@pytest.fixture
def paula(db, at):
    """Paula runs the participation team."""
    return staff("paula", "Paula", "Da Silva", Role.PARTICIPATION, at)


@pytest.fixture
def bruno(db, at, green_spaces):
    """Bruno instructs for the green spaces."""
    return staff("bruno", "Bruno", "Martel", Role.AGENT, at, green_spaces)


@pytest.fixture
def helene(db, at, green_spaces):
    """Hélène heads the green spaces."""
    return staff("helene", "Hélène", "Roy", Role.HEAD, at, green_spaces)


@pytest.fixture
def elias(db, at):
    """Élias is the elected member in charge."""
    return staff("elias", "Élias", "Ben Amar", Role.ELECTED, at)


@pytest.fixture
def farid(db, at):
    """Farid is the finance officer."""
    return staff("farid", "Farid", "Kaci", Role.FINANCE, at)


@pytest.fixture
def odile(db, at):
    """Odile sits on the follow-up committee."""
    return staff("odile", "Odile", "Vasseur", Role.COMMITTEE, at)


@pytest.fixture
def chloe(db):
    """Chloé has an account and no role: a stranger."""
    return make_user("chloe", "Chloé", "Petit")


@pytest.fixture
def ada(db, at):
    """Ada administers the platform."""
    return staff("ada", "Ada", "Lefèvre", Role.ADMINISTRATOR, at)


@pytest.fixture
def sign_in(client):
    """Sign somebody in, second factor done, and return the client."""

    def _sign_in(user: User):
        Authenticator.objects.get_or_create(
            user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": TOTP_SECRET}}
        )
        client.force_login(user)
        return client

    return _sign_in
