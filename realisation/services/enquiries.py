"""What residents ask about the works: received without an account, read, published, answered in public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Contact, User
from bp_platform.core import calendar, codes, journal, text
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand
from cycles import selectors as cycle_selectors
from cycles import services as cycle_services
from cycles.rules.after import USUAL_ANSWER_DAYS
from realisation import flow, notifications, policies
from realisation.models import Delivery, Enquiry
from realisation.services import reminders
from realisation.services.changes import lock
from realisation.services.news import signature

CODE_LENGTH = 16  # 80 bits


@dataclass(frozen=True, slots=True)
class Asking:
    """What a resident writes, and how to reach them: a name or a mailbox may both be missing, the code is enough."""

    kind: str
    text: str
    name: str = ""
    email: str = ""
    shows_name: bool = False
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class AskedOnce:
    """An enquiry and its secret code, known only here and in the acknowledgement."""

    enquiry: Enquiry
    code: str


def ask(delivery: Delivery, asking: Asking, *, by: Actor, at: datetime, once: str) -> AskedOnce:
    """Ask about the works. The answer is promised within the days of the règlement, counted from today.

    `once` is the random mark of the form: posted again with it, the same words are one enquiry and one code.
    """
    demand(policies.can_ask(delivery, at))
    words = f"{delivery.pk}\x00{asking!r}"
    code = codes.derived_code(CODE_LENGTH, "enquiry", f"{once}\x00{words}") if once else codes.new_code(CODE_LENGTH)
    digest = codes.digest(policies.ENQUIRY_CODE, code)
    with journal.transaction_with_journal():
        locked = lock(delivery)
        known = Enquiry.objects.filter(code_digest=digest).first()
        if known is not None:
            return AskedOnce(known, code)
        days = cycle_selectors.rules_of(locked.proposal.cycle).delivery.answer_days or USUAL_ANSWER_DAYS
        enquiry = Enquiry(
            delivery=locked,
            author=_author(asking, by),
            public_name=text.tidy(asking.name) if asking.shows_name else "",
            kind=asking.kind,
            text=asking.text.strip(),
            language=asking.language,
            code_digest=digest,
            received_at=at,
            due_on=calendar.local_day(at) + timedelta(days=days),
        )
        enquiry.full_clean()
        enquiry.save()
        journal.record(
            journal.Line(
                enquiry.journal_chain, at, by, "ask_about_works", enquiry, to_state=enquiry.state, role="owner"
            )
        )
        notifications.enquiry_received(enquiry, code, at=at)
    return AskedOnce(enquiry, code)


def _author(asking: Asking, by: Actor) -> Contact | None:
    """Whom to write to; nobody when only the code was wanted."""
    user = by if isinstance(by, User) else None
    if not (asking.name.strip() or asking.email or user):
        return None
    return accounts.add_contact(name=asking.name, email=asking.email, language=asking.language, user=user)


def publish_enquiry(enquiry: Enquiry, *, by: Actor, at: datetime) -> Enquiry:
    """It is fit to be read by all; the lead department is asked to answer before the promised day."""
    with flow.PUBLISH_ENQUIRY.take(enquiry, by=by, at=at) as locked:
        locked.published_at = at
        _shown(locked)
        notifications.enquiry_to_answer(locked, reminders.builders_of(locked.delivery, at), at=at)
    return locked


def refuse_enquiry(enquiry: Enquiry, *, by: Actor, at: datetime, reason: str) -> Enquiry:
    """It is not shown, or no longer; its author is told why."""
    with flow.REFUSE_ENQUIRY.take(enquiry, by=by, at=at, reason=reason.strip()) as locked:
        locked.refusal, locked.published_at = reason.strip(), None
        _shown(locked)
        notifications.enquiry_refused(locked, at=at)
    return locked


def answer_enquiry(enquiry: Enquiry, *, by: Actor, at: datetime, words: str) -> Enquiry:
    """The public answer; its author is told, and so are those who follow the project."""
    with flow.ANSWER_ENQUIRY.take(enquiry, by=by, at=at) as locked:
        role = policies.can_answer_enquiry(by, locked, at).role
        locked.answer, locked.answered_at = words.strip(), at
        locked.answered_by = signature(locked.delivery, role)
        _shown(locked)
        notifications.enquiry_answered(locked, at=at)
    return locked


def _shown(enquiry: Enquiry) -> None:
    """What the public reads has changed: kept pages are stale."""
    cycle_services.touch(enquiry.delivery.proposal.cycle)
