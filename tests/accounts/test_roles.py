"""Accounts and roles: the administration's acts, each with its refusal and its line in the journal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.exceptions import ValidationError

from bp_platform.accounts import services
from bp_platform.accounts.models import Contact, Invitation, Role
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry, JournalReason
from tests.people import TOTP_SECRET, staff

ADMINISTRATION_ONLY = "Seule l’administration de la plateforme peut le faire."
SOMEBODY_MUST_STAY = "Il doit rester au moins une personne à l’administration."
DAY = timedelta(days=1)


def acts() -> list[str]:
    return list(JournalEntry.objects.order_by("pk").values_list("act", flat=True))


def new_agent(ada, at, **facts):
    given = {"username": "nadia.k", "first_name": "Nadia", "last_name": "Kaci", **facts}
    return services.create_staff_account(by=ada, at=at, **given)


def with_second_factor(user):
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})
    return user


def test_an_agent_without_email_gets_a_code_to_print_and_no_password(ada, at):
    invited = new_agent(ada, at)

    assert not invited.user.has_usable_password()
    assert len(invited.shown_code) == 14
    assert mail.outbox == []
    assert acts()[-1] == "create_account"


def test_the_code_is_kept_only_as_a_hash(ada, at):
    invited = new_agent(ada, at)

    row = Invitation.objects.get(user=invited.user)
    assert invited.code not in str(vars(row))


def test_an_agent_with_an_email_is_invited_after_commit(ada, at, town, settings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        invited = new_agent(ada, at, email="Nadia.K@valrive.example")
        assert mail.outbox == []

    (letter,) = mail.outbox
    assert letter.to == ["nadia.k@valrive.example"]
    assert letter.subject == "Votre accès au bureau du budget participatif – Ville de Valrive-sur-Loire"
    assert invited.shown_code in letter.body
    assert f"{settings.BASE_URL}/compte/premiere-connexion/?identifiant=nadia.k" in letter.body


def test_only_the_administration_creates_accounts(paula, at):
    with pytest.raises(Refused, match=ADMINISTRATION_ONLY):
        new_agent(paula, at)


def test_a_deactivated_administrator_administers_nothing(ada, at):
    ada.is_active = False

    with pytest.raises(Refused, match=ADMINISTRATION_ONLY):
        new_agent(ada, at)


def test_two_accounts_never_share_an_email(ada, paula, at):
    with pytest.raises(ValidationError):
        new_agent(ada, at, email="PAULA@valrive.example")


def test_the_code_opens_the_account_once(ada, at):
    invited = new_agent(ada, at)

    user = services.accept_invitation(
        username="nadia.k", code=invited.shown_code.lower(), password="tilleul lanterne rivage", at=at + DAY
    )

    assert user.check_password("tilleul lanterne rivage")
    assert acts()[-1] == "accept_invitation"
    with pytest.raises(Refused, match=r"a déjà servi ou a expiré"):
        services.accept_invitation(
            username="nadia.k", code=invited.code, password="une autre phrase longue", at=at + DAY
        )


@pytest.mark.parametrize(
    ("username", "change", "after"),
    [
        ("nadia.k", lambda code: "0" * 12, DAY),
        ("bruno", lambda code: code, DAY),
        ("nobody", lambda code: code, DAY),
        ("nadia.k", lambda code: code, 7 * DAY),
    ],
)
def test_a_wrong_code_a_wrong_name_and_an_old_code_are_refused_alike(ada, bruno, at, username, change, after):
    invited = new_agent(ada, at)

    with pytest.raises(Refused) as refusal:
        services.accept_invitation(
            username=username, code=change(invited.code), password="tilleul lanterne rivage", at=at + after
        )

    assert str(refusal.value) == (
        "Ce code ne convient pas à cet identifiant, a déjà servi ou a expiré. "
        "Demandez un nouveau code à l’administration de la plateforme."
    )


def test_five_tries_an_hour(ada, at):
    invited = new_agent(ada, at)

    for _try in range(5):
        with pytest.raises(Refused, match=r"ne convient pas"):
            services.accept_invitation(username="nadia.k", code="0" * 12, password="x", at=at)

    with pytest.raises(Refused, match=r"Trop d’essais"):
        services.accept_invitation(username="nadia.k", code=invited.code, password="x", at=at)


def test_a_code_that_came_by_email_proves_the_address(ada, at):
    invited = new_agent(ada, at, email="nadia.k@valrive.example")

    services.accept_invitation(username="nadia.k", code=invited.code, password="tilleul lanterne", at=at)

    address = EmailAddress.objects.get(user=invited.user)
    assert (address.email, address.verified, address.primary) == ("nadia.k@valrive.example", True, True)


def test_a_new_code_ends_the_former_one(ada, at):
    first = new_agent(ada, at)
    second = services.invite_again(first.user, by=ada, at=at)

    with pytest.raises(Refused):
        services.accept_invitation(username="nadia.k", code=first.code, password="tilleul lanterne", at=at)

    assert services.accept_invitation(username="nadia.k", code=second.code, password="tilleul lanterne", at=at)


def test_a_role_is_given_once(ada, bruno, green_spaces, at):
    with pytest.raises(Refused, match=r"Cette personne tient déjà ce rôle."):
        services.appoint(bruno, by=ada, at=at, role=Role.AGENT, from_on=date(2026, 1, 1), department=green_spaces)


def test_a_role_ends_on_a_day(ada, paula, at):
    assignment = paula.role_assignments.get()

    services.end_role(assignment, by=ada, at=at, until_on=at.date())

    assignment.user.refresh_from_db()
    assert assignment.user.holds(at, Role.PARTICIPATION)
    assert not assignment.user.holds(at + DAY, Role.PARTICIPATION)
    assert acts()[-1] == "end_role:participation"


def test_a_role_cannot_end_before_it_starts_nor_twice(ada, paula, at):
    assignment = paula.role_assignments.get()

    with pytest.raises(Refused, match=r"La date de fin du rôle précède sa date de début."):
        services.end_role(assignment, by=ada, at=at, until_on=date(2024, 12, 31))
    services.end_role(assignment, by=ada, at=at, until_on=at.date())
    with pytest.raises(Refused, match=r"Ce rôle a déjà pris fin."):
        services.end_role(assignment, by=ada, at=at + 2 * DAY, until_on=date(2026, 12, 31))


def test_the_administration_never_ends_up_empty(ada, at):
    with pytest.raises(Refused, match=SOMEBODY_MUST_STAY):
        services.end_role(ada.role_assignments.get(), by=ada, at=at, until_on=at.date())

    staff("marc", "Marc", "Diallo", Role.ADMINISTRATOR, at)
    assert services.end_role(ada.role_assignments.get(), by=ada, at=at, until_on=at.date())


def test_a_closed_account_cannot_sign_in_and_keeps_its_reason_aside(ada, bruno, at):
    services.deactivate(bruno, by=ada, at=at, reason="A quitté la ville.")

    bruno.refresh_from_db()
    assert (bruno.is_active, bruno.deactivated_at) == (False, at)
    assert acts()[-1] == "deactivate"
    assert JournalReason.objects.get().text == "A quitté la ville."


def test_nobody_closes_their_own_account_at_the_desk(ada, at):
    staff("marc", "Marc", "Diallo", Role.ADMINISTRATOR, at)

    with pytest.raises(Refused, match=r"On ne désactive pas son propre compte"):
        services.deactivate(ada, by=ada, at=at, reason="Fin.")


def test_the_last_administrator_who_can_sign_in_is_not_closed(ada, at):
    marc = staff("marc", "Marc", "Diallo", Role.ADMINISTRATOR, at)
    services.deactivate(marc, by=ada, at=at, reason="Congé.")
    services.reactivate(marc, by=ada, at=at)
    marc.refresh_from_db()
    services.deactivate(ada, by=marc, at=at, reason="Départ.")

    marc = type(marc).objects.get(pk=marc.pk)
    with pytest.raises(Refused, match=SOMEBODY_MUST_STAY):
        services.end_role(marc.role_assignments.get(), by=marc, at=at, until_on=at.date())


def test_a_lost_telephone_takes_the_password_with_it(ada, bruno, at):
    with_second_factor(bruno)

    invited = services.reset_second_factor(bruno, by=ada, at=at, reason="Téléphone perdu le 1er mars.")

    bruno.refresh_from_db()
    assert not Authenticator.objects.filter(user=bruno).exists()
    assert not bruno.has_usable_password()
    assert invited.user == bruno
    assert acts()[-1] == "reset_second_factor"


def test_nobody_resets_their_own_second_factor(ada, at):
    with_second_factor(ada)

    with pytest.raises(Refused, match=r"On ne s’invite pas soi-même"):
        services.reset_second_factor(ada, by=ada, at=at, reason="Perdu.")


def test_there_must_be_a_second_factor_to_reset(ada, bruno, at):
    with pytest.raises(Refused, match=r"Ce compte n’a pas de double authentification."):
        services.reset_second_factor(bruno, by=ada, at=at, reason="Perdu.")


def test_contacts_join_the_account_when_the_email_is_proved_and_never_before(chloe, at):
    hers = services.add_contact(name="Chloé", email="Chloe@valrive.example")
    theirs = services.add_contact(name="Anne", email="anne@valrive.example")

    EmailAddress.objects.create(user=chloe, email="chloe@valrive.example", verified=False, primary=True)
    assert services.claim_contacts(chloe, at=at) == 0
    services.prove_email(chloe, at=at)

    hers.refresh_from_db()
    theirs.refresh_from_db()
    assert (hers.user, hers.email_proved_at, theirs.user) == (chloe, at, None)
    assert acts()[-1] == "claim_contact"


def test_what_was_filed_without_signing_in_is_found_at_the_next_sign_in(client, chloe, paula, at):
    services.prove_email(chloe, at=at)
    later = services.add_contact(name="Chloé et ses voisins", email="chloe@valrive.example")
    hers_alone = services.add_contact(name="Paula", email=paula.email)  # not proved: anybody may have typed it

    client.force_login(paula)
    client.force_login(chloe)

    later.refresh_from_db()
    hers_alone.refresh_from_db()
    assert (later.user, hers_alone.user) == (chloe, None)


def test_where_somebody_lives_is_not_handed_over_for_a_typed_email(client, chloe, at):
    services.prove_email(chloe, at=at)
    somebody = services.add_contact(name="Mme Autre", email="chloe@valrive.example", postal_address="3, rue Haute")

    client.force_login(chloe)

    somebody.refresh_from_db()
    assert somebody.user is None


def test_letters_leave_the_mailbox_that_the_account_has_left(client, chloe, at):
    services.prove_email(chloe, at=at)
    new = EmailAddress.objects.create(user=chloe, email="chloe.petit@valrive.example", verified=True)
    other = services.add_contact(name="L’équipe", email="equipe@valrive.example")
    Contact.objects.filter(pk=other.pk).update(user=chloe)

    email_changed.send(
        EmailAddress, request=None, user=chloe, from_email_address=chloe.emailaddress_set.get(primary=True),
        to_email_address=new,
    )  # fmt: skip

    assert sorted(chloe.contacts.values_list("email", flat=True)) == [
        "chloe.petit@valrive.example", "equipe@valrive.example",
    ]  # fmt: skip
    assert acts()[-1] == "change_contact_email"


def test_a_proved_account_always_has_a_contact(chloe, at):
    services.prove_email(chloe, at=at)
    services.prove_email(chloe, at=at)

    assert [c.email for c in Contact.objects.filter(user=chloe)] == ["chloe@valrive.example"]


def test_departments_are_created_and_changed_by_the_administration(ada, paula, at):
    roads = services.save_department(by=ada, at=at, name="Direction de la voirie", short_name="Voirie")
    services.save_department(by=ada, at=at, department=roads, short_name="Rues")

    roads.refresh_from_db()
    assert roads.short_name == "Rues"
    assert acts()[-2:] == ["create_department", "change_department"]
    with pytest.raises(Refused, match=ADMINISTRATION_ONLY):
        services.save_department(by=paula, at=at, department=roads, short_name="Nope")
