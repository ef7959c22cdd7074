"""The staff's door: role, second factor, short sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from bp_platform.accounts import services
from bp_platform.accounts.middleware import SEEN_AT, SIGNED_IN_AT

DESK = "/bureau/comptes/"


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("path", [DESK, "/bureau/collectivite/", "/bureau/nulle-part/"])
def test_a_passer_by_is_asked_to_sign_in(client, db, path):
    response = client.get(path)

    assert (response.status_code, response["Location"]) == (302, f"/compte/connexion/?next={path}")


@pytest.mark.parametrize("path", [DESK, "/bureau/", "/bureau/nulle-part/"])
def test_the_desk_does_not_exist_for_somebody_without_a_role(sign_in, chloe, path):
    assert sign_in(chloe).get(path).status_code == 404


def test_another_role_does_not_see_the_administration(sign_in, bruno):
    client = sign_in(bruno)

    assert [
        client.get(reverse(f"accounts:{name}")).status_code for name in ("people", "new_person", "public_body")
    ] == [
        404,
        404,
        404,
    ]


def test_a_role_without_second_factor_is_sent_to_add_one(client, ada):
    client.force_login(ada)

    response = client.get(DESK)

    assert (response.status_code, response["Location"]) == (302, "/compte/double-authentification/")
    assert said(response) == ["Avant d’ouvrir le bureau, ajoutez une double authentification à votre compte."]


def test_with_role_and_second_factor_the_desk_opens(sign_in, ada):
    assert sign_in(ada).get(DESK).status_code == 200


def test_a_second_factor_that_is_taken_away_closes_the_desk_at_once(sign_in, ada):
    client = sign_in(ada)
    client.get(DESK)

    Authenticator.objects.filter(user=ada).delete()

    assert client.get(DESK)["Location"] == "/compte/double-authentification/"


@pytest.mark.parametrize(
    ("signed_in", "seen", "is_stale"),
    [
        (timedelta(hours=7, minutes=59), timedelta(minutes=29), False),
        (timedelta(hours=8, minutes=1), timedelta(0), True),
        (timedelta(hours=1), timedelta(minutes=31), True),
    ],
)
def test_staff_sessions_end_after_eight_hours_or_half_an_hour_away(sign_in, ada, signed_in, seen, is_stale):
    client = sign_in(ada)
    now = timezone.now()
    session = client.session
    session[SIGNED_IN_AT] = (now - signed_in).timestamp()
    session[SEEN_AT] = (now - seen).timestamp()
    session.save()

    response = client.get(DESK)

    if is_stale:
        assert response["Location"] == f"/compte/connexion/?next={DESK}"
        assert said(response) == ["Votre session a pris fin. Identifiez-vous à nouveau."]
        assert "_auth_user_id" not in client.session
    else:
        assert response.status_code == 200


def test_a_residents_session_is_not_cut(client, chloe):
    client.force_login(chloe)
    session = client.session
    session[SIGNED_IN_AT] = session[SEEN_AT] = 0.0
    session.save()

    assert client.get(reverse("accounts:my_data")).status_code == 200


def test_a_closed_account_is_out_at_its_next_click(sign_in, ada, bruno, at):
    client = sign_in(bruno)
    services.deactivate(bruno, by=ada, at=at, reason="Départ.")

    assert client.get("/bureau/")["Location"] == "/compte/connexion/?next=/bureau/"


def test_the_guard_asks_one_question_whose_answer_the_page_reuses(sign_in, ada, django_assert_num_queries):
    client = sign_in(ada)
    client.get(reverse("accounts:new_person"))

    # the session, the account, the guard; the page's own policy asks nothing more
    with django_assert_num_queries(3):
        client.get(reverse("accounts:new_person"))


@pytest.mark.parametrize("prefix", ["", "/ailleurs"])
def test_a_prefix_claimed_by_a_header_opens_nothing(client, ada, chloe, prefix):
    answers = []
    for person in (ada, chloe):  # a role without second factor; no role
        client.force_login(person)
        answers.append(client.get(DESK, SCRIPT_NAME=prefix).status_code)

    assert answers == [302, 404]


def test_a_desk_is_kept_by_no_browser(sign_in, ada):
    assert "no-store" in sign_in(ada).get("/bureau/")["Cache-Control"]
    assert "no-store" in sign_in(ada).get(DESK)["Cache-Control"]
