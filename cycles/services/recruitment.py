"""The acts of recruitment: applications received and settled; draws by lot, announced, done, answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import User
from bp_platform.core import calendar, codes, journal, text
from bp_platform.core.actors import CLOCK, RESIDENT, Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import lots, policies, selectors
from cycles.models import (
    Application,
    ApplicationChannel,
    ApplicationState,
    Area,
    Body,
    College,
    Draw,
    DrawEntry,
    LotOutcome,
    Member,
    Recruitment,
)
from cycles.notifications import bodies as notifications
from cycles.services import bodies
from cycles.services.editions import touch
from cycles.services.registrations import code_for

FORGOTTEN_AFTER = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who applies; all but the name and a way to be reached is free."""

    name: str
    email: str = ""
    phone: str = ""
    postal_address: str = ""
    motivation: str = ""
    area: Area | None = None
    age_band: str = ""
    gender: str = ""
    shows_name: bool = False
    channel: str = ApplicationChannel.ONLINE
    received_on: date | None = None
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Applied:
    """An application and its secret code, known only here and in the receipt."""

    application: Application
    code: str


def apply(college: College, candidate: Candidate, *, by: Actor = RESIDENT, at: datetime, once: str = "") -> Applied:
    """Apply to sit, or be entered by an agent from a form. The same form twice is one application."""
    code = code_for(policies.APPLICATION_PURPOSE, once, f"{college.pk}\x00{candidate!r}")
    code_digest = codes.digest(policies.APPLICATION_PURPOSE, code)
    is_entered = candidate.channel != ApplicationChannel.ONLINE
    with journal.transaction_with_journal():
        body = bodies.lock(college.body)
        college.body = body
        known = Application.objects.filter(code_digest=code_digest).first()
        if known is not None:
            return Applied(known, code)
        role = demand(policies.can_apply(by, college, at, received_on=candidate.received_on)).role
        if is_entered:
            role = demand(policies.team_only(by, at)).role
        if not candidate.name.strip():
            raise ValidationError({"name": _("indiquez votre nom : c’est une personne qui siège.")})
        if not (candidate.email or candidate.phone or candidate.postal_address):
            raise ValidationError({"email": _("indiquez un courriel, un téléphone ou une adresse pour la réponse.")})
        if candidate.area and candidate.area.cycle_id != body.cycle_id:
            raise ValidationError({"area": _("ce lieu n’appartient pas à cette édition.")})
        _refuse_twice(college, candidate)
        application = Application(
            body=body,
            college=college,
            contact=accounts.add_contact(
                name=candidate.name,
                email=candidate.email,
                phone=candidate.phone,
                postal_address=candidate.postal_address,
                language=candidate.language,
                user=by if isinstance(by, User) and not is_entered else None,
            ),
            channel=candidate.channel,
            motivation=candidate.motivation.strip(),
            area=candidate.area,
            age_band=candidate.age_band,
            gender=candidate.gender,
            shows_name=candidate.shows_name,
            code_digest=code_digest,
            submitted_at=at,
            entered_by=by if isinstance(by, User) and is_entered else None,
        )
        application.full_clean()
        application.save()
        journal.record(
            journal.Line(body.journal_chain, at, by, "apply", application, to_state=application.state, role=role)
        )
        notifications.applied(application, code, at=at)
    return Applied(application, code)


def _refuse_twice(college: College, candidate: Candidate) -> None:
    """One person has one lot: the same name at the same address applies once."""
    same = college.applications.exclude(state=ApplicationState.WITHDRAWN).filter(
        contact__name__iexact=text.tidy(candidate.name)
    )
    if candidate.email and same.filter(contact__email__iexact=candidate.email.strip()).exists():
        raise Refused(no(_("Cette personne a déjà candidaté à ce collège avec ce courriel : une candidature suffit.")))


def withdraw_application(application: Application, *, by: Actor = RESIDENT, at: datetime) -> Application:
    """The applicant changes their mind, before anything is decided. A list that is drawn keeps their rank, unseated."""
    with journal.transaction_with_journal():
        locked = _lock_application(application)
        role = "owner" if by.actor_kind == "resident" else demand(policies.team_only(by, at)).role
        if locked.state not in {ApplicationState.RECEIVED, ApplicationState.RESERVE}:
            raise Refused(
                no(
                    _("Cette candidature ne se retire plus : son état est « %(state)s ».")
                    % {"state": locked.get_state_display()}
                )
            )
        _settle(locked, ApplicationState.WITHDRAWN, by=by, at=at, role=role)
    return locked


def choose(application: Application, *, by: Actor, at: datetime) -> Application:
    """Seat somebody who answered the call."""
    with journal.transaction_with_journal():
        locked = _lock_application(application)
        role = demand(policies.team_only(by, at)).role
        if locked.college.recruitment == Recruitment.LOT:
            raise Refused(no(_("Ce collège est tiré au sort : personne n’y est choisi à la main.")))
        _refuse_settled(locked)
        locked.member = bodies.seat_member(
            locked.college, locked.contact, by=by, at=at, shows_name=locked.shows_name, from_on=calendar.local_day(at)
        )
        _settle(locked, ApplicationState.CHOSEN, by=by, at=at, role=role)
    return locked


def turn_down(application: Application, *, by: Actor, at: datetime) -> Application:
    """The seat went to somebody else; the person is told."""
    with journal.transaction_with_journal():
        locked = _lock_application(application)
        role = demand(policies.team_only(by, at)).role
        _refuse_settled(locked)
        _settle(locked, ApplicationState.NOT_CHOSEN, by=by, at=at, role=role)
        notifications.not_chosen(locked, at=at)
    return locked


def announce_draw(
    college: College, *, by: Actor, at: datetime, quotas: Sequence[lots.Quota], source: str, value_due_at: datetime
) -> Draw:
    """Publish the list, its digest and the public number to come. From now on nothing of it changes."""
    with journal.transaction_with_journal():
        body = bodies.lock(college.body)
        role = demand(policies.team_only(by, at)).role
        if college.recruitment != Recruitment.LOT:
            raise Refused(no(_("Ce collège ne se recrute pas par tirage au sort.")))
        if college.draws.filter(drawn_at=None).exists():
            raise Refused(no(_("Un tirage est déjà annoncé pour ce collège : faites-le d’abord.")))
        if value_due_at <= at:
            raise ValidationError({"value_due_at": _("choisissez un nombre qui n’est pas encore connu.")})
        waiting = college.applications.filter(state=ApplicationState.RECEIVED)
        ranked = list(waiting.select_related("area").order_by("code_digest"))  # an order that says nothing of anybody
        entries = [_entry(rank, one, quotas) for rank, one in enumerate(ranked, start=1)]
        seats = (
            college.seats
            - Member.objects.sitting(max(body.mandate_from, calendar.local_day(at))).filter(college=college).count()
        )
        if seats < 1:
            raise Refused(no(_("Tous les sièges de ce collège sont pourvus : il n’y a rien à tirer au sort.")))
        found = lots.gaps(entries, seats, quotas)
        if found:
            raise ValidationError([selectors.gap_words(gap, seats) for gap in found])
        draw = Draw(
            body=body,
            college=college,
            slug=f"tirage-{body.draws.count() + 1}",
            seats=seats,
            quotas=[{"criterion": q.criterion, "value": q.value, "least": q.least, "label": q.label} for q in quotas],
            listing=[{"rank": entry.rank, **entry.traits} for entry in entries],
            list_digest=lots.digest(lots.listing(entries)),
            source=text.tidy(source),
            value_due_at=value_due_at,
            announced_at=at,
        )
        draw.full_clean(exclude=["quotas", "listing", "result"])
        draw.save()
        DrawEntry.objects.bulk_create(
            DrawEntry(draw=draw, rank=rank, application=one) for rank, one in enumerate(ranked, start=1)
        )
        journal.record(journal.Line(body.journal_chain, at, by, "announce_draw", draw, role=role))
        touch(body.cycle)
    return draw


def _entry(rank: int, application: Application, quotas: Sequence[lots.Quota]) -> lots.Entry:
    """Only what a quota reads is published: nobody is described more than needed."""
    traits = {
        "gender": application.gender,
        "age": application.age_band,
        "area": application.area.code if application.area else "",
    }
    asked = {(quota.criterion, quota.value) for quota in quotas}
    return lots.Entry(rank, {name: value for name, value in traits.items() if value and (name, value) in asked})


def draw_lots(draw: Draw, *, by: Actor, at: datetime, value: str) -> Draw:
    """Enter the public number: the seed, the order and the seats follow from it. Everybody on the list is told."""
    with journal.transaction_with_journal():
        body = bodies.lock(draw.body)
        locked = Draw.objects.select_for_update(of=("self",)).select_related("college").get(pk=draw.pk)
        locked.body = body
        role = demand(policies.can_draw(by, locked, at)).role
        written = text.tidy(value)
        if not written:
            raise ValidationError({"value": _("recopiez le nombre public, tel qu’il a été publié.")})
        seed = lots.seed_of(written, locked.list_digest)
        result = lots.draw(selectors.entries_of(locked), locked.seats, selectors.quotas_of(locked), seed)
        locked.value, locked.seed, locked.drawn_at = written, seed, at
        locked.result = {"seated": list(result.seated), "substitutes": list(result.substitutes)}
        locked.save()
        journal.record(journal.Line(body.journal_chain, at, by, "draw_lots", locked, role=role))
        order = {rank: place for place, rank in enumerate((*result.seated, *result.substitutes), start=1)}
        for entry in locked.entries.select_related("application__contact").order_by("rank"):
            entry.draw = locked
            entry.order = order[entry.rank]
            is_seated = entry.rank in result.seated
            entry.outcome = LotOutcome.SEATED if is_seated else LotOutcome.SUBSTITUTE
            entry.save()
            state = ApplicationState.CHOSEN if is_seated else ApplicationState.RESERVE
            if entry.application.state == ApplicationState.RECEIVED:  # not withdrawn since
                _settle(entry.application, state, by=by, at=at, role=role)
                notifications.drawn(entry, at=at)
        touch(body.cycle)
    return locked


def accept_seat(entry: DrawEntry, *, by: Actor, at: datetime) -> DrawEntry:
    """Somebody drawn says yes: they are seated, in the same act."""
    with journal.transaction_with_journal():
        locked, role = _called(entry, by=by, at=at)
        application = locked.application
        if application.state == ApplicationState.WITHDRAWN:
            raise Refused(
                no(_("Cette personne a retiré sa candidature : notez qu’elle refuse, une suppléante est appelée."))
            )
        application.member = bodies.seat_member(
            locked.draw.college,
            application.contact,
            by=by,
            at=at,
            shows_name=application.shows_name,
            from_on=calendar.local_day(at),
        )
        application.save(update_fields=["member"])
        locked.outcome, locked.answered_at = LotOutcome.ACCEPTED, at
        locked.save()
        journal.record(journal.Line(locked.draw.body.journal_chain, at, by, "accept_seat", locked, role=role))
    return locked


def refuse_seat(entry: DrawEntry, *, by: Actor, at: datetime) -> DrawEntry | None:
    """Somebody drawn says no: the next substitute who keeps the quotas is called. Returns them, None without any."""
    with journal.transaction_with_journal():
        locked, role = _called(entry, by=by, at=at)
        draw = locked.draw
        locked.outcome, locked.answered_at = LotOutcome.REFUSED, at
        locked.save()
        application = locked.application
        application.state, application.decided_at = ApplicationState.REFUSED, at
        application.save(update_fields=["state", "decided_at"])
        journal.record(journal.Line(draw.body.journal_chain, at, by, "refuse_seat", locked, role=role))
        rows = list(draw.entries.select_related("application__contact").order_by("order"))
        kept = [row.rank for row in rows if row.outcome in {LotOutcome.SEATED, LotOutcome.ACCEPTED}]
        free = [
            row.rank
            for row in rows
            if row.outcome == LotOutcome.SUBSTITUTE and row.application.state == ApplicationState.RESERVE
        ]
        rank, _holds = lots.next_substitute(selectors.entries_of(draw), kept, free, selectors.quotas_of(draw))
        called = next((row for row in rows if row.rank == rank), None)
        if called is None:
            return None
        called.draw = draw
        called.outcome, called.replaces = LotOutcome.SEATED, locked
        called.save()
        _settle(called.application, ApplicationState.CHOSEN, by=by, at=at, role=role)
        notifications.drawn(called, at=at)
        touch(draw.body.cycle)
    return called


def forget_applications(at: datetime) -> int:
    """Six months after they were settled, what unseated applicants said of themselves is erased; once the mandate is
    over, what those whom nobody answered said too. Harmless twice."""
    today = calendar.local_day(at)
    settled = Q(decided_at__lte=at - FORGOTTEN_AFTER) & ~Q(
        state=ApplicationState.RESERVE, body__mandate_until__gte=today
    )
    rows = Application.objects.filter(
        settled | Q(decided_at=None, body__mandate_until__lt=today), member=None, forgotten_at=None
    )
    with journal.transaction_with_journal():
        touched = list(Body.objects.filter(applications__in=rows).distinct().order_by("pk"))
        erased = rows.update(motivation="", age_band="", gender="", area=None, forgotten_at=at)
        for body in touched:
            journal.record(journal.Line(body.journal_chain, at, CLOCK, "forget_applications", body))
    return erased


def _called(entry: DrawEntry, *, by: Actor, at: datetime) -> tuple[DrawEntry, str]:
    """Somebody who has a seat and has not answered, held until commit."""
    role = demand(policies.team_only(by, at)).role
    body = bodies.lock(entry.draw.body)
    rows = DrawEntry.objects.select_for_update(of=("self",)).select_related("draw__college", "application__contact")
    locked = rows.get(pk=entry.pk)
    locked.draw.body = locked.draw.college.body = body
    if locked.outcome != LotOutcome.SEATED:
        raise Refused(no(_("Cette personne n’a pas de siège à accepter, ou a déjà répondu.")))
    return locked, role


def _lock_application(application: Application) -> Application:
    rows = Application.objects.select_for_update(of=("self",))
    return rows.select_related("body__cycle", "college__body", "contact").get(pk=application.pk)


def _refuse_settled(application: Application) -> None:
    if application.state != ApplicationState.RECEIVED:
        raise Refused(no(_("Cette candidature a déjà sa réponse.")))


def _settle(application: Application, state: str, *, by: Actor, at: datetime, role: str) -> None:
    before = application.state
    application.state, application.decided_at = state, at
    application.full_clean()
    application.save()
    journal.record(
        journal.Line(
            application.body.journal_chain, at, by, "settle_application", application, before, state, role=role
        )
    )
