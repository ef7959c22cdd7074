"""An edition run ahead of time: told day by day, and no trace left."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core import mail
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from bp_platform.pages import rehearsal
from cycles import services
from cycles.models import Cycle
from tests.factories import cycles as factory

DESK = "/bureau/editions/2026/repetition/"


def everything() -> dict[str, list]:
    """Every row of every table, column by column."""
    return {model._meta.label: sorted(map(repr, model._base_manager.values_list())) for model in apps.get_models()}


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.fixture
def cycle(at, town, paula, helene, green_spaces):
    """Its call opened a week ago; Hélène owes something by 1 March."""
    made = factory.cycle(at)
    services.name_correspondent(made, green_spaces, by=paula, at=at, person=helene)
    services.add_item(
        made, by=paula, at=at, label="Réserver la halle", due_on=date(2026, 3, 1), department=green_spaces
    )
    return made


@pytest.mark.django_db(transaction=True)
def test_nothing_stays_of_a_rehearsal(cycle, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    before = everything()

    scenes = rehearsal.rehearse(cycle)

    assert len(scenes) > 20
    assert everything() == before
    assert mail.outbox == []
    assert list(tmp_path.rglob("*")) == []
    assert default_storage.listdir("")[1] == []


@pytest.mark.django_db
def test_what_opens_closes_leaves_and_is_refused_is_told_in_order(cycle, at):
    with timezone.override("Europe/Paris"):
        scenes = rehearsal.rehearse(cycle)

    told = [(scene.on, scene.kind, plain(scene.sentence)) for scene in scenes]
    assert [day for day, _kind, _said in told] == sorted(day for day, _kind, _said in told)
    opening = date(2026, 2, 23)
    assert (opening, "opens", "« Appel à idées » ouvre.") in told
    assert (opening, "frozen", "Le règlement se fige : « Qui peut proposer ».") in told
    refusals = [said for day, kind, said in told if kind == "refused"]
    assert refusals[0].startswith("Aïcha (essai) dépose une idée. L’appel à idées ouvre le lundi 23 février 2026")
    assert refusals[-1].startswith("Bruno (essai) dépose une idée. L’appel à idées est clos depuis le")
    tomorrow = opening + timedelta(days=1)
    assert (tomorrow, "done", "Aïcha (essai) dépose une idée.") in told
    assert (tomorrow, "sent", "1 message : Accusé de réception de mon idée.") in told or (
        tomorrow, "sent", "2 messages : Accusé de réception de mon idée.",
    ) in told  # fmt: skip
    assert any(said == "1 message : Ce que je dois préparer et qui est en retard." for _d, _k, said in told)
    assert any(said == "Les dossiers s’ouvrent." for _d, kind, said in told if kind == "done")


@pytest.mark.django_db
def test_what_lacks_is_refused_in_a_sentence(cycle):
    cycle.themes.all().delete()

    assert any("L’édition n’a pas de thème." in scene.sentence for scene in rehearsal.rehearse(cycle))
    cycle.phases.all().delete()
    [scene] = rehearsal.rehearse(Cycle.objects.get(pk=cycle.pk))
    assert plain(scene.sentence) == "Aucune phase n’a de date : il n’y a rien à répéter."


@pytest.mark.django_db
def test_the_team_rehearses_at_its_desk_or_by_a_command(cycle, paula, chloe, sign_in):
    assert sign_in(chloe).get(DESK).status_code == 404
    client = sign_in(paula)
    assert "Jouer l’édition" in client.get(DESK).content.decode()

    page = plain(client.post(DESK).content.decode())
    assert "« Appel à idées » ouvre." in page
    assert "Rien n’a été gardé." in page
    assert Cycle.objects.count() == 1

    out = StringIO()
    call_command("rehearse", "2026", stdout=out)
    assert "« Vote » se termine." in plain(out.getvalue())
    with pytest.raises(CommandError, match="Aucune édition à l’adresse"):
        call_command("rehearse", "1999")
