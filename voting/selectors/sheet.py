"""What a project's sheet says of the vote: that it is on the ballot, or its result with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from bp_platform.core import calendar
from bp_platform.core.components import Event, Link
from proposals.models import Proposal, Stage
from voting import wording
from voting.disclosure import tells_scores
from voting.models import RESULT_IS_PUBLIC, Candidate, PollKind, PollState
from voting.selectors.names import KeyNames
from voting.selectors.polls import sealed_of
from voting.selectors.results import few_ballots_words, reason_words, result_of


@dataclass(frozen=True, slots=True)
class VoteSummary:
    """The vote's part of a sheet. `score` is None before the proclamation, and where few have voted."""

    title: str
    text: str
    link: Link
    score: int | None
    is_over: bool
    is_winner: bool
    kit_url: str = ""


def vote_summary(proposal: Proposal) -> VoteSummary | None:
    """None while no sealed vote names the project. Never a figure before the proclamation."""
    candidate = _candidacy(proposal)
    if candidate is None:
        return None
    poll, slug = candidate.poll, proposal.cycle.slug
    if poll.state not in {PollState.SEALED, *RESULT_IS_PUBLIC}:
        words = _("Les résultats paraîtront à leur proclamation.")
        link = Link(_("La page du vote"), reverse("voting:entrance", args=[slug]))
        return VoteSummary(_("Le vote est clos"), words, link, None, True, False)
    if poll.state not in RESULT_IS_PUBLIC:
        until = calendar.moment_words(poll.closes_at)
        link = Link(_("Voter"), reverse("voting:entrance", args=[slug]))
        words = _("Le vote ferme le %(when)s.") % {"when": until}
        kit_url = reverse("voting:campaign_kit", args=[slug, proposal.number])
        return VoteSummary(_("Ce projet est au vote"), words, link, None, False, False, kit_url)
    text, name = sealed_of(poll), candidate.count_id or proposal.number
    found = next((s, line) for s in result_of(poll).scopes for line in s.lines if line.project_id == name)
    scope, line = found
    votes = wording.score_words(line.score.score, text.scopes[scope.scope_id].ballot.kind)
    is_told = tells_scores(scope.ballots.cast, is_replay=poll.kind == PollKind.REPLAY)
    return VoteSummary(
        title=_("Arrivé en tête, avec %(votes)s") % {"votes": votes}
        if line.is_taken and is_told
        else _("Le résultat du vote"),
        text=reason_words(text, text.scopes[scope.scope_id], line, KeyNames(proposal.cycle))
        if is_told
        else few_ballots_words(),
        link=Link(_("Tous les résultats"), reverse("voting:results", args=[slug])),
        score=line.score.score if is_told else None,
        is_over=True,
        is_winner=line.is_taken,
    )


def timeline_events(proposal: Proposal) -> list[Event]:
    """The vote's dates in the project's history."""
    candidate = _candidacy(proposal)
    if candidate is None:
        return []
    poll = candidate.poll
    events = []
    if poll.sealed_at:
        events.append(Event(calendar.local_day(poll.sealed_at), _("Inscrit sur la liste du vote")))
    if poll.proclaimed_at and poll.state in RESULT_IS_PUBLIC:
        events.append(Event(calendar.local_day(poll.proclaimed_at), _("Résultats du vote proclamés")))
    return events


def _candidacy(proposal: Proposal) -> Candidate | None:
    """The project's last sealed vote; read once for the whole sheet."""
    if not hasattr(proposal, "_candidacy"):
        found = (
            Candidate.objects.filter(proposal=proposal)
            .exclude(poll__state__in=[PollState.DRAFT, PollState.ANNULLED])
            .select_related("poll__result")
            .order_by("-poll_id")
            .first()
        )
        proposal._candidacy = found  # type: ignore[attr-defined] # kept with the row that the sheet already holds
    kept: Candidate | None = proposal._candidacy  # type: ignore[attr-defined]
    return kept


def expected_stage(proposal_ids: Iterable[int]) -> dict[int, str]:
    """The stage that each proposal's last sealed vote implies."""
    rows = (
        Candidate.objects.filter(proposal__in=list(proposal_ids))
        .exclude(poll__state__in=[PollState.DRAFT, PollState.ANNULLED])
        .select_related("poll__result", "proposal")
        .order_by("poll_id", "pk")
    )
    winners: dict[int, set[str]] = {}
    found: dict[int, str] = {}
    for row in rows:
        if row.poll.state not in RESULT_IS_PUBLIC:
            found[row.proposal_id] = Stage.ON_BALLOT
            continue
        if row.poll_id not in winners:
            winners[row.poll_id] = set(result_of(row.poll).winners)
        is_winner = (row.count_id or row.proposal.number) in winners[row.poll_id]
        found[row.proposal_id] = Stage.WINNER if is_winner else Stage.NOT_SELECTED
    return found
