"""A frozen article set aside, in one case: decided, recorded, published. No value changes."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.core import calendar, journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from bp_platform.documents.models import StoredFile
from cycles import policies
from cycles.models import Cycle, Deviation
from cycles.notifications import rulebooks as notifications
from cycles.rules import FRAMES
from cycles.services.editions import touch
from cycles.services.rulebooks import freeze_sections


def record_deviation(
    cycle: Cycle,
    *,
    by: Actor,
    at: datetime,
    section: str,
    what: str,
    why: str,
    decided_by: str,
    decided_on: date,
    key: UUID,
    document: StoredFile | None = None,
) -> Deviation:
    """Record a decision that departs from a frozen article. Refused while the article can still be edited.

    The same `key` twice is one deviation. `document` is published with it.
    """
    role = demand(policies.can_prepare(by, cycle, at)).role
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        kept = Deviation.objects.filter(key=key, cycle=cycle).first()
        if kept is not None:
            return kept
        freeze_sections(cycle, at=at)
        frame = next((f for f in FRAMES if f.name == section), None)
        if frame is None or not cycle.section_freezes.filter(section=section).exists():
            raise Refused(no(_("Cet article n’est pas figé : changez-le dans le projet de règlement.")))
        if decided_on > calendar.local_day(at):
            raise ValidationError({"decided_on": _("Cette décision n’a pas encore été prise : corrigez sa date.")})
        deviation = Deviation(
            cycle=cycle,
            section=section,
            article=frame.article,
            what=what.strip(),
            why=why.strip(),
            decided_by=decided_by.strip(),
            decided_on=decided_on,
            document=document,
            recorded_at=at,
            key=key,
        )
        deviation.full_clean()
        deviation.save()
        journal.record(
            journal.Line(cycle.journal_chain, at, by, "record_deviation", deviation, rule=str(frame.article), role=role)
        )
        if not cycle.is_hidden and by.actor_kind != "import":
            notifications.set_aside(deviation, at=at)
        touch(cycle)
    return deviation
