"""How many voted, once the result is public: by channel and by place, never in numbers small enough to tell a vote."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from voting import turnout
from voting.models import MarkChannel, Poll
from voting.selectors.results import voters_by_channel


@dataclass(frozen=True, slots=True)
class ToldTurnout:
    """People on the roll and people who voted; channels and places as (words, number), the small ones together."""

    registered: int
    voters: int
    by_channel: tuple[tuple[str, int], ...]
    by_place: tuple[tuple[str, int], ...]


def told_turnout(poll: Poll) -> ToldTurnout:
    """What the published result lets anybody read of the turnout; four queries."""
    words = {MarkChannel.WEB: _("en ligne"), MarkChannel.TABLET: _("sur tablette"), MarkChannel.PAPER: _("sur papier")}
    channels = voters_by_channel(poll)
    places: Counter[str] = Counter(
        dict(poll.marks.order_by("station").values_list("station").annotate(number=Count("pk")))
    )
    names = dict(poll.stations.order_by("pk").values_list("code", "name"))
    folded = turnout.fold(places)
    shown = [(names.get(code, code) if code else _("en ligne"), number) for code, number in folded.shown.items()]
    others = [(_("lieux regroupés") if shown else _("tous lieux"), folded.others)] if folded.others else []
    return ToldTurnout(
        registered=poll.entries.count(),
        voters=sum(channels.values()),
        by_channel=tuple(
            (words[MarkChannel(code)] if code else _("tous moyens"), number)
            for code, number in sorted(channels.items())
        ),
        by_place=(*shown, *others),
    )
