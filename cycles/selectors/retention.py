"""Whom an edition has to reach, and until when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from bp_platform.accounts.erasure import KEPT
from bp_platform.accounts.models import Contact
from bp_platform.core import calendar, registries
from bp_platform.core.models import JournalEntry
from cycles.models import Application, ApplicationState, Cycle, CycleState, Member, Registration, RulebookFollower
from cycles.selectors.rulebooks import rules_of

MONTHS = 12  # after the end of an edition, where its règlement says nothing
CLOSING = "close_cycle"


def editions_to_reach(at: datetime) -> list[int]:
    """Keys of the editions whose owners and followers must be reached: those that go on, and those that ended less
    than the months of the règlement ago (article 12). One that no line says when it ended is among them."""
    ended = Cycle.objects.filter(state=CycleState.CLOSED).order_by("pk")
    over = [cycle.pk for cycle in ended if (day := _closed_at(cycle)) is not None and _is_over(cycle, day, at)]
    return list(Cycle.objects.exclude(pk__in=over).order_by("pk").values_list("pk", flat=True))


def _closed_at(cycle: Cycle) -> datetime | None:
    lines = JournalEntry.objects.filter(chain=cycle.journal_chain, act=CLOSING).order_by("-position")
    return lines.values_list("at", flat=True).first()


def _is_over(cycle: Cycle, closed_at: datetime, at: datetime) -> bool:
    months = rules_of(cycle).retention.deposit_months or MONTHS
    return calendar.months_after(calendar.local_day(closed_at), months) <= calendar.local_day(at)


def people_in_use(at: datetime) -> QuerySet[Contact, Any]:
    """Keys of those who come, sit, apply, or asked to be told; and of those who did less than two years ago."""
    recent, today = at - KEPT, calendar.local_day(at)
    mine = {"contact": OuterRef("pk")}
    held = (
        Registration.objects.filter(**mine).filter(Q(registered_at__gt=recent) | Q(meeting__ends_at__gt=at)),
        Application.objects.filter(**mine).filter(Q(submitted_at__gt=recent) | Q(state=ApplicationState.RECEIVED)),
        Member.objects.filter(**mine, until_on__gt=today - KEPT),
        RulebookFollower.objects.filter(**mine).filter(Q(since__gt=recent) | Q(cycle__in=editions_to_reach(at))),
    )
    wanted = Q()
    for rows in held:
        wanted |= Q(Exists(rows))
    return Contact.objects.filter(wanted).values("pk")


def people_named(at: datetime) -> QuerySet[Contact, Any]:
    """Keys of those whose name the composition of a body shows, with their consent, as long as it is published."""
    return Contact.objects.filter(Exists(Member.objects.filter(contact=OuterRef("pk"), shows_name=True))).values("pk")


def rulebooks_followed_by(contact: Contact) -> list[registries.Followed]:
    """The editions whose règlement somebody asked to be told about, the latest first."""
    rows = RulebookFollower.objects.filter(contact=contact).select_related("cycle").order_by("-since", "-pk")
    return [
        registries.Followed(
            str(row.cycle_id),
            _("Le règlement de « %(edition)s »") % {"edition": row.cycle.title},
            reverse("cycles:rulebook", args=[row.cycle.slug]),
        )
        for row in rows
    ]


def followers_to_forget(at: datetime) -> QuerySet[RulebookFollower]:
    """Those of editions that have nothing more to tell."""
    return RulebookFollower.objects.exclude(cycle__in=editions_to_reach(at))
