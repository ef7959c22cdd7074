"""What every page of the booth reads before anything else: the edition, its vote, the person, in one statement."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from bp_platform.core.kept import Kept
from cycles.models import Cycle
from voting.models import EntryStatus, Poll, PollState, RollEntry


@dataclass(frozen=True, slots=True)
class Door:
    """An edition, the vote its visitors come for, and the person of its roll, if admitted. Shared: never changed."""

    cycle: Cycle
    poll: Poll
    entry: RollEntry | None
    has_voted: bool


# Written out: building these queries costs four times what asking them does, and every vote asks twice.
# `xmin` and `ctid` change with each UPDATE: the rows of the edition and of its vote are read again when they do.
DOOR = """
SELECT p.id, concat_ws(' ', c.xmin, c.ctid, p.xmin, p.ctid),
       e.id, e.poll_id, e.scopes, e.status, e.code_digest, m.entry_id IS NOT NULL
FROM cycles_cycle c
JOIN LATERAL (
    SELECT id, xmin, ctid FROM voting_poll
    WHERE cycle_id = c.id AND NOT state = ANY(%s) ORDER BY id DESC LIMIT 1
) p ON TRUE
LEFT JOIN voting_rollentry e ON e.id = %s AND e.poll_id = p.id AND e.status = %s
LEFT JOIN voting_rollmark m ON m.entry_id = e.id
WHERE c.slug = %s
"""
UNSEEN = [PollState.DRAFT.value, PollState.ANNULLED.value]
ENTRY = ("id", "poll_id", "scopes", "status", "code_digest")  # in the order of the model, as `from_db` takes them
_polls: Kept[str, Poll] = Kept(most=16)


def door(slug: str, entry_id: int | None) -> Door | None:
    """What is behind that address for that person of the roll; None when no edition there has a vote."""
    with connection.cursor() as cursor:
        cursor.execute(DOOR, [UNSEEN, entry_id, EntryStatus.ADMITTED.value, slug])
        row = cursor.fetchone()
    if row is None:
        return None
    poll_id, version, *person, has_voted = row
    poll = _polls.of(slug, version, lambda: Poll.objects.select_related("cycle").get(pk=poll_id))
    entry = RollEntry.from_db("default", ENTRY, person) if person[0] is not None else None
    return Door(poll.cycle, poll, entry, has_voted)
