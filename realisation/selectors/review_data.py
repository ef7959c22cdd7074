"""The figures of a published review for spreadsheets and programs: the page's own, nothing computed again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from realisation import figures as values
from realisation.figures import Figures, Laureate, Part

REVIEW_CSV_HEADINGS = ("partie", "indicateur", "précision", "valeur", "unité")
LICENCE = "Licence Ouverte 2.0 (Etalab)"
EURO, UNIT = "euro TTC", "nombre"


def review_rows(figures: Figures) -> Iterator[tuple[object, ...]]:
    """One row for each figure, in the order of the page; in French, like the document they come from."""
    yield ("méthode", "date des chiffres", "", figures.on.isoformat(), "date")
    yield ("méthode", "population", figures.town, figures.population, "habitants")
    ideas, given = figures.ideas, figures.answers
    yield ("participation", "idées déposées", "", ideas.filed, UNIT)
    yield ("participation", "idées publiées", "", ideas.published, UNIT)
    yield ("participation", "porteurs", "", ideas.people, UNIT)
    yield from _parts("participation", "idées par voie", ideas.by_channel)
    yield from _parts("participation", "idées par lieu", ideas.by_place)
    yield from _parts("participation", "porteurs par qualité", ideas.by_owner)
    yield ("réponses", "réalisables", "", given.feasible, UNIT)
    yield ("réponses", "réalisables avec des changements", "", given.changed, UNIT)
    yield ("réponses", "non retenues", "", given.refused, UNIT)
    yield ("réponses", "en attente", "", given.waiting, UNIT)
    yield from _parts("réponses", "non retenues par motif", given.reasons)
    yield ("réponses", "premières réponses dans le délai", f"{given.first_days} jours", given.first_in_time, UNIT)
    yield ("réponses", "premières réponses", "", given.first, UNIT)
    yield ("réponses", "avis dans le délai", f"{given.opinion_days} jours", given.opinions_in_time, UNIT)
    yield ("réponses", "avis", "", given.opinions, UNIT)
    if given.median_days is not None:
        yield ("réponses", "délai médian de la réponse", "", given.median_days, "jours")
    yield from _vote(figures)
    for project in figures.laureates:
        yield from _laureate(project)
    yield from _money(figures)


def _parts(part: str, name: str, parts: tuple[Part, ...]) -> Iterator[tuple[object, ...]]:
    for one in parts:
        yield (part, name, f"{one.label} ({one.note})" if one.note else one.label, one.number, UNIT)


def _vote(figures: Figures) -> Iterator[tuple[object, ...]]:
    vote = figures.vote
    if vote is None:
        return
    for name, day in (("ouverture", vote.opened_on), ("clôture", vote.closed_on), ("résultat", vote.proclaimed_on)):
        yield ("vote", name, "", day.isoformat(), "date")
    yield ("vote", "personnes inscrites", "", vote.registered, UNIT)
    yield ("vote", "votants", "", vote.voters, UNIT)
    yield ("vote", "projets au vote", "", vote.listed, UNIT)
    yield from _parts("vote", "votants par voie", vote.by_channel)
    yield from _parts("vote", "votants par lieu", vote.by_place)


def _laureate(project: Laureate) -> Iterator[tuple[object, ...]]:
    name = f"{project.number} {project.title}"
    yield ("lauréats", "étape", name, project.status, "texte")
    if project.votes is not None:
        yield ("lauréats", "voix", name, project.votes, UNIT)
    dates = (
        ("promis pour", project.promised_on),
        ("attendu pour", project.expected_on),
        ("livré", project.delivered_on),
    )
    for label, day in dates:
        if day:
            yield ("lauréats", label, name, day.isoformat(), "date")
    yield ("lauréats", "retard", name, project.days_late, "jours")
    for label, amount in (
        ("voté", project.voted_eur),
        ("engagé", project.committed_eur),
        ("facturé", project.invoiced_eur),
        ("payé", project.paid_eur),
        ("rendu", project.released_eur),
    ):
        yield ("lauréats", label, name, amount, EURO)


def _money(figures: Figures) -> Iterator[tuple[object, ...]]:
    kept = figures.money
    for label, amount in (
        ("voté", kept.voted_eur),
        ("dont reçu d’une autre édition", kept.received_eur),
        ("payé", kept.paid_eur),
        ("engagé, pas encore payé", kept.committed_eur),
        ("à engager", kept.planned_eur),
        ("sorti de l’édition", kept.moved_eur),
        ("reliquat", kept.left_eur),
    ):
        yield ("argent", label, "", amount, EURO)
    for row in kept.transfers:
        yield ("argent", "transfert", f"{row.source} → {row.target}, {row.decision}", row.amount_eur, EURO)


def review_json(figures: Figures, *, address: str) -> dict[str, Any]:
    """The same figures with their names in code, their licence and where they come from."""
    return {"licence": LICENCE, "source": figures.town, "page": address, "figures": values.plain(figures)}
