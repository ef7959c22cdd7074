"""What is wrong with a page's HTML, by rules that can be told without a browser (RGAA 4.1, WCAG 2.2)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

HEADINGS = {f"h{level}": level for level in range(1, 7)}
CONTROLS = {"input", "select", "textarea"}
INTERACTIVE = {"a", "button", "input", "select", "textarea", "summary", "label"}
BLOCKS = {
    "p",
    "div",
    "ul",
    "ol",
    "dl",
    "table",
    "form",
    "section",
    "article",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "nav",
}
REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "aria-details", "aria-errormessage", "list")  # fmt: skip


class Markup:
    """A parsed page, with parents and names as assistive tools compute them (the part our pages need)."""

    def __init__(self, html: str) -> None:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        self.root: Element = parser.parse(html)
        for element in self.root.iter():  # drawings keep their own namespace
            if isinstance(element.tag, str):
                element.tag = element.tag.rpartition("}")[2]
        self.parse_errors = [f"line {position[0]}: {code}" for position, code, _values in parser.errors]
        self.parents = {child: parent for parent in self.root.iter() for child in parent}
        self.by_id = {e.get("id"): e for e in self.elements() if e.get("id")}

    def elements(self, *tags: str) -> Iterator[Element]:
        return (e for e in self.root.iter() if isinstance(e.tag, str) and (not tags or e.tag in tags))

    def ancestors(self, element: Element) -> Iterator[Element]:
        while (element := self.parents.get(element)) is not None:
            yield element

    def is_hidden(self, element: Element) -> bool:
        chain = [element, *self.ancestors(element)]
        return any("hidden" in e.attrib or e.get("aria-hidden") == "true" or e.tag == "template" for e in chain)

    def text(self, element: Element) -> str:
        if element.tag == "img":
            return element.get("alt", "")
        if element.get("aria-hidden") == "true":
            return ""
        inside = [element.text or ""]
        for child in element:
            inside += [self.text(child) if isinstance(child.tag, str) else "", child.tail or ""]
        return re.sub(r"\s+", " ", " ".join(inside)).strip()

    def name(self, element: Element) -> str:
        labelled = " ".join(
            self.text(self.by_id[i]) for i in element.get("aria-labelledby", "").split() if i in self.by_id
        )
        return (labelled or element.get("aria-label", "") or self.text(element) or element.get("title", "")).strip()

    def label(self, control: Element) -> str:
        tied = [e for e in self.elements("label") if e.get("for") and e.get("for") == control.get("id")]
        around = [e for e in self.ancestors(control) if e.tag == "label"]
        return " ".join(self.text(e) for e in (*tied, *around)) or self.name(control)


def faults(html: str) -> list[str]:
    """Each fault in words; an empty list for a sound page."""
    page = Markup(html)
    return [fault for check in CHECKS for fault in check(page)]


def _parsing(page: Markup) -> Iterator[str]:
    yield from (f"parse error, {error}" for error in page.parse_errors)


def _language_and_title(page: Markup) -> Iterator[str]:
    if not page.root.get("lang"):
        yield "html has no lang"
    titles = [page.text(e) for e in page.elements("title") if not any(a.tag == "svg" for a in page.ancestors(e))]
    if len([t for t in titles if t]) != 1:
        yield f"{len(titles)} titles: {titles}"


def _ids(page: Markup) -> Iterator[str]:
    counted = Counter(e.get("id") for e in page.elements() if "id" in e.attrib)
    yield from (f"id {name!r} is there {n} times" for name, n in counted.items() if n > 1 or not name)


def _references(page: Markup) -> Iterator[str]:
    for element in page.elements():
        for attribute in REFERENCES:
            for target in element.get(attribute, "").split():
                if target not in page.by_id:
                    yield f"<{element.tag}> {attribute}={target!r} leads nowhere"
        if element.tag == "label" and element.get("for") and element.get("for") not in page.by_id:
            yield f"label for={element.get('for')!r} leads nowhere"
        href = element.get("href", "") if element.tag == "a" else ""
        if href.startswith("#") and len(href) > 1 and href[1:] not in page.by_id:
            yield f"a href={href!r} leads nowhere"


def _headings(page: Markup) -> Iterator[str]:
    levels = [HEADINGS[e.tag] for e in page.elements(*HEADINGS) if not page.is_hidden(e)]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} h1"
    for before, after in zip(levels, levels[1:], strict=False):
        if after > before + 1:
            yield f"heading level jumps from {before} to {after}"
    yield from (f"<{e.tag}> is empty" for e in page.elements(*HEADINGS) if not page.text(e))


def _controls(page: Markup) -> Iterator[str]:
    for control in page.elements(*CONTROLS):
        if control.get("type") in {"hidden", "submit", "button"}:
            continue
        if not page.label(control):
            yield f"<{control.tag} name={control.get('name')!r}> has no label"
    for group in page.elements("fieldset"):
        if not [e for e in group.iter("legend") if page.text(e)]:
            yield "fieldset without legend"


def _links_and_buttons(page: Markup) -> Iterator[str]:
    for element in page.elements("a", "button", "summary"):
        if not page.name(element):
            yield f"<{element.tag} {element.get('href') or element.get('class')}> says nothing"
    yield from (f"a without href: {page.text(e)}" for e in page.elements("a") if not e.get("href"))


def _pictures(page: Markup) -> Iterator[str]:
    yield from (f"img {e.get('src')!r} has no alt" for e in page.elements("img") if "alt" not in e.attrib)
    for svg in page.elements("svg"):
        if not page.is_hidden(svg) and not page.name(svg):
            yield "svg is neither hidden nor named"


def _tables(page: Markup) -> Iterator[str]:
    for table in page.elements("table"):
        if not [th for th in table.iter("th") if th.get("scope")]:
            yield "table without headers"
        if not ([c for c in table.iter("caption") if page.text(c)] or table.get("aria-label") or table.get("aria-labelledby")):  # fmt: skip
            yield "table without caption"


def _nesting(page: Markup) -> Iterator[str]:
    for element in page.elements(*INTERACTIVE):
        around = [a.tag for a in page.ancestors(element) if a.tag in INTERACTIVE]
        if around and not (element.tag in CONTROLS and around == ["label"]):
            yield f"<{element.tag}> inside <{around[0]}>: {page.text(element)[:40]}"
    for element in page.elements(*BLOCKS):
        wrong = [a.tag for a in page.ancestors(element) if a.tag in {"p", "button", "span", "b", "small", "label"}]
        if wrong:
            yield f"<{element.tag}> inside <{wrong[0]}>"


def _landmarks(page: Markup) -> Iterator[str]:
    mains = list(page.elements("main"))
    if len(mains) != 1:
        yield f"{len(mains)} main"
    for tag in ("nav", "aside"):
        found = [e for e in page.elements(tag) if not page.is_hidden(e) and not _is_menu(page, e)]
        names = Counter(e.get("aria-label", "") or e.get("aria-labelledby", "") for e in found)
        yield from (f"{n} <{tag}> named {name!r}" for name, n in names.items() if n > 1 or not name)


def _is_menu(page: Markup, element: Element) -> bool:
    """The navigation is drawn twice, for wide screens and folded for small ones: the stylesheet shows one of them."""
    return any(a.tag == "details" and "menu" in a.get("class", "").split() for a in page.ancestors(element))


def _lists(page: Markup) -> Iterator[str]:
    for item in page.elements("li"):
        if page.parents[item].tag not in {"ul", "ol", "menu"}:
            yield f"li inside <{page.parents[item].tag}>"
    for found in page.elements("ul", "ol"):
        odd = [c.tag for c in found if isinstance(c.tag, str) and c.tag not in {"li", "template"}]
        if odd:
            yield f"<{odd[0]}> directly inside <{found.tag}>"
        if len(found) == 0:
            yield f"<{found.tag} class={found.get('class')!r}> is empty"


def _aria(page: Markup) -> Iterator[str]:
    for element in page.elements():
        if element.get("aria-hidden") == "true":
            reached = [e for e in element.iter() if isinstance(e.tag, str) and e.tag in INTERACTIVE - {"label"} and e.get("tabindex") != "-1"]  # fmt: skip
            if reached:
                yield f"<{reached[0].tag}> can be reached inside aria-hidden"
        if element.get("tabindex", "0") not in {"0", "-1"}:
            yield f"tabindex={element.get('tabindex')}"


CHECKS = (_parsing, _language_and_title, _ids, _references, _headings, _controls, _links_and_buttons, _pictures, _tables, _nesting, _landmarks, _lists, _aria)  # fmt: skip
