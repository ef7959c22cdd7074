"""The acts of a body's work: opinions and their answers, decisions with their votes, the annual report."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Department, User
from bp_platform.core import calendar, journal, text
from bp_platform.core.actors import CLOCK, Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import policies
from cycles.models import CHARTER, Body, BodyDecision, BodyOpinion, BodyReport, Meeting, Member
from cycles.notifications import bodies as notifications
from cycles.services import bodies
from cycles.services.editions import touch

REMIND_BEFORE = timedelta(days=3)
REMIND_EVERY = timedelta(days=7)


def record_opinion(
    body: Body,
    *,
    by: Actor,
    at: datetime,
    kind: str,
    subject: str,
    words: str,
    department: Department,
    due_on: date,
    given_on: date | None = None,
    meeting: Meeting | None = None,
    key: UUID | None = None,
) -> BodyOpinion:
    """Publish what a body asks or advises, who owes the answer and by when. The same `key` twice is one."""
    with journal.transaction_with_journal():
        locked = bodies.lock(body)
        role = demand(policies.team_only(by, at)).role
        known = BodyOpinion.objects.filter(key=key, body=locked).first() if key else None
        if known is not None:
            return known
        today = calendar.local_day(at)
        opinion = BodyOpinion(
            body=locked,
            meeting=_own(meeting, locked),
            number=locked.opinions.count() + 1,
            key=key or uuid4(),
            kind=kind,
            subject=text.tidy(subject),
            text=words.strip(),
            given_on=given_on or today,
            department=department,
            due_on=due_on,
            recorded_at=at,
        )
        if opinion.given_on > today:
            raise ValidationError({"given_on": _("un avis se note une fois donné : cette date est à venir.")})
        opinion.full_clean()
        opinion.save()
        journal.record(journal.Line(locked.journal_chain, at, by, "record_opinion", opinion, role=role))
        notifications.opinion_asked(opinion, at=at)
        touch(locked.cycle)
    return opinion


def answer_opinion(opinion: BodyOpinion, *, by: Actor, at: datetime, words: str) -> BodyOpinion:
    """The department's public answer, signed by its name; the members read it the same day."""
    with journal.transaction_with_journal():
        rows = BodyOpinion.objects.select_for_update(of=("self",)).select_related("body__cycle", "department")
        locked = rows.get(pk=opinion.pk)
        role = demand(policies.can_answer_opinion(by, locked, at)).role
        if not words.strip():
            raise ValidationError({"answer": _("écrivez la réponse : elle sera publiée avec l’avis.")})
        locked.answer, locked.answered_at, locked.answered_by = words.strip(), at, locked.department.name
        locked.full_clean()
        locked.save()
        journal.record(journal.Line(locked.journal_chain, at, by, "answer_opinion", locked, role=role))
        notifications.opinion_answered(locked, at=at)
        touch(locked.body.cycle)
    return locked


def remind_opinions(at: datetime) -> int:
    """Remind who owes an answer: three days before the date, then each week it is late. Called by the clock."""
    today = calendar.local_day(at)
    waiting = BodyOpinion.objects.waiting().filter(due_on__lte=today + REMIND_BEFORE)
    reminded = 0
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        with journal.transaction_with_journal():
            rows = BodyOpinion.objects.select_for_update(of=("self",), skip_locked=True)
            opinion = rows.select_related("body__cycle", "department").filter(pk=pk, answered_at=None).first()
            if opinion is None or not _is_reminder_due(opinion, today):
                continue
            opinion.reminded_on = today
            opinion.save(update_fields=["reminded_on"])
            notifications.opinion_reminded(opinion, at=at)
            journal.record(journal.Line(opinion.journal_chain, at, CLOCK, "remind_opinion", opinion))
            reminded += 1
    return reminded


def _is_reminder_due(opinion: BodyOpinion, today: date) -> bool:
    last = opinion.reminded_on
    if last is None:
        return True
    if last <= opinion.due_on < today:
        return True  # the day after the date, whatever was said before
    return today > opinion.due_on and today - last >= REMIND_EVERY


def record_decision(
    body: Body,
    *,
    by: Actor,
    at: datetime,
    matter: str,
    subject: str,
    votes_for: int,
    votes_against: int = 0,
    abstentions: int = 0,
    words: str = "",
    decided_on: date | None = None,
    meeting: Meeting | None = None,
    key: UUID | None = None,
) -> BodyDecision:
    """Publish a decision and its votes. No more votes than members sat that day. The same `key` twice is one."""
    with journal.transaction_with_journal():
        locked = bodies.lock(body)
        role = demand(policies.can_decide_on(by, locked, matter, at)).role
        known = BodyDecision.objects.filter(key=key, body=locked).first() if key else None
        if known is not None:
            return known
        day = decided_on or calendar.local_day(at)
        if day > calendar.local_day(at):
            raise ValidationError({"decided_on": _("une décision se note une fois prise : cette date est à venir.")})
        sitting, votes = (
            Member.objects.sitting(day).filter(body=locked).count(),
            votes_for + votes_against + abstentions,
        )
        if votes > sitting:
            raise ValidationError(
                {
                    "votes_for": _("%(votes)d voix pour %(members)d membres ce jour-là : recomptez les voix.")
                    % {"votes": votes, "members": sitting}
                }
            )
        decision = BodyDecision(
            body=locked,
            meeting=_own(meeting, locked),
            key=key or uuid4(),
            matter=matter,
            subject=text.tidy(subject),
            text=words.strip(),
            decided_on=day,
            votes_for=votes_for,
            votes_against=votes_against,
            abstentions=abstentions,
            charter_version=locked.charter_version if matter == CHARTER else 0,
            recorded_at=at,
        )
        decision.full_clean()
        decision.save()
        journal.record(journal.Line(locked.journal_chain, at, by, "record_body_decision", decision, role=role))
        touch(locked.cycle)
    return decision


def write_report(body: Body, *, by: Actor, at: datetime, year: int, words: str) -> BodyReport:
    """The body's own words of the year, above the figures; written again until it is published."""
    with journal.transaction_with_journal():
        locked = bodies.lock(body)
        role = demand(policies.team_only(by, at)).role
        report = locked.reports.filter(year=year).first() or BodyReport(body=locked, year=year)
        if report.published_at is not None:
            raise Refused(no(_("Le rapport %(year)d est publié : il ne change plus.") % {"year": year}))
        if not locked.mandate_from.year <= year <= calendar.local_day(at).year:
            raise ValidationError({"year": _("choisissez une année du mandat, commencée.")})
        report.text, report.written_at = words.strip(), at
        report.full_clean()
        report.save()
        journal.record(journal.Line(locked.journal_chain, at, by, "write_body_report", report, role=role))
    return report


def publish_report(report: BodyReport, *, by: User | Actor, at: datetime) -> BodyReport:
    """Show the year's report to everybody. Twice is once."""
    with journal.transaction_with_journal():
        body = bodies.lock(report.body)
        role = demand(policies.team_only(by, at)).role
        locked = BodyReport.objects.select_for_update().get(pk=report.pk)
        if locked.published_at is None:
            locked.published_at = at
            locked.save(update_fields=["published_at"])
            journal.record(journal.Line(body.journal_chain, at, by, "publish_body_report", locked, role=role))
            touch(body.cycle)
    return locked


def _own(meeting: Meeting | None, body: Body) -> Meeting | None:
    if meeting is not None and meeting.body_id != body.pk:
        raise ValidationError({"meeting": _("cette séance n’est pas celle de l’instance.")})
    return meeting
