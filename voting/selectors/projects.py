"""What a project's own page says of the vote, for the pages that show several apps."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from bp_platform.core import calendar
from bp_platform.core.components import Event, Link
from proposals.models import Proposal
from voting import wording
from voting.models import RESULT_IS_PUBLIC, Candidate, PollState
from voting.selectors.polls import sealed_of
from voting.selectors.results import FEWEST_FOR_SCORES, reason_words, result_of


@dataclass(frozen=True, slots=True)
class VoteSummary:
    """The vote on one project's page: where it stands, and where to go. `is_over`: no ballot can be cast any more."""

    title: str
    text: str
    link: Link
    is_over: bool


@dataclass(frozen=True, slots=True)
class _Outcome:
    is_winner: bool
    words: str


def vote_summary(proposal: Proposal) -> VoteSummary | None:
    """None when the project was never put to a vote that stands."""
    row = _candidacy(proposal)
    if row is None:
        return None
    poll, slug = row.poll, proposal.cycle.slug
    entrance = reverse("voting:entrance", args=[slug])
    last = calendar.moment_words(poll.closes_at)
    if poll.state == PollState.SEALED:
        text = _("Ce projet est soumis au vote, jusqu’au %(when)s.") % {"when": last}
        return VoteSummary(_("Le vote"), text, Link(_("Voter"), entrance), is_over=False)
    if poll.state not in RESULT_IS_PUBLIC:
        text = _("Le vote s’est terminé le %(when)s. Les résultats paraîtront à leur proclamation.") % {"when": last}
        return VoteSummary(_("Le vote est clos"), text, Link(_("La page du vote"), entrance), is_over=True)
    outcome = _outcome(row)
    title = _("Arrivé en tête du vote") if outcome.is_winner else _("Pas arrivé en tête du vote")
    results = Link(_("Voir tous les résultats"), reverse("voting:results", args=[slug]))
    return VoteSummary(title, outcome.words, results, is_over=True)


def timeline_events(proposal: Proposal) -> list[Event]:
    """The vote's part of the project's history."""
    row = _candidacy(proposal)
    if row is None or row.poll.sealed_at is None:
        return []
    poll = row.poll
    dates = calendar.span_words(
        calendar.local_day(poll.opens_at), calendar.local_day(calendar.last_instant(poll.closes_at))
    )
    events = [
        Event(calendar.local_day(poll.sealed_at), _("Soumis au vote"), text=_("Vote %(dates)s.") % {"dates": dates})
    ]
    if poll.state in RESULT_IS_PUBLIC and poll.proclaimed_at is not None:
        outcome = _outcome(row)
        title = _("Arrivé en tête du vote") if outcome.is_winner else _("Pas arrivé en tête du vote")
        link = Link(_("Tous les résultats"), reverse("voting:results", args=[proposal.cycle.slug]))
        events.append(Event(calendar.local_day(poll.proclaimed_at), title, text=outcome.words, link=link))
    return events


def _candidacy(proposal: Proposal) -> Candidate | None:
    standing = Candidate.objects.filter(proposal=proposal).exclude(
        poll__state__in=[PollState.DRAFT, PollState.ANNULLED]
    )
    return standing.select_related("poll__result", "proposal").order_by("-poll_id").first()


def _outcome(row: Candidate) -> _Outcome:
    """The proclaimed line of one project, in words."""
    text, name = sealed_of(row.poll), row.count_id or row.proposal.number
    scope_result = next(s for s in result_of(row.poll).scopes if any(line.project_id == name for line in s.lines))
    line = next(line for line in scope_result.lines if line.project_id == name)
    scope = text.scopes[scope_result.scope_id]
    reason = reason_words(text, scope, line)
    if scope_result.ballots.cast < FEWEST_FOR_SCORES:
        return _Outcome(line.is_taken, reason)
    return _Outcome(line.is_taken, f"{wording.score_words(line.score.score, scope.ballot.kind)}. {reason}")
