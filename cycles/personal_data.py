"""What this app holds about people who come, sit or prepare, and how it lets go of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bp_platform.accounts.models import Contact, User
from bp_platform.core import calendar
from bp_platform.core.actors import RESIDENT
from bp_platform.core.registries import PersonalData
from cycles import policies, selectors, services
from cycles.models import (
    Application,
    ApplicationState,
    ChecklistItem,
    Correspondent,
    Cycle,
    Member,
    Registration,
    RulebookFollower,
)


def export(contact: Contact) -> list[Mapping[str, Any]]:
    """The person's registrations, applications and seats, in words."""
    registrations = Registration.objects.filter(contact=contact).select_related("meeting").order_by("pk")
    applications = Application.objects.filter(contact=contact).select_related("body", "college", "area").order_by("pk")
    seats = Member.objects.filter(contact=contact).select_related("body", "college").order_by("pk")
    return [
        *(_registered(row) for row in registrations),
        *(_applied(row) for row in applications),
        *(_sits(row) for row in seats),
        *(
            {_("Prévenu·e du règlement de"): row.cycle.title, _("Depuis le"): calendar.local_day(row.since)}
            for row in RulebookFollower.objects.filter(contact=contact).select_related("cycle").order_by("pk")
        ),
    ]


def _registered(row: Registration) -> Mapping[str, Any]:
    said = {
        _("Rendez-vous"): row.meeting.title,
        _("Le"): calendar.local_day(row.meeting.starts_at),
        _("Inscription"): row.get_state_display(),
    }
    return said | ({_("Ce qu’il faut prévoir"): ", ".join(row.needs)} if row.needs else {})


def _applied(row: Application) -> Mapping[str, Any]:
    said = {
        _("Candidature"): f"{row.body.name}, {row.college.name}",
        _("Le"): calendar.local_day(row.submitted_at),
        _("État"): row.get_state_display(),
        _("Ce qui m’y amène"): row.motivation,
        _("Âge"): row.get_age_band_display(),
        _("Genre"): row.get_gender_display(),
        _("Lieu"): row.area.name if row.area else "",
    }
    return {label: value for label, value in said.items() if value}


def _sits(row: Member) -> Mapping[str, Any]:
    return {
        _("Siège"): f"{row.body.name}, {row.college.name}",
        _("À partir du"): row.from_on,
        _("Jusqu’au"): row.until_on,
        _("Nom affiché"): row.public_name or _("aucun"),
    }


def erase(contact: Contact, at: datetime) -> int:
    """Seats to come are given back, what was said of oneself is emptied, the name leaves the pages."""
    emptied = RulebookFollower.objects.filter(contact=contact).delete()[0]
    for registration in Registration.objects.filter(contact=contact).select_related("meeting__cycle").order_by("pk"):
        if policies.can_cancel_registration(RESIDENT, registration, at):
            services.cancel_registration(registration, at=at)
            emptied += 1
    mine = Registration.objects.filter(contact=contact, needs_erased_at=None)
    emptied += mine.update(childcare="", language_need="", access_need="", needs_erased_at=at, agrees_to_photos=False)
    waiting = [ApplicationState.RECEIVED, ApplicationState.RESERVE]
    for application in Application.objects.filter(contact=contact, state__in=waiting).order_by("pk"):
        services.withdraw_application(application, at=at)
    said = Application.objects.filter(contact=contact, forgotten_at=None)
    emptied += said.update(motivation="", age_band="", gender="", area=None, forgotten_at=at)
    named = Member.objects.filter(contact=contact, shows_name=True)
    for cycle in Cycle.objects.filter(bodies__members__in=named).distinct().order_by("pk"):
        services.touch(cycle)  # pages that are kept would still show the name
    return emptied + named.update(shows_name=False)


def release(contact: Contact, at: datetime) -> int:
    """Nothing more is told of a règlement; seats, and the names published with consent, stay."""
    return RulebookFollower.objects.filter(contact=contact).delete()[0]


IN_BODIES_AND_MEETINGS = PersonalData(
    "cycles",
    gettext_lazy("Mes rendez-vous, mes candidatures et mes sièges"),
    export,
    erase,
    in_use=selectors.people_in_use,
    named=selectors.people_named,
    release=release,
)


def nothing(contact: Contact) -> list[Mapping[str, Any]]:
    """Nothing hangs on a contact: one prepares an edition from an account."""
    return []


def nothing_to_erase(contact: Contact, at: datetime) -> int:
    """Nothing beside the account."""
    return 0


def export_account(user: User) -> list[Mapping[str, Any]]:
    """The departments one answers for, and what one has to prepare."""
    named = Correspondent.objects.filter(person=user).select_related("cycle", "department").order_by("pk")
    items = ChecklistItem.objects.filter(person=user).select_related("cycle").order_by("due_on", "pk")
    return [
        *({_("Correspondance de"): row.department.name, _("Édition"): row.cycle.title} for row in named),
        *({_("À préparer"): row.label, _("Édition"): row.cycle.title, _("Pour le"): row.due_on} for row in items),
    ]


def erase_account(user: User, at: datetime) -> int:
    """The name leaves; what was to prepare stays."""
    gone = Correspondent.objects.filter(person=user).delete()[0]
    gone += ChecklistItem.objects.filter(done_by=user).update(done_by=None)
    return gone + ChecklistItem.objects.filter(person=user).update(person=None)


PREPARING = PersonalData(
    "preparation",
    gettext_lazy("Ma part dans la préparation des éditions"),
    nothing,
    nothing_to_erase,
    export_account,
    erase_account,
)
