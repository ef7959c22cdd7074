"""An answer as a person reads it: its words, its heading, its links, what is said beside a field."""

from __future__ import annotations

import re
from functools import cached_property
from xml.etree.ElementTree import Element

import html5lib


def plain(text: str) -> str:
    """Words with single ordinary spaces."""
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u202f", " ")).strip()


class Page:
    """The HTML of a response, parsed as browsers do."""

    def __init__(self, response) -> None:
        self.response = response
        self.tree: Element = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)

    def all(self, tag: str = "*", **attributes: str) -> list[Element]:
        """Elements of that name whose attributes are these; `class_` asks for one class among others."""
        wanted_class = attributes.pop("class_", None)
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.tree.iter(None if tag == "*" else tag)
            if isinstance(element.tag, str)
            and (wanted_class is None or wanted_class in element.get("class", "").split())
            and all(element.get(name) == value for name, value in wanted.items())
        ]

    def words(self, tag: str = "*", **attributes: str) -> list[str]:
        return [plain("".join(element.itertext())) for element in self.all(tag, **attributes)]

    @cached_property
    def text(self) -> str:
        return plain(" ".join("".join(main.itertext()) for main in self.all("main")))

    @property
    def heading(self) -> str:
        [only] = self.words("h1")
        return only

    def links(self, element: Element | None = None) -> dict[str, str]:
        """Words to address, in the main part of the page or in one element."""
        roots = [element] if element is not None else self.all("main")
        found = [link for root in roots for link in root.iter("a")]
        return {plain("".join(link.itertext())): link.get("href", "") for link in found}

    def error_of(self, field: str) -> str:
        """What the page says is wrong with a field, through the field's own description."""
        [control] = [e for e in self.all() if e.get("name") == field and e.tag in {"input", "select", "textarea"}]
        assert control.get("aria-invalid") == "true", f"{field} is not marked as wrong"
        named = (control.get("aria-describedby") or "").split()
        said = [text for target in named if "error" in target for text in self.words(id=target)]
        return " ".join(said)

    def value_of(self, field: str) -> str:
        [control] = [e for e in self.all() if e.get("name") == field and e.tag in {"input", "select", "textarea"}]
        if control.tag == "select":
            return next(
                (option.get("value", "") for option in control.iter("option") if "selected" in option.attrib), ""
            )
        return control.get("value", "") if control.tag == "input" else (control.text or "").strip("\n")
