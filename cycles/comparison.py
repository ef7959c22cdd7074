"""Two règlements side by side, article by article, in words. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cycles.articles import Article, articles
from cycles.rules import Rules


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: kept, taken away or added."""

    kind: Literal["same", "del", "ins"]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """An article that differs: its sentences, each as pieces."""

    number: int
    title: str
    sentences: tuple[tuple[Piece, ...], ...]


def changes(before: Rules, after: Rules) -> list[Change]:
    """The articles whose words differ, in order; none when both say the same."""
    old = {_name(article): article for article in articles(before)}
    new = {_name(article): article for article in articles(after)}
    found = []
    for name in [*old, *(name for name in new if name not in old)]:
        was, now = old.get(name), new.get(name)
        shown = now or was
        assert shown is not None  # noqa: S101 -- the name comes from one of the two
        if was is None or now is None or (was.paragraphs, was.title) != (now.paragraphs, now.title):
            lines = _sentences(was.paragraphs if was else (), now.paragraphs if now else ())
            found.append(Change(shown.number, shown.title, lines))
    return sorted(found, key=lambda change: change.number)


def _name(article: Article) -> tuple[str, int]:
    return article.section, 0 if article.section else article.number


def _sentences(old: Sequence[str], new: Sequence[str]) -> tuple[tuple[Piece, ...], ...]:
    """Whole sentences first, then words inside those that replace each other; unchanged sentences are left out."""
    lines: list[tuple[Piece, ...]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        gone, come = old[a:b], new[c:d]
        lines += [_words(x, y) for x, y in zip(gone, come, strict=False)]
        lines += [(Piece("del", x),) for x in gone[len(come) :]]
        lines += [(Piece("ins", y),) for y in come[len(gone) :]]
    return tuple(lines)


def _words(old: str, new: str) -> tuple[Piece, ...]:
    a, b = old.split(" "), new.split(" ")  # a no-break space holds its words together
    pieces: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < 0.4:
        return (Piece("del", old), Piece("ins", new))
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", " ".join(a[i:j])))
        else:
            pieces += [Piece("del", " ".join(a[i:j]))] * (j > i) + [Piece("ins", " ".join(b[k:m]))] * (m > k)
    return tuple(pieces)
