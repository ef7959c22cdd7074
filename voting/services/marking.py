"""Voting in a place: a paper ballot handed over, or a tablet opened for one person (PROTOCOL §6.4.17).

None of it is journalled: the mark names its agent and its day; a dated line would tell when each person voted."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bp_platform.accounts.models import User
from bp_platform.accounts.selectors import public_body
from bp_platform.core import codes, limits
from bp_platform.core.decisions import Refused, demand, no
from voting import policies, selectors
from voting.models import (
    EntryStatus,
    MarkChannel,
    Place,
    Poll,
    PollingStation,
    RollEntry,
    TabletUnlock,
)
from voting.services import receiving

UNLOCK_LIFE = timedelta(minutes=10)
UNLOCK_DIGITS = 6
WRONG_PER_NETWORK, WRONG_PER_POLL = 20, 300  # in ten minutes, for a code among a million that lives ten minutes
_CLOSED = gettext_lazy("Le vote est clos depuis le %(when)s : personne n’est plus émargé.")


@dataclass(frozen=True, slots=True)
class OnTablet:
    """Who may vote on the tablet now, and where they were checked."""

    entry: RollEntry
    place: Place


def mark_at_desk(entry: RollEntry, station: PollingStation, *, by: User, at: datetime) -> None:
    """Mark somebody who takes a paper ballot. The agent has checked who they are.

    Same locks in the same order as a ballot cast online: of two ways at the same moment, one is refused."""
    with transaction.atomic(), connection.cursor() as cursor:
        now = _receive(cursor, entry, station, by=by, at=at)
        text = selectors.sealed_of(station.poll)
        new = receiving.NewMark(entry.pk, MarkChannel.PAPER, Place(station.code, by.pk))
        day = receiving.day_of(text, now, public_body().zone)
        if not receiving.mark(cursor, station.poll, [new], day):
            raise Refused(no(_("Cette personne a déjà voté : aucun bulletin ne lui est remis.")))
        TabletUnlock.objects.filter(entry=entry).delete()


def open_tablet(entry: RollEntry, station: PollingStation, *, by: User, at: datetime) -> str:
    """The six digits that open a tablet for this person, once, for ten minutes; a new code replaces the last.

    The mark is made at confirm, not here. Codes that nobody used are forgotten: they tell who came when."""
    with transaction.atomic(), connection.cursor() as cursor:
        _receive(cursor, entry, station, by=by, at=at)
        TabletUnlock.objects.filter(poll=station.poll, expires_at__lte=at).delete()
        for _try in range(20):  # the code of somebody else who waits is not given twice
            code = f"{secrets.randbelow(10**UNLOCK_DIGITS):0{UNLOCK_DIGITS}d}"
            row = TabletUnlock(
                poll=station.poll,
                entry=entry,
                station=station,
                agent=by,
                code_digest=codes.digest(_purpose(station.poll), code),
                expires_at=at + UNLOCK_LIFE,
            )
            try:
                with transaction.atomic():
                    TabletUnlock.objects.filter(entry=entry).delete()
                    row.save(force_insert=True)
            except IntegrityError:
                continue
            return code
    raise Refused(no(_("Trop de tablettes attendent en même temps : réessayez dans dix minutes.")))


def enter_tablet(poll: Poll, *, code: str, network: str, at: datetime) -> OnTablet:
    """Who these six digits open a tablet for. Using them deletes them; wrong ones are limited."""
    kinds = (
        ("tablet-network", f"{poll.pk}:{network}", WRONG_PER_NETWORK),
        ("tablet-poll", str(poll.pk), WRONG_PER_POLL),
    )
    for purpose, target, limit in kinds:
        demand(limits.spend(purpose, target, limit=limit, per=UNLOCK_LIFE, at=at))
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM voting_tabletunlock WHERE poll_id = %s AND code_digest = %s "
            "RETURNING entry_id, station_id, agent_id, expires_at",
            [poll.pk, codes.digest(_purpose(poll), code)],
        )
        found = cursor.fetchone()
    if found is None or found[3] <= at:
        raise Refused(no(_("Ce code n’ouvre pas de tablette, ou plus : demandez-en un autre à l’accueil.")))
    for purpose, target, _limit in kinds:
        limits.give_back(purpose, target, per=UNLOCK_LIFE, at=at)
    entry_id, station_id, agent_id, _until = found
    entry = RollEntry.objects.get(pk=entry_id)
    station = PollingStation.objects.get(pk=station_id)
    if not selectors.is_held(poll, station.code):
        raise Refused(no(_("Ce lieu de vote est fermé : adressez-vous à la personne qui le tient.")))
    if entry.status != EntryStatus.ADMITTED:
        raise Refused(no(_("Votre inscription n’est pas admise à ce vote : présentez-vous à la mairie.")))
    return OnTablet(entry, Place(station.code, agent_id))


def _receive(cursor: Any, entry: RollEntry, station: PollingStation, *, by: User, at: datetime) -> datetime:
    """Every lock and every check before somebody votes here; the database's clock, read after them."""
    poll = station.poll
    text = selectors.sealed_of(poll)
    state = receiving.lock_poll(cursor, poll, text)
    receiving.hold_station(cursor, poll, station.code)
    receiving.lock_entries(cursor, poll, [entry.pk])
    now = receiving.read_clock(cursor)
    receiving.demand_open(text, state, now, closed=_CLOSED)
    demand(policies.can_mark(by, RollEntry.objects.get(pk=entry.pk, poll=poll), at))
    return now


def _purpose(poll: Poll) -> str:
    return f"tablet:{poll.pk}"
