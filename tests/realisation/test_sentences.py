"""What the data says, in French: zero, one and many; and what a mayor would not sign never comes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from realisation import sentences
from realisation.figures import Answers, Figures, Ideas, Laureate, Moved, Part, Spent, Vote

ZERO = Decimal("0.00")
NOBODY = Figures(
    on=date(2027, 3, 1),
    town="Ville de Valrive-sur-Loire",
    cycle="Édition 2026",
    slug="2026",
    population=0,
    ideas=Ideas(0, 0, 0),
    answers=Answers(0, 0, 0, 0, (), 15, 0, 0, 21, 0, 0, None),
    vote=None,
    laureates=(),
    money=Spent(ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, None),
    update_every_days=90,
)
COURT = Laureate(
    "BP26-0001", "Une cour qui respire", "Les Mariniers", "nature", "delivered", "Livré", "success",
    promised_on=date(2027, 1, 31), delivered_on=date(2027, 1, 31), voted_eur=Decimal("40000.00"),
    paid_eur=Decimal("38999.50"), released_eur=Decimal("1000.50"),
)  # fmt: skip
OVEN = Laureate(
    "BP26-0002", "Un four à pain", "Les Coteaux", "market", "abandoned", "Abandonné", "error",
    promised_on=date(2027, 1, 31), reason="Le sol est pollué", voted_eur=Decimal("21840.00"),
    released_eur=Decimal("21840.00"),
)  # fmt: skip
BRIDGE = Laureate(
    "BP26-0003", "La passerelle", "Gare", "mobility", "works", "En travaux", "accent", promised_on=date(2027, 2, 28),
    expected_on=date(2027, 9, 1), days_late=1, delay_reason="Il faut attendre l’étiage.", voted_eur=Decimal("93048.00"),
)  # fmt: skip
MANY = replace(
    NOBODY,
    population=31200,
    ideas=Ideas(12, 11, 10, (Part("en ligne", 9), Part("sur papier", 3)), (Part("Centre", 12), Part("Gare", 0))),
    answers=Answers(7, 1, 3, 1, (Part("Le coût dépasse le plafond", 2), Part("C’est déjà prévu", 1)), 15, 12, 12, 21, 20, 19, 140),
    vote=Vote(date(2026, 2, 2), date(2026, 2, 22), date(2026, 3, 1), 2100, 819, 8, (Part("en ligne", 700), Part("sur papier", 119))),
    laureates=(COURT, OVEN, BRIDGE),
    money=Spent(
        Decimal("250000.00"), ZERO, Decimal("38999.50"), Decimal("71384.16"), Decimal("21663.84"), Decimal("15000.00"),
        Decimal("102952.50"), None, (),
        (Moved("Enveloppe de la ville", "Édition 2027, Enveloppe", Decimal("15000.00"), date(2027, 2, 1), "Comité de suivi", "Compte rendu n° 7", False, True),),
    ),
)  # fmt: skip


def said(kind: str, figures: Figures, number: str = "") -> str:
    return sentences.proposed(kind, figures, number).replace("\u00a0", " ").replace("\u202f", " ")


def test_an_edition_in_four_sentences():
    assert said("overview", MANY) == (
        "12 idées ont été déposées ; 8 ont été jugées réalisables après étude. 819 personnes ont voté, soit 2,6 % des "
        "31 200 habitants ; 3 projets sont lauréats. Au 1er mars 2027, 1 est livré, 1 est en cours et 1 est abandonné. "
        "Parmi les projets en cours, 1 a dépassé la date promise. Sur 250 000 € votés, 38 999,50 € sont payés."
    )


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("overview", "Aucune idée n’a été déposée. Les lauréats ne sont pas encore connus."),
        ("participation", "Aucune idée n’a été déposée pendant l’appel à idées."),
        ("answers", "Aucune réponse n’est encore publiée."),
        ("vote", "Cette édition n’a pas de vote : les projets ont été désignés comme le règlement le prévoit."),
        ("money", "Aucune enveloppe n’est votée pour cette édition."),
        ("changes", "Les lauréats ne sont pas encore connus."),
        ("leftover", "Il n’y a pas de reliquat : tout ce qui est voté est affecté. Aucune somme n’a quitté l’édition."),
        ("lessons", ""),
        ("laureate", ""),
    ],
)
def test_nothing_is_said_as_nothing(kind, expected):
    assert said(kind, NOBODY) == expected


def test_one_is_singular():
    one = replace(
        NOBODY,
        ideas=Ideas(1, 1, 1, (Part("en ligne", 1),), (Part("Centre", 1),)),
        answers=Answers(1, 0, 0, 0, (), 15, 1, 1, 21, 1, 0, 1),
        vote=Vote(date(2026, 2, 2), date(2026, 2, 2), date(2026, 3, 1), 1, 1, 1),
    )

    assert said("overview", one).startswith("1 idée a été déposée ; 1 a été jugée réalisable après étude. 1 personne a")
    assert said("participation", one) == (
        "1 personne ou groupe a porté 1 idée. Toutes sont venues par internet : les autres voies sont à faire connaître. "
        "Le lieu le plus cité est « Centre », avec 1 idée."
    )
    assert said("answers", one) == (
        "1 idée a reçu une réponse écrite et motivée : 1 idée est réalisable et aucune n’est écartée.\n\n"
        "Le règlement promet une première réponse sous 15 jours : c’est tenu pour la seule idée. Il donne 21 jours aux "
        "directions pour rendre leur avis : ce n’est pas tenu pour le seul avis. La moitié des réponses définitives ont été "
        "données en 1 jour ou moins."
    )
    assert (
        said("vote", one)
        == "Le vote s’est tenu le 2 février 2026 : 1 personne a voté sur 1 personne inscrite. 1 projet était proposé."
    )


def test_each_project_says_its_date_its_reason_and_its_money():
    assert [said("laureate", MANY, project.number) for project in MANY.laureates] == [
        "Livré le 31 janvier 2027, dans le délai promis. Voté 40 000 €, payé 38 999,50 € ; 1 000,50 € sont revenus à l’enveloppe.",
        "Le projet est abandonné. Le sol est pollué. Voté 21 840 €, rien n’est payé ; 21 840 € sont revenus à l’enveloppe.",
        "En travaux. Promis pour le 28 février 2027, il est maintenant attendu pour le 1er septembre 2027. La raison : il faut attendre l’étiage. Voté 93 048 €, rien n’est payé.",
    ]  # fmt: skip


def test_the_money_the_changes_and_the_leftover():
    assert said("money", MANY) == (
        "Sur les 250 000 € de l’édition, au 1er mars 2027 : 38 999,50 € sont payés, 71 384,16 € sont commandés et pas encore "
        "payés, 21 663,84 € sont réservés à un projet et pas encore commandés, 15 000 € ont quitté l’édition et "
        "102 952,50 € ne sont affectés à aucun projet. La somme est juste au centime près."
    )
    helped = replace(MANY, money=replace(MANY.money, received_eur=Decimal("15000.00")))
    assert said("money", helped).startswith(
        "Sur les 265 000 € de l’édition (dont 15 000 € venus d’une autre édition), au"
    )
    assert said("changes", MANY) == (
        "- **Un four à pain** (BP26-0002) est abandonné. Le sol est pollué. 21 840 € ont été rendus à l’enveloppe.\n"
        "- **La passerelle** (BP26-0003) a 1 jour de retard. La raison : il faut attendre l’étiage."
    )
    assert said("leftover", MANY).endswith(
        "\n\n- 15 000 €, de « Enveloppe de la ville » vers « Édition 2027, Enveloppe », le 1er février 2027 "
        "(Comité de suivi, Compte rendu n° 7)."
    )


def test_the_answers_keep_the_reglements_promise():
    assert said("answers", MANY) == (
        "11 idées ont reçu une réponse écrite et motivée : 7 idées sont réalisables, 1 l’est avec des changements et 3 ne "
        "sont pas retenues. Les refus ont pour motif : le coût dépasse le plafond (2) et c’est déjà prévu (1). 1 idée attend "
        "encore sa réponse.\n\nLe règlement promet une première réponse sous 15 jours : c’est tenu pour les 12 idées. Il "
        "donne 21 jours aux directions pour rendre leur avis : c’est tenu pour 19 avis sur 20. La moitié des réponses "
        "définitives ont été données en 140 jours ou moins."
    )
