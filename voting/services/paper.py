"""Paper after closing: batches, each scope's balance, and what the count takes (PROTOCOL §6.4.18, §6.5.20).

Boxes are mixed and batches hold fifty ballots at least, so that the order of a pile tells nothing of who voted when;
a paper ballot has no link to a person from the moment it falls into its box.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from hashlib import sha256

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import User
from bp_platform.core import journal, text
from bp_platform.core.decisions import Refused, demand, no
from voting import canonical, policies, selectors
from voting.models import BatchState, Keying, MarkChannel, PaperBalance, PaperBatch, Poll
from voting.sealed import SealedPoll
from voting.selectors.paper import LARGEST_BATCH, SMALL_BATCH, ScopePaper
from voting.selectors.results import FEWEST_FOR_CHANNELS


def create_batch(poll: Poll, *, by: User, at: datetime, scope: str, boxes: str, size: int) -> PaperBatch:
    """Open a pile counted by hand: a scope, the boxes mixed in it, how many ballots."""
    with journal.transaction_with_journal():
        locked = _locked(poll)
        role = demand(policies.can_handle_paper(by, locked, at)).role
        demand(policies.takes_paper(locked))
        if scope not in selectors.sealed_of(locked).scopes:
            raise Refused(no(_("Choisissez le périmètre des bulletins de ce lot.")))
        _check_size(locked, scope, size)
        last = locked.batches.aggregate(last=Max("number"))["last"] or 0
        batch = PaperBatch(poll=locked, scope=scope, number=last + 1, boxes=text.tidy(boxes), size=size, created_by=by)
        batch.full_clean()
        batch.save()
        _forget_balance(locked, scope, by=by, at=at, role=role)
        journal.record(_line(batch, by, at, "create_batch", role=role, to_state=batch.state))
    return batch


def correct_size(batch: PaperBatch, *, by: User, at: datetime, size: int, reason: str) -> PaperBatch:
    """The pile holds another number than was counted, or was mixed with another: said before the second keying."""
    with journal.transaction_with_journal():
        locked = locked_batch(batch)
        role = demand(policies.can_change_batch(by, locked, at)).role
        _demand_reason(reason)
        done = selectors.keyed(locked, Keying.FIRST)
        if size < done:
            raise Refused(
                no(
                    ngettext(
                        "%(number)d bulletin de ce lot est déjà saisi : recommencez la saisie pour en compter moins.",
                        "%(number)d bulletins de ce lot sont déjà saisis : recommencez la saisie pour en "
                        "compter moins.",
                        done,
                    )
                    % {"number": done}
                )
            )
        _check_size(locked.poll, locked.scope, size, besides=locked)
        locked.size = size
        locked.full_clean()
        locked.save()
        _forget_balance(locked.poll, locked.scope, by=by, at=at, role=role)
        journal.record(_line(locked, by, at, "correct_batch_size", role=role, reason=reason.strip()))
    return locked


def restart_keying(batch: PaperBatch, *, by: User, at: datetime, reason: str, both: bool = False) -> PaperBatch:
    """Erase a keying and key again: the one under way, or both (`both`, and always once they are compared).

    For a pile that fell, a number that is wrong, a keyer who does not come back. Journalled with its reason."""
    with journal.transaction_with_journal():
        locked = locked_batch(batch)
        role = demand(policies.can_handle_paper(by, locked.poll, at)).role
        _demand_reason(reason)
        before = locked.state
        if before == BatchState.SECOND and not both:
            locked.ballots.filter(keying=Keying.SECOND).delete()
        else:
            locked.ballots.all().delete()
            locked.state, locked.first_by, locked.agreed_at = BatchState.FIRST, None, None
        locked.second_by = None
        locked.full_clean()
        locked.save()
        _forget_balance(locked.poll, locked.scope, by=by, at=at, role=role)
        journal.record(
            _line(
                locked, by, at, "restart_keying", role=role, before=before, to_state=locked.state, reason=reason.strip()
            )
        )
    return locked


def remove_batch(batch: PaperBatch, *, by: User, at: datetime, reason: str) -> None:
    """Take back a batch of which nothing is keyed."""
    with journal.transaction_with_journal():
        locked = locked_batch(batch)
        role = demand(policies.can_change_batch(by, locked, at)).role
        _demand_reason(reason)
        if locked.ballots.exists():
            raise Refused(
                no(_("Des bulletins de ce lot sont déjà saisis : recommencez sa saisie avant de le retirer."))
            )
        _forget_balance(locked.poll, locked.scope, by=by, at=at, role=role)
        journal.record(_line(locked, by, at, "remove_batch", role=role, before=locked.state, reason=reason.strip()))
        locked.delete()


def state_balance(poll: Poll, scope: str, *, by: User, at: datetime, reason: str = "") -> PaperBalance:
    """State what was found of a scope's paper. A gap is explained, never corrected; stating again replaces."""
    with journal.transaction_with_journal():
        locked = _locked(poll)
        paper = next((p for p in selectors.paper_of(locked) if p.id == scope), None)
        if paper is None:
            raise Refused(no(_("Ce périmètre n’est pas dans ce vote.")))
        role = demand(policies.can_state_balance(by, locked, paper, at)).role
        if paper.gap and not reason.strip():
            raise Refused(no(gap_sentence(paper)))
        PaperBalance.objects.filter(poll=locked, scope=scope).delete()
        row = PaperBalance(
            poll=locked,
            scope=scope,
            marks=paper.marks,
            contested=paper.contested,
            ballots=paper.ballots,
            reason=reason.strip() if paper.gap else "",
            stated_by=by,
            stated_at=at,
        )
        row.full_clean()
        row.save()
        journal.record(
            journal.Line(locked.journal_chain, at, by, "state_balance", row, rule="7", role=role, reason=row.reason)
        )
    return row


def gap_sentence(paper: ScopePaper) -> str:
    """What is missing or in excess, and what to do about it."""
    number = abs(paper.gap)
    if paper.gap < 0:
        return ngettext(
            "Il manque %(number)d bulletin : expliquez l’écart (non rapporté, resté dans l’isoloir…).",
            "Il manque %(number)d bulletins : expliquez l’écart (non rapportés, restés dans l’isoloir…).",
            number,
        ) % {"number": number}
    return ngettext(
        "Il y a %(number)d bulletin de plus que d’émargements : expliquez l’écart.",
        "Il y a %(number)d bulletins de plus que d’émargements : expliquez l’écart.",
        number,
    ) % {"number": number}


def draw_batch(poll: Poll, *, by: User, at: datetime, seed: str) -> PaperBatch:
    """Draw the batch that is counted again by hand: the least SHA-256(seed ‖ 0x02 ‖ number) of the agreed ones.

    The seed comes from dice thrown in public, and the journal keeps it: whoever was there draws the same batch."""
    with journal.transaction_with_journal():
        locked = _locked(poll)
        role = demand(policies.can_draw_batch(by, locked, at)).role
        word = seed.strip()
        if len(word) < 4:
            raise Refused(no(_("Saisissez le résultat du tirage fait devant témoins : au moins quatre caractères.")))
        agreed = list(locked.batches.filter(state=BatchState.AGREED).order_by("number"))
        if not agreed:
            raise Refused(no(_("Aucun lot n’est encore concordant : il n’y a rien à tirer au sort.")))
        drawn = min(agreed, key=lambda b: sha256(word.encode() + b"\2" + str(b.number).encode()).digest())
        journal.record(_line(drawn, by, at, "draw_batch", role=role, reason=word))
    return drawn


# What the count takes


def into_the_urn(poll: Poll) -> None:
    """Write the agreed paper ballots beside the opened ones: sorted by content, in one statement, without a pile."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO voting_ballot (poll_id, scope, channel, content, null_reason) "
            "SELECT b.poll_id, b.scope, %s, p.content, p.null_reason FROM voting_paperbatch b, LATERAL ("
            "  SELECT DISTINCT ON (place) place, content, null_reason FROM voting_paperballot "
            "  WHERE batch_id = b.id AND keying IN ('first', 'agreed') ORDER BY place, keying = 'first'"
            ") p WHERE b.poll_id = %s AND b.state = 'agreed' ORDER BY b.scope, p.content, p.null_reason",
            [MarkChannel.PAPER.value, poll.pk],
        )


def counted(poll: Poll) -> Counter[str]:
    """Paper ballots in the urn, by scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT scope, count(*) FROM voting_ballot WHERE poll_id = %s AND channel = %s GROUP BY 1 ORDER BY 1",
            [poll.pk, MarkChannel.PAPER.value],
        )
        return Counter(dict(cursor.fetchall()))


def demand_identity(poll: Poll, on_paper: Counter[str]) -> None:
    """Per scope, the paper ballots of the urn are those that the balance states, which are marks + contested + gap."""
    for paper in selectors.paper_of(poll):
        if on_paper[paper.id] != (paper.stated[2] if paper.stated else 0):
            raise Refused(no(_("Les bulletins papier ne font pas le compte du constat : rien n’est dépouillé.")))


def record_of(poll: Poll, text_: SealedPoll) -> dict[str, canonical.Value]:
    """What the official record keeps of the paper: balances, batches and the roles that keyed them, no name."""
    rows = poll.batches.select_related("first_by", "second_by").order_by("number")
    resolved = Counter(
        PaperBatch.objects.filter(poll=poll, ballots__keying=Keying.AGREED)
        .order_by("pk")
        .values_list("number", flat=True)
    )
    return {
        "balances": [
            {"scope": b.scope, "marks": b.marks, "contested": b.contested, "ballots": b.ballots, "reason": b.reason}
            for b in poll.balances.order_by("scope")
        ],
        "batches": [
            {
                "number": batch.number,
                "scope": batch.scope,
                "boxes": batch.boxes,
                "size": batch.size,
                "roles": [_role(batch.first_by, batch), _role(batch.second_by, batch)],
                "resolved": resolved[batch.number],
            }
            for batch in rows
        ],
        "channels": _channels(poll, text_),
    }


def _role(keyer: User | None, batch: PaperBatch) -> str:
    return policies.can_count(keyer, batch.poll, batch.agreed_at).role if keyer and batch.agreed_at else ""


def _channels(poll: Poll, text_: SealedPoll) -> dict[str, canonical.Value]:
    """Scope → channel → [ballots, blank, null], where every channel used has fifty ballots: under that, or by
    subtraction from the total, a cell could tell what somebody chose."""
    empty = {scope.id: text_.content(scope.id, ()).decode() for scope in text_.rules.scopes}
    found: dict[str, dict[str, list[int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT scope, channel, content, null_reason <> '', count(*) FROM voting_ballot WHERE poll_id = %s "
            "AND (null_reason <> '' OR content = ANY(%s)) GROUP BY 1, 2, 3, 4 UNION ALL "
            "SELECT scope, channel, NULL, false, count(*) FROM voting_ballot WHERE poll_id = %s GROUP BY 1, 2",
            [poll.pk, sorted(empty.values()), poll.pk],
        )
        for scope, channel, content, is_null, number in cursor.fetchall():
            cell = found.setdefault(scope, {}).setdefault(channel, [0, 0, 0])
            cell[0 if content is None else 2 if is_null else 1] += number
    return {
        scope: {channel: list(cell) for channel, cell in sorted(cells.items())}
        for scope, cells in sorted(found.items())
        if all(cell[0] >= FEWEST_FOR_CHANNELS for cell in cells.values())
    }


def _locked(poll: Poll) -> Poll:
    return Poll.objects.select_for_update(of=("self",)).get(pk=poll.pk)


def locked_batch(batch: PaperBatch) -> PaperBatch:
    """The batch, its poll locked first: the order of every act on paper."""
    _locked(batch.poll)
    return (
        PaperBatch.objects.select_for_update(of=("self",))
        .select_related("poll", "first_by", "second_by")
        .get(pk=batch.pk)
    )


def _check_size(poll: Poll, scope: str, size: int, *, besides: PaperBatch | None = None) -> None:
    """Fifty ballots at least, unless the scope has no more: mixing is what keeps a pile from telling who voted."""
    others = poll.batches.filter(scope=scope).order_by("number")
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if not 1 <= size <= LARGEST_BATCH:
        raise Refused(no(_("Un lot compte de 1 à %(most)d bulletins.") % {"most": LARGEST_BATCH}))
    if size < SMALL_BATCH and others.exists():
        raise Refused(
            no(
                _("Un lot de moins de %(least)d bulletins protège mal le secret : mélangez-le avec un autre lot.")
                % {"least": SMALL_BATCH}
            )
        )
    small = others.filter(size__lt=SMALL_BATCH).first()
    if small is not None:
        raise Refused(
            no(
                _(
                    "Le lot %(number)d compte moins de %(least)d bulletins : mélangez ceux-ci avec lui, puis corrigez "
                    "son nombre."
                )
                % {"number": small.number, "least": SMALL_BATCH}
            )
        )


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(no(_("Dites en une phrase pourquoi.")))


def _forget_balance(poll: Poll, scope: str, *, by: User, at: datetime, role: str) -> None:
    """A balance that was stated before the pile changed is to be stated again."""
    for row in PaperBalance.objects.filter(poll=poll, scope=scope).order_by("pk"):
        journal.record(journal.Line(poll.journal_chain, at, by, "forget_balance", row, role=role))
        row.delete()


def _line(
    batch: PaperBatch,
    by: User,
    at: datetime,
    act: str,
    *,
    role: str,
    before: str = "",
    to_state: str = "",
    reason: str = "",
) -> journal.Line:
    return journal.Line(
        batch.journal_chain,
        at,
        by,
        act,
        batch,
        from_state=before,
        to_state=to_state,
        rule="7",
        role=role,
        reason=reason,
    )
