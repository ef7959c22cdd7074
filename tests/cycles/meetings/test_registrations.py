"""A seat is scarce: held, waited for, given back, moved up; with its refusals, its lines and its letters."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from bp_platform.core import codes
from bp_platform.core.actors import RESIDENT
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.notifications import mail
from bp_platform.notifications.models import OutboxMessage
from cycles import personal_data, policies, selectors, services
from cycles.models import MeetingState, Registration, RegistrationState
from cycles.services import Guest
from tests.factories import meetings as factory

pytestmark = pytest.mark.django_db

AICHA = Guest("Aïcha Benali", "aicha@valrive.example", childcare="3 ans", access_need="un fauteuil")
BRUNO = Guest("Bruno Martel", "bruno@valrive.example", seats=2)
CHLOE = Guest("Chloé Petit", phone="06 00 00 00 00", postal_address="3 rue Haute\n37000 Valrive")


def acts(subject):
    found = JournalEntry.objects.filter(subject=f"{subject._meta.label_lower}:{subject.pk}")
    return list(found.order_by("position").values_list("act", "from_state", "to_state", "role"))


def letters(event):
    return list(OutboxMessage.objects.filter(event=event).order_by("pk").values_list("contact__name", "channel"))


def states(meeting):
    return list(meeting.registrations.order_by("pk").values_list("contact__name", "state"))


def test_a_seat_is_held_then_a_rank_and_the_list_moves_up(at, town):
    workshop = factory.workshop(at, capacity=3)

    aicha = services.register(workshop, AICHA, at=at)
    services.register(workshop, BRUNO, at=at)
    chloe = services.register(workshop, CHLOE, at=at)

    assert states(workshop) == [
        ("Aïcha Benali", "confirmed"),
        ("Bruno Martel", "confirmed"),
        ("Chloé Petit", "waiting"),
    ]
    assert selectors.rank_of(chloe.registration) == 1
    assert policies.registration_by_code(codes.grouped(aicha.code).lower()) == aicha.registration
    assert aicha.code not in str(Registration.objects.values().get(pk=aicha.registration.pk))
    assert acts(aicha.registration) == [("register", "", "confirmed", "")]
    assert letters("meeting_registered") == [
        ("Aïcha Benali", "email"),
        ("Bruno Martel", "email"),
        ("Chloé Petit", "letter"),
    ]

    services.cancel_registration(aicha.registration, at=at)

    assert states(workshop) == [
        ("Aïcha Benali", "cancelled"),
        ("Bruno Martel", "confirmed"),
        ("Chloé Petit", "confirmed"),
    ]
    assert acts(aicha.registration)[1:] == [("cancel_registration", "confirmed", "cancelled", "owner")]
    assert acts(chloe.registration)[1:] == [("move_up", "waiting", "confirmed", "")]
    assert letters("meeting_moved_up") == [("Chloé Petit", "letter")]
    aicha.registration.refresh_from_db()
    assert aicha.registration.needs == []
    with pytest.raises(Refused, match="déjà annulée"):
        services.cancel_registration(aicha.registration, at=at)


def test_a_group_too_big_waits_on_and_the_next_who_fits_moves_up(at, town):
    workshop = factory.workshop(at, capacity=2)
    first = services.register(workshop, AICHA, at=at)
    services.register(workshop, Guest("Dalia Roux", "dalia@valrive.example"), at=at)
    services.register(workshop, BRUNO, at=at)
    services.register(workshop, CHLOE, at=at + timedelta(minutes=1))

    services.cancel_registration(first.registration, at=at)

    assert states(workshop)[2:] == [("Bruno Martel", "waiting"), ("Chloé Petit", "confirmed")]


def test_the_same_form_twice_is_one_registration(at, town):
    workshop = factory.workshop(at)

    first = services.register(workshop, AICHA, at=at, once="x")
    again = services.register(workshop, AICHA, at=at, once="x")

    assert (again.registration, again.code) == (first.registration, first.code)
    assert workshop.registrations.count() == 1


def test_what_is_refused_is_said(at, town, paula):
    workshop = factory.workshop(at, capacity=10, registrations_until=at + timedelta(days=1), seats_per_person=2)

    def refusal(meeting, guest=AICHA, by=RESIDENT, when=at):
        with pytest.raises(Refused) as found:
            services.register(meeting, guest, by=by, at=when)
        return str(found.value)

    assert "On s’inscrit pour 2 places au plus" in refusal(workshop, Guest("Aïcha", "a@valrive.example", seats=3))
    services.register(workshop, BRUNO, at=at)
    assert "On s’inscrit pour 2 places au plus" in refusal(workshop, Guest("Bruno", "BRUNO@valrive.example"))
    assert "Les inscriptions sont closes depuis le" in refusal(workshop, when=at + timedelta(days=2))
    assert services.register(workshop, AICHA, by=paula, at=at + timedelta(days=2)).registration.entered_by == paula
    assert "ouvert à tout le monde" in refusal(factory.meeting(at))
    assert "pas encore annoncé" in refusal(factory.workshop(at, state=MeetingState.DRAFT))
    assert "annulé" in refusal(factory.workshop(at, state=MeetingState.CANCELLED, cancel_reason="Pluie"))
    assert "a eu lieu" in refusal(factory.workshop(at, starts_in=-timedelta(days=1)), by=paula)
    with pytest.raises(ValidationError, match="un courriel, un téléphone ou une adresse"):
        services.register(workshop, Guest("Anonyme"), at=at)
    begun = factory.workshop(at)
    seat = services.register(begun, AICHA, at=at).registration
    with pytest.raises(Refused, match="a commencé"):
        services.cancel_registration(seat, at=begun.starts_at)


def test_the_last_seat_is_given_once(at, town, transactional_db):
    workshop = factory.workshop(at, capacity=1)
    barrier = threading.Barrier(6)

    def come(number: int) -> None:
        barrier.wait()
        try:
            services.register(workshop, Guest(f"Personne {number}", f"p{number}@valrive.example"), at=at)
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    given = list(workshop.registrations.values_list("state", flat=True))
    assert sorted(given) == ["confirmed"] + ["waiting"] * 5


def test_more_places_move_the_list_up_and_fewer_take_nobodys(at, town, paula):
    workshop = factory.workshop(at, capacity=1)
    services.register(workshop, AICHA, at=at)
    services.register(workshop, BRUNO, at=at)

    services.change_meeting(workshop, by=paula, at=at, capacity=3)

    assert [state for _name, state in states(workshop)] == ["confirmed", "confirmed"]
    with pytest.raises(ValidationError, match="3 places sont déjà prises"):
        services.change_meeting(workshop, by=paula, at=at, capacity=2)


def test_what_people_need_is_erased_a_month_after(at, town):
    workshop = factory.workshop(at)
    seat = services.register(workshop, AICHA, at=at).registration

    assert services.forget_needs(workshop.ends_at + timedelta(days=29)) == 0
    assert services.forget_needs(workshop.ends_at + timedelta(days=31)) == 1

    seat.refresh_from_db()
    assert (seat.needs, seat.needs_erased_at is not None) == ([], True)
    assert services.forget_needs(workshop.ends_at + timedelta(days=32)) == 0
    with pytest.raises(IntegrityError, match="registration_erased_needs_are_empty"), transaction.atomic():
        Registration.objects.filter(pk=seat.pk).update(childcare="3 ans")


def test_erasing_somebody_gives_their_seat_back(at, town):
    workshop = factory.workshop(at, capacity=1)
    aicha = services.register(workshop, AICHA, at=at).registration
    services.register(workshop, CHLOE, at=at)

    assert personal_data.export(aicha.contact)[0]["Ce qu’il faut prévoir"] == "3 ans, un fauteuil"
    personal_data.erase(aicha.contact, at)

    assert [state for _name, state in states(workshop)] == [RegistrationState.CANCELLED, RegistrationState.CONFIRMED]


def test_the_letters_say_when_where_and_how_to_give_the_seat_back(at, town):
    workshop = factory.workshop(at, capacity=1, access="Bus 4, arrêt Halles")
    received = services.register(workshop, AICHA, at=at)
    services.register(workshop, CHLOE, at=at)

    first, waiting = OutboxMessage.objects.filter(event="meeting_registered").order_by("pk")
    text = mail.compose([first], town).body
    subject, letter = mail.letter(waiting, town)

    assert "Votre place est gardée." in text
    assert "jeudi 12 mars 2026 à 10\u00a0h" in text
    assert "Bus 4, arrêt Halles" in text
    assert f"/2026/inscription/{received.code}/" in text
    assert f"/2026/rendez-vous/{workshop.slug}/calendrier.ics" in text
    assert subject.startswith("Vous êtes en liste d’attente")
    assert "/2026/inscription/" in letter
