"""A town with a long name and a full top bar, so that the gallery shows the page around everything at its worst."""

from __future__ import annotations

from types import SimpleNamespace

from bp_platform.core.components import Link

TOWN = SimpleNamespace(
    name="Communauté d’agglomération de Saint-Symphorien-sur-les-Hauts-de-Valrive", accent="#0b5d4b", logo_url=""
)


def chrome(request):
    """The names that the page's tags read."""
    return {
        "town": TOWN,
        "nav": [
            Link("Édition 2026", "/2026/"),
            Link("Les projets", "/2026/projets/", is_current=True),
            Link("Où va l’argent", "/2026/argent/"),
            Link("Agenda", "/agenda/"),
        ],
        "account": Link("Mon espace", "/compte/"),
        "footer_links": [
            Link("Le règlement 2026, version 3", "/2026/reglement/"),
            Link("Données ouvertes", "/donnees/"),
            Link("Accessibilité\u00a0: partiellement conforme", "/accessibilite/"),
            Link("English", "/langue/?langue=en", lang="en"),
        ],
    }
