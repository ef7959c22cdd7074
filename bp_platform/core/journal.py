"""The journal: one line per act, in the act's own transaction, chained by hash.

Lines are gathered while the acts run and written at the very end of the outermost transaction, so that the
chain's advisory lock is always the last lock taken.

Acts that write no line, by design: casting a ballot (PROTOCOL §6.3.12), keying a paper ballot (its batch's acts
do), supports, drafts, preferences. Marking somebody at a polling place and opening a tablet for them neither: the mark
names its agent and a day, and a dated line would tell when each person voted.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import connection, models, transaction

from bp_platform.core.actors import Actor
from bp_platform.core.models import JournalEntry, JournalReason

HOUSE = "house"
EXEMPT_ACTS = frozenset(
    {"cast", "mark_at_desk", "open_tablet", "enter_tablet", "key_ballot", "support", "save_draft", "change_preferences"}
)


@dataclass(slots=True)
class Line:
    """One line to be written; `chain` is « house » or « cycle:<id> »."""

    chain: str
    at: datetime
    by: Actor
    act: str
    subject: models.Model
    from_state: str = ""
    to_state: str = ""
    rule: str = ""
    role: str = ""
    reason: str = ""


@dataclass(slots=True)
class _Page:
    lines: list[Line] = field(default_factory=list)


_page: ContextVar[_Page | None] = ContextVar("journal_page", default=None)


@contextmanager
def transaction_with_journal() -> Iterator[None]:
    """A database transaction whose journal lines are written last; nested ones are savepoints."""
    page = _page.get()
    if page is not None:
        kept = len(page.lines)
        try:
            with transaction.atomic():
                yield
        except BaseException:
            del page.lines[kept:]
            raise
        return
    page = _Page()
    token = _page.set(page)
    try:
        with transaction.atomic():
            yield
            _write(page.lines)
    finally:
        _page.reset(token)


def record(line: Line) -> None:
    """Note an act. Refused outside `transaction_with_journal`: a line without its act would be a lie."""
    page = _page.get()
    if page is None:
        msg = f"The act « {line.act} » must run inside transaction_with_journal()."
        raise RuntimeError(msg)
    page.lines.append(line)


def forget_reasons(subject: models.Model) -> int:
    """Erase the free texts written about somebody; the lines stay, with the hash of what they said."""
    lines = JournalEntry.objects.filter(subject=_name_of(subject)).exclude(reason_hash="")
    return sum(
        JournalReason.objects.filter(chain=chain, position=position).delete()[0]
        for chain, position in lines.order_by("pk").values_list("chain", "position")
    )


def _name_of(subject: models.Model) -> str:
    return f"{subject._meta.label_lower}:{subject.pk}"


def _write(lines: list[Line]) -> None:
    for chain in sorted({line.chain for line in lines}):
        mine = [line for line in lines if line.chain == chain]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"journal:{chain}"])
        last = JournalEntry.objects.filter(chain=chain).order_by("-position").first()
        position, previous = (last.position, last.hash) if last else (0, "")
        for line in mine:
            position += 1
            previous = _append(line, position, previous)


def _append(line: Line, position: int, previous: str) -> str:
    salt = secrets.token_hex(16) if line.reason else ""
    entry = JournalEntry(
        chain=line.chain,
        position=position,
        at=line.at,
        actor_kind=line.by.actor_kind,
        actor_id=line.by.actor_id,
        role=line.role,
        act=line.act,
        subject=_name_of(line.subject),
        from_state=line.from_state,
        to_state=line.to_state,
        rule=line.rule,
        reason_hash=hashlib.sha256(f"{salt}{line.reason}".encode()).hexdigest() if line.reason else "",
        previous_hash=previous,
    )
    entry.hash = seal(entry)
    entry.save(force_insert=True)
    if line.reason:
        JournalReason.objects.create(chain=line.chain, position=position, salt=salt, text=line.reason)
    return entry.hash


def seal(entry: JournalEntry) -> str:
    """SHA-256 (hex) of the line's canonical JSON, the previous line's hash included."""
    values = {
        "chain": entry.chain,
        "position": entry.position,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": [entry.actor_kind, entry.actor_id, entry.role],
        "act": entry.act,
        "subject": entry.subject,
        "states": [entry.from_state, entry.to_state],
        "rule": entry.rule,
        "reason": entry.reason_hash,
        "previous": entry.previous_hash,
    }
    return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def breaches() -> Iterator[str]:
    """One French sentence per broken line: a gap, a wrong link, a changed line or a changed reason."""
    chain, position, previous = "", 0, ""
    for entry in JournalEntry.objects.order_by("chain", "position").iterator(chunk_size=2000):
        if entry.chain != chain:
            chain, position, previous = entry.chain, 0, ""
        position += 1
        where = f"{entry.chain}, ligne {entry.position}"
        if entry.position != position:
            yield f"{where} : il manque la ligne {position}."
            position = entry.position
        if entry.previous_hash != previous:
            yield f"{where} : ne suit pas la ligne précédente."
        if entry.hash != seal(entry):
            yield f"{where} : la ligne a été modifiée."
        previous = entry.hash
    for reason in JournalReason.objects.order_by("chain", "position").iterator(chunk_size=2000):
        line = JournalEntry.objects.filter(chain=reason.chain, position=reason.position).first()
        digest = hashlib.sha256(f"{reason.salt}{reason.text}".encode()).hexdigest()
        if line is None or line.reason_hash != digest:
            yield f"{reason.chain}, ligne {reason.position} : le motif ne correspond pas à la ligne."
