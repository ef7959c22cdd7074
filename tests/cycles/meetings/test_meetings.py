"""A meeting planned, announced, moved, cancelled; convened, marked, written up, published; and its calendar file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string

from bp_platform.core import registries
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.documents import rendering
from bp_platform.documents.models import StoredFile
from bp_platform.notifications.models import OutboxMessage
from cycles import flow, ical, selectors, services
from cycles.models import Meeting, MeetingState, Minutes, MinutesState
from cycles.services import Guest
from tests.documents.test_uploads import picture
from tests.factories import meetings as factory

pytestmark = pytest.mark.django_db


def acts(subject):
    found = JournalEntry.objects.filter(subject=f"{subject._meta.label_lower}:{subject.pk}")
    return list(found.order_by("position").values_list("act", "from_state", "to_state"))


def told(event):
    return list(OutboxMessage.objects.filter(event=event).order_by("pk").values_list("contact__name", flat=True))


def facts(at, **more):
    given = {"title": "Atelier des Mariniers", "kind": "workshop", "starts_at": at + timedelta(days=10), "ends_at": at + timedelta(days=10, hours=2), "place": "Salle du haut"}  # fmt: skip
    return given | more


def test_a_meeting_is_planned_once_announced_and_moved(at, town, paula, chloe):
    cycle, key = factory.cycle_of(at), uuid4()

    meeting = services.plan_meeting(cycle, by=paula, at=at, key=key, **facts(at, takes_registrations=True, capacity=5))
    again = services.plan_meeting(cycle, by=paula, at=at, key=key, **facts(at))
    twin = services.plan_meeting(cycle, by=paula, at=at, **facts(at))

    assert again == meeting
    assert (meeting.slug, twin.slug) == ("atelier-des-mariniers-2026-03-12", "atelier-des-mariniers-2026-03-12-2")
    assert not Meeting.objects.public().exists()
    meeting = services.announce_meeting(meeting, by=paula, at=at)
    assert list(Meeting.objects.public()) == [meeting]
    services.register(meeting, Guest("Aïcha Benali", "aicha@valrive.example"), at=at)

    services.change_meeting(meeting, by=paula, at=at, text="Venez avec vos enfants.")
    assert told("meeting_changed") == []
    moved = services.change_meeting(meeting, by=paula, at=at, place="Salle du bas")
    services.change_meeting(meeting, by=paula, at=at, place="Salle du bas")

    assert told("meeting_changed") == ["Aïcha Benali"]
    assert (moved.sequence, moved.slug) == (2, meeting.slug)
    assert acts(meeting) == [
        ("plan_meeting", "", "draft"),
        ("announce_meeting", "draft", "announced"),
        ("change_meeting", "", ""),
        ("change_meeting", "", ""),
    ]
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        services.change_meeting(meeting, by=chloe, at=at, place="Chez moi")


def test_a_cancelled_meeting_tells_who_comes_and_moves_no_more(at, town, paula):
    meeting = factory.workshop(at, capacity=1)
    services.register(meeting, Guest("Aïcha Benali", "aicha@valrive.example"), at=at)
    services.register(meeting, Guest("Bruno Martel", "bruno@valrive.example"), at=at)

    cancelled = services.cancel_meeting(meeting, by=paula, at=at, reason="La salle est inondée.")

    assert told("meeting_cancelled") == ["Aïcha Benali", "Bruno Martel"]
    assert (cancelled.state, cancelled.sequence) == (MeetingState.CANCELLED, 1)
    assert acts(meeting) == [("cancel_meeting", "announced", "cancelled")]
    for act, sentence in (
        (lambda: services.change_meeting(meeting, by=paula, at=at, place="Ailleurs"), "annulé : il ne change plus"),
        (lambda: services.cancel_meeting(meeting, by=paula, at=at, reason="Encore"), "On ne peut pas annuler"),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert sentence in str(refusal.value).replace("\u00a0", " ")
    with pytest.raises(ValidationError, match="pourquoi"):
        services.cancel_meeting(factory.meeting(at), by=paula, at=at, reason=" ")
    begun = factory.meeting(at, starts_in=-timedelta(minutes=5))
    with pytest.raises(Refused, match="a commencé"):
        services.cancel_meeting(begun, by=paula, at=at, reason="Trop tard")


def test_what_the_frame_refuses(at, town, paula):
    cycle = factory.cycle_of(at)
    with pytest.raises(ValidationError, match="doit suivre son début"):
        services.plan_meeting(cycle, by=paula, at=at, **facts(at, ends_at=at))
    with pytest.raises(ValidationError, match="nomme l’instance"):
        services.plan_meeting(cycle, by=paula, at=at, **facts(at, kind="body_session"))
    past = services.plan_meeting(cycle, by=paula, at=at, **facts(at, starts_at=at - timedelta(hours=3), ends_at=at))
    with pytest.raises(ValidationError, match="a déjà commencé"):
        services.announce_meeting(past, by=paula, at=at)
    with pytest.raises(IntegrityError, match="meeting_cancelled_says_why"), transaction.atomic():
        Meeting.objects.filter(pk=past.pk).update(state="cancelled")


def test_a_body_is_convened_and_each_member_told_once(at, town, paula):
    body = factory.body(at, quorum=2)
    factory.member(at, body, "Aïcha Benali")
    factory.member(at, body, "Odette Renard", until_on=body.mandate_from + timedelta(days=1))
    session = factory.meeting(at, kind="body_session", body=body, title="Comité de suivi")

    with pytest.raises(Refused, match="ordre du jour"):
        services.convene(session, by=paula, at=at)
    session = services.change_meeting(session, by=paula, at=at, agenda="Les avis\nLa charte")
    assert services.convene(session, by=paula, at=at) == 1
    bruno = factory.member(at, body, "Bruno Martel")
    assert services.convene(session, by=paula, at=at) == 1
    assert told("body_convened") == ["Aïcha Benali", "Bruno Martel"]

    services.change_meeting(session, by=paula, at=at, place="Mairie")
    assert told("meeting_changed") == ["Aïcha Benali", "Bruno Martel"]

    after = session.starts_at + timedelta(hours=3)
    aicha = body.members.get(contact__name="Aïcha Benali")
    with pytest.raises(Refused, match="n’a pas commencé"):
        services.mark_attendance(session, by=paula, at=at, presences={aicha.pk: "present"})
    services.mark_attendance(session, by=paula, at=after, presences={aicha.pk: "present", bruno.pk: "excused"})
    found = selectors.turnout(Meeting.objects.get(pk=session.pk))
    assert (found.present, found.expected, found.is_quorate) == (1, 2, False)
    assert found.words.replace("\u00a0", " ") == "1 membre présent sur 2 : le quorum de 2 n’est pas atteint"
    services.mark_attendance(session, by=paula, at=after, presences={bruno.pk: "present"})
    assert selectors.turnout(Meeting.objects.get(pk=session.pk)).is_quorate
    with pytest.raises(Refused, match="a commencé"):
        services.convene(session, by=paula, at=after)


def test_minutes_are_written_approved_published_and_name_nobody_unwilling(at, town, paula):
    meeting = factory.workshop(at, starts_in=timedelta(hours=1))
    services.register(meeting, Guest("Aïcha Benali", "aicha@valrive.example"), at=at)
    with pytest.raises(Refused, match="n’a pas commencé"):
        services.write_minutes(meeting, by=paula, at=at, words="Trop tôt")
    after = meeting.ends_at

    minutes = services.write_minutes(meeting, by=paula, at=after, words="Aicha BENALI demande des bancs.")
    with pytest.raises(Refused, match="On ne peut pas publier"):
        services.publish_minutes(minutes, by=paula, at=after)
    with pytest.raises(ValidationError, match="Dites qui approuve"):
        services.approve_minutes(minutes, by=paula, at=after, approved_by=" ")
    services.approve_minutes(minutes, by=paula, at=after, approved_by="l’assemblée")
    with pytest.raises(Refused, match="est approuvé"):
        services.write_minutes(meeting, by=paula, at=after, words="Autre chose")
    with pytest.raises(Refused, match="nomme Aïcha Benali"):
        services.publish_minutes(minutes, by=paula, at=after)
    services.reopen_minutes(minutes, by=paula, at=after)
    services.write_minutes(meeting, by=paula, at=after, words="Une habitante demande des bancs.")
    services.approve_minutes(minutes, by=paula, at=after, approved_by="l’assemblée")
    published = services.publish_minutes(minutes, by=paula, at=after)

    assert (published.state, published.approved_by) == (MinutesState.PUBLISHED, "l’assemblée")
    assert [act for act, _a, _b in acts(minutes)] == ["write_minutes", "approve_minutes", "reopen_minutes", "write_minutes", "approve_minutes", "publish_minutes"]  # fmt: skip
    assert not flow.REOPEN_MINUTES.may(paula, published, after)
    with pytest.raises(IntegrityError, match="minutes_approved_iff_signed"), transaction.atomic():
        Minutes.objects.filter(pk=minutes.pk).update(approved_by="")


def test_a_photo_says_how_people_agreed_and_leaves_when_they_no_longer_do(at, town, paula, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    meeting = factory.meeting(at, starts_in=-timedelta(hours=1))
    upload = SimpleUploadedFile("photo.jpg", picture())

    with pytest.raises(ValidationError, match="leur accord"):
        services.add_photo(meeting, upload, by=paula, at=at, alt_text="Une table", caption="", consent=" ")
    photo = services.add_photo(meeting, upload, by=paula, at=at, alt_text="Une table", caption="", consent="nul n’est reconnaissable")  # fmt: skip
    assert photo.file.is_public

    services.remove_photo(photo, by=paula, at=at, reason="Une personne se reconnaît")

    assert not StoredFile.objects.get(pk=photo.file_id).is_public
    assert not meeting.photos.exists()


def test_calendar_files_are_read_back(at, town):
    """Across the change of hour: 12 March and 2 April at ten in Paris are 9:00 and 8:00 in UTC."""
    before = factory.meeting(at, title="Atelier, à 10 h ; venez !", text="Avec\nvos voisins")
    after = factory.meeting(at, starts_in=datetime(2026, 4, 2, 8, tzinfo=UTC) - at, state="cancelled", cancel_reason="x", sequence=3)  # fmt: skip
    factory.meeting(at, state=MeetingState.DRAFT)

    content = ical.calendar_of(selectors.meetings_feed(before.cycle), name="Agenda", base_url="https://x.example", host="x.example")  # fmt: skip

    first, second = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert (str(first["uid"]), str(first["summary"]), str(first["status"])) == (f"{before.uid}@x.example", "Atelier, à 10 h ; venez !", "CONFIRMED")  # fmt: skip
    assert first.decoded("dtstart") == datetime(2026, 3, 12, 9, tzinfo=UTC)
    assert str(first["description"]) == f"Avec\nvos voisins\n\nhttps://x.example/2026/rendez-vous/{before.slug}/"
    assert (second.decoded("dtstart"), int(second["sequence"]), str(second["status"])) == (datetime(2026, 4, 2, 8, tzinfo=UTC), 3, "CANCELLED")  # fmt: skip
    assert second.decoded("dtstamp") == after.changed_at
    assert content == ical.calendar_of(selectors.meetings_feed(before.cycle), name="Agenda", base_url="https://x.example", host="x.example")  # fmt: skip


def test_the_feed_of_an_edition_strikes_what_is_cancelled_and_stands_across_october(at, town, paula, client, clock):
    """25 October 2026: ten o'clock in Paris is 8:00 in UTC the day before, 9:00 the day after. Lines are folded."""
    long = "Atelier d’été à la médiathèque, avec les conseils de quartier, les écoles et les associations du canal"
    before = factory.meeting(at, title=long, starts_in=datetime(2026, 10, 24, 8, tzinfo=UTC) - at)
    after = factory.meeting(at, starts_in=datetime(2026, 10, 26, 9, tzinfo=UTC) - at)
    factory.meeting(at, state=MeetingState.DRAFT)
    first = client.get("/2026/calendrier.ics").content
    services.cancel_meeting(before, by=paula, at=at, reason="La salle est fermée.")
    second = client.get("/2026/calendrier.ics").content

    events = {str(e["uid"]): e for e in icalendar.Calendar.from_ical(second).walk("VEVENT")}
    was = {str(e["uid"]): e for e in icalendar.Calendar.from_ical(first).walk("VEVENT")}
    struck, kept = (next(e for uid, e in events.items() if str(m.uid) in uid) for m in (before, after))
    assert set(events) == set(was)
    assert (str(struck["status"]), str(kept["status"])) == ("CANCELLED", "CONFIRMED")
    assert int(struck["sequence"]) > int(was[str(struck["uid"])]["sequence"])
    assert str(struck["summary"]) == long
    assert [e.decoded("dtstart").astimezone(ZoneInfo("Europe/Paris")).hour for e in (struck, kept)] == [10, 10]
    assert [e.decoded("dtstart").hour for e in (struck, kept)] == [8, 9]
    assert all(len(line) <= 75 for line in second.split(b"\r\n"))
    assert b"\r\n " in second and b"\n" not in second.replace(b"\r\n", b"")


@pytest.mark.parametrize("number", [0, 1, 3])
def test_the_board_tells_what_comes_next(at, town, number):
    factory.cycle_of(at)
    for _n in range(number):
        factory.meeting(at)
    factory.meeting(at, starts_in=timedelta(days=-3))
    board = registries.reports["meetings_board"]

    data = board.build({"cycle": "2026", "from": at.isoformat(), "format": "A4"})
    html = render_to_string(board.template, {**data, "title": "Agenda", "town": data["body"]})

    assert len(data["lines"]) == number
    assert html.count('class="board-meeting"') == number
    assert ("Le prochain rendez-vous n’est pas encore fixé." in html) == (number == 0)
    assert rendering.render_pdf(board.template, data, language="fr", title="Agenda").startswith(b"%PDF")
