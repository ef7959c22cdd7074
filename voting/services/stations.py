"""The places where people vote: adding and changing them, opening and closing them (PROTOCOL §6.4.17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import slugify
from django.utils.translation import gettext as _

from bp_platform.accounts.models import User
from bp_platform.core import journal, text
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import services as cycle_services
from voting import policies
from voting.models import Poll, PollingStation, StationSession, TabletUnlock

CODE_LENGTH = 40


@dataclass(frozen=True, slots=True)
class StationFacts:
    """What residents read of a place."""

    name: str
    postal_address: str = ""
    hours: str = ""


def save_station(
    poll: Poll, facts: StationFacts, *, by: Actor, at: datetime, station: PollingStation | None = None
) -> PollingStation:
    """Add a place, or change one. Its code is made from its name, and fixed once the place has opened: marks carry it.

    Raises ValidationError when the name is empty or too long."""
    with journal.transaction_with_journal():
        locked = Poll.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=poll.pk)
        role = demand(policies.can_edit_stations(by, locked, at)).role
        row = PollingStation(poll=locked)
        if station is not None:
            row = PollingStation.objects.select_for_update(of=("self",)).get(pk=station.pk, poll=locked)
        row.name, row.hours = text.tidy(facts.name), text.tidy(facts.hours)
        row.postal_address = text.tidy(facts.postal_address)
        if row.pk is None or not row.sessions.exists():
            row.code = _free_code(locked, row)
        row.full_clean()
        row.save()
        act = "add_station" if station is None else "change_station"
        journal.record(journal.Line(locked.journal_chain, at, by, act, row, role=role))
        cycle_services.touch(locked.cycle)
    return row


def _free_code(poll: Poll, row: PollingStation) -> str:
    """« halle-aux-grains », then « halle-aux-grains-2 »."""
    stem = slugify(row.name)[: CODE_LENGTH - 4].strip("-") or "lieu"
    taken = set(poll.stations.exclude(pk=row.pk).order_by("pk").values_list("code", flat=True))
    number, code = 1, stem
    while code in taken:
        number += 1
        code = f"{stem}-{number}"
    return code


def remove_station(station: PollingStation, *, by: Actor, at: datetime) -> None:
    """Remove a place that never opened."""
    with journal.transaction_with_journal():
        locked = _lock(station)
        role = demand(policies.can_remove_station(by, locked, at)).role
        journal.record(journal.Line(locked.journal_chain, at, by, "remove_station", locked.poll, role=role))
        cycle_services.touch(locked.poll.cycle)
        locked.delete()


def open_station(
    station: PollingStation, *, by: User, at: datetime, staff: str, seal_number: str, is_box_shown: bool
) -> StationSession:
    """Open a place: who is there, the box shown empty (or its seal unbroken since the last closing), its seal.

    Raises Refused, or ValidationError when the staff or the seal is not named."""
    if not is_box_shown:
        raise Refused(no(_("Montrez l’urne aux personnes présentes avant d’ouvrir, puis cochez la case.")))
    with journal.transaction_with_journal():
        locked = _lock(station)
        role = demand(policies.can_open_place(by, locked, at)).role
        session = StationSession(
            station=locked,
            staff=text.tidy(staff),
            seal_number=text.tidy(seal_number),
            opened_by_id=by.pk,
            opened_at=at,
        )
        session.full_clean()
        session.save()
        journal.record(journal.Line(locked.journal_chain, at, by, "open_station", session, role=role))
    return session


def close_station(
    station: PollingStation, *, by: User, at: datetime, closing_seal_number: str, remarks: str = ""
) -> StationSession:
    """Close a place, once the votes under way there are marked: the seal put on, and how many marks it has made.

    No ballot is counted here: no paper is unfolded before the vote closes (PROTOCOL §6.4.18)."""
    if not closing_seal_number.strip():
        raise Refused(no(_("Indiquez le numéro du scellé posé sur l’urne à la fermeture.")))
    with journal.transaction_with_journal():
        session = (
            StationSession.objects.select_for_update(of=("self",))
            .select_related("station__poll")
            .filter(station=station, closed_at=None)
            .first()
        )
        role = demand(policies.can_close_place(by, session, at)).role
        if session is None:
            raise Refused(no(_("Ce lieu est déjà fermé.")))
        session.closed_at, session.closed_by_id = at, by.pk
        session.closing_seal_number = text.tidy(closing_seal_number)
        session.remarks = text.tidy(remarks)
        session.marks_at_closing = session.station.poll.marks.filter(station=session.station.code).count()
        session.full_clean()
        session.save()
        TabletUnlock.objects.filter(station=session.station).delete()
        journal.record(journal.Line(session.journal_chain, at, by, "close_station", session, role=role))
    return session


def _lock(station: PollingStation) -> PollingStation:
    found = PollingStation.objects.select_for_update(of=("self",)).select_related("poll__cycle")
    return found.get(pk=station.pk)
