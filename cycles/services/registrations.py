"""The acts on a registration. A seat is scarce: it is counted and given under the meeting's lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import User
from bp_platform.core import codes, journal, text
from bp_platform.core.actors import CLOCK, RESIDENT, Actor
from bp_platform.core.decisions import demand
from cycles import policies, selectors
from cycles.models import Meeting, Registration, RegistrationState
from cycles.notifications import meetings as notifications

CODE_LENGTH = 16  # 80 bits
NEEDS_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Guest:
    """Who comes, with how many, and what must be ready for them."""

    name: str
    email: str = ""
    phone: str = ""
    postal_address: str = ""
    seats: int = 1
    childcare: str = ""
    language_need: str = ""
    access_need: str = ""
    agrees_to_photos: bool = False
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Registered:
    """A registration and its secret code, known only here and in the receipt."""

    registration: Registration
    code: str


def register(meeting: Meeting, guest: Guest, *, by: Actor = RESIDENT, at: datetime, once: str = "") -> Registered:
    """Hold seats, or a rank on the waiting list when the meeting is full.

    `once` is the random mark of the form: posted again, it is one registration and the same answer.
    """
    code = code_for(policies.REGISTRATION_PURPOSE, once, f"{meeting.pk}\x00{guest!r}")
    code_digest = codes.digest(policies.REGISTRATION_PURPOSE, code)
    with journal.transaction_with_journal():
        locked = Meeting.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=meeting.pk)
        known = Registration.objects.filter(code_digest=code_digest).select_related("meeting__cycle").first()
        if known is not None:
            return Registered(known, code)
        role = demand(policies.can_register(by, locked, at)).role
        is_host = bool(policies.can_host(by, at))
        demand(
            policies.can_take_seats(
                locked, guest.seats, selectors.seats_held(locked, name=guest.name, email=guest.email, phone=guest.phone)
            )
        )
        if not (guest.email.strip() or guest.phone.strip() or guest.postal_address.strip() or is_host):
            raise ValidationError(
                {"email": _("indiquez un courriel, un téléphone ou une adresse, pour être prévenu·e.")}
            )
        contact = accounts.add_contact(
            name=guest.name,
            email=guest.email,
            phone=guest.phone,
            postal_address=guest.postal_address,
            language=guest.language,
            user=by if isinstance(by, User) and not is_host else None,
        )
        left = selectors.seats_left(locked)
        registration = Registration(
            meeting=locked,
            contact=contact,
            seats=guest.seats,
            state=RegistrationState.CONFIRMED if left is None or guest.seats <= left else RegistrationState.WAITING,
            code_digest=code_digest,
            childcare=text.tidy(guest.childcare),
            language_need=text.tidy(guest.language_need),
            access_need=text.tidy(guest.access_need),
            agrees_to_photos=guest.agrees_to_photos,
            registered_at=at,
            entered_by=by if isinstance(by, User) and is_host else None,
        )
        registration.full_clean()
        registration.save()
        journal.record(
            journal.Line(locked.journal_chain, at, by, "register", registration, to_state=registration.state, role=role)
        )
        notifications.registered(registration, code, at=at)
    return Registered(registration, code)


def code_for(purpose: str, once: str, what: str) -> str:
    """A new code; always the same for the same form about the same thing."""
    if not once:
        return codes.new_code(CODE_LENGTH)
    return codes.derived_code(CODE_LENGTH, purpose, f"{once}\x00{what}")


def cancel_registration(registration: Registration, *, by: Actor = RESIDENT, at: datetime) -> Registration:
    """Give the seats back; the first who wait and fit have them at once, and are told."""
    with journal.transaction_with_journal():
        meeting = (
            Meeting.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=registration.meeting_id)
        )
        locked = Registration.objects.select_for_update(of=("self",)).select_related("contact").get(pk=registration.pk)
        locked.meeting = meeting
        role = demand(policies.can_cancel_registration(by, locked, at)).role
        before = locked.state
        locked.state, locked.cancelled_at = RegistrationState.CANCELLED, at
        _empty_needs(locked, at)
        locked.full_clean()
        locked.save()
        journal.record(
            journal.Line(meeting.journal_chain, at, by, "cancel_registration", locked, before, locked.state, role=role)
        )
        move_up(meeting, by=by, at=at)
    return locked


def move_up(meeting: Meeting, *, by: Actor, at: datetime) -> list[Registration]:
    """Give the free seats to those who wait, the first first; a group too big for what is left waits on.

    The caller holds the meeting's lock.
    """
    if meeting.starts_at <= at or meeting.is_cancelled:
        return []
    moved = []
    waiting = meeting.registrations.filter(state=RegistrationState.WAITING).select_related("contact")
    for registration in waiting.order_by("registered_at", "pk"):
        left = selectors.seats_left(meeting)
        if left is not None and registration.seats > left:
            continue
        registration.meeting = meeting
        registration.state, registration.moved_up_at = RegistrationState.CONFIRMED, at
        registration.save(update_fields=["state", "moved_up_at"])
        journal.record(
            journal.Line(
                meeting.journal_chain, at, by, "move_up", registration, RegistrationState.WAITING, registration.state
            )
        )
        notifications.moved_up(registration, at=at)
        moved.append(registration)
    return moved


def check_capacity(meeting: Meeting) -> None:
    """Fewer places than people who come is refused: nobody loses a seat that was given."""
    taken = selectors.seats_taken(meeting)
    if meeting.capacity is not None and meeting.capacity < taken:
        raise ValidationError(
            {"capacity": _("%(taken)d places sont déjà prises : gardez-en au moins autant.") % {"taken": taken}}
        )


def forget_needs(at: datetime) -> int:
    """Erase what people said they need, a month after the meeting. Called by the clock; harmless twice."""
    rows = Registration.objects.filter(needs_erased_at=None).filter(
        Q(meeting__ends_at__lte=at - NEEDS_KEPT) | Q(state=RegistrationState.CANCELLED)
    )
    with journal.transaction_with_journal():
        meetings = list(Meeting.objects.filter(registrations__in=rows).distinct().order_by("pk"))
        erased = rows.update(childcare="", language_need="", access_need="", needs_erased_at=at)
        for meeting in meetings:
            journal.record(journal.Line(meeting.journal_chain, at, CLOCK, "forget_needs", meeting))
    return erased


def _empty_needs(registration: Registration, at: datetime) -> None:
    registration.childcare = registration.language_need = registration.access_need = ""
    registration.needs_erased_at = at
