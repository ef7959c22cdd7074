"""An edition run ahead of time: told day by day, the vote and the works included, and no trace left."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from bp_platform.pages import rehearsal
from bp_platform.pages.rehearsal import running, works
from cycles import selectors as cycle_selectors
from cycles import services
from cycles.models import CalendarDayKind, Cycle, PhaseKind
from cycles.rules import Rules
from tests.factories import cycles as factory
from tests.factories import proposals as ideas
from tests.people import BUILDER
from voting import services as voting
from voting.models import PollKind
from voting.services import receiving
from voting.services.roll import Person

DESK = "/bureau/editions/2026/repetition/"


def everything() -> dict[str, list]:
    """Every row of every table, column by column, the addresses of the journal's numbers included."""
    return {model._meta.label: sorted(map(repr, model._base_manager.values_list())) for model in apps.get_models()}


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def told(report: rehearsal.Report) -> list[tuple[date, str, str]]:
    return [(scene.on, scene.kind, plain(scene.sentence)) for scene in report.scenes]


@pytest.fixture
def cycle(at, town, paula, helene, green_spaces):
    """Its call opened a week ago; Hélène owes something by 1 March."""
    made = factory.cycle(at)
    services.name_correspondent(made, green_spaces, by=paula, at=at, person=helene)
    services.add_item(
        made, by=paula, at=at, label="Réserver la halle", due_on=date(2026, 3, 1), department=green_spaces
    )
    return made


@pytest.fixture
def places(settings, tmp_path):
    """The folders of files and of keys, empty."""
    settings.MEDIA_ROOT, settings.BP_PRACTICE_KEYS_DIR = tmp_path / "media", tmp_path / "keys"
    return tmp_path


@pytest.mark.django_db(transaction=True)
def test_nothing_stays_of_a_rehearsal_whole_or_stopped_in_the_middle(cycle, at, places, monkeypatch):
    before = everything()

    report = rehearsal.rehearse(cycle, at=timezone.now())

    assert any(said == "Les résultats sont proclamés." for _day, _kind, said in told(report))
    assert everything() == before
    monkeypatch.setattr(works.Works, "launch", _falls)
    with pytest.raises(ZeroDivisionError):
        rehearsal.rehearse(cycle, at=timezone.now())
    assert everything() == before
    assert mail.outbox == []
    assert list(places.rglob("*")) == []
    assert default_storage.listdir("")[1] == [] if default_storage.exists("") else True
    services.touch(cycle)  # a real act goes on afterwards, and its line is the next one
    services.add_theme(cycle, by=BUILDER, at=at, name="Eau", code="eau")
    call_command("verify_journal", stdout=StringIO())


def _falls(self, at):
    raise ZeroDivisionError


@pytest.mark.django_db
def test_a_whole_edition_is_told_in_order_with_what_each_role_did(cycle, at):
    listed = [{"code": "copil", "name": "le comité de pilotage", "decides": ["final_list"]}]
    factory.adopt(cycle, factory.next_version(cycle).values | {"bodies": {"listed": listed}})
    services.add_day(
        cycle, by=BUILDER, at=at, on=date(2026, 12, 14), label="Conseil municipal", kind=CalendarDayKind.COUNCIL
    )
    with timezone.override("Europe/Paris"):
        report = rehearsal.rehearse(cycle, at=timezone.now())

    said = told(report)
    assert [scene.sentence for scene in report.wrong if scene.kind == "refused"] == []
    assert [day for day, _kind, _said in said] == sorted(day for day, _kind, _said in said)
    opening = date(2026, 2, 23)
    assert (opening, "opens", "« Appel à idées » ouvre.") in said
    [frozen] = [words for day, kind, words in said if (day, kind) == (opening, "frozen")]
    assert frozen.startswith("Le règlement se fige : « Qui peut proposer »")
    expected = [words for _day, kind, words in said if kind == "expected"]
    assert "L’appel à idées ouvre le lundi 23 février 2026" in expected[0]
    assert "L’appel à idées est clos depuis le" in expected[-1]
    for kind, words in (
        ("sent", "1 message : Ce que je dois préparer et qui est en retard."),
        ("done", "Les dossiers s’ouvrent."),
        ("done", "Toutes les réponses sont publiées."),
        ("done", "La liste des projets mis au vote est validée."),
        ("done", "Le vote est scellé, avec sa liste et ses règles."),
        ("done", "24 personnes émargées."),
        ("done", "100 bulletins déposés en ligne."),
        ("done", "Les bulletins papier sont saisis deux fois."),
        ("done", "Le dépouillement est fait."),
        ("done", "Les résultats sont proclamés."),
    ):
        assert (kind, words) in {(one, sentence) for _day, one, sentence in said}, words
    assert [scene.on for scene in report.scenes if "lancée" in scene.sentence] == [date(2026, 12, 14)]
    assert report.figures["voters"] == report.figures["ballots"] == 124
    assert report.figures["winners"] > 0
    assert [part.acts for part in report.parts if part.who == "Votant·es"] == [100]
    assert [scene.sentence for scene in report.wrong if scene.kind == "refused"] == []
    assert rehearsal.Report.from_value(report.value()) == report


@pytest.mark.django_db
@pytest.mark.parametrize("after_study", [False, True])
def test_a_preselection_is_played_with_its_body_before_the_study_or_after(at, town, after_study):
    jury = {"code": "jury", "name": "le jury citoyen", "decides": ["preselection"]}
    voices = {"mode": "forum", "choices": 3, "keeps_at_most": 5, "minimum_per_area": 1}
    cycle = factory.cycle(at)
    study = cycle.phases.get(kind="instruction")
    factory.drop_phases(cycle, "preselection")
    opens_at = study.closes_at + timedelta(hours=1) if after_study else study.opens_at - timedelta(days=2)
    cycle.phases.create(kind="preselection", opens_at=opens_at, closes_at=opens_at + timedelta(days=2))
    factory.adopt(cycle, Rules(preselection=voices, bodies={"listed": [jury]}).model_dump(mode="json"))

    with timezone.override("Europe/Paris"):
        report = rehearsal.rehearse(cycle, at=timezone.now())

    said = [words for _day, kind, words in told(report) if kind == "done"]
    acts = ["La présélection garde 5 idées.", "La présélection est validée.", "La présélection est décidée et publiée."]
    assert [words for words in said if words in acts] == acts
    assert [scene.sentence for scene in report.wrong if scene.kind == "refused"] == []
    assert ("5 dossiers attribués." in said) is not after_study
    assert "Les résultats sont proclamés." in said


@pytest.mark.django_db
def test_what_goes_wrong_is_told_in_a_sentence(town):
    """Studies that end late, an envelope without a project, a holiday, a ballot that the booth does not know."""
    at = timezone.now().replace(year=timezone.now().year + 1, month=3, day=2)
    cycle = factory.cycle(at)
    study = cycle_selectors.phase_of(cycle, PhaseKind.INSTRUCTION)
    vote = cycle_selectors.phase_of(cycle, PhaseKind.VOTE)
    cycle.phases.filter(pk=study.pk).update(closes_at=study.opens_at + timedelta(days=12))
    cycle.phases.filter(pk=vote.pk).update(
        opens_at=vote.opens_at.replace(month=11, day=11, hour=8), closes_at=vote.closes_at.replace(month=11, day=29)
    )
    north = services.add_area(cycle, by=BUILDER, at=at, name="Nord", code="nord", parent=cycle.areas.get(code="ville"))
    lane = services.add_area(cycle, by=BUILDER, at=at, name="La Ruelle", code="ruelle", parent=north)
    services.add_envelope(cycle, by=BUILDER, at=at, name="La Ruelle", amount_eur=Decimal(100), area=lane)
    values = cycle_selectors.rules_of(cycle).model_dump(mode="json")
    values["ballot"] |= {"kind": "points", "points_per_voter": 10}
    draft = services.draft_rulebook(cycle, by=BUILDER, at=at - timedelta(days=60), values=values)
    services.adopt_rulebook(draft, by=BUILDER, at=at - timedelta(days=60), resolution="Délibération 7")

    with timezone.override("Europe/Paris"):
        wrong = [plain(scene.sentence) for scene in rehearsal.rehearse(cycle, at=timezone.now()).wrong]

    assert any("études finissent le" in one and "après la fin de l’étude" in one for one in wrong)
    assert any("L’isoloir ne sait pas encore recevoir ce type de bulletin" in one for one in wrong)
    assert "La suite du vote est jouée quand même, sans lieu de vote." in wrong
    assert "Aucun projet dans l’enveloppe « La Ruelle »." in wrong
    assert any("« Vote » ouvre le 11 novembre" in one for one in wrong)


@pytest.mark.django_db
def test_what_lacks_is_refused_in_a_sentence(cycle, at):
    cycle.envelopes.filter(theme__isnull=False).delete()
    cycle.themes.all().delete()

    report = rehearsal.rehearse(cycle, at=timezone.now())
    assert any("L’édition n’a pas de thème." in scene.sentence for scene in report.wrong)
    assert any("Aucune idée n’a pu être déposée." in scene.sentence for scene in report.wrong)
    factory.drop_phases(cycle)
    [scene] = rehearsal.rehearse(Cycle.objects.get(pk=cycle.pk), at=timezone.now()).scenes
    assert plain(scene.sentence) == "Aucune phase n’a de date : il n’y a rien à répéter."


@pytest.mark.django_db
def test_nobody_who_votes_waits_for_a_rehearsal(cycle, places):
    """Closing rewrites the box of every vote: it is not played while a real vote is open."""
    with connection.cursor() as cursor:
        now = receiving.read_clock(cursor)  # a vote is open by the database's clock
    _sealed_now(factory.everything_open(now, slug="2025", prefix="BP25"), now)

    report = rehearsal.rehearse(cycle, at=timezone.now())

    said = [words for _day, _kind, words in told(report)]
    assert any(words.startswith("Un vote est ouvert en ce moment : la répétition n’en joue pas") for words in said)
    assert "Le dépouillement est fait." not in said
    assert any("lancée" in words for words in said)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE datname = current_database() AND mode = 'AccessExclusiveLock'"
            " AND relation = 'voting_sealedballot'::regclass"
        )
        assert cursor.fetchone() == (0,)


def _sealed_now(other, at):
    ideas.published(at, other, title="Un verger", stage="feasible", price_eur=Decimal(1000))
    poll = voting.create_poll(
        other, by=BUILDER, at=at - timedelta(days=3), kind=PollKind.PRACTICE, title="Vote",
        opens_at=at - timedelta(hours=1), closes_at=at + timedelta(days=3),
    )  # fmt: skip
    voting.admit(poll, [Person("Denis", 1980)], by=BUILDER, at=at - timedelta(days=3))
    voting.seal(poll, by=BUILDER, at=at - timedelta(days=2), draw_seed="dés 4-2-6-1", waiver="Essai.")


@pytest.mark.django_db(transaction=True)
def test_the_team_rehearses_from_its_desk_in_the_background(cycle, paula, chloe, sign_in, monkeypatch, at):
    assert sign_in(chloe).get(DESK).status_code == 404
    client = sign_in(paula)
    assert "Jouer l’édition" in client.get(DESK).content.decode()
    asked = []
    monkeypatch.setattr(running.wakeups, "wake", lambda *call: asked.append(call))

    for _again in range(2):  # twice is once
        assert client.post(DESK)["Location"] == DESK
    assert asked == [("pages.rehearse", str(cycle.pk))]
    assert "La répétition attend son tour." in client.get(DESK).content.decode()
    fragment = client.get(DESK, headers={"HX-Request": "true"}).content.decode()
    assert "hx-get" in fragment
    assert "<h1" not in fragment

    cache.set(running.stage_key(cycle.pk), 1)
    running.run(cycle.pk, at=timezone.now())
    assert "La répétition attend son tour." in client.get(DESK).content.decode(), "another worker plays it"
    cache.delete(running.stage_key(cycle.pk))
    running.run(cycle.pk, at=timezone.now())

    page = plain(client.get(DESK).content.decode())
    for words in ("« Appel à idées » ouvre.", "Qui a eu quoi à faire", "À regarder", "Rien n’a été gardé.", "Jouée le"):
        assert words in page, words
    assert "Lire le compte rendu" in client.get(DESK, headers={"HX-Request": "true"}).content.decode()
    assert "a changé depuis" not in page
    services.add_theme(cycle, by=BUILDER, at=at, name="Eau", code="eau")
    assert "L’édition a changé depuis cette répétition" in client.get(DESK).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_that_stops_or_loses_its_worker_says_what_to_do(cycle, paula, sign_in, monkeypatch):
    client, now = sign_in(paula), timezone.now()
    running.request(cycle, at=now - timedelta(minutes=5))
    assert "Relancez la répétition." in client.get(DESK).content.decode()
    monkeypatch.setattr(works.Works, "launch", _falls)

    running.request(cycle, at=now)
    running.run(cycle.pk, at=now)

    page = plain(client.get(DESK).content.decode())
    assert "La répétition s’est arrêtée en route, rien n’en est gardé." in page
    assert "Jouer de nouveau" in page
    assert Cycle.objects.count() == 1
    cache.clear()
    running.run(cycle.pk, at=now)  # nobody asks any more: nothing is played
    assert running.state_of(cycle) is None


@pytest.mark.django_db
def test_the_command_prints_each_day(cycle):
    out = StringIO()
    call_command("rehearse", "2026", stdout=out)

    assert "« Vote » se termine." in plain(out.getvalue())
    assert "Rien n’a été gardé." in out.getvalue()
    with pytest.raises(CommandError, match="Aucune édition à l’adresse"):
        call_command("rehearse", "1999")
