"""The published bundle, built once, in the act that proclaims (PROTOCOL §6.5.22)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db import connection
from django.db.models import Count
from django.utils import translation
from django.utils.translation import gettext as _

from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar
from voting import bundle, canonical, selectors, turnout
from voting.bundle import Content, Facts
from voting.election_file import Frame
from voting.models import MarkChannel, Poll, PollKind, PublishedBundle
from voting.sealed import SealedPoll

PUBLISHED_IN = "fr"


def publish_bundle(poll: Poll) -> PublishedBundle:
    """Keep the archive of a vote that is being proclaimed."""
    content = bundle.archive(bundle_facts(poll))
    return PublishedBundle.objects.create(poll=poll, content=content, digest=canonical.digest(content))


def bundle_facts(poll: Poll) -> Facts:
    """All that the bundle says, in French whatever the language of who proclaims."""
    text, zone = selectors.sealed_of(poll), public_body().zone
    with translation.override(PUBLISHED_IN):
        return Facts(
            text=text,
            sealed=bytes(poll.sealed or b""),
            result=selectors.result_of(poll),
            result_json=bytes(poll.result.content),
            result_digest=poll.result.digest,
            refs=list(selectors.box_refs(poll)),
            refs_by_scope=(poll.closing or {})["refs"],
            contents=list(_contents(poll, text)),
            withdrawn=dict(poll.withdrawals.order_by("number").values_list("number", "reason")),
            marks=marks_table(poll),
            paper=list(poll.balances.order_by("scope").values_list("scope", "marks", "contested", "ballots", "reason")),
            results=selectors.result_rows(selectors.record_view(poll)),
            frame=Frame(
                public_body().name,
                calendar.local_day(text.opens_at, zone),
                calendar.local_day(calendar.last_instant(text.closes_at), zone),
            ),
            is_replay=poll.kind == PollKind.REPLAY,
        )


def _contents(poll: Poll, text: SealedPoll) -> Iterator[Content]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT scope, content, null_reason, count(*) FROM voting_ballot WHERE poll_id = %s GROUP BY 1, 2, 3",
            [poll.pk],
        )
        for scope, content, null_reason, number in cursor.fetchall():
            yield Content(scope, () if null_reason else text.ballot(content.encode())[1], null_reason, number)


def marks_table(poll: Poll) -> list[bundle.Row]:
    """Marks by channel and place, from fifty on: a place whose channels are small is told as a whole, and small places
    are told together, as at the closing."""
    names = dict(poll.stations.order_by("pk").values_list("code", "name"))
    found = poll.marks.order_by("station", "channel").values_list("station", "channel").annotate(Count("pk"))
    cells = {(station, channel): number for station, channel, number in found}
    places: Counter[str] = Counter()
    for (station, _channel), number in cells.items():
        places[station] += number
    folded = turnout.fold(places)
    rows: list[bundle.Row] = []
    for place in folded.shown:
        name = names.get(place, place) if place else _("en ligne")
        channels = {channel: number for (station, channel), number in cells.items() if station == place}
        if min(channels.values()) < turnout.LEAST_OF_A_PLACE:
            channels = {"": places[place]}
        rows += [
            [str(MarkChannel(channel).label) if channel else _("tous moyens"), name, number]
            for channel, number in sorted(channels.items())
        ]
    if folded.others:
        rows.append([_("tous moyens"), _("lieux regroupés") if rows else _("tous lieux"), folded.others])
    return rows
