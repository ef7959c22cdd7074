"""Who is told what about a vote. Casting tells nobody (PROTOCOL §6.3.12); the proclamation tells the owners."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from bp_platform.notifications import services as outbox
from proposals import notifications as proposal_notifications
from proposals.models import Proposal
from voting.models import Candidate, Poll


def results_url(poll: Poll) -> str:
    """The results page, absolute."""
    return settings.BASE_URL + reverse("voting:results", args=[poll.cycle.slug])


def outcome(poll: Poll, row: Candidate, *, is_winner: bool, reason: str, score: str, at: datetime) -> None:
    """Each owner learns the outcome and its reason, won or not."""
    event = "project_won" if is_winner else "project_lost"
    context = _facts(poll, row.proposal) | {"reason": reason, "score": score}
    outbox.queue(event, proposal_notifications.owners_of(row.proposal), key=row.proposal.number, context=context, at=at)


def _facts(poll: Poll, proposal: Proposal) -> dict[str, str]:
    return {
        "number": proposal.number,
        "title": proposal.title,
        "cycle": poll.cycle.title,
        "url": proposal_notifications.sheet_url(proposal),
        "results_url": results_url(poll),
    }
