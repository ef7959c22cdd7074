"""Does an edition hold together? Sentences with their figures; and two règlements told apart in words. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cycles import coherence, comparison, summary
from cycles.coherence import Dates, Edition, Money, Place
from cycles.rules import Rules

LABELS = {
    "call": "Appel à idées",
    "instruction": "Étude",
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
    return Dates(kind, LABELS[kind], date.fromisoformat(first), date.fromisoformat(last))


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
            "no_time_to_print", "warning", "calendrier", "6 jours après la fin de l’étude : les livrets ne seront pas imprimés",
        ),
        (replace(SOUND, phases=phases(vote=("2027-09-06", "2027-09-08"))), "short_vote", "warning", "calendrier", "Vote : 3 jours, quand 7"),
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
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)  # fmt: skip
def test_what_does_not_hold_is_one_sentence_with_its_figures(edition, code, level, step, words):
    found = [finding for finding in coherence.check(edition) if finding.code == code]

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


@pytest.mark.parametrize(("day", "is_wrong"), [("2027-03-01", False), ("2027-07-01", False), ("2026-12-01", True)])
def test_a_forum_chooses_before_the_study_or_after_it_never_before_the_call(day, is_wrong):
    chosen = Dates("preselection", "Présélection", date.fromisoformat(day), date.fromisoformat(day))
    found = coherence.check(replace(SOUND, phases=(*SOUND.phases, chosen)))

    assert ("order_preselection" in {finding.code for finding in found}) is is_wrong
