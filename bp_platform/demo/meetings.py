"""The demo's meetings and bodies: an edition's follow-up committee, its workshops, an opinion to answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Department, User
from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar
from bp_platform.demo.town import DEMO
from cycles import daysoff
from cycles import services as cycles
from cycles.lots import Quota
from cycles.models import Area, Body, BodyPower, Cycle, Meeting, Recruitment
from cycles.services import Candidate, Guest

NAMES = (
    "Aïcha Benali",
    "Bruno Lemaire",
    "Chantal Noël",
    "Driss Amrani",
    "Elsa Roy",
    "Fatou Diallo",
    "Guy Marchand",
    "Hawa Traoré",
)
SUNDAY = 6
GENDERS = "FHFHFFHF"
QUOTAS = (Quota("gender", "F", 2, "une femme"), Quota("gender", "H", 2, "un homme"))


def hold(cycle: Cycle, departments: Mapping[str, Department], at: datetime) -> None:
    """Whom the edition meets: before today, and in the weeks to come."""
    body = _committee(cycle, at)
    _past_session(body, departments, at)
    _workshops(cycle, at)
    cycles.write_report(
        body,
        by=DEMO,
        at=at,
        year=calendar.local_day(at).year,
        words="Nous avons rendu deux avis, et la ville a répondu au premier en douze jours.",
    )
    cycles.record_opinion(
        body,
        by=DEMO,
        at=at - timedelta(days=4),
        kind="question",
        subject="L’ombre sur le parcours de l’école",
        words="Quels arbres restent à planter entre la gare et l’école, et quand ?",
        department=departments["espaces-verts"],
        due_on=calendar.local_day(at) + timedelta(days=9),
    )


def _committee(cycle: Cycle, at: datetime) -> Body:
    before, day = at - timedelta(days=90), calendar.local_day(at)
    body = cycles.create_body(
        cycle,
        by=DEMO,
        at=before,
        name="Comité citoyen",
        kind="citizens",
        purpose="Il relit les réponses aux idées, veille au règlement et suit les réalisations avec la ville.",
        powers=[BodyPower.ADMISSIBILITY, BodyPower.TIES, BodyPower.DELIVERY],
        mandate_from=day - timedelta(days=80),
        mandate_until=day + timedelta(days=640),
        quorum=4,
    )
    residents = cycles.add_college(
        body, by=DEMO, at=before, name="Habitantes et habitants", seats=5, recruitment=Recruitment.LOT
    )
    elected = cycles.add_college(
        body, by=DEMO, at=before, name="Élues et élus", seats=1, recruitment=Recruitment.APPOINTED
    )
    cycles.change_body(
        body, by=DEMO, at=before, applications_from=before, applications_until=before + timedelta(days=20)
    )
    cycles.publish_body(body, by=DEMO, at=before)
    cycles.write_charter(
        body, by=DEMO, at=before, words="Nous écoutons avant de répondre.\n\nNous disons nos liens avec un projet."
    )
    for name, gender in zip(NAMES, GENDERS, strict=True):
        mailbox = f"{name.split()[0].lower().replace('ï', 'i')}@valrive.example"
        candidate = Candidate(name, mailbox, gender=gender, shows_name=gender == "F")
        cycles.apply(residents, candidate, by=DEMO, at=before + timedelta(days=1))
    known = before + timedelta(days=22)
    draw = cycles.announce_draw(
        residents,
        by=DEMO,
        at=known - timedelta(days=1),
        quotas=QUOTAS,
        source="Les cinq numéros du Loto du samedi suivant, dans l’ordre croissant",
        value_due_at=known,
    )
    cycles.draw_lots(draw, by=DEMO, at=known, value="4 17 23 31 44")
    for entry in draw.entries.filter(outcome="seated").order_by("order"):
        cycles.accept_seat(entry, by=DEMO, at=known)
    user = User.objects.get(username="elias")
    contact = accounts.add_contact(name=user.get_full_name(), email=user.email, user=user)
    cycles.seat_member(elected, contact, by=DEMO, at=known, office="adjoint à la participation", shows_name=True)
    return body


def _moment(at: datetime, *, days: int, hour: int) -> datetime:
    zone = public_body().zone
    return calendar.at_midnight(calendar.local_day(at) + timedelta(days=days), zone) + timedelta(hours=hour)


def _working(at: datetime, days: int) -> int:
    """So many days from now, or a little more: not on a Sunday, not on a public holiday."""
    day = calendar.local_day(at) + timedelta(days=days)
    while day.weekday() == SUNDAY or day in daysoff.public_holidays(day.year):
        day += timedelta(days=1)
    return (day - calendar.local_day(at)).days


def _meeting(cycle: Cycle, at: datetime, *, days: int, hour: int, told_before: int = 20, **facts: Any) -> Meeting:
    starts_at = _moment(at, days=days, hour=hour)
    planned = min(at, starts_at) - timedelta(days=told_before)
    meeting = cycles.plan_meeting(
        cycle, by=DEMO, at=planned, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), **facts
    )
    return cycles.announce_meeting(meeting, by=DEMO, at=planned)


def _past_session(body: Body, departments: Mapping[str, Department], at: datetime) -> None:
    session = _meeting(
        body.cycle,
        at,
        days=-30,
        hour=18,
        kind="body_session",
        body=body,
        title="Comité citoyen, première séance",
        place="Hôtel de ville, salle des mariages",
        agenda="La charte\nLes bancs du quai",
        is_step_free=True,
    )
    cycles.convene(session, by=DEMO, at=session.starts_at - timedelta(days=10))
    after = session.ends_at + timedelta(hours=12)
    presences = {
        member.pk: "present" if place else "excused" for place, member in enumerate(body.members.order_by("pk"))
    }
    cycles.mark_attendance(session, by=DEMO, at=after, presences=presences)
    words = "## La charte\n\nElle est adoptée.\n\n## Les bancs du quai\n\nUne habitante demande des dossiers."
    minutes = cycles.write_minutes(session, by=DEMO, at=after, words=words)
    cycles.approve_minutes(minutes, by=DEMO, at=after, approved_by="le comité citoyen")
    cycles.publish_minutes(minutes, by=DEMO, at=after)
    cycles.record_decision(
        body,
        by=DEMO,
        at=after,
        matter="charter",
        subject="La charte est adoptée",
        votes_for=4,
        abstentions=1,
        meeting=session,
    )
    given = calendar.local_day(after)
    opinion = cycles.record_opinion(
        body,
        by=DEMO,
        at=after,
        kind="advice",
        subject="Des bancs avec dossier et accoudoirs, quai des Mariniers",
        words="Sans accoudoirs, on ne se relève pas. Nous demandons trois bancs sur cinq avec dossier.",
        department=departments["espaces-verts"],
        due_on=given + timedelta(days=15),
        meeting=session,
    )
    cycles.answer_opinion(
        opinion,
        by=DEMO,
        at=after + timedelta(days=12),
        words="Oui : les cinq bancs auront un dossier, trois auront des accoudoirs.",
    )


def _workshops(cycle: Cycle, at: datetime) -> None:
    area = Area.objects.filter(cycle=cycle, name="Les Mariniers").first()
    workshop = _meeting(
        cycle,
        at,
        days=12,
        hour=18,
        kind="workshop",
        title="Atelier : comparer les projets avant de voter",
        place="Maison de quartier, salle du haut",
        postal_address="14, rue des Mariniers",
        area=area,
        text="On lit les projets ensemble, on compare les coûts, on pose ses questions aux directions.",
        access="Bus 4, arrêt Halles. Entrée par la cour.",
        is_step_free=True,
        has_childcare=True,
        has_sign_language=True,
        takes_registrations=True,
        capacity=6,
    )
    for guest in (
        Guest("Odette Michaud", phone="02 47 00 00 01", access_need="une chaise devant"),
        Guest("Nadir Haddad", "nadir@valrive.example", seats=2, childcare="3 ans et 7 ans"),
        Guest("Rose Picard", "rose@valrive.example", seats=3, language_need="langue des signes"),
        Guest("Tom Girard", "tom@valrive.example", seats=2),
    ):
        cycles.register(workshop, guest, at=workshop.starts_at - timedelta(days=20))
    _meeting(
        cycle,
        at,
        days=5,
        hour=10,
        kind="office_hours",
        title="Permanence au marché",
        place="Place du Marché",
        is_step_free=True,
        text="Une question, une procuration, un bulletin à comprendre : on est là.",
    )
    _meeting(
        cycle,
        at,
        days=_working(at, 40),
        hour=19,
        kind="public_meeting",
        title="Résultats et premiers chantiers",
        place="Salle des fêtes",
        is_step_free=True,
        has_hearing_loop=True,
    )
