"""What experience says must be ready before an edition opens: the items that a new checklist starts with."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop


@dataclass(frozen=True, slots=True)
class Template:
    """An item and how many weeks before the opening it is due."""

    code: str
    label: str
    weeks: int


TEMPLATES = (
    Template("finalites", gettext_noop("Écrire les finalités de l’édition et ce qui dira si elles sont atteintes"), 12),
    Template("cadre", gettext_noop("Arrêter le périmètre, le montant et la durée avec les élu·es"), 12),
    Template("finances", gettext_noop("Inscrire les crédits et nommer qui répond aux finances"), 10),
    Template(
        "directions", gettext_noop("Associer les directions techniques : une personne correspondante chacune"), 10
    ),
    Template("communication", gettext_noop("Associer la communication : plan, supports, calendrier des annonces"), 10),
    Template("charge", gettext_noop("Prévoir le temps d’étude de chaque direction"), 8),
    Template("evaluation", gettext_noop("Nommer qui évaluera l’édition et choisir les questions"), 8),
    Template("reglement", gettext_noop("Faire adopter le règlement et le montant par le conseil"), 6),
    Template("comite", gettext_noop("Réunir le comité : ses membres, sa charte, sa première séance"), 6),
    Template("donnees", gettext_noop("Inscrire le traitement au registre et relire les mentions d’information"), 6),
    Template("lieux", gettext_noop("Réserver les lieux, les urnes et le matériel"), 6),
    Template("impression", gettext_noop("Commander l’impression des bulletins d’idée et des affiches"), 5),
    Template("accessibilite", gettext_noop("Faire relire les textes : clairs, en gros caractères, sans jargon"), 4),
    Template("formation", gettext_noop("Former les équipes d’accueil et les personnes relais"), 4),
    Template("repetition", gettext_noop("Faire un essai complet avant l’ouverture"), 3),
    Template("guichet", gettext_noop("Ouvrir l’accueil au guichet et au téléphone, pour qui n’a pas internet"), 2),
)
