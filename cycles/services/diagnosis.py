"""The acts of the shared diagnosis: concerns said, grouped, prioritised; the diagnosis published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from secrets import token_urlsafe

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.core import journal, text
from bp_platform.core.actors import RESIDENT, Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import policies
from cycles.models import Area, Concern, ConcernChannel, Cycle, Diagnosis, Issue, Meeting
from cycles.services.editions import touch


def say_concern(
    cycle: Cycle,
    words: str,
    *,
    by: Actor = RESIDENT,
    at: datetime,
    area: Area | None = None,
    meeting: Meeting | None = None,
    channel: str = ConcernChannel.ONLINE,
    key: str = "",
) -> Concern:
    """What somebody says of their town, while the diagnosis is open. The same form twice is one concern."""
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        role = demand(policies.can_say_concern(by, cycle, channel, at)).role
        known = Concern.objects.filter(key=key, cycle=cycle).first() if key else None
        if known is not None:
            return known
        if not text.tidy(words):
            raise ValidationError({"words": _("écrivez ce que vous constatez, même en quelques mots.")})
        concern = Concern(
            cycle=cycle,
            words=text.tidy(words),
            area=area,
            meeting=meeting,
            channel=channel,
            key=key or token_urlsafe(16),
            said_at=at,
        )
        concern.full_clean()
        concern.save()
        journal.record(journal.Line(cycle.journal_chain, at, by, "say_concern", concern, role=role))
    return concern


def add_issue(cycle: Cycle, *, by: Actor, at: datetime, title: str, summary: str = "") -> Issue:
    """An issue that concerns can be grouped under, until people give their dots."""
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        role = demand(policies.can_list_issues(by, cycle, at)).role
        issue = Issue(cycle=cycle, title=text.tidy(title), summary=text.tidy(summary))
        issue.full_clean()
        issue.save()
        journal.record(journal.Line(cycle.journal_chain, at, by, "add_issue", issue, role=role))
    return issue


def group_concerns(cycle: Cycle, *, by: Actor, at: datetime, choices: Mapping[int, Issue | None]) -> int:
    """Put concerns under issues, or take them back; returns how many moved."""
    moved = 0
    with journal.transaction_with_journal():
        role = _open_for(cycle, by, at)
        rows = Concern.objects.select_for_update().filter(cycle=cycle, pk__in=choices, set_aside_at=None)
        for concern in rows.order_by("pk"):
            issue = choices[concern.pk]
            if issue is not None and issue.cycle_id != cycle.pk:
                raise ValidationError(_("Cet enjeu n’appartient pas à cette édition."))
            if concern.issue_id == (issue.pk if issue else None):
                continue
            concern.issue = issue
            concern.save(update_fields=["issue"])
            journal.record(journal.Line(cycle.journal_chain, at, by, "group_concern", concern, role=role))
            moved += 1
    return moved


def set_concern_aside(concern: Concern, *, by: Actor, at: datetime, reason: str) -> Concern:
    """Leave a concern out, with a reason: a name, an insult, what is not about the town."""
    with journal.transaction_with_journal():
        role = _open_for(concern.cycle, by, at)
        locked = Concern.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=concern.pk)
        locked.issue, locked.set_aside_at, locked.set_aside_reason = None, at, text.tidy(reason)
        locked.full_clean()
        locked.save()
        journal.record(
            journal.Line(locked.cycle.journal_chain, at, by, "set_concern_aside", locked, role=role, reason=reason)
        )
    return locked


def publish_diagnosis(cycle: Cycle, *, by: Actor, at: datetime, words: str) -> Diagnosis:
    """Publish the issues in the order of their dots. Once: the call refers to it."""
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        role = demand(policies.can_publish_diagnosis(by, cycle, at)).role
        if not cycle.issues.exists():
            raise Refused(no(_("Ce diagnostic n’a pas d’enjeu : regroupez d’abord ce que les habitant·es ont dit.")))
        diagnosis = Diagnosis.objects.filter(cycle=cycle).first() or Diagnosis(cycle=cycle)
        diagnosis.text, diagnosis.published_at = words.strip(), at
        diagnosis.full_clean()
        diagnosis.save()
        journal.record(journal.Line(cycle.journal_chain, at, by, "publish_diagnosis", diagnosis, role=role))
        touch(cycle)
    return diagnosis


def hold_issue(pk: int) -> Issue:
    """The issue, held until the commit: what counts its ideas goes one at a time."""
    return Issue.objects.select_for_update().get(pk=pk)


def tell_ideas(issue: Issue, number: int) -> None:
    """How many published ideas answer to the issue, for its page. Called by the ideas, inside their own act."""
    Issue.objects.filter(pk=issue.pk).update(ideas=number)


def _open_for(cycle: Cycle, by: Actor, at: datetime) -> str:
    """Asked once the edition is held: nothing moves under a diagnosis that is being published."""
    Cycle.objects.select_for_update().get(pk=cycle.pk)
    return demand(policies.can_diagnose(by, cycle, at)).role
