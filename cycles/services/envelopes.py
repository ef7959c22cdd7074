"""The money of an edition: each envelope, and the sharing of a sum between places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Department
from bp_platform.core import journal, money
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand
from cycles import policies, selectors
from cycles.models import Area, Cycle, CycleFrame, Envelope
from cycles.services.editions import touch


@dataclass(frozen=True, slots=True)
class Share:
    """What a place gets."""

    area: Area
    amount_eur: Decimal


def change_envelope(envelope: Envelope, *, by: Actor, at: datetime, **facts: Any) -> Envelope:
    """New facts for an envelope; its amount moves only while nothing rests on it."""
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=envelope.cycle_id)
        locked = Envelope.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=envelope.pk)
        role = demand(policies.can_prepare(by, locked.cycle, at)).role
        if facts.get("amount_eur", locked.amount_eur) != locked.amount_eur:
            demand(policies.can_change_amount(locked, at))
        for name, value in facts.items():
            setattr(locked, name, value)
        locked.full_clean()
        locked.save()
        journal.record(journal.Line(locked.cycle.journal_chain, at, by, "change_envelope", locked, role=role))
        touch(locked.cycle)
    return locked


def remove_envelope(envelope: Envelope, *, by: Actor, at: datetime) -> None:
    """Forget an envelope that nothing rests on."""
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=envelope.cycle_id)
        locked = Envelope.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=envelope.pk)
        role = demand(policies.can_prepare(by, locked.cycle, at)).role
        demand(policies.can_change_amount(locked, at))
        journal.record(journal.Line(locked.cycle.journal_chain, at, by, "remove_envelope", locked, role=role))
        locked.delete()
        touch(locked.cycle)


def split_envelopes(
    cycle: Cycle,
    shares: Sequence[Share],
    *,
    by: Actor,
    at: datetime,
    section: str,
    source: Envelope | None = None,
    owner_department: Department | None = None,
) -> list[Envelope]:
    """Give each place its envelope; places left out lose theirs. With a `source`, the sum of the edition is unchanged.

    Refused once a sealed vote or a delivery rests on the envelopes. The same split twice changes nothing.
    """
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        role = demand(policies.can_split(by, cycle, at)).role
        before = {envelope.area_id: envelope for envelope in selectors.place_envelopes(cycle, section)}
        if _is_done(before, shares):
            return list(before.values())
        if source is not None:
            _take_from(source, sum((s.amount_eur for s in shares), money.ZERO), list(before.values()))
        kept = {share.area.pk for share in shares if share.amount_eur}
        for area_id, envelope in before.items():
            if area_id not in kept:
                envelope.delete()
        written = []
        for share in (share for share in shares if share.amount_eur):
            envelope = before.get(share.area.pk) or Envelope(
                cycle=cycle, area=share.area, section=section, name=_free_name(cycle, share.area.name)
            )
            envelope.amount_eur = share.amount_eur
            envelope.owner_department = owner_department or envelope.owner_department
            envelope.full_clean()
            envelope.save()
            written.append(envelope)
        journal.record(journal.Line(cycle.journal_chain, at, by, "split_envelopes", cycle, role=role))
        touch(cycle)
    return written


def _is_done(before: dict[int | None, Envelope], shares: Sequence[Share]) -> bool:
    had = {area_id: envelope.amount_eur for area_id, envelope in before.items()}
    return had == {share.area.pk: share.amount_eur for share in shares if share.amount_eur}


def _take_from(source: Envelope, total: Decimal, before: Sequence[Envelope]) -> None:
    """What the places get more leaves the source; what they give back returns to it."""
    locked = Envelope.objects.select_for_update(of=("self",)).get(pk=source.pk)
    left = locked.amount_eur - (total - sum((row.amount_eur for row in before), money.ZERO))
    if left < 0:
        raise ValidationError(
            {
                "total_eur": _("« %(name)s » contient %(amount)s : il manque %(missing)s pour cette répartition.")
                % {
                    "name": locked.name,
                    "amount": money.in_words(locked.amount_eur),
                    "missing": money.in_words(-left),
                }
            }
        )
    if left == 0:
        locked.delete()
        return
    locked.amount_eur = left
    locked.save()


def _free_name(cycle: Cycle, name: str) -> str:
    """« Les Mariniers », or « Les Mariniers (2) » when an envelope has that name."""
    taken = set(cycle.envelopes.values_list("name", flat=True))
    candidate, number = name[:80], 1
    while candidate in taken:
        number += 1
        candidate = f"{name[:74]} ({number})"
    return candidate


def set_frame(cycle: Cycle, *, by: Actor, at: datetime, **facts: Any) -> CycleFrame:
    """The figures and the dates that the edition rests on."""
    role = demand(policies.can_prepare(by, cycle, at)).role
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        frame = CycleFrame.objects.filter(cycle=cycle).first() or CycleFrame(cycle=cycle)
        for name, value in facts.items():
            setattr(frame, name, value)
        frame.full_clean()
        frame.save()
        journal.record(journal.Line(cycle.journal_chain, at, by, "set_frame", frame, role=role))
        touch(cycle)
    return frame
