"""What the closing and the opening of a box state: published figures, and what is left to do at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from voting import canonical, wording
from voting.models import MarkChannel, Poll, PollKind, PollState
from voting.selectors.polls import sealed_of
from voting.selectors.results import result_of
from voting.tally.results import ScopeResult
from voting.tally.values import BallotKind, BallotRule, Method

FEWEST_IN_A_CELL = 50


@dataclass(frozen=True, slots=True)
class ClosingView:
    """What closing publishes of a box, before any share is used: no choice is in it. `scopes`: name, figures."""

    scopes: Sequence[tuple[str, str]]
    refs_digest: str
    export_digest: str


@dataclass(frozen=True, slots=True)
class OpeningGuide:
    """How a closed box is opened with the shares of its key: what to type, and where."""

    threshold: int
    number: int
    export: str
    offline: str
    compare: str
    bring_back: str
    on_server: str


@dataclass(frozen=True, slots=True)
class OpeningView:
    """How a box was opened, for the record. `nulls`: scope, reason, reference."""

    is_on_server: bool
    shares_used: int
    contents: str
    second_contents: str
    nulls: Sequence[tuple[str, str, str]]
    decision: str


@dataclass(frozen=True, slots=True)
class NullsThatMatter:
    """A scope whose null ballots may change who comes first: how many, and the smallest margin (None: any)."""

    scope: str
    nulls: int
    margin: int | None


def closing_view(poll: Poll) -> ClosingView | None:
    """None before the closing."""
    if poll.closing is None:
        return None
    names, closing = sealed_of(poll).scope_names, poll.closing
    return ClosingView(
        [
            (name, _figures(closing["marks"].get(scope, {}), closing["refs"].get(scope, 0)))
            for scope, name in names.items()
        ],
        str(closing["refs_digest"]),
        str(closing["export_digest"]),
    )


def _figures(marks: dict[str, int], refs: int) -> str:
    """« émargements : 812 (690 en ligne, 122 bulletin papier) · bulletins scellés : 690 »: no channel under fifty."""
    total, parts = sum(marks.values()), ""
    if len(marks) > 1 and min(marks.values()) >= FEWEST_IN_A_CELL:
        shares = [f"{_thousands(n)} {MarkChannel(channel).label}" for channel, n in sorted(marks.items())]
        parts = f" ({', '.join(shares)})"
    return _("émargements : %(marks)s%(parts)s · bulletins scellés : %(refs)s") % {
        "marks": _thousands(total),
        "parts": parts,
        "refs": _thousands(refs),
    }


def _thousands(number: int) -> str:
    return number_format(number, force_grouping=True)


def is_opened_by_shares(poll: Poll) -> bool:
    """A sealed vote whose key is not on this server."""
    return poll.kind == PollKind.BINDING or (poll.sealed is not None and sealed_of(poll).keys is not None)


def opening_guide(poll: Poll) -> OpeningGuide | None:
    """None unless the box waits for the shares of its key."""
    if poll.state != PollState.CLOSED or poll.opened_at is not None or not is_opened_by_shares(poll):
        return None
    keys, slug = sealed_of(poll).keys, poll.cycle.slug
    return OpeningGuide(
        threshold=keys.threshold if keys else 0,
        number=len(keys.shares) if keys else 0,
        export=f"manage.py export_box {slug} --out urne-{slug}.txt",
        offline=f"python3 bureau.py ouvrir urne-{slug}.txt --sortie contenus-{slug}.txt",
        compare=f"python3 bureau.py comparer contenus-{slug}.txt contenus-{slug}-2.txt",
        bring_back=f"manage.py import_opened {slug} contenus-{slug}.txt --second contenus-{slug}-2.txt",
        on_server=f"manage.py open_poll {slug}",
    )


def opening_view(poll: Poll) -> OpeningView | None:
    """How the box was opened; None while it is not."""
    if poll.opening is None:
        return None
    names = sealed_of(poll).scope_names
    return OpeningView(
        is_on_server=bool(poll.opening["on_server"]),
        shares_used=poll.opening.get("shares_used", 0),
        contents=poll.opening.get("contents", ""),
        second_contents=poll.opening.get("second_contents") or "",
        nulls=[
            (names.get(scope, scope), wording.null_reason_words(reason), ref)
            for scope, reason, ref in poll.opening.get("nulls", [])
        ],
        decision=poll.opening.get("bureau_decision", ""),
    )


def nulls_that_matter(poll: Poll) -> list[NullsThatMatter]:
    """The scopes where the null ballots reach the smallest margin between a project taken and one left (PROTOCOL
    §6.5.20). Equal shares have no such margin: any null ballot counts there."""
    text, unreadable = sealed_of(poll), canonical.load(bytes(poll.result.content))["unreadable"]
    found = []
    for scope in result_of(poll).scopes:
        nulls = unreadable.get(scope.scope_id, 0) + scope.ballots.null
        margin = _margin(scope)
        weight = _heaviest(text.scopes[scope.scope_id].ballot)
        if nulls and (scope.method is Method.EQUAL_SHARES or (margin is not None and nulls * weight >= margin)):
            found.append(NullsThatMatter(text.scope_names[scope.scope_id], nulls, margin))
    return found


def _margin(scope: ScopeResult) -> int | None:
    """The smallest difference of score between a project taken and one left; None when there is no such pair."""
    taken = [line.score.score for line in scope.lines if line.is_taken]
    left = [line.score.score for line in scope.lines if not line.is_taken]
    return min((abs(a - b) for a in taken for b in left), default=None)


def _heaviest(rule: BallotRule) -> int:
    """What one ballot may give or take from one project."""
    if rule.kind is BallotKind.POINTS:
        return rule.max_points or rule.max_sum_points or 1
    return {BallotKind.RANKING: rule.ranks, BallotKind.GRADES: rule.grades}.get(rule.kind) or 1
