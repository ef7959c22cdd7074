"""Does an edition hold together? Sentences with their figures; and two règlements told apart in words. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cycles import calendar_checks, coherence, comparison, settings_words, summary
from cycles.calendar_checks import Facts
from cycles.coherence import Edition, Money, Place, Seated, Stage
from cycles.daysoff import Span
from cycles.reserve import Vote, reserve_of
from cycles.rules import Rules
from cycles.settings_words import force

LABELS = {
    "call": "Appel à idées",
    "instruction": "Étude",
    "preselection": "Présélection",
    "campaign": "Campagne",
    "vote": "Vote",
    "realisation": "Réalisation",
}


def rules(**sections):
    plain = Rules().model_dump()
    for name, changes in sections.items():
        plain[name] |= changes
    return Rules.model_validate(plain)


def phase(kind, first, last):
    return Stage(kind, LABELS[kind], date.fromisoformat(first), date.fromisoformat(last))


SOUND = Edition(
    rules=rules(caps={"maximum_cost_eur": Decimal(20000)}, electorate={"minimum_age": 0}),
    phases=(
        phase("call", "2027-01-11", "2027-03-07"),
        phase("instruction", "2027-03-08", "2027-06-06"),
        phase("vote", "2027-09-06", "2027-09-26"),
        phase("realisation", "2027-10-11", "2029-10-10"),
    ),
    areas=(Place("Centre"), Place("Gare")),
    envelopes=(Money("Ville", Decimal(100000)),),
    total_eur=Decimal(100000),
)


def phases(**moved):
    return tuple(phase(p.kind, *moved[p.kind]) if p.kind in moved else p for p in SOUND.phases)


def without(kind):
    return tuple(p for p in SOUND.phases if p.kind != kind)


FAIR = {"caps": {"maximum_cost_eur": Decimal(20000)}, "electorate": {"minimum_age": 0}}
SHARED = (Money("Centre", Decimal(60000), "Centre"), Money("Gare", Decimal(40000), "Gare"))
SUIVI = {"code": "suivi", "name": "le comité de suivi", "residents": 12, "decides": ["follow_up"]}
BY_PLACE = (Money("Centre", Decimal(70000), "Centre"), Money("Gare", Decimal(42000), "Gare"))


def test_a_sound_edition_has_nothing_to_say():
    assert coherence.check(SOUND) == []


@pytest.mark.parametrize(
    ("edition", "code", "level", "step", "words"),
    [
        (replace(SOUND, phases=()), "no_phase", "error", "calendrier", "le calendrier est vide"),
        (replace(SOUND, phases=without("call")), "no_call", "warning", "calendrier", "personne ne pourra proposer"),
        (replace(SOUND, phases=without("vote")), "vote_without_dates", "error", "calendrier", "n’en donne pas les dates"),
        (
            replace(SOUND, rules=rules(ballot={"decision_mode": "body_designation", "decided_by": "le jury"}, caps={"maximum_cost_eur": 1000})),
            "dates_without_vote", "error", "calendrier", "le règlement dit qu’il n’y en a pas",
        ),
        (replace(SOUND, rules=rules(preselection={"mode": "supports"}, **FAIR)), "preselection_without_dates", "error", "calendrier", "une présélection (article 14), mais le calendrier n’en donne pas les dates"),
        (
            replace(SOUND, phases=(*SOUND.phases, phase("preselection", "2027-06-28", "2027-07-11"))),
            "dates_without_preselection", "warning", "calendrier", "le règlement dit qu’il n’y en a pas (article 14)",
        ),
        (
            replace(SOUND, rules=rules(preselection={"mode": "supports", "keeps_at_most": 3, "minimum_per_area": 2}, **FAIR)),
            "preselection_too_narrow", "warning", "etude", "L’article 14 réserve 4 idées aux lieux et n’en garde que 3",
        ),
        (
            replace(SOUND, phases=phases(instruction=("2027-01-04", "2027-06-06"))),
            "order_instruction", "error", "calendrier", "« Étude » commence le 4 janvier 2027, avant « Appel à idées » (11 janvier 2027)",
        ),
        (
            replace(SOUND, phases=phases(vote=("2027-05-31", "2027-06-20"))),
            "vote_during_study", "error", "calendrier", "Le vote s’ouvre le 31 mai 2027, avant la fin de l’étude (6 juin 2027).",
        ),
        (
            replace(SOUND, phases=phases(vote=("2027-06-12", "2027-06-30"))),
            "no_time_to_print", "warning", "calendrier", "6 jours après la fin de l’étude : les livrets ne seront pas imprimés, il y faut 21 jours",
        ),
        (replace(SOUND, phases=phases(vote=("2027-09-06", "2027-09-08"))), "short_vote", "warning", "calendrier", "« Vote » dure 3 jours : les éditions qui réussissent en comptent 14 au moins."),
        (replace(SOUND, phases=phases(vote=("2027-07-26", "2027-08-15"))), "away_vote", "warning", "calendrier", "15 jours sur 21 tombent en août"),
        (replace(SOUND, areas=(), envelopes=BY_PLACE[:1]), "no_area", "error", "lieux", "l’édition n’a aucun lieu"),
        (replace(SOUND, envelopes=()), "no_envelope", "error", "enveloppes", "Aucune enveloppe"),
        (
            replace(SOUND, envelopes=BY_PLACE),
            "envelopes_over_total", "error", "enveloppes", "Les enveloppes par quartier dépassent le total de 12 000 € : 112 000 € pour 100 000 € votés.",
        ),
        (replace(SOUND, total_eur=Decimal(130000)), "envelopes_under_total", "warning", "enveloppes", "Il manque 30 000 €"),
        (
            replace(SOUND, envelopes=(Money("Centre", Decimal(100000), "Centre"),)),
            "area_without_money", "warning", "enveloppes", "Ces lieux n’ont pas d’enveloppe : Gare.",
        ),
        (replace(SOUND, rules=rules(electorate={"minimum_age": 0})), "no_cap", "warning", "proposer", "toute l’enveloppe de 100 000 €"),
        (
            replace(SOUND, rules=rules(caps={"maximum_cost_eur": 120000}, electorate={"minimum_age": 0})),
            "cap_over_envelope", "error", "proposer", "Le plafond d’un projet (120 000 €) dépasse la plus grande enveloppe, « Ville » (100 000 €).",
        ),
        (
            replace(SOUND, envelopes=BY_PLACE, total_eur=None, rules=rules(caps={"maximum_cost_eur": 50000}, electorate={"minimum_age": 0})),
            "cap_over_envelope", "warning", "proposer", "dépasse l’enveloppe « Gare » (42 000 €)",
        ),
        (
            replace(SOUND, rules=rules(caps={"maximum_cost_eur": 20000}, electorate={"minimum_age": 0, "proofs": ()})),
            "no_proof", "error", "vote", "Aucune preuve",
        ),
        (
            replace(SOUND, rules=rules(caps={"maximum_cost_eur": 20000}, electorate={"minimum_age": 16})),
            "voters_older_than_authors", "warning", "vote", "On peut proposer à tout âge, mais voter à partir de 16 ans",
        ),
        (
            replace(SOUND, rules=rules(caps={"maximum_cost_eur": 100000}, electorate={"minimum_age": 0}, ballot={"maximum_choices": 10})),
            "more_choices_than_projects", "warning", "vote", "Chacun choisit jusqu’à 10 projets, pour environ 1 lauréat possible.",
        ),
        (replace(SOUND, rules=rules(places={"split": "equal"}, **FAIR)), "split_not_done", "warning", "enveloppes", "aucune enveloppe n’est d’un lieu"),
        (
            replace(SOUND, envelopes=SHARED, rules=rules(places={"split": "population"}, **FAIR)),
            "population_unknown", "warning", "lieux", "le nombre d’habitants manque pour : Centre, Gare.",
        ),
        (
            replace(SOUND, envelopes=SHARED, rules=rules(places={"split": "equal"}, **FAIR)),
            "split_differs", "warning", "enveloppes", "Selon l’article 9, « Centre » reçoit 50 000 € ; son enveloppe est de 60 000 €",
        ),
        (
            replace(SOUND, envelopes=SHARED, areas=(Place("Centre", 100, is_priority=True), Place("Gare", 100)), rules=rules(places={"split": "population_and_priority", "priority_bonus_percent": 100}, **FAIR)),
            "split_differs", "warning", "enveloppes", "« Centre » reçoit 66 666,67 €",
        ),
        (
            replace(SOUND, envelopes=(*SHARED, Money("Ville", Decimal(50000))), total_eur=None, rules=rules(places={"split": "by_hand", "town_share_percent": 20}, **FAIR)),
            "town_share_differs", "warning", "enveloppes", "L’article 9 garde 20 % pour tout le territoire, soit 30 000 € ; les enveloppes, 50 000 €.",
        ),
        (
            replace(SOUND, envelopes=SHARED, rules=rules(places={"split": "single"}, **FAIR)),
            "split_not_single", "warning", "enveloppes", "il y en a pour : Centre, Gare",
        ),
        (
            replace(SOUND, envelopes=SHARED[:1], total_eur=None, areas=(Place("Centre"), Place("Gare"), Place("Nord", within=("Centre",))), rules=rules(places={"split": "by_hand"}, **FAIR)),
            "area_without_money", "warning", "enveloppes", "Ces lieux n’ont pas d’enveloppe : Gare.",
        ),
        (replace(SOUND, rules=rules(retention={"roll_months": 3}, **FAIR)), "roll_months", "error", "suites", "écrivez 6, ou 0."),
        (replace(SOUND, coverage={"coverage-1": "« Centre » et « Gare » se recouvrent."}), "coverage-1", "warning", "lieux", "se recouvrent"),
        (
            replace(SOUND, envelopes=(replace(SOUND.envelopes[0], is_operating=True),)),
            "other_section", "warning", "enveloppes", "L’article 3 veut de l’investissement ; l’enveloppe « Ville » est de fonctionnement.",
        ),
        (
            replace(SOUND, facts=Facts(reserves=[reserve_of(Vote("other", date(2027, 9, 26), date(2027, 9, 26)))], election_names={"other": "élection"})),
            "call-", "warning", "calendrier", "Période de réserve du 1er mars au 26 septembre 2027",
        ),
        (
            replace(SOUND, facts=Facts(school=[Span(date(2027, 8, 30), date(2027, 9, 30), "Vacances")])),
            "vote-", "warning", "calendrier", "« Vote » tombe pour 100 % pendant les vacances scolaires (Vacances)",
        ),
        (
            replace(SOUND, bodies=(Seated("suivi", "Comité de suivi", 3),), rules=rules(bodies={"listed": [SUIVI]}, **FAIR)),
            "body_seats-", "warning", "instances", "L’article 13 donne 12 sièges à l’instance « Comité de suivi », qui en compte 3.",
        ),
        (
            replace(SOUND, bodies=(Seated("autre", "Le comité de Suivi", 12),), today=date(2027, 9, 20), rules=rules(bodies={"listed": [SUIVI]}, **FAIR)),
            "body_empty-", "warning", "instances", "« Réalisation » commence le 11 octobre 2027, et personne ne siège encore",
        ),
        (
            replace(SOUND, phases=without("vote"), rules=rules(ballot={"decision_mode": "jury", "decided_by": "le jury"}, **FAIR)),
            "body_decider-", "warning", "etude", "L’article 7 confie la décision à « le jury », que l’article 13 ne liste pas",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)  # fmt: skip
def test_what_does_not_hold_is_one_sentence_with_its_figures(edition, code, level, step, words):
    found = [f for f in coherence.check(edition) if f.code == code or (code.endswith("-") and f.code.startswith(code))]

    assert [(finding.level, finding.step) for finding in found] == [(level, step)]
    assert words in found[0].sentence.replace("\u00a0", " ")


def test_two_rulebooks_differ_by_their_words():
    changed = comparison.changes(rules(), rules(ballot={"maximum_choices": 3}, caps={"maximum_cost_eur": 40000}))

    assert [(change.number, change.title) for change in changed] == [
        (4, "Ce qu’un projet peut coûter"),
        (7, "Comment on vote et comment on compte"),
    ]
    (sentence,) = changed[1].sentences
    assert [(piece.kind, piece.text) for piece in sentence] == [
        ("same", "Chacun choisit de 1 à"), ("del", "5"), ("ins", "3"), ("same", "projets."),
    ]  # fmt: skip
    assert comparison.changes(rules(), rules()) == []


def test_a_sentence_that_comes_or_goes_is_whole():
    (change,) = comparison.changes(rules(), rules(ballot={"threshold_votes": 50}))

    assert [[(piece.kind, piece.text) for piece in line] for line in change.sentences] == [
        [("ins", "Il faut au moins 50 voix.")]
    ]


def test_the_brief_is_read_from_the_values():
    brief = dict(summary.in_brief(rules(ballot={"minimum_choices": 3, "maximum_choices": 3}), Decimal(100000)))
    plain = {question.replace("\u00a0", " "): answer for question, answer in brief.items()}

    assert plain["Comment ?"].startswith("On choisit exactement 3 projets.")
    assert "100" in plain["Combien d’argent ?"]
    assert len(brief) <= 7
    alone = dict(summary.in_brief(rules(ballot={"decision_mode": "body_designation", "decided_by": "le jury"})))
    assert any("le jury désigne les projets" in answer for answer in alone.values())


def test_what_only_helps_to_draw_the_calendar_is_not_asked_again_at_the_adoption():
    hints = [remark for remark in calendar_checks.remarks(SOUND.phases, SOUND.facts) if remark.is_hint]

    assert len(hints) == 3  # two Sundays, no council noted
    assert coherence.check(SOUND) == []


def test_each_finding_is_acknowledged_by_its_own_code():
    edition = replace(
        SOUND,
        bodies=(Seated("un", "Un"), Seated("deux", "Deux")),
        facts=Facts(school=[Span(date(2027, 1, 1), date(2027, 12, 31), "Année")]),
    )

    codes = [finding.code for finding in coherence.check(edition)]

    assert len(codes) == len(set(codes)) == 4
    assert max(len(f"acknowledge:{code}") for code in codes) <= 50


def test_every_setting_is_held_stated_or_said_to_be_only_declared():
    """Nobody believes that the software holds what it only prints."""
    tables = (set(force.HELD), set(force.STATED), set(force.DECLARED))

    assert sorted(code for table in tables for code in table) == sorted(settings_words.codes())
    assert settings_words.help_of("places.consulted").endswith(
        "la plateforme ne le vérifie pas\u00a0: à vous d’y veiller."
    )
    assert settings_words.help_of("caps.minimum_cost_eur") == str(settings_words.of("caps.minimum_cost_eur").help)


@pytest.mark.parametrize(("day", "is_wrong"), [("2027-03-01", False), ("2027-07-01", False), ("2026-12-01", True)])
def test_a_forum_chooses_before_the_study_or_after_it_never_before_the_call(day, is_wrong):
    chosen = Stage("preselection", "Présélection", date.fromisoformat(day), date.fromisoformat(day))
    found = coherence.check(replace(SOUND, phases=(*SOUND.phases, chosen)))

    assert ("order_preselection" in {finding.code for finding in found}) is is_wrong
