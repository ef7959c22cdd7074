"""A body: composed, published; mandates and the right they give; its charter; opinions answered, decisions voted."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from bp_platform.accounts.models import Role, RoleAssignment, User
from bp_platform.core import calendar
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.notifications import mail
from bp_platform.notifications.models import OutboxMessage
from cycles import policies, selectors, services
from cycles.models import BodyOpinion, Member, Recruitment
from tests.factories import meetings as factory

pytestmark = pytest.mark.django_db


def acts(subject):
    found = JournalEntry.objects.filter(subject=f"{subject._meta.label_lower}:{subject.pk}")
    return list(found.order_by("position").values_list("act", "role"))


def told(event):
    return list(OutboxMessage.objects.filter(event=event).order_by("pk").values_list("contact__name", flat=True))


def test_a_body_is_composed_then_published(at, town, paula, chloe):
    cycle, day = factory.cycle_of(at), calendar.local_day(at)
    facts = {"name": "Comité citoyen", "kind": "citizens", "mandate_from": day, "mandate_until": day + timedelta(365)}
    body = services.create_body(cycle, by=paula, at=at, **facts)

    with pytest.raises(ValidationError, match="porte déjà ce nom"):
        services.create_body(cycle, by=paula, at=at, **facts)
    with pytest.raises(Refused, match="pas de collège"):
        services.publish_body(body, by=paula, at=at)
    residents = services.add_college(body, by=paula, at=at, name="Habitantes et habitants", seats=18, recruitment=Recruitment.LOT)  # fmt: skip
    elected = services.add_college(body, by=paula, at=at, name="Élues et élus", seats=1, recruitment=Recruitment.APPOINTED)  # fmt: skip
    with pytest.raises(ValidationError, match="existe déjà"):
        services.add_college(body, by=paula, at=at, name="Élues et élus", seats=6, recruitment=Recruitment.APPOINTED)
    services.seat_member(elected, factory.contact("Élias Ben Amar"), by=paula, at=at, office="adjoint", shows_name=True)
    with pytest.raises(Refused, match="est complet"):
        services.seat_member(elected, factory.contact("Zoé Weber"), by=paula, at=at)
    with pytest.raises(Refused, match="ne se retire plus"):
        services.remove_college(elected, by=paula, at=at)
    body = services.publish_body(body, by=paula, at=at)
    services.publish_body(body, by=paula, at=at)

    assert [(c.name, c.sitting, c.seats, c.named) for c in selectors.colleges_of(body, day)] == [(residents.name, 0, 18, ()), (elected.name, 1, 1, ("Élias Ben Amar, adjoint",))]  # fmt: skip
    assert acts(body) == [("create_body", "participation"), ("publish_body", "participation")]
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        services.change_body(body, by=chloe, at=at, purpose="La mienne")
    with pytest.raises(ValidationError, match="précède son début"):
        services.change_body(body, by=paula, at=at, mandate_until=day - timedelta(1))


def test_the_mandate_gives_the_committees_right_and_takes_it_back(at, town, paula, chloe):
    body, day = factory.body(at), calendar.local_day(at)
    college = body.colleges.get(name="Élues et élus")

    member = services.seat_member(college, factory.contact("Chloé Petit", chloe), by=paula, at=at)

    right = RoleAssignment.objects.get(user=chloe, role=Role.COMMITTEE)
    assert (member.right, right.from_on, right.until_on) == (right, body.mandate_from, body.mandate_until)
    chloe = User.objects.get(pk=chloe.pk)
    assert chloe.holds(at, Role.COMMITTEE)
    assert told("body_seated") == ["Chloé Petit"]

    with pytest.raises(ValidationError, match="pourquoi"):
        services.end_mandate(member, by=paula, at=at, until_on=day, reason="")
    services.end_mandate(member, by=paula, at=at, until_on=day, reason="Elle déménage")

    assert not User.objects.get(pk=chloe.pk).holds(at + timedelta(days=1), Role.COMMITTEE)
    assert [act for act, _role in acts(member)] == ["seat_member", "end_mandate"]
    with pytest.raises(Refused, match="déjà pris fin"):
        services.end_mandate(member, by=paula, at=at + timedelta(days=2), until_on=day, reason="Encore")


def test_one_seat_is_filled_once(at, town, paula, transactional_db):
    body = factory.body(at)
    college = body.colleges.get(name="Élues et élus")
    people = [factory.contact(f"Personne {n}", email=f"p{n}@valrive.example") for n in range(4)]
    barrier, said = threading.Barrier(4), []

    def seat(contact) -> None:
        barrier.wait()
        try:
            services.seat_member(college, contact, by=paula, at=at)
            said.append("seated")
        except Refused:
            said.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=seat, args=(contact,)) for contact in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == ["refused", "refused", "refused", "seated"]
    assert Member.objects.filter(college=college).count() == 1


def test_a_charter_is_accepted_in_its_version(at, town, paula, chloe):
    body = factory.body(at)
    member = factory.member(at, body, "", contact=factory.contact("Chloé Petit", chloe))
    with pytest.raises(Refused, match="pas encore de charte"):
        services.accept_charter(member, by=chloe, at=at)

    body = services.write_charter(body, by=paula, at=at, words="Nous écoutons.")
    assert services.write_charter(body, by=paula, at=at, words="Nous écoutons. ").charter_version == 1
    assert services.accept_charter(member, by=chloe, at=at).charter_accepted == 1
    services.accept_charter(member, by=chloe, at=at)
    body = services.write_charter(body, by=paula, at=at, words="Nous écoutons tout le monde.")

    member.refresh_from_db()
    assert (body.charter_version, member.charter_accepted) == (2, 1)
    assert acts(member) == [("accept_charter", "owner")]
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        services.accept_charter(factory.member(at, body, "Bruno Martel"), by=chloe, at=at)


def opinion_of(body, department, at, by, **facts):
    day = calendar.local_day(at)
    given = {"kind": "advice", "subject": "Les bancs", "words": "Gardez-les.", "department": department, "due_on": day + timedelta(10)}  # fmt: skip
    return services.record_opinion(body, by=by, at=at, **(given | facts))


def test_an_opinion_is_answered_by_its_department_in_public(at, town, paula, helene, bruno, green_spaces):
    body, key = factory.body(at), uuid4()
    factory.member(at, body, "Aïcha Benali")
    helene.role_assignments.create(role="moderator", from_on=date(2024, 1, 1), until_on=date(2024, 12, 31))

    opinion = opinion_of(body, green_spaces, at, paula, key=key)
    assert opinion_of(body, green_spaces, at, paula, key=key) == opinion
    assert opinion_of(body, green_spaces, at, paula).number == 2
    assert told("opinion_asked") == ["Hélène Roy", "Hélène Roy"]
    with pytest.raises(Refused, match="La réponse revient à Direction des espaces verts"):
        services.answer_opinion(opinion, by=bruno, at=at, words="Non.")
    with pytest.raises(ValidationError, match="écrivez la réponse"):
        services.answer_opinion(opinion, by=helene, at=at, words=" ")

    answered = services.answer_opinion(opinion, by=helene, at=at + timedelta(days=12), words="Ils restent.")

    assert (answered.answered_by, answered.days_late(calendar.local_day(at))) == ("Direction des espaces verts", 2)
    line = selectors.opinion_line(answered, calendar.local_day(at))
    assert (line.status, line.tone) == ("répondu avec 2 jours de retard", "warning")
    assert told("opinion_answered") == ["Aïcha Benali"]
    assert acts(opinion) == [("record_opinion", "participation"), ("answer_opinion", "department_head")]
    with pytest.raises(Refused, match="a déjà sa réponse"):
        services.answer_opinion(opinion, by=paula, at=at, words="Encore.")
    with pytest.raises(ValidationError, match="attendue après"):
        opinion_of(body, green_spaces, at, paula, due_on=calendar.local_day(at) - timedelta(1))
    with pytest.raises(IntegrityError, match="body_opinion_answered_iff_signed"), transaction.atomic():
        BodyOpinion.objects.filter(pk=opinion.pk).update(answered_by="")


def test_who_owes_an_answer_is_reminded(at, town, paula, helene, green_spaces):
    opinion = opinion_of(factory.body(at), green_spaces, at, paula)

    sent = [day for day in range(30) if services.remind_opinions(at + timedelta(days=day))]

    assert sent == [7, 11, 18, 25]  # three days before, the day after, then each week
    assert services.remind_opinions(at + timedelta(days=25)) == 0
    late = OutboxMessage.objects.filter(event="opinion_asked").order_by("-pk")[0]
    assert mail.letter(late, town)[0].startswith("En retard")
    services.answer_opinion(opinion, by=helene, at=at + timedelta(days=26), words="Oui.")
    assert services.remind_opinions(at + timedelta(days=40)) == 0


def test_a_decision_has_its_votes_and_its_matter(at, town, paula):
    body, key = factory.body(at), uuid4()
    for name in ("Aïcha Benali", "Bruno Martel", "Chloé Petit"):
        factory.member(at, body, name)

    decision = services.record_decision(body, by=paula, at=at, key=key, matter="ties", subject="Le tirage", votes_for=2, votes_against=1)  # fmt: skip
    again = services.record_decision(body, by=paula, at=at, key=key, matter="ties", subject="Le tirage", votes_for=2)

    assert (again, decision.is_carried) == (decision, True)
    assert acts(decision) == [("record_body_decision", "participation")]
    with pytest.raises(ValidationError, match="4 voix pour 3 membres"):
        services.record_decision(body, by=paula, at=at, matter="ties", subject="Trop", votes_for=4)
    with pytest.raises(ValidationError, match="Notez les voix"):
        services.record_decision(body, by=paula, at=at, matter="ties", subject="Rien", votes_for=0)
    with pytest.raises(Refused, match="ne décide pas de ce sujet"):
        services.record_decision(body, by=paula, at=at, matter="leftovers", subject="L’argent", votes_for=1)
    with pytest.raises(Refused, match="pas encore de charte"):
        services.record_decision(body, by=paula, at=at, matter="charter", subject="La charte", votes_for=1)
    services.write_charter(body, by=paula, at=at, words="Nous écoutons.")
    voted = services.record_decision(body, by=paula, at=at, matter="charter", subject="La charte", votes_for=1, votes_against=1, abstentions=1)  # fmt: skip
    assert (voted.charter_version, voted.is_carried) == (1, False)


def test_the_year_is_drafted_from_what_was_recorded(at, town, paula, helene, green_spaces):
    body = factory.body(at)
    members = [factory.member(at, body, name) for name in ("Aïcha Benali", "Bruno Martel")]
    session = factory.meeting(at, starts_in=-timedelta(days=3), kind="body_session", body=body)
    services.mark_attendance(session, by=paula, at=at, presences={members[0].pk: "present", members[1].pk: "absent"})
    kept = opinion_of(body, green_spaces, at, paula)
    opinion_of(body, green_spaces, at, paula, due_on=calendar.local_day(at))
    services.answer_opinion(kept, by=helene, at=at, words="Oui.")

    figures = selectors.year_figures(body, 2026, calendar.local_day(at) + timedelta(days=4))

    assert (figures.sessions, figures.attendance_percent) == (1, 50)
    assert (figures.opinions, figures.answered, figures.in_time, figures.late) == (2, 1, 1, 1)
    assert figures.longest_delay_days == 4
    report = services.write_report(body, by=paula, at=at, year=2026, words="Une année pleine.")
    services.publish_report(report, by=paula, at=at)
    with pytest.raises(Refused, match="ne change plus"):
        services.write_report(body, by=paula, at=at, year=2026, words="Une autre.")
    with pytest.raises(ValidationError, match="année du mandat"):
        services.write_report(body, by=paula, at=at, year=2030, words="Demain.")


def test_where_a_body_reads_the_studies_its_members_alone_speak(at, town, paula, odile, chloe):
    assert policies.reads_studies_for(odile, factory.cycle_of(at).pk, at)  # no body has that power: the role suffices
    body = factory.body(at)

    refusal = policies.reads_studies_for(odile, body.cycle_id, at)
    assert "reviennent à « Comité de suivi »" in str(refusal.reason).replace("\u00a0", " ")
    factory.member(at, body, "", contact=factory.contact("Odile Vasseur", odile))
    assert policies.reads_studies_for(odile, body.cycle_id, at)
    assert not policies.reads_studies_for(odile, body.cycle_id, at + timedelta(days=400))
