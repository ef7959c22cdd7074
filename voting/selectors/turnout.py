"""How many voted, once the result is public: by channel and by place, never in numbers small enough to tell a vote."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from voting import turnout
from voting.models import MarkChannel, Poll
from voting.selectors.destruction import roll_figures
from voting.selectors.results import voters_by_channel


@dataclass(frozen=True, slots=True)
class ToldTurnout:
    """People on the roll and people who voted; channels and places as (words, number), the small ones together."""

    registered: int
    voters: int
    by_channel: tuple[tuple[str, int], ...]
    by_place: tuple[tuple[str, int], ...]


def told_turnout(poll: Poll) -> ToldTurnout:
    """What the published result lets anybody read of the turnout; three queries."""
    words = {MarkChannel.WEB: _("en ligne"), MarkChannel.TABLET: _("sur tablette"), MarkChannel.PAPER: _("sur papier")}
    figures = roll_figures(poll)
    channels, places = voters_by_channel(figures), figures.by_place
    names = dict(poll.stations.order_by("pk").values_list("code", "name"))
    folded = turnout.fold(places)
    shown = [(names.get(code, code) if code else _("en ligne"), number) for code, number in folded.shown.items()]
    others = [(_("lieux regroupés") if shown else _("tous lieux"), folded.others)] if folded.others else []
    return ToldTurnout(
        registered=figures.roll,
        voters=sum(channels.values()),
        by_channel=tuple(
            (words[MarkChannel(code)] if code else _("tous moyens"), number)
            for code, number in sorted(channels.items())
        ),
        by_place=(*shown, *others),
    )
