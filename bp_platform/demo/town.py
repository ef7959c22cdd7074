"""The demo town's frame: its public body, departments and people, each with a password and a second factor."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Department, PublicBody, User
from bp_platform.core import calendar
from bp_platform.core.actors import importing

DEMO = importing("demo")
PASSWORD = "bienvenue-a-valrive"  # noqa: S105 -- a demo on the loopback address
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Account:
    """What somebody needs to sign in to the demo."""

    username: str
    name: str
    role: str
    password: str
    totp_secret: str


def data(name: str) -> dict[str, Any]:
    """A file of the demo's data."""
    return tomllib.loads((DATA / f"{name}.toml").read_text())


def build(at: datetime) -> dict[str, Department]:
    """The body, the departments by code, the people with their roles since a year ago."""
    town = data("town")
    accounts.set_public_body(by=DEMO, at=at, **town["body"])
    departments = {}
    for row in town["departments"]:
        facts = {key: value for key, value in row.items() if key != "code"}
        departments[row["code"]] = accounts.save_department(by=DEMO, at=at, **facts)
    for row in town["people"]:
        _person(row, departments, at)
    return departments


def _person(row: dict[str, str], departments: dict[str, Department], at: datetime) -> None:
    user = User.objects.create_user(
        username=row["username"],
        email=f"{row['username']}@valrive.example",
        password=PASSWORD,
        first_name=row["first_name"],
        last_name=row["last_name"],
    )
    accounts.prove_email(user, at=at)
    if not row["role"]:
        return
    since = calendar.local_day(at) - timedelta(days=1100)
    department = departments.get(row.get("department", ""))
    accounts.appoint(user, by=DEMO, at=at, role=row["role"], from_on=since, department=department)
    TOTP.activate(user, generate_totp_secret())


def join_ideas(at: datetime) -> None:
    """What was filed with an e-mail since its account was opened is joined to it, as the next sign-in would."""
    for user in User.objects.order_by("pk"):
        accounts.claim_contacts(user, at=at)


def people() -> list[Account]:
    """One ready account per role, with the second factor as an authenticator holds it."""
    secrets = {
        row.user_id: row.wrap().instance.data["secret"]
        for row in Authenticator.objects.filter(type=Authenticator.Type.TOTP).order_by("pk")
    }
    users = {user.username: user for user in User.objects.order_by("pk")}
    return [
        Account(
            username=row["username"],
            name=users[row["username"]].shown_name,
            role=row["role"] or "resident",
            password=PASSWORD,
            totp_secret=secrets.get(users[row["username"]].pk, ""),
        )
        for row in data("town")["people"]
        if row["username"] in users
    ]


def is_loaded() -> bool:
    """Whether the demo town is already there."""
    return PublicBody.objects.exists()


def address() -> str:
    """Where the demo is served."""
    return str(settings.BASE_URL)
