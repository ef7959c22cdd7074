"""The checklist before the launch: entrusted, ticked, reminded, printed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from bp_platform.accounts import services as accounts
from bp_platform.core import calendar
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.notifications.models import OutboxMessage
from cycles import checklist, personal_data, selectors, services, tasks, waiting
from cycles.models import ChecklistItem
from tests.factories import cycles as factory

pytestmark = pytest.mark.django_db
DESK = "/bureau/editions/2026/preparatifs/"


@pytest.fixture
def cycle(at, town):
    """Its call opens in five weeks."""
    made = factory.cycle(at)
    for phase in made.phases.order_by("-opens_at"):
        phase.opens_at, phase.closes_at = phase.opens_at + 6 * factory.WEEK, phase.closes_at + 6 * factory.WEEK
        factory.drop_phases(made, phase.kind)
        phase.save(force_insert=True)
    return made


def plain(answer):
    return answer.content.decode().replace("\u00a0", " ")


def item(cycle, by, at, **facts):
    return services.add_item(cycle, by=by, at=at, **{"label": "Réserver la halle", "due_on": date(2026, 3, 20)} | facts)


def test_the_usual_items_are_due_before_the_opening_and_never_in_the_past(cycle, paula, at):
    opening = selectors.opening_day(cycle)

    made = services.start_checklist(cycle, by=paula, at=at)
    again = services.start_checklist(cycle, by=paula, at=at)

    assert (len(made), again) == (len(checklist.TEMPLATES), [])
    due = {row.code: row.due_on for row in made}
    assert due["guichet"] == opening - timedelta(weeks=2)
    assert due["finalites"] == calendar.local_day(at) + timedelta(days=1)
    assert JournalEntry.objects.filter(act="start_checklist").count() == 1


def test_an_item_is_ticked_by_whoever_prepares_it(cycle, paula, bruno, helene, chloe, at, green_spaces):
    row = item(cycle, paula, at, department=green_spaces)
    services.name_correspondent(cycle, green_spaces, by=paula, at=at, person=helene)
    with pytest.raises(Refused, match="peuvent dire qu’il est prêt"):
        services.tick_item(row, by=bruno, at=at, is_done=True)
    with pytest.raises(Refused, match="peuvent dire"):
        services.tick_item(row, by=chloe, at=at, is_done=True)

    done = services.tick_item(row, by=helene, at=at, is_done=True)
    services.tick_item(row, by=helene, at=at, is_done=True)
    assert (done.done_at, done.done_by) == (at, helene)
    services.entrust_item(row, by=paula, at=at, person=bruno)
    assert services.tick_item(row, by=bruno, at=at, is_done=False).done_at is None

    acts = JournalEntry.objects.filter(act__contains="tick_").order_by("pk").values_list("act", "role")
    assert list(acts) == [("tick_checklist_item", "correspondent"), ("untick_checklist_item", "preparer")]


def test_the_same_words_twice_are_one_item(cycle, paula, at):
    assert item(cycle, paula, at).pk == item(cycle, paula, at).pk
    with pytest.raises(ValidationError, match="Ce point est déjà dans la liste"):
        item(cycle, paula, at, label="Réserver, la halle")
    with pytest.raises(ValidationError, match="Écrivez en quelques mots"):
        item(cycle, paula, at, label="!!!")


def test_who_is_late_gets_one_letter_a_week_with_all_that_they_owe(
    cycle, paula, bruno, helene, at, green_spaces, django_capture_on_commit_callbacks
):
    services.name_correspondent(cycle, green_spaces, by=paula, at=at, person=helene)
    for label in ("Réserver la halle", "Commander les urnes"):
        item(cycle, paula, at, label=label, department=green_spaces, due_on=date(2026, 3, 3))
    item(cycle, paula, at, label="Former l’accueil", person=bruno, due_on=date(2026, 3, 4))
    item(cycle, paula, at, label="Pour personne", due_on=date(2026, 3, 3))
    item(cycle, paula, at, label="Plus tard", person=bruno, due_on=date(2026, 4, 3))
    friday = at + timedelta(days=4)

    with django_capture_on_commit_callbacks(execute=False):
        assert services.remind_late(cycle, at=at) == 0
        assert services.remind_late(cycle, at=friday) == 2
        assert services.remind_late(cycle, at=friday + timedelta(days=1)) == 0
        assert services.remind_late(cycle, at=friday + timedelta(days=7)) == 2

    first = OutboxMessage.objects.filter(key="2026:2026-W10").order_by("pk")
    assert [(m.contact.user, [row["label"] for row in m.context["items"]]) for m in first] == [
        (helene, ["Réserver la halle", "Commander les urnes"]),
        (bruno, ["Former l’accueil"]),
    ]


def test_the_letter_reads_well():
    from django.template.loader import render_to_string

    context = {"cycle": "Édition 2027", "count": 2, "url": "https://bp.example/x", "items": [
        {"label": "Réserver la halle", "due": "3 mars 2027"}, {"label": "Former l’accueil", "due": "4 mars 2027"},
    ]}  # fmt: skip

    subject = render_to_string("cycles/email/checklist_late_subject.txt", context)
    body = render_to_string("cycles/email/checklist_late_body.txt", context)

    assert subject.strip().replace("\u00a0", " ") == "Édition 2027 : 2 points à préparer sont en retard"
    assert "- Réserver la halle (pour le 3 mars 2027)\n- Former l’accueil (pour le 4 mars 2027)\n" in body
    assert body.rstrip().endswith("https://bp.example/x")


def test_the_clock_reminds(cycle, paula, bruno, at):
    item(cycle, paula, at, person=bruno, due_on=date(2026, 3, 3))

    tasks.remind_late()
    tasks.remind_late()

    assert OutboxMessage.objects.filter(event="checklist_late").count() == 1


def test_the_team_entrusts_at_the_desk(cycle, paula, helene, sign_in, green_spaces, at):
    client = sign_in(paula)
    assert "La liste est vide" in plain(client.get(DESK))
    client.post(f"{DESK}commencer/")
    page = plain(client.get(DESK))
    assert "Personne ne répond encore pour : Direction des espaces verts." in page
    client.post(f"{DESK}correspondances/", {f"department_{green_spaces.pk}": helene.pk})
    assert "Personne ne répond encore" not in plain(client.get(DESK))

    answer = client.post(
        f"{DESK}points/lieux/",
        {"label": "Réserver la halle", "due_on": "2026-05-04", "department": green_spaces.pk, "person": ""},
    )
    assert answer["Location"] == DESK
    row = ChecklistItem.objects.get(code="lieux")
    assert (row.label, row.department, row.due_on) == ("Réserver la halle", green_spaces, date(2026, 5, 4))
    client.post(f"{DESK}points/lieux/pret/", {"pret": "oui"})
    assert ChecklistItem.objects.get(code="lieux").done_by == paula
    client.post(f"{DESK}points/lieux/", {"retirer": "oui"})
    assert not ChecklistItem.objects.filter(code="lieux").exists()
    assert client.post(DESK, {"label": "", "due_on": ""}).status_code == 422


def test_a_correspondent_sees_their_part_and_nothing_else(cycle, paula, helene, bruno, sign_in, green_spaces, at):
    mine = item(cycle, paula, at, label="Compter les arbres", department=green_spaces)
    item(cycle, paula, at, label="Affaire de Paula", person=paula)
    services.name_correspondent(cycle, green_spaces, by=paula, at=at, person=helene)
    client = sign_in(helene)

    page = plain(client.get(DESK))
    assert "Compter les arbres" in page
    assert "Affaire de Paula" not in page
    assert "Ajouter un point" not in page
    assert client.post(f"{DESK}points/{mine.code}/pret/", {"pret": "oui"}).status_code == 303
    assert client.get(f"{DESK}points/{mine.code}/").status_code == 404
    assert sign_in(bruno).get(DESK).status_code == 404


def test_the_desk_of_preparation_says_what_waits_and_opens_it(cycle, paula, helene, chloe, sign_in, at, green_spaces):
    client = sign_in(helene)
    assert "Rien à préparer" in plain(client.get("/bureau/preparatifs/"))
    assert waiting.preparation(helene, at) == ""
    item(cycle, paula, at, department=green_spaces, due_on=date(2026, 3, 1))
    services.name_correspondent(cycle, green_spaces, by=paula, at=at, person=helene)

    assert waiting.preparation(helene, at) == "1 point à préparer, 1 en retard"
    assert client.get("/bureau/preparatifs/")["Location"] == DESK
    assert "1 point à préparer" in plain(client.get("/bureau/"))
    assert sign_in(chloe).get("/bureau/preparatifs/").status_code == 404


def test_a_name_leaves_with_the_account(cycle, paula, helene, ada, at, green_spaces):
    row = item(cycle, paula, at, person=helene)
    services.name_correspondent(cycle, green_spaces, by=paula, at=at, person=helene)
    services.tick_item(row, by=helene, at=at, is_done=True)
    assert len(personal_data.export_account(helene)) == 2

    assert accounts is not None
    assert personal_data.erase_account(helene, at) == 3

    row.refresh_from_db()
    assert (row.person, row.done_by, row.done_at) == (None, None, at)
    assert personal_data.export_account(helene) == []


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_as_much_for_one_item_as_for_three(cycle, paula, at, sign_in, number, django_assert_num_queries):
    for position in range(number):
        item(cycle, paula, at, label=f"Point {position}")
    client = sign_in(paula)
    client.get(DESK)

    with django_assert_num_queries(10):
        assert client.get(DESK).status_code == 200


def test_who_sees_one_page_of_the_set_up_is_shown_no_way_to_the_others(cycle, farid, paula, sign_in):
    shown = plain(sign_in(farid).get("/bureau/editions/2026/enveloppes/"))
    assert "Combien d’argent" in shown
    assert "/bureau/editions/2026/cadre/" not in shown and 'href="/bureau/editions/"' not in shown

    shown = plain(sign_in(paula).get("/bureau/editions/2026/enveloppes/"))
    assert "/bureau/editions/2026/cadre/" in shown and 'href="/bureau/editions/"' in shown
