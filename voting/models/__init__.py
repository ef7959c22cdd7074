"""The vote's rows, in three compartments that no key joins: who may vote and has voted; sealed ballots; opened ballots.

No `created_at`, no history, no foreign key from a ballot to a person (PROTOCOL §6.3).
"""

from __future__ import annotations

from voting.models.box import Ballot, NightlyStatement, OfficialRecord, PollResult, PublishedBundle, SealedBallot
from voting.models.destruction import Destruction
from voting.models.letters import LetterBatch, LettersState
from voting.models.paper import BatchState, Keying, PaperBalance, PaperBallot, PaperBatch
from voting.models.poll import (
    ENDED,
    RESULT_IS_PUBLIC,
    Candidate,
    Poll,
    PollKind,
    PollQuerySet,
    PollState,
    WithdrawnProject,
    is_open,
)
from voting.models.roll import (
    EntryStatus,
    MarkChannel,
    Proof,
    RequestKind,
    RequestState,
    RollEntry,
    RollMark,
    RollRequest,
)
from voting.models.stations import Incident, IncidentKind, Place, PollingStation, Ruling, StationSession, TabletUnlock

__all__ = [
    "ENDED",
    "RESULT_IS_PUBLIC",
    "Ballot",
    "BatchState",
    "Candidate",
    "Destruction",
    "EntryStatus",
    "Incident",
    "IncidentKind",
    "Keying",
    "LetterBatch",
    "LettersState",
    "MarkChannel",
    "NightlyStatement",
    "OfficialRecord",
    "PaperBalance",
    "PaperBallot",
    "PaperBatch",
    "Place",
    "Poll",
    "PollKind",
    "PollQuerySet",
    "PollResult",
    "PollState",
    "PollingStation",
    "Proof",
    "PublishedBundle",
    "RequestKind",
    "RequestState",
    "RollEntry",
    "RollMark",
    "RollRequest",
    "Ruling",
    "SealedBallot",
    "StationSession",
    "TabletUnlock",
    "WithdrawnProject",
    "is_open",
]
