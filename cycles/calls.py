"""What each kind of call means for who answers (PRACTICE 5.1). French, like the articles; translated on pages."""

from __future__ import annotations

from django.utils.translation import gettext_noop

MEANING = {
    "ideas": gettext_noop("Une idée suffit : la collectivité l’étudie, la chiffre et la réalise si elle est retenue."),
    "aap": gettext_noop(
        "Qui répond propose un projet qu’il réalisera lui-même ; s’il reçoit une aide de plus de 23 000 €, une "
        "convention est signée."
    ),
    "ami": gettext_noop(
        "Qui répond dit ce qui l’intéresse et ce qu’il sait faire ; le projet s’écrit ensuite avec la collectivité, et "
        "rien n’est encore promis."
    ),
    "aas": gettext_noop(
        "La collectivité pose un problème, qui répond propose une solution ; ce n’est pas une commande : un achat "
        "suivrait les règles des marchés publics."
    ),
}
NAMES = {
    "ideas": gettext_noop("Un appel à idées"),
    "aap": gettext_noop("Un appel à projets (AAP)"),
    "ami": gettext_noop("Un appel à manifestation d’intérêt (AMI)"),
    "aas": gettext_noop("Un appel à solutions (AAS)"),
}
ANSWERED_BY_GROUPS = frozenset(NAMES) - {"ideas"}  # who answers will build or run it, and says who they are
GROUPS = frozenset({"association", "collective", "school"})
