"""The calendar: moved with what follows, planned, undone; read by the clock, summer time or not; fed to diaries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from cycles import policies, retroplan, selectors, services
from cycles.models import CalendarChange, CycleState, Election, Phase
from cycles.services import Dates
from tests.factories import cycles as factory

pytestmark = pytest.mark.django_db
DESK = "/bureau/editions/2026/calendrier/"
PARIS, REUNION = ZoneInfo("Europe/Paris"), ZoneInfo("Indian/Reunion")
DAY = timedelta(days=1)


@pytest.fixture
def cycle(town):
    """Its call is open now, by the real clock; its phases open at noon, far from the end of a day."""
    return factory.cycle(timezone.now().astimezone(PARIS).replace(hour=12))


def plain(answer):
    return answer.content.decode().replace("\u00a0", " ")


def dates_of(cycle):
    return {phase.kind: (phase.opens_at, phase.closes_at) for phase in cycle.phases.all()}


def put(cycle, kind, opens_at, closes_at, by, at, **facts):
    phase = selectors.phase_of(cycle, kind)
    one = Dates(kind, opens_at, closes_at, phase.pk if phase else None)
    return services.set_phases(cycle, [one], by=by, at=at, **{"key": uuid4(), "label": "essai"} | facts)


def test_a_phase_moves_and_the_move_is_undone(cycle, paula):
    now, before = timezone.now(), dates_of(cycle)
    opens_at, closes_at = before["vote"]

    change = put(cycle, "vote", opens_at + DAY, closes_at + DAY, paula, now)
    cycle = type(cycle).objects.get(pk=cycle.pk)
    assert dates_of(cycle)["vote"] == (opens_at + DAY, closes_at + DAY)
    services.undo_change(change, by=paula, at=now)
    services.undo_change(change, by=paula, at=now)

    assert dates_of(type(cycle).objects.get(pk=cycle.pk)) == before
    acts = JournalEntry.objects.filter(chain=cycle.journal_chain).order_by("position").values_list("act", flat=True)
    assert list(acts) == ["set_phases", "undo_phases"]
    assert Phase.objects.get(kind="vote").revision == 2


def test_the_same_post_twice_is_one_act(cycle, paula):
    now, key = timezone.now(), uuid4()
    opens_at, closes_at = dates_of(cycle)["vote"]

    first = put(cycle, "vote", opens_at + DAY, closes_at + DAY, paula, now, key=key)
    second = put(cycle, "vote", opens_at + DAY, closes_at + DAY, paula, now, key=key)

    assert first.pk == second.pk
    assert CalendarChange.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "opens", "closes", "refusal"),
    [
        ("call", timedelta(days=9), timedelta(days=60), "cette date est passée, elle ne change plus"),
        ("vote", timedelta(days=-3), timedelta(days=500), "est déjà passé, choisissez une date à venir"),
        ("vote", timedelta(days=20), timedelta(days=10), "La clôture de la phase doit suivre son ouverture"),
    ],
)
def test_a_date_that_cannot_be_is_refused_and_nothing_moves(cycle, paula, kind, opens, closes, refusal):
    now, before = timezone.now(), dates_of(cycle)

    with pytest.raises((Refused, ValidationError)) as refused:
        put(cycle, kind, now + opens, now + closes, paula, now)

    assert refusal in str(refused.value).replace("\\xa0", " ")
    assert dates_of(type(cycle).objects.get(pk=cycle.pk)) == before
    assert not CalendarChange.objects.exists()


def test_only_the_last_change_is_undone(cycle, paula):
    now = timezone.now()
    opens_at, closes_at = dates_of(cycle)["vote"]
    first = put(cycle, "vote", opens_at + DAY, closes_at + DAY, paula, now)
    put(cycle, "review", *(moment + DAY for moment in dates_of(cycle)["review"]), paula, now)

    with pytest.raises(Refused, match="annulez d’abord le changement le plus récent"):
        services.undo_change(first, by=paula, at=now)


def test_an_added_phase_is_taken_back_by_undoing(cycle, paula):
    now = timezone.now()
    change = put(cycle, "preselection", now + DAY, now + 3 * DAY, paula, now)
    assert Phase.objects.filter(kind="preselection").exists()

    services.undo_change(change, by=paula, at=now)

    assert not Phase.objects.filter(kind="preselection").exists()


def test_a_stranger_moves_nothing(cycle, chloe):
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        put(cycle, "vote", *dates_of(cycle)["vote"], chloe, timezone.now())


def local(moment):
    return moment.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M")


def test_the_desk_tells_what_a_move_means_before_it_is_done(cycle, paula, sign_in):
    client, vote = sign_in(paula), Phase.objects.get(kind="vote")
    address = f"{DESK}phases/{vote.pk}/"
    longer = {"opens_at": local(vote.opens_at), "closes_at": local(vote.closes_at + 7 * DAY), "key": str(uuid4())}

    page = client.post(address, longer)
    assert page.status_code == 200
    assert "« Résultats » ouvre le" in plain(page)
    assert CalendarChange.objects.count() == 0

    assert client.post(address, longer | {"confirmer": "oui"})["Location"] == DESK
    page = plain(client.get(DESK))
    assert "Vote déplacée" in page
    change = CalendarChange.objects.get()
    assert client.post(f"{DESK}changements/{change.pk}/annuler/")["Location"] == DESK
    assert "est annulé." in plain(client.get(DESK))


def test_a_phase_that_opens_the_day_another_closes_follows_it(cycle, paula, sign_in):
    vote, results = Phase.objects.get(kind="vote"), Phase.objects.get(kind="proclamation")
    closes_at = vote.closes_at.astimezone(PARIS).replace(hour=18)
    Phase.objects.filter(pk=vote.pk).update(closes_at=closes_at)
    Phase.objects.filter(pk=results.pk).update(opens_at=closes_at - timedelta(hours=1))
    longer = {"opens_at": local(vote.opens_at), "closes_at": local(closes_at + 7 * DAY), "key": str(uuid4())}

    assert "« Résultats » ouvre le" in plain(sign_in(paula).post(f"{DESK}phases/{vote.pk}/", longer))
    assert CalendarChange.objects.count() == 0


def test_what_follows_moves_with_it_if_asked(cycle, paula, sign_in):
    before, vote = dates_of(cycle), Phase.objects.get(kind="vote")
    later = {"opens_at": local(vote.opens_at), "closes_at": local(vote.closes_at + 7 * DAY), "is_shifting": "on"}

    assert sign_in(paula).post(f"{DESK}phases/{vote.pk}/", later).status_code == 303

    after = dates_of(type(cycle).objects.get(pk=cycle.pk))
    for kind in ("proclamation", "realisation", "review"):
        moved = after[kind][0].astimezone(PARIS).date() - before[kind][0].astimezone(PARIS).date()
        assert moved == 7 * DAY
        assert after[kind][0].astimezone(PARIS).time() == before[kind][0].astimezone(PARIS).time()
    assert after["instruction"] == before["instruction"]


def test_a_plan_is_shown_checked_then_applied(cycle, paula, sign_in):
    client, address = sign_in(paula), f"{DESK}retroplanning/"
    on = (timezone.now() + timedelta(weeks=90)).date()
    data = {"anchor": "budget", "on": on.isoformat(), "weeks_instruction": 14, "weeks_vote": 3, "weeks_proclamation": 2}

    page = client.post(address, data)
    assert page.status_code == 200
    assert "Appliquer ces dates" in plain(page)
    assert CalendarChange.objects.count() == 0

    assert client.post(address, data | {"appliquer": "oui", "key": str(uuid4())})["Location"] == DESK
    planned = {one.kind: one for one in retroplan.plan({"instruction": 14, "vote": 3, "proclamation": 2}, "budget", on)}
    vote = selectors.stage_of(Phase.objects.get(kind="vote"))
    assert (vote.first, vote.last) == (planned["vote"].first, planned["vote"].last)


def test_a_plan_that_starts_in_the_past_says_so_and_is_refused(cycle, paula, sign_in):
    data = {"anchor": "start", "on": "2020-01-07", "weeks_vote": 3}
    client = sign_in(paula)

    assert "Ces phases commenceraient dans le passé : Vote." in plain(client.post(f"{DESK}retroplanning/", data))
    answer = client.post(f"{DESK}retroplanning/", data | {"appliquer": "oui"})

    assert answer.status_code == 422
    assert "est déjà passé" in plain(answer)


def test_a_plan_without_a_phase_or_a_day_is_refused(cycle, paula, sign_in):
    client = sign_in(paula)

    assert "indiquez le jour" in plain(client.post(f"{DESK}retroplanning/", {"anchor": "start", "weeks_vote": 1}))
    page = client.post(f"{DESK}retroplanning/", {"anchor": "start", "on": "2030-01-01"})
    assert "donnez au moins une semaine" in plain(page)
    assert 'value="9"' in plain(client.get(f"{DESK}retroplanning/?modele=P17")) or page.status_code == 422


def test_days_and_the_frame_feed_the_checks(cycle, paula, sign_in):
    client = sign_in(paula)
    vote = selectors.stage_of(Phase.objects.get(kind="vote"))
    closure = {
        "jour": "1",
        "jour_-kind": "closure",
        "jour_-on": vote.first.isoformat(),
        "jour_-label": "Déménagement",
        "jour_-key": uuid4(),
    }
    frame = {
        "cadre": "1",
        "cadre_-school_zone": "B",
        "cadre_-printing_days": "28",
        "cadre_-budget_vote_on": "2020-12-14",
    }

    assert [client.post(f"{DESK}dates/", closure).status_code for _twice in range(2)] == [303, 303]
    assert cycle.calendar_days.count() == 1
    again = client.post(f"{DESK}dates/", closure | {"jour_-key": uuid4()})
    assert (again.status_code, "Cette date est déjà dans le calendrier" in plain(again)) == (422, True)
    assert client.post(f"{DESK}dates/", frame).status_code == 303

    page = plain(client.get(DESK))
    assert "« Vote » : services fermés" in page
    assert "il faudra une décision modificative" in page
    day = cycle.calendar_days.get()
    client.post(f"{DESK}dates/{day.pk}/retirer/")
    assert "services fermés" not in plain(client.get(DESK))


def test_the_team_writes_an_election_and_may_set_its_reserve_aside(cycle, paula, sign_in):
    client, address = sign_in(paula), f"{DESK}elections/"
    year = timezone.now().year + 1
    exact = {"kind": "other", "first_round_on": f"{year}-03-01"}

    assert client.post(address, exact).status_code == 303
    assert policies.reserve_at(date(year, 1, 15)) is not None
    assert client.post(address, exact | {"reason": "Ailleurs."}).status_code == 303

    row = Election.objects.get()
    assert (row.is_set_aside, row.reason, row.last_round_on) == (True, "Ailleurs.", date(year, 3, 1))
    assert list(JournalEntry.objects.filter(chain="house", act__contains="e").values_list("act", flat=True))[-2:] == [
        "write_election",
        "set_reserve_aside",
    ]
    assert "réserve écartée : Ailleurs." in plain(client.get(address))
    wrong = client.post(address, exact | {"last_round_on": "2020-01-01"})
    assert "le dernier tour précède le premier" in plain(wrong)
    client.post(f"{address}{row.pk}/retirer/")
    assert not Election.objects.exists()


@pytest.mark.parametrize(
    ("zone", "first", "last", "opens_utc", "closes_utc"),
    [
        (PARIS, date(2027, 3, 27), date(2027, 3, 28), "2027-03-26T23:00", "2027-03-28T22:00"),  # 23 hours on Sunday
        (PARIS, date(2027, 10, 30), date(2027, 10, 31), "2027-10-29T22:00", "2027-10-31T23:00"),  # 25 hours
        (REUNION, date(2027, 3, 27), date(2027, 3, 28), "2027-03-26T20:00", "2027-03-28T20:00"),  # never changes
    ],
)
def test_phases_open_and_close_at_local_midnight_whatever_the_season(zone, first, last, opens_utc, closes_utc):
    [one] = services.instants([retroplan.PlannedPhase("vote", first, last)], zone)

    assert one.opens_at.astimezone(UTC).isoformat()[:16] == opens_utc
    assert one.closes_at.astimezone(UTC).isoformat()[:16] == closes_utc
    phase = Phase(kind="vote", opens_at=one.opens_at, closes_at=one.closes_at)
    with timezone.override(zone):
        assert phase.is_open(one.opens_at)
        assert not phase.is_open(one.opens_at - timedelta(microseconds=1))
        assert phase.is_open(one.closes_at - timedelta(microseconds=1))
        assert not phase.is_open(one.closes_at)
        stage = selectors.stage_of(phase)
    assert (stage.first, stage.last) == (first, last)


@pytest.mark.parametrize(("zone", "hour"), [(PARIS, 18), (REUNION, 18)])
def test_a_shift_over_the_change_of_hour_keeps_the_local_hour(zone, hour):
    with timezone.override(zone):
        moved = selectors.shifted(datetime(2027, 3, 26, hour, tzinfo=zone), timedelta(days=7))

    assert moved.astimezone(zone).strftime("%d %H") == f"02 {hour}"


def feed(client):
    answer = client.get("/2026/calendrier.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    return answer.content, icalendar.Calendar.from_ical(answer.content)


def test_the_feed_reads_back_with_stable_names_and_growing_sequences(cycle, paula, client):
    now = timezone.now().replace(microsecond=0)
    put(cycle, "vote", *(moment + DAY for moment in dates_of(cycle)["vote"]), paula, now)
    services.add_day(cycle, by=paula, at=now, kind="council", on=date(2027, 6, 14), label="Conseil municipal")
    services.add_day(cycle, by=paula, at=now, kind="closure", on=date(2027, 6, 15), label="Fermé")

    content, first = feed(client)
    events = {str(event["summary"]).partition(" ·")[0]: event for event in first.walk("VEVENT")}
    vote, council = events["Vote"], events["Conseil municipal"]
    kept = Phase.objects.get(kind="vote")
    assert vote["dtstart"].dt == kept.opens_at.replace(microsecond=0)
    assert (vote["sequence"], events["Bilan"]["sequence"]) == (1, 0)
    assert vote["dtstamp"].dt == now
    assert (council["dtstart"].dt, council["dtend"].dt) == (date(2027, 6, 14), date(2027, 6, 15))
    assert "Fermé" not in events
    assert content == feed(client)[0]
    assert len({str(event["uid"]) for event in events.values()}) == len(events) == 8

    put(cycle, "vote", *(moment + DAY for moment in (kept.opens_at, kept.closes_at)), paula, now + DAY / 24)
    again = {str(event["uid"]): event for event in feed(client)[1].walk("VEVENT")}
    assert again[str(vote["uid"])]["sequence"] == 2
    assert again.keys() == {str(event["uid"]) for event in events.values()}


def test_a_feed_that_only_the_team_may_read_is_kept_by_no_cache(cycle, client, sign_in, paula):
    assert client.get("/2026/calendrier.ics")["Cache-Control"] == "public, max-age=900"
    cycle.state = CycleState.PREPARED
    cycle.save()

    answer = sign_in(paula).get("/2026/calendrier.ics")
    assert answer.status_code == 200
    assert "private" in answer["Cache-Control"]


def test_an_edition_in_preparation_shows_no_calendar(cycle, client):
    cycle.state = CycleState.PREPARED
    cycle.save()

    assert client.get("/2026/calendrier/").status_code == 404
    assert client.get("/2026/calendrier.ics").status_code == 404
    assert client.get("/2026/lieux/").status_code == 404


def test_the_public_calendar_goes_month_by_month(cycle, paula, client):
    services.add_day(
        cycle, by=paula, at=timezone.now(), kind="public_event", on=date(2030, 1, 4), until_on=date(2030, 1, 5), label="Fête"
    )  # fmt: skip

    page = plain(client.get("/2026/calendrier/"))

    assert "Janvier 2030" in page
    assert "du 4 au 5 janvier 2030" in page
    assert "en cours" in page
    factory.drop_phases(cycle)
    cycle.calendar_days.all().delete()
    assert "Les dates ne sont pas encore fixées" in plain(client.get("/2026/calendrier/?x"))


@pytest.mark.parametrize("number", [1, 3])
def test_the_desk_asks_as_much_for_one_day_as_for_three(cycle, paula, sign_in, number, django_assert_num_queries):
    for position in range(number):
        services.add_day(
            cycle, by=paula, at=timezone.now(), kind="council", on=date(2027, 6, 1) + position * DAY, label="Conseil"
        )
    client = sign_in(paula)
    client.get(DESK)

    with django_assert_num_queries(13):
        assert client.get(DESK).status_code == 200
    client.logout()
    client.get("/2026/calendrier/?y")
    with django_assert_num_queries(6):
        assert client.get("/2026/calendrier/").status_code == 200


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_year_typed_by_halves_breaks_no_desk(cycle, sign_in, paula, year):
    desk = sign_in(paula)
    for address, data in (
        ("elections/", {"kind": "municipal", "first_round_on": f"{year}-01-05"}),
        ("retroplanning/", {"anchor": "start", "on": f"{year}-12-31", "weeks_vote": 3}),
        ("dates/", {"jour": "1", "jour_-kind": "council", "jour_-on": f"{year}-12-31", "jour_-label": "Conseil", "jour_-key": uuid4()}),
        ("", {"phase-kind": "preselection", "phase-opens_at": f"{year}-01-05T10:00", "phase-closes_at": f"{year}-02-05T10:00"}),
    ):  # fmt: skip
        assert desk.post(f"{DESK}{address}", data).status_code == 422
    assert not Election.objects.exists()


def test_the_database_keeps_a_phase_that_opened_in_a_public_edition(cycle):
    opened, to_come = cycle.phases.get(kind="call"), cycle.phases.get(kind="vote")

    with pytest.raises(IntegrityError, match="a phase that has opened stays"), transaction.atomic():
        cycle.phases.all().delete()
    with (
        pytest.raises(IntegrityError, match="a phase that has opened stays"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM cycles_phase WHERE id = %s", [opened.pk])
    to_come.delete()
    type(cycle).objects.filter(pk=cycle.pk).update(state="prepared")
    opened.delete()

    assert not cycle.phases.filter(kind__in=["call", "vote"]).exists()
