"""Keying a batch twice, by two persons, and settling where they differ (PROTOCOL §6.4.18).

Keyed ballots write no line of the journal one by one: the batch's line says when each keying was finished."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import User
from bp_platform.core import journal
from bp_platform.core.decisions import Refused, demand, no
from voting import policies, selectors
from voting.keying import NullReason, Reading
from voting.models import BatchState, Keying, PaperBallot, PaperBatch
from voting.selectors.paper import TURNS
from voting.services.paper import locked_batch
from voting.tally.results import Null

INVALID = "invalid"


def broken_rule(batch: PaperBatch, reading: Reading) -> Null | None:
    """The rule that this ballot breaks, which makes it null; None when it may be counted as it is."""
    return None if reading.null_reason else selectors.sealed_of(batch.poll).ballot_fault(batch.scope, reading.ballot)


def key_ballot(batch: PaperBatch, place: int, reading: Reading, *, by: User, at: datetime) -> PaperBallot:
    """Key the next ballot of the pile; whoever keys the first one takes the keying. A ballot that breaks the rule is
    null, never trimmed. The same post again is harmless; another ballot at a place that is taken is refused."""
    with journal.transaction_with_journal():
        locked = locked_batch(batch)
        demand(policies.can_key(by, locked, at))
        turn = TURNS[locked.state]
        done = selectors.keyed(locked, turn)
        row = _row(locked, turn, place, reading)
        if 1 <= place <= done:
            return _same(locked, row)
        if place != done + 1 or place > locked.size:
            raise Refused(no(_("La pile en est au bulletin %(next)d : reprenez à celui-là.") % {"next": done + 1}))
        _claim(locked, by)
        row.save(force_insert=True)
    return row


def correct_ballot(batch: PaperBatch, place: int, reading: Reading, *, by: User, at: datetime) -> PaperBallot:
    """Key again a ballot of one's own keying, while it is not finished."""
    with journal.transaction_with_journal():
        locked = locked_batch(batch)
        demand(policies.can_key(by, locked, at))
        turn = TURNS[locked.state]
        row = locked.ballots.filter(keying=turn, place=place).first()
        if row is None:
            raise Refused(no(_("Le bulletin %(place)d n’est pas encore saisi.") % {"place": place}))
        fresh = _row(locked, turn, place, reading)
        row.content, row.null_reason = fresh.content, fresh.null_reason
        row.save()
    return row


def finish_keying(batch: PaperBatch, *, by: User, at: datetime) -> PaperBatch:
    """End one's keying. After the second, the two are compared by place: equal, the batch is agreed."""
    with journal.transaction_with_journal():
        locked = locked_batch(batch)
        role = demand(policies.can_key(by, locked, at)).role
        before = locked.state
        left = locked.size - selectors.keyed(locked, TURNS[before])
        if left:
            raise Refused(
                no(
                    ngettext(
                        "Il reste %(number)d bulletin à saisir : finissez la pile, ou corrigez le nombre du lot.",
                        "Il reste %(number)d bulletins à saisir : finissez la pile, ou corrigez le nombre du lot.",
                        left,
                    )
                    % {"number": left}
                )
            )
        if before == BatchState.FIRST:
            locked.state = BatchState.SECOND
        else:
            _compare(locked, at)
        locked.full_clean()
        locked.save()
        journal.record(_line(locked, by, at, "finish_keying", role=role, before=before))
    return locked


def resolve(batch: PaperBatch, place: int, reading: Reading, *, by: User, at: datetime) -> PaperBatch:
    """Key what two people read together on the paper, at a place where the keyings differ.

    Each is journalled under the person who signs it; when none is left, the batch is agreed."""
    with journal.transaction_with_journal():
        locked = locked_batch(batch)
        role = demand(policies.can_resolve(by, locked, at)).role
        found = {d.place: d for d in selectors.differences(locked)}
        if place not in found:
            raise Refused(no(_("Le bulletin %(place)d n’a pas de différence à résoudre.") % {"place": place}))
        fresh = _row(locked, Keying.AGREED, place, reading)
        row, _made = locked.ballots.update_or_create(
            keying=Keying.AGREED, place=place, defaults={"content": fresh.content, "null_reason": fresh.null_reason}
        )
        journal.record(journal.Line(locked.journal_chain, at, by, "resolve_difference", row, rule="7", role=role))
        if all(d.agreed or d.place == place for d in found.values()):
            locked.state, locked.agreed_at = BatchState.AGREED, at
            locked.full_clean()
            locked.save()
            journal.record(_line(locked, by, at, "agree_batch", role=role, before=BatchState.COMPARED))
    return locked


def _row(batch: PaperBatch, turn: Keying, place: int, reading: Reading) -> PaperBallot:
    """The row of a reading: canonical content as inside a seal, or the reason why it is null."""
    reason: NullReason | str = reading.null_reason or ""
    if fault := broken_rule(batch, reading):
        reason = f"{INVALID}:{fault.code}"
    content = "" if reason else selectors.sealed_of(batch.poll).content(batch.scope, reading.ballot).decode()
    return PaperBallot(batch=batch, keying=turn, place=place, content=content, null_reason=str(reason))


def _same(batch: PaperBatch, row: PaperBallot) -> PaperBallot:
    """The row that is there already, if it says the same."""
    kept = batch.ballots.get(keying=row.keying, place=row.place)
    if (kept.content, kept.null_reason) != (row.content, row.null_reason):
        raise Refused(
            no(
                _("Le bulletin %(place)d est déjà saisi, autrement : vérifiez où en est la pile, rien n’est changé.")
                % {"place": row.place}
            )
        )
    return kept


def _claim(batch: PaperBatch, by: User) -> None:
    if batch.state == BatchState.FIRST and batch.first_by is None:
        batch.first_by = by
    elif batch.state == BatchState.SECOND and batch.second_by is None:
        batch.second_by = by
    else:
        return
    batch.full_clean()
    batch.save()


def _compare(batch: PaperBatch, at: datetime) -> None:
    if selectors.differences(batch):
        batch.state = BatchState.COMPARED
    else:
        batch.state, batch.agreed_at = BatchState.AGREED, at


def _line(batch: PaperBatch, by: User, at: datetime, act: str, *, role: str, before: str) -> journal.Line:
    return journal.Line(
        batch.journal_chain, at, by, act, batch, from_state=before, to_state=batch.state, rule="7", role=role
    )
