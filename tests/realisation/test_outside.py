"""What was done without the participatory budget: said by the team, with who and when; shown wherever it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.notifications.models import OutboxMessage
from bp_platform.pages import projections
from proposals.models import Stage
from realisation import services
from realisation.models import DoneOutside
from tests.factories import realisation as factory
from tests.realisation.test_pages import words

FACTS = services.Elsewhere("le département", date(2026, 2, 1), text="Un abri vélo de 20 places.")


@pytest.fixture
def lost(cycle, at):
    """A project that the vote did not choose."""
    return factory.laureate(cycle, at, stage=Stage.NOT_SELECTED, title="Un abri vélo")


def test_it_is_shown_on_the_sheet_the_list_and_the_follow_up(lost, paula, at, client):
    services.mark_done_outside(lost, by=paula, at=at, facts=FACTS)

    lost.refresh_from_db()
    assert lost.stage == Stage.DONE_OUTSIDE
    said = "Réalisé hors budget participatif par le département, le 1er février 2026"
    for page in (f"/2026/projets/{lost.number}/", "/2026/realisation/", "/2026/realisation/mariniers/"):
        text = words(client.get(page).content.decode())
        assert said in text
        assert "Un abri vélo de 20 places." in text
    assert lost.title in client.get("/2026/idees/?etape=done_outside").content.decode()
    assert lost.title not in client.get("/2026/idees/?etape=not_selected").content.decode()
    line = JournalEntry.objects.exclude(chain="house").order_by("-position").first()
    assert (line.act, line.from_state, line.to_state) == ("mark_done_outside", "not_selected", "done_outside")
    assert OutboxMessage.objects.get(event="project_done_outside").context["done_by"] == "le département"


def test_it_is_corrected_and_told_once(lost, paula, at):
    for who in ("le département", "la région"):
        services.mark_done_outside(lost, by=paula, at=at, facts=replace(FACTS, done_by=who))

    assert DoneOutside.objects.get().done_by == "la région"
    assert OutboxMessage.objects.filter(event="project_done_outside").count() == 1


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"done_by": " "}, "Dites qui l’a réalisé|ne peut pas être vide"),
        ({"text": ""}, "Dites ce qui a été fait, ou donnez l’adresse"),
        ({"done_on": date(2026, 3, 3)}, "cette date n’est pas encore arrivée"),
    ],
)
def test_it_says_who_when_and_what(lost, paula, at, facts, sentence):
    with pytest.raises(ValidationError, match=sentence):
        services.mark_done_outside(lost, by=paula, at=at, facts=replace(FACTS, **facts))


def test_a_laureate_is_not_done_outside_and_strangers_say_nothing(cycle, lost, paula, bruno, at):
    with pytest.raises(Refused, match="n’a été ni écarté ni perdu au vote"):
        services.mark_done_outside(factory.laureate(cycle, at), by=paula, at=at, facts=FACTS)
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        services.mark_done_outside(lost, by=bruno, at=at, facts=FACTS)


def test_an_abandoned_project_done_outside_then_unmarked_is_abandoned_again(delivery, paula, bruno, at):
    services.abandon(delivery, by=bruno, at=at, reason="Le sol est pollué.")
    proposal = delivery.proposal
    proposal.refresh_from_db()
    services.mark_done_outside(proposal, by=paula, at=at, facts=FACTS)
    assert [said for said in projections.breaches() if "étape" in said] == []

    with pytest.raises(ValidationError, match="dites pourquoi c’était une erreur"):
        services.unmark_done_outside(proposal, by=paula, at=at, reason=" ")
    back = services.unmark_done_outside(proposal, by=paula, at=at + timedelta(days=1), reason="Un autre projet.")

    back.refresh_from_db()
    assert (back.stage, DoneOutside.objects.count()) == (Stage.ABANDONED, 0)
    with pytest.raises(Refused, match="n’est pas marqué"):
        services.unmark_done_outside(proposal, by=paula, at=at, reason="Encore.")


def test_the_team_s_page(lost, paula, bruno, sign_in, client):
    path = f"/bureau/chantiers/hors-budget/{lost.number}/"
    client = sign_in(paula)
    assert path in client.get(f"/2026/projets/{lost.number}/").content.decode()

    refused = client.post(path, {"done_by": "la ville", "done_on": "2026-02-01", "text": "", "link": ""})
    accepted = client.post(
        path, {"done_by": "la ville", "done_on": "2026-02-01", "text": "", "link": "valrive.fr/abri"}
    )

    assert refused.context["form"].errors == {
        "text": ["dites ce qui a été fait, ou donnez l’adresse d’une page qui le montre."]
    }
    assert (accepted.status_code, DoneOutside.objects.get().link) == (303, "https://valrive.fr/abri")
    assert "C’était une erreur" in words(client.get(path).content.decode())
    client.post(f"{path}annuler/", {"reason": ""})
    assert DoneOutside.objects.count() == 1
    client.post(f"{path}annuler/", {"reason": "Doublon."})
    lost.refresh_from_db()
    assert DoneOutside.objects.count() == 0
    assert sign_in(bruno).get(path).status_code == 404
