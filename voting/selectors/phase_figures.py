"""What a vote has gathered, in a few figures for its checkpoint; nothing before its results are proclaimed."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from cycles.models import Cycle
from voting.models import Poll
from voting.selectors.destruction import roll_figures
from voting.selectors.results import voters_by_channel


def vote_figures(cycle: Cycle, _at: datetime) -> list[tuple[str, str]]:
    """Who was on the roll and who voted, of the last vote whose results are public."""
    polls = Poll.objects.filter(cycle=cycle).with_public_result().select_related("cycle", "result")
    poll = polls.order_by("-pk").first()
    if poll is None:
        return []
    figures = roll_figures(poll)
    voters = sum(voters_by_channel(figures).values())
    return [(_("Personnes inscrites"), str(figures.roll)), (_("Ont voté"), str(voters))]
