"""The règlement is data: validated, versioned, adopted, frozen section by section, printed as it is enforced."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from cycles import articles, selectors, services, tasks
from cycles.models import RulebookState, SectionFreeze
from cycles.rules import Rules
from tests.factories import cycles as factory
from tests.people import BUILDER
from tests.reading import plain

pytestmark = pytest.mark.django_db


def values(**sections):
    plain = Rules().model_dump(mode="json")
    for name, changes in sections.items():
        plain[name] |= changes
    return plain


def test_a_version_is_drafted_then_adopted(at, paula):
    cycle = factory.cycle(at, open_phase="call")
    version = services.draft_rulebook(cycle, by=paula, at=at, values=values(ballot={"maximum_choices": 3}))
    factory.read_warnings(cycle, at)

    adopted = services.adopt_rulebook(version, by=paula, at=at, resolution="Délibération 2026-12")

    assert (adopted.number, adopted.state, adopted.adopted_at) == (2, RulebookState.ADOPTED, at)
    assert selectors.rules_of(cycle).ballot.maximum_choices == 3
    acts = JournalEntry.objects.filter(chain=cycle.journal_chain).order_by("position").values_list("act", flat=True)
    assert [act for act in acts if ":" not in act] == ["draft_rulebook", "adopt_rulebook"]


def test_an_adoption_names_its_resolution(at, paula):
    cycle = factory.cycle(at)
    version = services.draft_rulebook(cycle, by=paula, at=at, values=values())
    factory.read_warnings(cycle, at)

    with pytest.raises(ValidationError, match="Indiquez la délibération"):
        services.adopt_rulebook(version, by=paula, at=at, resolution="  ")


def test_a_version_is_adopted_once(at, paula):
    cycle = factory.cycle(at)
    version = services.draft_rulebook(cycle, by=paula, at=at, values=values())
    factory.read_warnings(cycle, at)
    services.adopt_rulebook(version, by=paula, at=at, resolution="D1")

    with pytest.raises(Refused, match="déjà adoptée"):
        services.adopt_rulebook(version, by=paula, at=at, resolution="D2")


@pytest.mark.parametrize(
    ("section", "changes", "sentence"),
    [
        ("ballot", {"minimum_choices": 6}, "Le nombre minimal de choix dépasse le nombre maximal"),
        ("caps", {"minimum_cost_eur": "10", "maximum_cost_eur": "5"}, "Le coût minimal d’un projet dépasse"),
        ("proposers", {"minimum_age": 120}, "proposers › minimum_age"),
        ("ballot", {"unknown": 1}, "ballot › unknown"),
    ],
)
def test_incoherent_rules_are_refused_in_a_sentence(at, paula, section, changes, sentence):
    with pytest.raises(ValidationError, match=sentence):
        services.draft_rulebook(factory.cycle(at), by=paula, at=at, values=values(**{section: changes}))


def test_a_stranger_cannot_draft(at, chloe):
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        services.draft_rulebook(factory.cycle(at), by=chloe, at=at, values=values())


def test_a_section_is_frozen_when_its_phase_has_opened(at, paula):
    cycle = factory.cycle(at, open_phase="instruction")

    with pytest.raises(Refused, match="L’article 2 \\(qui peut proposer\\) est figé"):
        services.draft_rulebook(cycle, by=paula, at=at, values=values(proposers={"minimum_age": 18}))

    changed = services.draft_rulebook(cycle, by=paula, at=at, values=values(ballot={"maximum_choices": 2}))
    assert changed.values["ballot"]["maximum_choices"] == 2


def test_what_is_frozen_stays_even_if_a_later_version_differs(at, paula):
    cycle = factory.cycle(at, open_phase="call")
    services.freeze_sections(cycle, at=at)
    later = cycle.rulebook_versions.create(
        number=2, state="adopted", adopted_at=at, values=values(caps={"maximum_cost_eur": "1"})
    )

    assert later.number == 2
    assert selectors.rules_of(cycle).caps.maximum_cost_eur is None


def test_the_clock_freezes_and_twice_is_once(at, time_machine):
    cycle = factory.cycle(at, open_phase="call")
    time_machine.move_to(at)

    tasks.follow_calendar()
    tasks.follow_calendar()

    assert sorted(cycle.section_freezes.values_list("section", flat=True)) == [
        "admissibility", "bodies", "caps", "places", "proposers", "retention",
    ]  # fmt: skip


@pytest.mark.parametrize("sql", ["UPDATE cycles_sectionfreeze SET section = 'x'", "DELETE FROM cycles_sectionfreeze"])
def test_even_sql_cannot_unfreeze(at, sql):
    services.freeze_sections(factory.cycle(at), at=at)
    assert SectionFreeze.objects.exists()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_date_in_the_past_does_not_move(paula):
    now = timezone.now()  # the database's own guard reads its clock
    cycle = factory.cycle(now, open_phase="call")
    call = selectors.phase_of(cycle, "call")
    later = call.closes_at + timedelta(days=3)

    with pytest.raises(Refused, match="Cette date est passée"):
        services.set_phase(cycle, by=paula, at=now, kind="call", opens_at=now, closes_at=call.closes_at)

    moved = services.set_phase(cycle, by=paula, at=now, kind="call", opens_at=call.opens_at, closes_at=later)
    assert moved.closes_at == later


def test_even_sql_cannot_move_a_date_in_the_past(at):
    cycle = factory.cycle(at, open_phase="call")  # 2026: before today in any run of this suite, as is the whole cycle

    with pytest.raises(DatabaseError, match="does not move"), transaction.atomic():
        cycle.phases.filter(kind="call").update(opens_at=at + timedelta(days=1))


def test_two_phases_of_a_kind_do_not_overlap(at):
    cycle = factory.cycle(at, open_phase="call")

    with pytest.raises(ValidationError, match="Cette phase existe déjà à ces dates"):
        phase = cycle.phases.get(kind="call")
        phase.pk = None
        phase.full_clean()


def test_the_articles_print_the_values_that_are_enforced():
    rules = Rules.model_validate(
        values(
            electorate={"minimum_age": 11},
            ballot={"minimum_choices": 3, "maximum_choices": 3},
            caps={"maximum_cost_eur": "40000"},
        )
    )

    printed = {a.number: " ".join(a.paragraphs) for a in articles.articles(rules)}

    assert "de 11 ans et plus" in printed[6]
    assert "Chacun choisit exactement 3 projets." in printed[7]
    assert "au plus 40" in printed[4]
    assert sorted(printed) == list(range(1, 9))


def test_a_refusal_cites_its_article():
    assert plain(articles.cited("3.1", Rules())) == "Article 3.1 : La commune n’a pas cette compétence."


def test_a_reserved_word_is_no_address(at):
    with pytest.raises(ValidationError, match="Cette adresse est réservée"):
        services.create_cycle(by=BUILDER, at=at, title="x", slug="bureau", number_prefix="BP30")
