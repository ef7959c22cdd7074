"""The set-up saved step by step; the edition launched, hidden, shown; what it learned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.core import journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import policies, selectors, setup
from cycles.models import AcknowledgedWarning, Cycle, CycleState, Lesson
from cycles.notifications import rulebooks as notifications
from cycles.services.editions import publish_cycle, touch

FRAME_FIELDS = ("title", "slug", "kind", "number_prefix", "promise", "council_resolution", "total_eur", "contact")


def edit_frame(cycle: Cycle, *, by: Actor, at: datetime, facts: Mapping[str, Any], step: str = "cadre") -> Cycle:
    """Write the frame of an edition (`FRAME_FIELDS`), from that step. Address and prefix stay once it is public."""
    role = demand(policies.can_prepare(by, cycle, at)).role
    with journal.transaction_with_journal():
        locked = Cycle.objects.select_for_update().get(pk=cycle.pk)
        if locked.state == CycleState.CLOSED:
            raise Refused(no(_("Cette édition est close : son cadre ne change plus.")))
        for name in FRAME_FIELDS:
            if name not in facts:
                continue
            is_fixed = name in {"slug", "number_prefix"} and (locked.state != CycleState.PREPARED or locked.last_number)
            if is_fixed and facts[name] != getattr(locked, name):
                raise ValidationError(
                    {name: _("L’édition est publique, ou des idées portent déjà son préfixe : il ne change plus.")}
                )
            setattr(locked, name, facts[name])
        _mark(locked, step)
        locked.full_clean()
        locked.save()
        journal.record(journal.Line(locked.journal_chain, at, by, "edit_frame", locked, role=role))
        touch(locked)
    return locked


def mark_done(cycle: Cycle, step: str) -> None:
    """The team has been through this step: its line says so. No act of the edition, hence no line in the journal."""
    with journal.transaction_with_journal():
        locked = Cycle.objects.select_for_update().get(pk=cycle.pk)
        _mark(locked, step)
        locked.save(update_fields=["setup_done"])


def _mark(cycle: Cycle, step: str) -> None:
    if step in setup.BY_KEY and step not in cycle.setup_done:
        cycle.setup_done = [*cycle.setup_done, step]


def acknowledge_warnings(cycle: Cycle, *, by: Actor, at: datetime, codes: frozenset[str]) -> int:
    """The team has read these warnings and keeps its settings; new figures ask again. Returns how many were new."""
    role = demand(policies.can_prepare(by, cycle, at)).role
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        unread = [
            read.finding
            for read in selectors.findings(cycle, at)
            if not read.is_error and not read.is_acknowledged and read.finding.code in codes
        ]
        for finding in unread:
            AcknowledgedWarning.objects.create(
                cycle=cycle, code=finding.code, sentence=finding.sentence, acknowledged_at=at
            )
            act = f"acknowledge:{finding.code}"
            journal.record(journal.Line(cycle.journal_chain, at, by, act, cycle, role=role))
    return len(unread)


def launch_cycle(cycle: Cycle, *, by: Actor, at: datetime) -> Cycle:
    """Make an edition public once nothing is missing (`policies.can_launch`)."""
    with journal.transaction_with_journal():
        locked = Cycle.objects.select_for_update().get(pk=cycle.pk)
        demand(policies.can_launch(by, locked, at))
        public = publish_cycle(locked, by=by, at=at)
        version = selectors.adopted_version(public)
        if version is not None and policies.is_rulebook_public(public, at):
            notifications.adopted(version, at=at)  # who was told at the adoption is not told again
        return public


def set_hidden(cycle: Cycle, *, by: Actor, at: datetime, is_hidden: bool, reason: str = "") -> Cycle:
    """Take a public edition out of sight, or show it again. Harmless twice."""
    role = demand(policies.can_prepare(by, cycle, at)).role
    with journal.transaction_with_journal():
        locked = Cycle.objects.select_for_update().get(pk=cycle.pk)
        if locked.is_hidden == is_hidden:
            return locked
        if is_hidden and not reason.strip():
            raise ValidationError({"reason": _("Dites pourquoi l’édition est cachée.")})
        locked.is_hidden = is_hidden
        locked.save(update_fields=["is_hidden"])
        act = "hide_cycle" if is_hidden else "show_cycle"
        line = journal.Line(locked.journal_chain, at, by, act, locked, role=role, reason=reason.strip())
        journal.record(line)
        touch(locked)
    return locked


def write_lesson(cycle: Cycle, *, by: Actor, at: datetime, text: str, key: UUID, setting: str = "") -> Lesson:
    """Note what the team learned, at any phase. The same `key` twice is one lesson."""
    role = demand(policies.can_prepare(by, cycle, at)).role
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        kept = Lesson.objects.filter(key=key, cycle=cycle).first()
        if kept is not None:
            return kept
        lesson = Lesson(cycle=cycle, setting=setting, text=text.strip(), author_role=role, written_at=at, key=key)
        lesson.full_clean()
        lesson.save()
        journal.record(journal.Line(cycle.journal_chain, at, by, "write_lesson", lesson, role=role))
    return lesson


def withdraw_lesson(lesson: Lesson, *, by: Actor, at: datetime) -> Lesson:
    """Take a lesson back: it is no longer shown. Harmless twice."""
    role = demand(policies.can_prepare(by, lesson.cycle, at)).role
    with journal.transaction_with_journal():
        locked = Lesson.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=lesson.pk)
        if locked.withdrawn_at is None:
            locked.withdrawn_at = at
            locked.save(update_fields=["withdrawn_at"])
            journal.record(journal.Line(locked.cycle.journal_chain, at, by, "withdraw_lesson", locked, role=role))
    return locked
