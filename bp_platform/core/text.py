"""What residents write: plain text or a small Markdown, made safe; French joined correctly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

import nh3
from django.utils.functional import lazy
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

ALLOWED_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "h3", "h4"}
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable(
    ["image", "code", "fence", "html_block"]
)


def rich(source: str) -> SafeString:
    """Small Markdown to safe HTML. Headings start at h3 so that a page keeps one h1."""
    html = _markdown.render(source).replace("<h1>", "<h3>").replace("</h1>", "</h3>")
    html = html.replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    clean = nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="nofollow noopener",
    )
    return mark_safe(clean)  # noqa: S308 -- nh3 has just cleaned it


def tidy(text: str) -> str:
    """NFC, control characters and line ends as spaces, no doubled space, no blank ends: for one-line fields."""
    spaced = "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} else c for c in text)
    return " ".join(part for part in unicodedata.normalize("NFC", spaced).split(" ") if part)


def plain(text: str) -> str:
    """Lower case without accents: what two spellings of the same words have in common."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(c for c in bare if not unicodedata.combining(c))


def enumerate_fr(items: Sequence[str], last: str = "et") -> str:
    """« a, b et c »."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def typeset_fr(sentence: str) -> str:
    """French spaces: no-break before « : ; ! ? » % € » and inside quotation marks, however the sentence was typed."""
    return re.sub(r" ([:;!?»%€])", "\u00a0\\1", sentence).replace("« ", "«\u00a0")


def later(words: Callable[..., str], *args: Any) -> Any:
    """Words that wait for the language they are read in: `later(calendar.day_words, day)`."""
    return lazy(words, str)(*args)
