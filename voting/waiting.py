"""What waits on the desk of the vote, in one sentence; « » when nothing does."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.utils.translation import ngettext

from bp_platform.accounts.models import User
from voting.models import Poll, PollingStation, PollState


def polls(_user: User, at: datetime) -> str:
    """« 1 vote en cours, 1 vote à dépouiller »: the next act that each vote calls for."""
    found = Counter(
        next_act(state, opens_at, closes_at, at)
        for state, opens_at, closes_at in Poll.objects.live()
        .order_by("pk")
        .values_list("state", "opens_at", "closes_at")
    )
    said = (
        (found["seal"], ngettext("%(n)d vote à sceller", "%(n)d votes à sceller", found["seal"])),
        (found["wait"], ngettext("%(n)d vote bientôt ouvert", "%(n)d votes bientôt ouverts", found["wait"])),
        (found["watch"], ngettext("%(n)d vote en cours", "%(n)d votes en cours", found["watch"])),
        (found["close"], ngettext("%(n)d vote à clore", "%(n)d votes à clore", found["close"])),
        (found["count"], ngettext("%(n)d vote à dépouiller", "%(n)d votes à dépouiller", found["count"])),
        (found["proclaim"], ngettext("%(n)d résultat à proclamer", "%(n)d résultats à proclamer", found["proclaim"])),
    )
    return ", ".join(words % {"n": n} for n, words in said if n)


def next_act(state: str, opens_at: datetime, closes_at: datetime, at: datetime) -> str:
    """« seal », « wait », « watch », « close », « count », « proclaim », or « » once the result is out."""
    if state == PollState.SEALED:
        return "wait" if at < opens_at else "watch" if at < closes_at else "close"
    return {PollState.DRAFT: "seal", PollState.CLOSED: "count", PollState.COUNTED: "proclaim"}.get(PollState(state), "")


def places(_user: User, at: datetime) -> str:
    """« 1 lieu à ouvrir, 1 lieu à fermer »: never opened though the vote is open; still open though it is over."""
    under_way = PollingStation.objects.of_sealed_polls().filter(poll__opens_at__lte=at)
    opening = under_way.filter(poll__state=PollState.SEALED, poll__closes_at__gt=at, sessions=None).count()
    closing = under_way.filter(poll__closes_at__lte=at, sessions__isnull=False, sessions__closed_at=None).count()
    said = (
        (opening, ngettext("%(n)d lieu à ouvrir", "%(n)d lieux à ouvrir", opening)),
        (closing, ngettext("%(n)d lieu à fermer", "%(n)d lieux à fermer", closing)),
    )
    return ", ".join(words % {"n": n} for n, words in said if n)
