"""What the preference centre and the desk of the mail show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Contact
from bp_platform.core import calendar, components, registries
from bp_platform.documents import selectors as documents
from bp_platform.documents.models import Job
from bp_platform.notifications.models import LETTERS, Cadence, Channel, OutboxMessage, OutboxState, Preference

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Subscription:
    """Something followed, and what a form posts to leave it: « projects:12 »."""

    value: str
    label: str
    url: str


def followed_by(contact: Contact) -> list[Subscription]:
    """Everything that somebody asked to be told about, app by app."""
    return [
        Subscription(f"{source.key}:{one.key}", one.label, one.url)
        for source in registries.subscriptions
        for one in source.of(contact)
    ]


def waited_for(at: datetime) -> QuerySet[OutboxMessage, Any]:
    """Keys of the contacts for whom a message still waits, or a doubt about one."""
    waiting = [OutboxState.QUEUED, OutboxState.SENDING, OutboxState.FAILED, OutboxState.UNCERTAIN]
    return OutboxMessage.objects.filter(state__in=waiting).values("contact")


def cadences_of(contact: Contact) -> dict[str, str]:
    """How often somebody is told about each event that may be switched off."""
    chosen = dict(Preference.objects.filter(contact=contact).order_by("pk").values_list("event", "cadence"))
    default = chosen.get("", Cadence.AT_ONCE)
    return {kind.key: chosen.get(kind.key, default) for kind in registries.events if not kind.is_service}


def masked(email: str) -> str:
    """« a…@exemple.fr »: enough to know one's own address, too little for whom a mail was forwarded to."""
    name, at_sign, domain = email.partition("@")
    return f"{name[:1]}…{at_sign}{domain}" if at_sign else ""


def event_label(key: str) -> str:
    kind = registries.events.get(key)
    return str(kind.label) if kind else key


@dataclass(frozen=True, slots=True)
class PrintRun:
    """Letters printed together and not yet posted."""

    uid: UUID
    letters: int
    job_url: str


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk of the mail."""

    counts: Sequence[components.Count]
    waiting_letters: int
    runs: Sequence[PrintRun]
    page: Page[OutboxMessage]
    rows: Sequence[components.Row]


def desk(page_number: str | None) -> Desk:
    """Figures, letters to print or post, and what waits for a decision."""
    by_state = {
        (state, channel): number
        for state, channel, number in OutboxMessage.objects.order_by()
        .values_list("state", "channel")
        .annotate(number=Count("pk"))
    }
    page = Paginator(OutboxMessage.objects.to_decide().select_related("contact").order_by("pk"), PAGE_SIZE).get_page(
        page_number
    )
    runs = _runs()
    letters = by_state.get((OutboxState.QUEUED, Channel.LETTER), 0)
    return Desk(
        counts=_counts(by_state),
        waiting_letters=letters - sum(run.letters for run in runs),
        runs=runs,
        page=page,
        rows=[_row(message) for message in page],
    )


def _counts(by_state: dict[tuple[str, str], int]) -> list[components.Count]:
    def total(*states: str) -> int:
        return sum(number for (state, channel), number in by_state.items() if state in states and channel != "letter")

    return [
        components.Count(_("courriels en attente"), total(OutboxState.QUEUED, OutboxState.SENDING)),
        components.Count(_("courriels partis"), total(OutboxState.SENT)),
        components.Count(_("lettres parties"), by_state.get((OutboxState.SENT, Channel.LETTER), 0)),
        components.Count(_("personnes sans adresse"), total(OutboxState.UNREACHABLE)),
        components.Count(_("échecs"), total(OutboxState.FAILED), is_late=total(OutboxState.FAILED) > 0),
        components.Count(_("en doute"), total(OutboxState.UNCERTAIN), is_late=total(OutboxState.UNCERTAIN) > 0),
    ]


def _runs() -> list[PrintRun]:
    grouped = (
        OutboxMessage.objects.filter(channel=Channel.LETTER, state=OutboxState.QUEUED, print_run__isnull=False)
        .values("print_run")
        .annotate(letters=Count("pk"), first=Min("pk"))
        .order_by("first")
    )
    found = list(grouped)
    jobs = {
        job.arguments["print_run"]: documents.job_url(job)
        for job in Job.objects.filter(
            kind=LETTERS, arguments__print_run__in=[str(row["print_run"]) for row in found]
        ).order_by("pk")
    }
    return [
        PrintRun(row["print_run"], row["letters"], jobs.get(str(row["print_run"]), ""))
        for row in found
        if row["print_run"] is not None  # the filter says so; the types do not
    ]


def _row(message: OutboxMessage) -> components.Row:
    is_doubt = message.state == OutboxState.UNCERTAIN
    return components.Row(
        [
            components.Cell(
                message.contact.name or message.contact.email or _("contact effacé"),
                note=message.contact.email,
                url=reverse("notifications:message", args=[message.pk]),
            ),
            components.Cell(event_label(message.event), note=message.key),
            components.Cell(message.error, tag=message.get_state_display(), tone="warning" if is_doubt else "error"),
            components.Cell(calendar.day_words(calendar.local_day(message.created_at))),
        ]
    )


def queue_columns() -> list[str]:
    return [_("Destinataire"), _("Message"), _("Ce qui s’est passé"), _("Écrit le")]


def facts_of(message: OutboxMessage, at: datetime) -> list[tuple[str, str]]:
    """What the desk shows of one message, beside its words."""
    contact = message.contact
    return [
        (_("Destinataire"), contact.name or _("sans nom")),
        (_("Courriel"), contact.email or _("aucun")),
        (_("Message"), event_label(message.event)),
        (_("Écrit le"), calendar.moment_words(message.created_at)),
        (_("Essais"), str(message.attempts)),
        (_("Ce qui s’est passé"), message.error or "–"),
    ]
