"""P02, P03, P07, P17, P18: short, small, internal editions, and the default one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404

from bp_platform.accounts.models import Role
from bp_platform.core.actors import RESIDENT
from bp_platform.core.decisions import Refused
from cycles import articles, policies
from cycles.models import Cycle, CycleState
from cycles.rules import Rules
from tests.editions import Edition
from tests.people import staff

pytestmark = pytest.mark.django_db


def test_p02_houilles_is_short_has_four_themes_and_no_school():
    edition = Edition("P02")
    found = edition.projects(("Un terrain de boules", 30000), ("Un kiosque", 40000), ("Un mur d’escalade", 35000))
    with pytest.raises(Refused, match=r"habitant ou habitante.» ou «.collectif.*\(article 2 du règlement\)"):
        edition.file("Un potager d’école", kind="school")
    with pytest.raises(Refused, match="dépasse le plafond de 40"):
        edition.study(edition.file("Une piscine"), 40001)

    winners = edition.vote(["Un kiosque"], ["Un kiosque", "Un terrain de boules"], ["Un mur d’escalade"])

    assert edition.preset.months == 4
    assert sorted(edition.cycle.themes.values_list("code", flat=True)) == [
        "culture", "environnement", "sport", "vivre-ensemble",
    ]  # fmt: skip
    assert "Le comité de suivi compte 9 membres (3 élu·es et 6 agents)" in edition.text
    assert winners == [title for title in found if title != "Un mur d’escalade"]  # 40 + 30 of 100: 35 no longer fits
    assert edition.finish().state == CycleState.CLOSED


def test_p03_roubaix_culture_starts_in_workshops_and_owners_carry_it():
    edition = Edition("P03")
    with pytest.raises(Refused, match="se dépose sur papier, en atelier ou auprès d’un agent"):
        edition.file("Un conte en ligne", channel="online")
    edition.projects(("Un bal", 4000, {"channel": "workshop"}), ("Une fresque", 5000, {"channel": "workshop"}))

    winners = edition.vote(["Un bal", "Une fresque"], ["Un bal"])

    assert winners == ["Un bal", "Une fresque"]
    assert edition.cycle.envelopes.get().section == "operating"
    assert "accompagné en atelier, en rendez-vous et par une personne désignée" in edition.text
    assert "Le porteur réalise lui-même son projet" in edition.text
    assert "n’est jamais le fournisseur" not in edition.text
    assert edition.finish().state == CycleState.CLOSED


def test_p07_villejuif_is_for_agents_and_the_public_never_sees_it(client, at, bruno, chloe):
    edition = Edition("P07")
    with pytest.raises(Refused, match="Cette édition est réservée aux agents"):
        edition.file("Une sieste", by=RESIDENT)
    with pytest.raises(Refused, match="Cette édition est réservée aux agents"):
        edition.file("Une sieste", by=chloe)
    with pytest.raises(Refused, match="choisissez «.agent de la collectivité"):
        edition.file("Une sieste", by=bruno, kind="resident")
    for title, cost in (("Un abri à vélos", 5000), ("Des fontaines à eau", 3000)):
        edition.study(edition.file(title, by=bruno, area="centre-technique"), cost)
    edition.answer()
    winners = edition.vote(["Un abri à vélos"], ["Des fontaines à eau", "Un abri à vélos"])

    addresses = [f"/{edition.cycle.slug}/{page}" for page in ("", "reglement/", "idees/", "resultats/")]
    assert {client.get(address).status_code for address in addresses} == {404}
    assert edition.cycle.title not in client.get("/").content.decode()
    assert list(Cycle.objects.visible()) == []
    assert policies.may_see(bruno, edition.cycle, edition.now)
    assert not policies.may_see(chloe, edition.cycle, edition.now)
    with pytest.raises(Http404):
        policies.cycle_for(staff("odile", "Odile", "Vasseur", Role.COMMITTEE, at), edition.cycle.slug, edition.now)
    assert "Il faut être agent de la collectivité." in edition.text
    assert winners == ["Un abri à vélos", "Des fontaines à eau"]
    assert edition.finish().state == CycleState.CLOSED


def test_p17_the_five_steps_run_in_their_order():
    edition = Edition("P17")
    edition.projects(("Un verger", 40000), ("Un skate-parc", 38000), ("Un kiosque", 30000))

    winners = edition.vote(["Un verger", "Un kiosque"], ["Un verger"], ["Un skate-parc", "Un kiosque"])

    assert [kind for kind in edition.preset.phases][:5] == ["call", "instruction", "campaign", "vote", "proclamation"]
    assert winners == ["Un verger", "Un kiosque"]
    assert edition.reasons()["Un skate-parc"] == "OverBudget"
    assert {"proposers", "caps", "study", "ballot"} <= edition.frozen()
    assert edition.finish().state == CycleState.CLOSED


def test_p18_the_micro_budget_is_set_on_one_screen(elias):
    edition = Edition("P18")
    usual, own = Rules().model_dump(), edition.rules.model_dump()
    changed = [(s, f) for s in own if s != "schema_version" for f in own[s] if own[s][f] != usual[s][f]]
    with pytest.raises(Refused, match="Les élu·es ne déposent pas d’idée"):
        edition.file("Une mairie neuve", by=elias)
    with pytest.raises(Refused, match="Les élu·es ne déposent pas d’idée"):
        edition.file("Une mairie neuve", owner=elias.email.upper())
    edition.projects(("Un banc", 2000), ("Une boîte à livres", 900), ("Un four à pain", 18500))

    winners = edition.vote(["Un banc", "Un four à pain"], ["Un four à pain"], ["Une boîte à livres"])

    assert len(changed) <= 6
    assert (edition.cycle.areas.count(), edition.cycle.envelopes.count()) == (1, 1)
    assert len(articles.articles(edition.rules)) == 8
    assert "Les élu·es de la collectivité ne votent pas." in edition.text
    assert winners == ["Une boîte à livres", "Un four à pain"]
    assert edition.during("proclamation") - edition.during("call") < timedelta(days=183)
    assert edition.finish().state == CycleState.CLOSED
