"""What a night publishes while a vote is open, and what its closing adds (PROTOCOL §6.4.16, §6.5.19).

References have no date: the list is made at night only, so that it never tells who has just voted."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db.models import Count
from django.utils.translation import gettext as _

from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar, journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from voting import policies, selectors, turnout
from voting.models import NightlyStatement, Poll

LEAST_NEW_REFS = 50


def publish_night(poll: Poll, *, by: Actor, at: datetime) -> NightlyStatement | None:
    """Publish what yesterday leaves: references when fifty are new, turnout. None when it is published already."""
    with journal.transaction_with_journal():
        locked = Poll.objects.select_for_update(of=("self",)).get(pk=poll.pk)
        role = demand(policies.can_publish_night(by, locked, at)).role
        yesterday = calendar.local_day(at, public_body().zone) - timedelta(days=1)
        if locked.statements.filter(day__gte=yesterday).exists():
            return None
        statement = _statement(locked, yesterday)
        journal.record(journal.Line(locked.journal_chain, at, by, "publish_night", statement, rule="7", role=role))
    return statement


def publish_last(poll: Poll, *, at: datetime) -> NightlyStatement:
    """The rest of the references, and the exact turnout: part of the act that closes the vote."""
    return _statement(poll, calendar.local_day(at, public_body().zone), is_last=True)


def _statement(poll: Poll, day: date, *, is_last: bool = False) -> NightlyStatement:
    known, box = set(selectors.published_refs(poll)), set(selectors.box_refs(poll))
    if not known <= box and not is_last:
        raise Refused(no(_("L’urne ne contient plus tous les reçus publiés : rien n’est publié cette nuit.")))
    fresh = sorted(box - known)
    added = fresh if is_last or len(fresh) >= LEAST_NEW_REFS else []
    whole = sorted(known.union(added))
    return NightlyStatement.objects.create(
        poll=poll,
        day=day,
        added=b"".join(added),
        total=len(whole),
        refs_digest=sha256(b"".join(whole)).hexdigest(),
        turnout=_turnout(poll, day, is_last=is_last),
    )


def _turnout(poll: Poll, day: date, *, is_last: bool) -> dict[str, object]:
    """`cells`: all that was told so far. Once the vote is closed, `places` and `others`: the exact numbers."""
    marks = poll.marks.all() if is_last else poll.marks.filter(day__lte=day)
    voted = Counter(dict(marks.order_by("station").values_list("station").annotate(Count("pk"))))
    told = selectors.told_cells(poll)
    if not is_last:
        return {"cells": turnout.value_of([*told, *turnout.tonight(told, voted, day)])}
    folded = turnout.fold(voted)
    return {"cells": turnout.value_of(told), "places": dict(folded.shown), "others": folded.others}


def nights_due(*, by: Actor, at: datetime) -> list[Poll]:
    """The votes whose night may be published now."""
    return [poll for poll in Poll.objects.live().order_by("pk") if policies.can_publish_night(by, poll, at)]
