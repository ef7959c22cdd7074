"""The règlement as a resident reads it: articles whose sentences print the live values. French only.

The number of an article never changes, because answers cite it; what a règlement does not state is not printed.
"""

from __future__ import annotations

from dataclasses import replace

from bp_platform.core.text import typeset_fr
from cycles.articles import after, filing, study, vote
from cycles.articles.base import Article
from cycles.articles.filing import author_conditions
from cycles.rules import REFUSAL_REASONS, Rules

USUAL = (
    vote.purpose,
    filing.proposers,
    filing.admissibility,
    filing.caps,
    study.study,
    vote.electorate,
    vote.ballot,
    after.delivery,
)
OPTIONAL = (
    filing.places,
    after.leftovers,
    after.evaluation,
    after.retention,
    study.bodies,
    study.preselection,
)
GAPS = "Un numéro qui manque est celui d’une règle que cette édition n’a pas."

__all__ = ["Article", "articles", "author_conditions", "cited"]


def articles(rules: Rules) -> list[Article]:
    """The whole règlement, in order; after the eighth, only what this one states."""
    stated = [article for article in (print_it(rules) for print_it in OPTIONAL) if article.paragraphs]
    made = [*(print_it(rules) for print_it in USUAL), *stated]
    if made[-1].number > len(made):
        made[0] = replace(made[0], paragraphs=(*made[0].paragraphs, GAPS))
    return [_typeset(article) for article in made]


def _typeset(article: Article) -> Article:
    return replace(article, paragraphs=tuple(typeset_fr(sentence) for sentence in article.paragraphs))


def cited(reference: str, rules: Rules) -> str:
    """The text behind a reference like « 3.4 »: the reason it names, else the whole article."""
    for reason in REFUSAL_REASONS.values():
        if reason.article == reference:
            return typeset_fr(f"Article {reference} : {reason.label}.")
    number = int(reference.partition(".")[0])
    article = next((a for a in articles(rules) if a.number == number), None)
    return typeset_fr(f"Article {reference} : {' '.join(article.paragraphs)}" if article else f"Article {reference}")
