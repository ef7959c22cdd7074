"""One's own data: read, taken away, erased; the acts stay."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.urls import reverse

from bp_platform.accounts import selectors, services
from bp_platform.accounts.models import Contact, User
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry, JournalReason


def journal_is_clean() -> bool:
    call_command("verify_journal", stdout=StringIO())
    return True


@pytest.fixture
def ines(town):
    """Inès wrote once, without an account."""
    return services.add_contact(name="Inès Roux", email="ines@courriel.example", postal_address="2 rue du Port")


@pytest.fixture
def proved_chloe(chloe, at):
    services.prove_email(chloe, at=at)
    return chloe


def test_ones_data_is_read_on_a_page(client, proved_chloe, town):
    client.force_login(proved_chloe)

    page = client.get(reverse("accounts:my_data")).content.decode()

    assert [word in page for word in ("Mon compte", "Mes coordonnées", "chloe@valrive.example", "Petit")] == [True] * 4


def test_ones_data_is_taken_away_as_a_file(client, proved_chloe, town):
    client.force_login(proved_chloe)

    response = client.get(reverse("accounts:my_data_file"))

    data = json.loads(response.content)
    assert response["Content-Disposition"] == 'attachment; filename="mes-donnees.json"'
    assert data["Mon compte"][0]["Courriel"] == "chloe@valrive.example"
    assert data["Mes coordonnées"] == [
        {
            "Nom": "Chloé Petit",
            "Courriel": "chloe@valrive.example",
            "Téléphone": "",
            "Adresse postale": "",
            "Langue": "Français",
        }
    ]


def test_nobody_else_is_in_the_file(client, proved_chloe, ines):
    client.force_login(proved_chloe)

    assert b"ines" not in client.get(reverse("accounts:my_data_file")).content


def test_erasing_empties_the_rows_and_keeps_the_acts(proved_chloe, at):
    contact = proved_chloe.contacts.get()
    lines = JournalEntry.objects.count()

    services.erase_account(proved_chloe, by=proved_chloe, at=at)

    user = User.objects.get(pk=proved_chloe.pk)
    contact.refresh_from_db()
    assert (user.email, user.first_name, user.last_name, user.is_active, user.erased_at) == ("", "", "", False, at)
    assert user.username == f"efface-{user.uid}"
    assert not user.has_usable_password()
    assert (contact.name, contact.email, contact.user, contact.erased_at) == ("", "", None, at)
    assert not EmailAddress.objects.filter(user=user).exists()
    assert JournalEntry.objects.count() == lines + 1
    assert JournalEntry.objects.order_by("pk").last().act == "erase_account"
    assert journal_is_clean()


def test_the_free_texts_about_somebody_go_and_the_journal_still_verifies(ada, chloe, at):
    services.deactivate(chloe, by=ada, at=at, reason="Propos racistes de Chloé Petit.")
    assert JournalReason.objects.count() == 1

    services.erase_account(User.objects.get(pk=chloe.pk), by=ada, at=at)

    assert JournalReason.objects.count() == 0
    assert journal_is_clean()


def test_an_account_with_a_role_is_not_erased(bruno, at):
    with pytest.raises(Refused, match=r"Ce compte tient un rôle au bureau"):
        services.erase_account(bruno, by=bruno, at=at)


def test_nobody_erases_somebody_else(chloe, bruno, ines, at):
    with pytest.raises(Refused, match=r"Seule l’administration"):
        services.erase_account(chloe, by=bruno, at=at)
    with pytest.raises(Refused, match=r"Seule l’administration"):
        services.erase_contact(ines, by=chloe, at=at)


def test_an_erased_account_is_erased_once_and_never_reopened(ada, chloe, at):
    services.erase_account(chloe, by=ada, at=at)
    erased = User.objects.get(pk=chloe.pk)

    with pytest.raises(Refused, match=r"Ce compte est déjà effacé."):
        services.erase_account(erased, by=ada, at=at)
    with pytest.raises(Refused, match=r"Ce compte a été effacé : il ne peut plus être rouvert."):
        services.reactivate(erased, by=ada, at=at)


def test_erasing_ones_account_asks_for_the_word(client, proved_chloe, town):
    client.force_login(proved_chloe)
    url = reverse("accounts:erase_my_account")

    refused = client.post(url, {"word": "oui"})
    assert "Écrivez exactement le mot EFFACER" in refused.content.decode()
    accepted = client.post(url, {"word": "effacer"}, follow=True)

    assert "Votre compte et vos coordonnées sont effacés." in accepted.content.decode()
    assert "_auth_user_id" not in client.session
    assert User.objects.get(pk=proved_chloe.pk).email == ""


def test_staff_read_why_their_account_stays(client, bruno, town):
    client.force_login(bruno)

    page = client.get(reverse("accounts:erase_my_account")).content.decode()

    assert "il peut être effacé une fois ce rôle terminé" in page
    assert 'name="word"' not in page


def test_the_administration_finds_and_erases_somebody_without_account(sign_in, ada, ines, at):
    client = sign_in(ada)
    assert "Inès Roux" in client.get(reverse("accounts:contacts"), {"q": "inès"}).content.decode()
    assert "Inès Roux" not in client.get(reverse("accounts:contacts")).content.decode()

    client.post(reverse("accounts:erase_contact", args=[ines.pk]), {"word": "EFFACER"})

    ines.refresh_from_db()
    assert (ines.name, ines.email, ines.postal_address) == ("", "", "")
    assert client.get(reverse("accounts:contact", args=[ines.pk])).status_code == 404
    assert journal_is_clean()


def test_reading_somebodys_file_leaves_a_line(sign_in, ada, ines):
    response = sign_in(ada).post(reverse("accounts:contact_file", args=[ines.pk]))

    assert json.loads(response.content)["Mes coordonnées"][0]["Nom"] == "Inès Roux"
    assert JournalEntry.objects.order_by("pk").last().act == "export_contact"


@pytest.mark.parametrize("name", ["contact_file", "erase_contact"])
def test_no_other_role_reads_or_erases(sign_in, paula, ines, name):
    assert sign_in(paula).post(reverse(f"accounts:{name}", args=[ines.pk]), {"word": "EFFACER"}).status_code == 404
    assert Contact.objects.get(pk=ines.pk).name == "Inès Roux"


def test_every_app_that_holds_something_is_in_the_file(proved_chloe):
    from bp_platform.core import registries

    keys = [section.key for section in selectors.file_of_account(proved_chloe)]

    assert keys == ["account", *(source.key for source in registries.personal_data)]
