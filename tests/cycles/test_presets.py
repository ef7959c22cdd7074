"""Presets: twenty-five real ways of running an edition, loaded by configuration only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from bp_platform.core import calendar
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from cycles import articles, presets, selectors, services
from cycles.models import Area, Cycle, CycleState, Envelope
from cycles.rules import Rules
from tests.people import BUILDER
from tests.reading import plain

pytestmark = pytest.mark.django_db

START = date(2026, 9, 1)
EVERY = [f"P{number:02}" for number in range(1, 26)]


def load(key, at, *, by=BUILDER, slug="essai", **options):
    return services.load_preset(key, slug=slug, by=by, at=at, starts_on=START, **options)


def printed(cycle):
    return {a.number: plain(" ".join(a.paragraphs)) for a in articles.articles(selectors.rules_of(cycle))}


def kinds(cycle):
    return list(cycle.phases.order_by("opens_at", "pk").values_list("kind", flat=True))


def money(cycle):
    return list(cycle.envelopes.values_list("amount_eur", "announced_eur", "section", "area__code"))


def test_there_are_twenty_five():
    assert presets.keys() == EVERY


def test_the_catalogue_says_what_each_is_for():
    offers = presets.catalogue()

    assert [offer.key for offer in offers] == presets.keys()
    assert all(offer.title and offer.summary and offer.for_whom and offer.particulars for offer in offers)
    assert all(3 <= offer.months <= 24 and offer.summary.endswith(".") for offer in offers)
    assert len({offer.title for offer in offers}) == 25
    assert next(offer for offer in offers if offer.key == "P17").months == 9


@pytest.mark.parametrize("key", EVERY)
def test_each_loads_in_preparation_and_can_be_published(at, paula, key):
    cycle = load(key, at, by=paula)

    assert (cycle.state, cycle.title) == (CycleState.PREPARED, presets.read(key).title)
    assert selectors.rules_of(cycle) == presets.read(key).rules
    assert cycle.envelopes.exists()
    acts = JournalEntry.objects.filter(chain=cycle.journal_chain).order_by("position").values_list("act", flat=True)
    assert (acts[0], list(acts)[-1]) == ("create_cycle", f"load_preset:{key}")
    assert services.publish_cycle(cycle, by=paula, at=at).state == CycleState.PUBLIC


@pytest.mark.parametrize(("key", "amount"), [("P08", "32500"), ("P10", "95000")])
def test_marseille_pays_actions_and_votes_in_public_space(at, key, amount):
    cycle = load(key, at)

    assert [row[:3] for row in money(cycle)] == [(Decimal(amount), None, "operating")]
    assert "diagnosis" in kinds(cycle)
    text = printed(cycle)
    assert "C’est une dépense de fonctionnement : une action" in text[3]
    assert "3.3" not in text[3]
    assert "vote une fois, sur place, dans l’espace public." in text[6]


def test_pertuis_has_no_vote_and_a_body_designates(at):
    cycle = load("P09", at)

    assert kinds(cycle) == ["diagnosis", "call", "instruction", "proclamation", "realisation", "review"]
    assert money(cycle) == [(Decimal("30000.00"), None, "operating", "pertuis")]
    text = printed(cycle)
    assert "Il n’y a pas de vote : le conseil citoyen désigne les projets retenus" in text[1]
    assert text[6] == "Cette édition n’organise pas de vote."
    assert text[7] == "Les dossiers sont étudiés, puis le conseil citoyen désigne les projets retenus."
    assert "un an après le choix" in text[8]


def test_les_flamants_and_le_mail_are_two_perimeters_of_one_edition(at):
    cycle = load("P11", at)

    perimeters = cycle.areas.filter(parent__code="ensemble").order_by("code").values_list("code", "kind")
    assert list(perimeters) == [("le-mail", "custom"), ("les-flamants", "custom")]
    assert money(cycle) == [(Decimal("80000.00"), Decimal("95000.00"), "operating", "ensemble")]
    vote = selectors.phase_of(cycle, "vote")
    days = calendar.local_day(vote.opens_at), calendar.local_day(calendar.last_instant(vote.closes_at))
    assert days == (date(2027, 2, 13), date(2027, 2, 13))
    assert "définitif après délibération : la Métropole Aix-Marseille-Provence." in printed(cycle)[7]


def test_strasbourg_is_the_whole_city_without_associations(at):
    cycle = load("P13", at)

    assert list(cycle.areas.values_list("code", "kind")) == [("ville", "commune")]
    assert money(cycle) == [(Decimal("5000000.00"), None, "investment", None)]
    text = printed(cycle)
    assert "Peuvent proposer : les habitant·es et les collectifs," in text[2]
    assert text[10] == "L’argent qui n’est pas dépensé revient à l’édition suivante."
    assert selectors.rules_of(cycle).delivery.deadline_months == 24


def test_the_express_guide_has_five_steps_and_votes_in_its_ninth_month(at):
    cycle = load("P17", at)

    assert kinds(cycle) == ["call", "instruction", "campaign", "vote", "proclamation", "realisation", "review"]
    vote = selectors.phase_of(cycle, "vote")
    assert calendar.local_day(vote.opens_at) == date(2027, 5, 9)
    assert cycle.number_prefix == "BP26"
    assert list(cycle.envelopes.values_list("amount_eur", flat=True)) == [Decimal("100000.00")]


def test_the_same_address_twice_is_refused_in_a_sentence(at):
    load("P17", at)

    with pytest.raises(ValidationError) as refusal:
        load("P08", at)

    assert refusal.value.messages == ["L’adresse « essai » est déjà prise : choisissez-en une autre (--slug)."]
    assert Cycle.objects.count() == 1


def test_the_same_prefix_twice_is_refused_in_a_sentence(at):
    load("P17", at)

    with pytest.raises(ValidationError) as refusal:
        load("P17", at, slug="autre")
    assert refusal.value.messages == ["Le préfixe « BP26 » est déjà pris : choisissez-en un autre (--prefix)."]

    assert load("P17", at, slug="autre", prefix="BQ26").number_prefix == "BQ26"


def test_an_unknown_preset_names_the_known_ones(at):
    with pytest.raises(ValidationError) as refusal:
        load("P99", at)

    assert refusal.value.messages == [f"Le modèle « P99 » n’existe pas : choisissez parmi {', '.join(EVERY)}."]


def test_a_stranger_loads_nothing(at, chloe):
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        load("P17", at, by=chloe)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('title = "', "title = ", "P17.toml, ligne 8 : cette ligne n’est pas lisible"),
        ("last_day = 60", 'last_day = "soixante"', "« phases › call › last_day » : écrivez un nombre entier"),
        ("last_day = 60", "", "« phases › call › last_day » : ce champ manque, ajoutez-le."),
        ("first_day = 61", "first_day = 261", "« phases › instruction » : le dernier jour précède le premier"),
        (
            "[phases.campaign]",
            "[phases.compagne]",
            "« phases › compagne » : cette valeur n’existe pas, choisissez parmi",
        ),
        ("maximum_cost_eur = 40000", "plafond = 40000", "« rules › caps › plafond » : ce champ n’existe pas"),
        ("amount_eur = 100000", "amount_eur = -5", "« envelopes › 1 › amount_eur » : écrivez un nombre supérieur à 0."),
        ('drawing = "sport"', 'drawing = "foot"', "« themes › 3 » : ce dessin n’existe pas : choisissez parmi nature"),
        (
            "amount_eur = 100000",
            'amount_eur = 100000\narea = "nord"',
            "« Enveloppe de la ville » cite un lieu ou un thème",
        ),
        ('code = "culture"', 'code = "nature"', "portent le même code"),
        (
            "[rules.caps]",
            '[rules.ballot]\ndecision_mode = "body_designation"\n[rules.caps]',
            "« rules › ballot » : Indiquez",
        ),
        (
            "[rules.caps]",
            '[rules.ballot]\ndecision_mode = "body_designation"\ndecided_by = "le jury"\n[rules.caps]',
            "une phase de vote va avec un vote",
        ),
        ("[rules.caps]", '[rules.preselection]\nmode = "supports"\n[rules.caps]', "une phase de présélection va avec"),
        ("first_day = 250", "first_day = 150", "la phase « vote » commence avant « campaign » : changez leurs jours"),
        ('prefix = "BP"', 'prefix = "BP"\nkind = "internal"', "une édition interne est réservée aux agents"),
        ("[rules.caps]", "[rules.ballot]\nminimum_per_area = 1\n[rules.caps]", "suppose des lieux"),
        ("[rules.caps]", "[rules.ballot]\nminimum_per_priority_area = 1\n[rules.caps]", "de nature « priority »"),
        (
            "[rules.caps]",
            '[rules.ballot]\nlist_choices = [{ code = "nord", maximum_choices = 2 }]\n[rules.caps]',
            "la liste « nord » de « rules › ballot › list_choices » n’est ni un lieu ni un thème",
        ),
        (
            "[rules.caps]",
            "[rules.ballot]\nminimum_per_theme = 2\nmaximum_laureates = 5\n[rules.caps]",
            "les minimums demandent 10 lauréats et le maximum est de 5",
        ),
        ("maximum_cost_eur = 40000", "maximum_cost_eur = 400000", "plus que toutes les enveloppes réunies"),
        (
            "maximum_cost_eur = 40000",
            'tranches = [{ code = "t", name = "Petits", up_to_eur = 9, amount_eur = 100001 }]',
            "les tranches réunies dépassent les enveloppes",
        ),
        (
            "maximum_cost_eur = 40000",
            'tranches = [{ code = "t", name = "Petits", up_to_eur = 9, theme = "jeunes" }]',
            "la tranche « Petits » cite un thème absent",
        ),
        (
            "maximum_cost_eur = 40000",
            "minimum_cost_eur = 9\nmaximum_cost_eur = 5",
            "« rules › caps » : Le coût minimal",
        ),
    ],
)
def test_a_file_broken_by_hand_is_one_sentence_and_nothing_is_saved(at, tmp_path, old, new, sentence):
    source = (presets.FOLDER / "P17.toml").read_text()
    assert old in source
    (tmp_path / "P17.toml").write_text(source.replace(old, new, 1))

    with pytest.raises(ValidationError) as refusal:
        load("P17", at, folder=tmp_path)

    (message,) = refusal.value.messages
    assert message.startswith("P17.toml, ")
    assert sentence in plain(message)
    assert Cycle.objects.count() == 0


def test_each_fault_has_its_sentence_and_the_list_still_shows_the_other_files(tmp_path):
    source = (presets.FOLDER / "P17.toml").read_text()
    (tmp_path / "P17.toml").write_text(source)
    broken = source.replace("last_day = 60", 'last_day = "soixante"').replace('drawing = "sport"', 'drawing = "foot"')
    (tmp_path / "P99.toml").write_text(broken)
    out = StringIO()

    with pytest.raises(CommandError) as refusal:
        call_command("load_preset", "--list", "--folder", tmp_path, stdout=out)

    first, second = plain(str(refusal.value).replace("\n", "|")).split("|")
    assert first.startswith("P99.toml, « phases › call › last_day » : écrivez un nombre entier")
    assert second.startswith("P99.toml, « themes › 3 » : ce dessin n’existe pas")
    assert out.getvalue().startswith("P17  Cinq étapes")


def test_what_the_database_refuses_leaves_nothing(at, tmp_path):
    twice = (
        presets.FOLDER / "P17.toml"
    ).read_text() + '[[envelopes]]\nname = "Enveloppe de la ville"\namount_eur = 1\n'
    (tmp_path / "P17.toml").write_text(twice)

    with pytest.raises(ValidationError):
        load("P17", at, folder=tmp_path)

    assert (Cycle.objects.count(), Area.objects.count(), Envelope.objects.count()) == (0, 0, 0)


def test_the_command_loads_and_says_what_is_particular():
    out = StringIO()

    call_command("load_preset", "P09", "--slug", "pertuis", "--starts-on", "2026-09-01", stdout=out)

    assert "« Appel à solutions de Pertuis » est en préparation à l’adresse /pertuis/." in out.getvalue()
    assert "Un seul lauréat porte un programme de plusieurs actions." in out.getvalue()
    assert Cycle.objects.get().phases.count() == 6


def test_the_command_lists():
    out = StringIO()

    call_command("load_preset", "--list", stdout=out)

    assert [line[:3] for line in out.getvalue().splitlines()] == EVERY


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["P17"], "Indiquez un modèle et une adresse"),
        (["P17", "--slug", "x", "--starts-on", "demain"], "« demain » n’est pas une date"),
        (["P1", "--slug", "x"], "Le modèle « P1 » n’existe pas"),
    ],
)
def test_the_command_refuses_in_a_sentence(arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("load_preset", *arguments)
    assert Cycle.objects.count() == 0


def test_a_section_frozen_before_a_field_existed_still_compares(at, paula):
    cycle = load("P17", at)
    version = cycle.rulebook_versions.get()
    old = {**version.values, "ballot": {"kind": "approval", "minimum_choices": 1, "maximum_choices": 5}}
    cycle.rulebook_versions.update(values=old)
    services.freeze_section(cycle, "ballot", at=at, opens_at=at)

    again = services.draft_rulebook(cycle, by=paula, at=at, values=presets.read("P17").rules.model_dump(mode="json"))

    assert again.number == 2
    with pytest.raises(Refused, match="est figé"):
        services.draft_rulebook(cycle, by=paula, at=at, values={"ballot": {"venue": "in_person"}})


def test_investment_only_and_operating_only_contradict_each_other():
    with pytest.raises(ValueError, match="choisissez l’un des deux"):
        Rules.model_validate({"admissibility": {"is_investment_only": True, "is_operating_only": True}})


def test_a_file_with_several_faults_says_them_all_and_writes_nothing(at, tmp_path):
    """A hand-made file: a place that does not exist, twice the same theme, a vote before the study."""
    text = (presets.FOLDER / "P17.toml").read_text(encoding="utf-8")
    text = text.replace("[phases.vote]\nfirst_day = 250", "[phases.vote]\nfirst_day = 2")
    text += '\n[[envelopes]]\nname = "Ailleurs"\namount_eur = 1000\narea = "ailleurs"\n'
    (tmp_path / "P17.toml").write_text(text, encoding="utf-8")

    with pytest.raises(ValidationError) as refusal:
        load("P17", at, folder=tmp_path)

    said = [plain(message) for message in refusal.value.messages]
    assert said == [
        "P17.toml, « le fichier entier » : l’enveloppe « Ailleurs » cite un lieu ou un thème absent du fichier.",
        "P17.toml, « le fichier entier » : la phase « vote » commence avant « campaign » : changez leurs jours.",
    ]
    assert not Cycle.objects.exists()


def test_wrong_keys_and_wrong_types_are_each_a_sentence_by_their_field(at, tmp_path):
    text = (presets.FOLDER / "P17.toml").read_text(encoding="utf-8").replace("[rules.", "[rules.", 1)
    text += '\n[[areas]]\ncode = "nord"\nname = "Nord"\npopulation = "beaucoup"\ncouleur = "bleu"\n'
    (tmp_path / "P17.toml").write_text(text, encoding="utf-8")

    with pytest.raises(ValidationError) as refusal:
        load("P17", at, folder=tmp_path)

    said = sorted(plain(message).partition("areas › ")[2] for message in refusal.value.messages)
    assert [line.partition(" › ")[2] for line in said] == [
        "couleur » : ce champ n’existe pas, corrigez son nom ou retirez-le.",
        "population » : écrivez un nombre entier, sans guillemets.",
    ]
    assert not Cycle.objects.exists()
