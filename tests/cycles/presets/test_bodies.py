"""Each card makes the bodies of its article 13, the colleges and the powers they have, and the money of its tranches."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from cycles import presets, selectors, services
from cycles.models import Body
from cycles.rules import Rules
from tests.people import BUILDER

pytestmark = pytest.mark.django_db
START = date(2026, 9, 1)
RESIDENTS, ELECTED, AGENTS = "Habitantes et habitants", "Élues et élus", "Agents"

BODIES = {
    "P02": [("suivi", "Comité de suivi", "follow_up", {ELECTED: (3, "appointed"), AGENTS: (6, "appointed")}, ["admissibility", "delivery"])],
    "P04": [
        ("copil", "Comité de pilotage", "steering", {ELECTED: (4, "appointed"), AGENTS: (4, "appointed")}, ["final_list", "delivery"]),
        ("jury", "Jury d’évaluation", "jury", {RESIDENTS: (10, "lot")}, ["evaluation"]),
    ],
    "P05": [("jury", "Jury citoyen", "jury", {RESIDENTS: (30, "lot")}, ["preselection"])],
    "P08": [("noyau-dur", "Collectif de parents d’élèves", "core_group", {RESIDENTS: (12, "call")}, ["admissibility", "delivery"])],
    "P09": [("conseil-citoyen", "Conseil citoyen", "citizens", {RESIDENTS: (12, "lot")}, ["laureates", "delivery"])],
    "P10": [("volontaires", "Collectif de volontaires", "other", {RESIDENTS: (10, "call")}, ["admissibility", "evaluation"])],
    "P12": [("noyau-dur", "Noyau dur", "core_group", {RESIDENTS: (15, "call"), "Associations": (5, "call")}, ["admissibility", "delivery", "evaluation"])],
    "P13": [("suivi", "Comité de suivi", "follow_up", {RESIDENTS: (12, "call"), AGENTS: (6, "appointed")}, ["delivery"])],
    "P14": [("tripartite", "Comité tripartite", "other", {RESIDENTS: (10, "lot"), ELECTED: (10, "appointed"), AGENTS: (10, "appointed")}, ["final_list", "laureates"])],
    "P15": [("comites", "Réseau des comités de quartier", "other", {RESIDENTS: (40, "call")}, ["admissibility", "preselection"])],  # Metz
    "P16": [("comite-citoyen", "Comité citoyen", "citizens", {RESIDENTS: (18, "lot"), ELECTED: (6, "appointed")}, ["admissibility", "delivery", "evaluation"])],
    "P19": [("commissions", "Commission publique de sélection", "other", {RESIDENTS: (6, "lot"), ELECTED: (6, "appointed")}, ["final_list"])],
    "P20": [("suivi", "Comité de suivi", "follow_up", {RESIDENTS: (12, "lot"), ELECTED: (5, "appointed"), AGENTS: (5, "appointed")}, ["merges", "final_list", "delivery"])],
    "P22": [("commission", "Commission citoyenne", "citizens", {RESIDENTS: (12, "lot"), ELECTED: (4, "appointed")}, ["admissibility"])],
}  # fmt: skip
"""The others have none: Grenoble's forum (P06) is open to whoever comes."""


def load(key, at):
    return services.load_preset(key, slug="essai", by=BUILDER, at=at, starts_on=START)


def made(cycle):
    return [
        (
            body.slug,
            body.name,
            body.kind,
            {college.name: (college.seats, college.recruitment) for college in body.colleges.order_by("position")},
            body.powers,
        )
        for body in cycle.bodies.order_by("pk")
    ]


@pytest.mark.parametrize("key", presets.keys())
def test_each_card_makes_its_bodies_and_nothing_it_makes_contradicts_it(at, town, key):
    cycle = load(key, at)

    assert made(cycle) == BODIES.get(key, [])
    assert not cycle.bodies.exclude(published_at=None).exists()
    assert sum(cycle.envelopes.values_list("amount_eur", flat=True)) == sum(
        plan.amount_eur for plan in presets.read(key).envelopes
    )
    codes = {read.finding.code.partition("-")[0] for read in selectors.findings(cycle, at)}
    assert not {code for code in codes if code.startswith("body_")}


def test_loire_atlantique_has_its_committee_of_twenty_four_for_the_whole_edition(at):
    cycle = load("P16", at)

    body = Body.objects.get()
    phases = list(cycle.phases.order_by("opens_at"))
    assert sum(college.seats for college in body.colleges.all()) == 24
    assert body.mandate_from == START
    assert body.mandate_until > max(phase.opens_at for phase in phases).date()
    acts = list(JournalEntry.objects.filter(subject=f"cycles.body:{body.pk}").values_list("act", flat=True))
    assert acts == ["create_body"]


def test_gers_cuts_its_million_by_tranche(at):
    cycle = load("P22", at)

    rows = cycle.envelopes.order_by("pk").values_list("name", "amount_eur", "minimum_eur", "maximum_eur", "theme__code")
    assert list(rows) == [
        ("Petits projets", Decimal(150000), None, Decimal(5000), None),
        ("Projets moyens", Decimal(300000), Decimal(5000), Decimal(20000), None),
        ("Grands projets", Decimal(350000), Decimal(20000), Decimal(50000), None),
        ("Petits projets des jeunes", Decimal(80000), None, Decimal(10000), "jeunesse"),
        ("Grands projets des jeunes", Decimal(120000), Decimal(10000), Decimal(25000), "jeunesse"),
    ]


def test_a_body_that_the_rules_list_is_offered_at_the_desk_and_one_they_forget_is_a_warning(at, paula, sign_in, town):
    cycle = load("P16", at)
    draft = cycle.rulebook_versions.get()
    listed = Rules.model_validate(draft.values).model_dump(mode="json")["bodies"]["listed"]
    jury = listed[0] | {"code": "jury", "name": "le jury citoyen", "elected": 0, "decides": ["ties"]}
    services.edit_rulebook(
        draft, by=BUILDER, at=at, written={"bodies": {"listed": [jury]}}, shown={"bodies": {"listed": listed}}
    )
    said = [read.finding.sentence.replace("\u00a0", " ") for read in selectors.findings(cycle, at)]
    assert "Le règlement prévoit le jury citoyen (article 13), mais cette instance n’existe pas : créez-la." in said
    assert "L’instance « Comité citoyen » existe, mais le règlement n’en dit rien : ajoutez-la à l’article 13." in said

    client = sign_in(paula)
    page = client.get("/bureau/instances/").content.decode()
    assert "Le règlement prévoit le jury citoyen" in page and "18 sièges" in page
    address = "/bureau/instances/prevues/essai/jury/"
    assert [client.post(address).status_code for _twice in range(2)] == [303, 303]
    assert [body.slug for body in cycle.bodies.order_by("pk")] == ["comite-citoyen", "jury"]
    assert "Le règlement prévoit" not in client.get("/bureau/instances/").content.decode()

    with pytest.raises(Refused, match="ne liste plus cette instance"):
        services.create_listed_body(cycle, "copil", by=paula, at=at)
    services.change_body(cycle.bodies.get(slug="comite-citoyen"), by=paula, at=at, name="Le Jury Citoyen")
    assert not [read for read in selectors.findings(cycle, at) if read.finding.code.startswith("body_unknown")]
