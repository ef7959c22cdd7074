"""Two people at the same moment, with real threads on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from bp_platform.accounts import services
from bp_platform.accounts.models import Invitation, Role, RoleAssignment, User
from bp_platform.core.decisions import Refused
from tests.people import staff


def together(*acts) -> list[bool]:
    """Run acts at once, each on its own connection; say which succeeded."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait()
            act()
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_end_one_another(ada, at):
    marc = staff("marc", "Marc", "Diallo", Role.ADMINISTRATOR, at)
    pairs = [(ada, marc), (marc, ada)]

    results = together(
        *(
            lambda by=by, of=of: services.end_role(
                RoleAssignment.objects.get(user=of), by=User.objects.get(pk=by.pk), at=at, until_on=at.date()
            )
            for by, of in pairs
        )
    )

    assert sorted(results) == [False, True]
    assert RoleAssignment.objects.filter(role=Role.ADMINISTRATOR, until_on=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_code_typed_twice_at_once_serves_once(ada, at):
    invited = services.create_staff_account(by=ada, at=at, username="nadia.k", first_name="Nadia", last_name="Kaci")

    results = together(
        *(
            lambda word=word: services.accept_invitation(
                username="nadia.k", code=invited.code, password=f"tilleul lanterne {word}", at=at
            )
            for word in ("rivage", "ardoise")
        )
    )

    assert sorted(results) == [False, True]
    assert Invitation.objects.get(user=invited.user).used_at == at
