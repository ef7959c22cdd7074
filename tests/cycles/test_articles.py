"""Each value of the rules is printed by an article, or is silent for a reason; what cannot be is one sentence."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from cycles import articles
from cycles.rules import FRAMES, REFUSAL_REASONS, Rules, Section
from cycles.rules.filing import EVERY_REASON
from tests.reading import plain

ELEVEN = {"proposers": {"minimum_age": 11}}
BODY = {"listed": [{"code": "suivi", "name": "le comité de suivi"}]}
TRANCHE = {"code": "petits", "name": "Petits projets", "up_to_eur": "5000"}
ASSEMBLY = {"decision_mode": "assembly", "kind": "show_of_hands"}
POINTS = {"kind": "points", "points_per_voter": 10}

# Each field of each section: the section’s values that it needs, then the words that changing it brings.
PRINTED = {
    "proposers.minimum_age": ({"minimum_age": 11}, "à partir de 11 ans"),
    "proposers.maximum_age": ({"minimum_age": 11, "maximum_age": 25}, "de 11 à 25 ans"),
    "proposers.referent_under_age": ({"referent_under_age": 15}, "Avant 15 ans, un adulte répond de l’idée."),
    "proposers.kinds": ({"kinds": ["resident", "agent"]}, "les habitant·es et les agents de la collectivité"),
    "proposers.links": ({"links": ["lives", "works"]}, "Il faut habiter ou travailler sur le territoire."),
    "proposers.channels": ({"channels": ["paper", "workshop"]}, "Une idée se dépose sur papier ou en atelier."),
    "proposers.maximum_per_owner": ({"maximum_per_owner": 1}, "Chacun dépose au plus 1 idée."),
    "proposers.is_elected_excluded": ({"is_elected_excluded": True}, "Ne peuvent pas proposer : les élu·es de la"),
    "proposers.is_instructing_agent_excluded": ({"is_instructing_agent_excluded": True}, "agents qui étudient"),
    "proposers.is_past_laureate_excluded": ({"is_past_laureate_excluded": True}, "les lauréats de l’édition précédente"),
    "admissibility.is_general_interest": ({"is_general_interest": False}, "Un projet relève des compétences"),
    "admissibility.is_investment_only": ({"is_investment_only": False}, "- C’est une dépense d’investissement."),
    "admissibility.is_operating_only": ({"is_investment_only": False, "is_operating_only": True}, "une animation"),
    "admissibility.maximum_running_cost_eur": ({"maximum_running_cost_eur": "900"}, "au plus 900 € par an"),
    "admissibility.reasons": ({"reasons": ["already_planned"]}, "Motifs de refus : 3.6 C’est déjà prévu."),
    "admissibility.criteria": ({"criteria": ["il reste ouvert à tous"]}, "Conditions de cette édition : il reste"),
    "caps.maximum_cost_eur": ({"maximum_cost_eur": "40000"}, "au plus 40 000 €, toutes taxes, études et aléas compris"),
    "caps.minimum_cost_eur": ({"minimum_cost_eur": "500"}, "au moins 500 €"),
    "caps.counts": ({"counts": "works"}, "sans les études ni les aléas"),
    "caps.studies_percent": ({"studies_percent": 10}, "les études comptent pour 10 % du montant"),
    "caps.contingencies_percent": ({"contingencies_percent": 5}, "les aléas comptent pour 5 %"),
    "caps.are_other_funders_deducted": ({"are_other_funders_deducted": True}, "est déduit du coût"),
    "caps.tranches": ({"tranches": [TRANCHE]}, "– Petits projets : jusqu’à 5 000 €."),
    "study.first_answer_days": ({"first_answer_days": 1}, "sous 1 jour."),
    "study.opinion_days": ({"opinion_days": 30}, "son avis sous 30 jours."),
    "study.owner_answer_days": ({"owner_answer_days": 10}, "le porteur a 10 jours pour répondre"),
    "study.support": ({"support": ["workshop"]}, "accompagné en atelier"),
    "electorate.minimum_age": ({"minimum_age": 0}, "sans condition d’âge, sans condition de nationalité"),
    "electorate.maximum_age": ({"maximum_age": 25}, "de 16 à 25 ans"),
    "electorate.links": ({"links": ["lives", "on_roll"]}, "Il faut habiter sur le territoire ou être sur la liste"),
    "electorate.proofs": ({"proofs": ["franceconnect"]}, "établi par FranceConnect"),
    "electorate.is_elected_excluded": ({"is_elected_excluded": True}, "Les élu·es de la collectivité ne votent pas"),
    "electorate.maximum_proxies": ({"maximum_proxies": 1}, "au plus 1 procuration"),
    "ballot.decision_mode": ({"decision_mode": "assembly"}, "Le vote se tient en assemblée"),
    "ballot.decided_by": ({"decision_mode": "jury", "decided_by": "le jury citoyen"}, "le jury citoyen désigne"),
    "ballot.confirmed_by": ({"confirmed_by": "la Métropole"}, "définitif après délibération : la Métropole"),
    "ballot.assembly_order": ({**ASSEMBLY, "assembly_order": "areas_then_plenary"}, "d’abord par quartier"),
    "ballot.venue": ({"venue": "in_person"}, "vote une fois, sur place."),
    "ballot.is_paper_refused": ({"is_paper_refused": True}, "en ligne ou sur place, sans papier"),
    "ballot.kind": ({"kind": "ranking"}, "Chacun classe de 1 à 5 projets."),
    "ballot.lists": ({"lists": "single"}, "sur une seule liste"),
    "ballot.minimum_choices": ({"minimum_choices": 3}, "de 3 à 5 projets"),
    "ballot.maximum_choices": ({"maximum_choices": 1}, "exactement 1 projet."),
    "ballot.list_choices": ({"list_choices": [{"code": "nature", "maximum_choices": 2}]}, "au plus 2 sur la liste « nat"),
    "ballot.is_budget_bounded": ({"is_budget_bounded": True}, "tient dans l’enveloppe"),
    "ballot.points_per_voter": (POINTS, "répartit 10 points."),
    "ballot.points_per_project": ({**POINTS, "points_per_project": 3}, "au plus 3 par projet"),
    "ballot.grades": ({"kind": "majority_judgement", "grades": ["Oui", "Non"]}, "à chaque projet : Oui ou Non."),
    "ballot.allocation": ({"allocation": "equal_shares"}, "parts égales"),
    "ballot.on_misfit": ({"on_misfit": "stop"}, "on s’arrête"),
    "ballot.threshold_votes": ({"threshold_votes": 20}, "au moins 20 voix"),
    "ballot.threshold_percent": ({"threshold_percent": 5}, "au moins 5 % des bulletins exprimés"),
    "ballot.maximum_laureates": ({"maximum_laureates": 1}, "Une liste a au plus 1 lauréat."),
    "ballot.minimum_per_area": ({"minimum_per_area": 2}, "pour que chaque lieu ait au moins 2 lauréats"),
    "ballot.minimum_per_priority_area": ({"minimum_per_priority_area": 1}, "chaque quartier prioritaire"),
    "ballot.minimum_per_theme": ({"minimum_per_theme": 1}, "chaque thème"),
    "ballot.maximum_per_area": ({"maximum_per_area": 3}, "Chaque lieu en a au plus 3."),
    "ballot.maximum_per_theme": ({"maximum_per_theme": 3}, "Chaque thème en a au plus 3."),
    "ballot.one_laureate_per_owner": ({"one_laureate_per_owner": True}, "Un même porteur a un lauréat au plus."),
    "ballot.one_laureate_per_site": ({"one_laureate_per_site": True}, "Un même endroit a un lauréat au plus."),
    "ballot.tie_criterion": ({"tie_criterion": "draw_only"}, "le tirage au sort public fait avant le vote départage"),
    "delivery.deadline_months": ({"deadline_months": 12}, "sous 12 mois"),
    "delivery.update_every_days": ({"update_every_days": 30}, "tous les 30 jours"),
    "delivery.answer_days": ({"answer_days": 10}, "la réponse est publique, sous 10 jours."),
    "delivery.carried_by": ({"carried_by": "owners"}, "Le porteur réalise lui-même"),
    "delivery.has_follow_up_groups": ({"has_follow_up_groups": True}, "Un groupe de suivi"),
    "places.split": ({"split": "equal"}, "à parts égales entre les lieux"),
    "places.priority_bonus_percent": (
        {"split": "population_and_priority", "priority_bonus_percent": 30}, "reçoit 30 % de plus par habitant",
    ),
    "places.town_share_percent": ({"split": "equal", "town_share_percent": 20}, "20 % de l’argent vont"),
    "places.is_diagnosis_per_place": ({"is_diagnosis_per_place": True}, "Chaque lieu a son diagnostic."),
    "places.consulted": ({"consulted": "les maires"}, "consulte les maires"),
    "leftovers.unspent": ({"unspent": "town_budget"}, "revient au budget de la collectivité"),
    "evaluation.led_by": ({"led_by": "l’Université du Citoyen"}, "menée par l’Université du Citoyen"),
    "evaluation.is_asked_to_residents": ({"is_asked_to_residents": True}, "Les habitant·es sont interrogé·es"),
    "evaluation.checkpoints": ({"checkpoints": ["call", "vote"]}, "après l’appel à idées et le vote"),
    "evaluation.indicators": ({"indicators": ["les témoignages"]}, "On regarde : les témoignages."),
    "retention.roll_months": ({"roll_months": 3}, "détruits 3 mois après"),
    "retention.deposit_months": ({"deposit_months": 12}, "effacé 12 mois après"),
    "bodies.listed": (BODY, "Le comité de suivi est une instance"),
    "preselection.mode": ({"mode": "supports"}, "classées par leurs soutiens"),
    "preselection.choices": ({"mode": "forum", "choices": 8}, "a 8 choix"),
    "preselection.keeps_at_most": ({"mode": "supports", "keeps_at_most": 30}, "garde au plus 30 idées"),
    "preselection.minimum_per_area": ({"mode": "supports", "minimum_per_area": 2}, "en garde au moins 2"),
    "preselection.body": ({"mode": "jury", "body": "suivi"}, "faite par le comité de suivi"),
    "preselection.is_opinion_only": ({"mode": "supports", "is_opinion_only": True}, "C’est un avis"),
}  # fmt: skip
SILENT = {"schema_version": "how the values are written, not a rule"}


def rules(**sections):
    return Rules.model_validate({"bodies": BODY, **sections})


def printed(given):
    return plain(" ".join(sentence for article in articles.articles(given) for sentence in article.paragraphs))


def test_every_field_is_printed_or_silent_for_a_reason():
    known = set(SILENT)
    for name, field in Rules.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            known |= {f"{name}.{inner}" for inner in field.annotation.model_fields}

    assert known == {*PRINTED, *SILENT}


@pytest.mark.parametrize("name", PRINTED)
def test_the_value_is_what_is_printed(name):
    section, _dot, field = name.partition(".")
    values, words = PRINTED[name]
    usual = Rules.model_fields[section].annotation.model_fields[field].default
    given = rules() if section == "bodies" else rules(**{section: values})

    brings, takes_away = printed(given), printed(Rules())
    if words.startswith("- "):  # a value that only takes a sentence away
        words, brings, takes_away = words[2:], takes_away, brings
    assert words in brings
    assert words not in takes_away
    assert getattr(getattr(given, section), field) != usual


def test_an_edition_without_a_vote_prints_nothing_of_it():
    text = printed(rules(ballot={"decision_mode": "jury", "decided_by": "le jury citoyen"}))

    assert "Cette édition n’organise pas de vote." in text
    assert "voix" not in text
    assert "Chacun choisit" not in text


def test_an_article_keeps_its_number_whatever_is_left_out():
    made = articles.articles(rules(leftovers={"unspent": "town_budget"}))

    assert [article.number for article in made] == [*range(1, 9), 10, 13]
    assert made[0].paragraphs[-1] == articles.GAPS
    assert articles.GAPS not in articles.articles(Rules())[0].paragraphs


def test_each_frame_has_the_number_and_the_section_of_its_article():
    whole = rules(
        places={"split": "equal"},
        leftovers={"unspent": "town_budget"},
        evaluation={"led_by": "le jury"},
        retention={"roll_months": 3},
        preselection={"mode": "supports"},
    )

    made = articles.articles(whole)

    assert sorted((f.article, f.name, f.title) for f in FRAMES) == [(a.number, a.section, a.title) for a in made[1:]]
    assert {*EVERY_REASON} == {r.code for r in REFUSAL_REASONS.values() if r.article.startswith("3.")}


def test_french_spaces_do_not_break():
    for article in articles.articles(rules(admissibility={"criteria": ["« ouvert » : toujours"]})):
        assert not any(f" {mark}" in sentence for sentence in article.paragraphs for mark in ":;!?»%€")


@pytest.mark.parametrize(
    ("sections", "sentence"),
    [
        ({"proposers": {"minimum_age": 18, "maximum_age": 11}}, "L’âge maximal est plus bas que l’âge minimal"),
        ({"electorate": {"maximum_age": 11}}, "L’âge maximal est plus bas que l’âge minimal"),
        ({"proposers": {"kinds": []}}, "Indiquez qui peut proposer"),
        ({"proposers": {"channels": []}}, "Indiquez comment une idée se dépose"),
        ({"proposers": {"minimum_age": 16, "referent_under_age": 15}}, "répond de l’idée est au-dessous de l’âge"),
        ({"admissibility": {"criteria": ["a", "a"]}}, "Une condition est écrite deux fois"),
        ({"electorate": {"links": []}}, "Indiquez qui peut voter"),
        ({"caps": {"tranches": [{**TRANCHE, "from_eur": "9000"}]}}, "finit avant de commencer"),
        ({"caps": {"tranches": [TRANCHE, TRANCHE]}}, "Deux tranches portent le même code"),
        (
            {"caps": {"tranches": [TRANCHE, {**TRANCHE, "code": "b", "from_eur": "6000", "up_to_eur": "9000"}]}},
            "doit commencer à 5 000 €, où finit « Petits projets »",
        ),
        (
            {"caps": {"maximum_cost_eur": "9000", "tranches": [TRANCHE]}},
            "La dernière tranche finit à 5 000 € et le coût maximal est de 9 000 €",
        ),
        ({"places": {"priority_bonus_percent": 20}}, "Le supplément des quartiers prioritaires va avec"),
        ({"places": {"town_share_percent": 20}}, "suppose un partage entre les lieux"),
        ({"preselection": {"choices": 8}}, "Sans présélection, laissez vides"),
        ({"preselection": {"mode": "forum"}}, "combien de voix chaque personne a au forum"),
        ({"preselection": {"mode": "jury"}}, "quelle instance fait la présélection"),
        ({"preselection": {"mode": "jury", "body": "copil"}}, "« copil », qui n’est pas une instance du règlement"),
        ({"preselection": {"mode": "supports", "keeps_at_most": 2, "minimum_per_area": 3}}, "moins d’idées"),
        ({"bodies": {"listed": [*BODY["listed"], *BODY["listed"]]}}, "Deux instances portent le même code"),
        ({"leftovers": {"unspent": "body"}}, "dites laquelle parmi les instances"),
        ({"leftovers": {"unspent": "town_list"}, "ballot": {"lists": "single"}}, "il n’y a qu’une seule liste"),
        ({"ballot": {"minimum_choices": 3, "maximum_choices": 2}}, "Le nombre minimal de choix dépasse"),
        ({"ballot": {"list_choices": [{"code": "x", "minimum_choices": 3, "maximum_choices": 2}]}}, "la liste « x »"),
        ({"ballot": {"list_choices": [{"code": "x", "maximum_choices": 2}] * 2}}, "gardez une seule ligne"),
        ({"ballot": {"decision_mode": "mixed"}}, "Indiquez qui désigne les projets retenus"),
        ({"ballot": {"assembly_order": "areas_then_plenary"}}, "va avec un vote en assemblée"),
        ({"ballot": {"kind": "majority_judgement"}}, "Les mentions vont avec le jugement majoritaire"),
        ({"ballot": {"kind": "majority_judgement", "grades": ["Oui", "Oui"]}}, "deux à sept mentions différentes"),
        ({"ballot": {"kind": "points"}}, "Le nombre de points par personne va avec"),
        ({"ballot": {**POINTS, "points_per_project": 11}}, "plus de points qu’une personne n’en a"),
        ({"ballot": {"kind": "ranking", "is_budget_bounded": True}}, "va avec l’approbation"),
        ({"ballot": {"minimum_per_area": 3, "maximum_per_area": 2}}, "minimal de lauréats par lieu dépasse"),
        ({"ballot": {"minimum_per_theme": 3, "maximum_per_theme": 2}}, "minimal de lauréats par thème dépasse"),
        ({"ballot": {"minimum_per_area": 3, "maximum_laureates": 2}}, "plus de lauréats qu’il n’y en a en tout"),
        ({"ballot": {"minimum_per_priority_area": 3, "maximum_per_area": 2}}, "Le minimum des quartiers prioritaires"),
        ({"ballot": {"threshold_votes": 3, "threshold_percent": 5}}, "gardez l’un des deux"),
        ({"ballot": {"kind": "show_of_hands", "threshold_percent": 5}}, "À main levée, le seuil s’écrit en voix"),
        (
            {"ballot": {"kind": "majority_judgement", "grades": ["Oui", "Non"], "threshold_votes": 5}},
            "Au jugement majoritaire, le seuil s’écrit en pourcentage",
        ),
        ({"ballot": {**POINTS, "allocation": "equal_shares"}}, "Les parts égales se comptent sur des approbations"),
        ({"ballot": {"allocation": "equal_shares", "maximum_laureates": 3}}, "ni minimum ni maximum"),
        (
            {"ballot": {"allocation": "equal_shares"}, "caps": {"tranches": [{**TRANCHE, "amount_eur": "9"}]}},
            "ne connaissent pas les enveloppes par tranche",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(sections, sentence):
    with pytest.raises(ValidationError) as refusal:
        rules(**sections)

    [error] = refusal.value.errors()
    assert sentence in plain(error["msg"])
