"""The values that components take: small frozen records, so that a template never computes.

A view or a selector prepares them, a tag of `templatetags/bp.py` draws them. Texts may be lazy translations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

StationState = Literal["past", "now", "next", "stopped"]
Tone = Literal["", "accent", "success", "warning", "error", "signal"]
MoneyKind = Literal["paid", "committed", "planned", "left", "moved"]


@dataclass(frozen=True)
class Link:
    """A link of the navigation, of the footer or of a breadcrumb. `lang` when its words are in another language."""

    label: StrOrPromise
    url: str = ""
    is_current: bool = False
    lang: str = ""


@dataclass(frozen=True)
class Station:
    """A phase on a line. `progress` (0 to 100) is how far one is past a `now` station; `here` replaces its words."""

    label: StrOrPromise
    when: StrOrPromise = ""
    state: StationState = "next"
    progress: int = 0
    here: StrOrPromise = ""
    url: str = ""

    @property
    def progress_class(self) -> str:
        """The class of the nearest step of 5 %, because the page carries no inline style."""
        step = 5 * round(max(0, min(100, self.progress)) / 5)
        return f"p{step:02d}" if self.state == "now" and step else ""


@dataclass(frozen=True)
class Ticket:
    """A project in a list. Without a price, `no_price` says why (« pas encore chiffré »)."""

    title: StrOrPromise
    url: str
    number: str
    picture: str
    place: StrOrPromise = ""
    theme: StrOrPromise = ""
    price_eur: Decimal | None = None
    no_price: StrOrPromise = ""
    status: StrOrPromise = ""
    tone: Tone = ""
    note: StrOrPromise = ""
    lang: str = ""


@dataclass(frozen=True)
class Slice:
    """A part of an envelope, in euros to the cent."""

    kind: MoneyKind
    label: StrOrPromise
    amount_eur: Decimal
    note: StrOrPromise = ""


@dataclass(frozen=True)
class Cell:
    """A cell of a queue: words, a smaller line under them, a link. `is_number` aligns it on the right."""

    text: StrOrPromise
    note: StrOrPromise = ""
    url: str = ""
    tag: StrOrPromise = ""
    tone: Tone = ""
    is_number: bool = False
    is_late: bool = False


@dataclass(frozen=True)
class Row:
    """A line of a queue; its first cell is its heading."""

    cells: Sequence[Cell]
    is_current: bool = False


@dataclass(frozen=True)
class Count:
    """A figure and what it counts."""

    label: StrOrPromise
    value: StrOrPromise | int
    note: StrOrPromise = ""
    is_late: bool = False


@dataclass(frozen=True)
class Event:
    """A dated fact of a project's history."""

    on: date
    title: StrOrPromise
    text: StrOrPromise = ""
    by: StrOrPromise = ""
    link: Link | None = None
    tone: Tone = ""


@dataclass(frozen=True)
class Progress:
    """A job under way: `percent` is None when unknown; the page asks `poll_url` again until it is done."""

    label: StrOrPromise
    percent: int | None = None
    detail: StrOrPromise = ""
    poll_url: str = ""
    done: Link | None = None
    is_failed: bool = False


@dataclass(frozen=True)
class Pick:
    """A project on a ballot: a box to tick (or `kind="radio"`), and a link to read it outside the label."""

    name: str
    value: str
    title: StrOrPromise
    picture: str
    place: StrOrPromise = ""
    price_eur: Decimal | None = None
    url: str = ""
    kind: Literal["checkbox", "radio"] = "checkbox"
    is_checked: bool = False
    off_reason: StrOrPromise = ""


@dataclass(frozen=True)
class BallotCount:
    """How many boxes of one ballot are ticked, for the tray. `words`: « {n} projets sur 5 », followed by the script in
    the fieldset with `data-ballot` = `ballot`; `over`: what it says past `most`, with {n} ticked and {m} too many."""

    ballot: str
    words: StrOrPromise
    filled: int = 0
    most: int = 0
    over: StrOrPromise = ""
    name: StrOrPromise = ""

    @property
    def label(self) -> str:
        too_many = self.filled - self.most if self.most else 0
        said = str(self.over) if too_many > 0 and self.over else str(self.words)
        return said.replace("{n}", str(self.filled)).replace("{m}", str(too_many))

    @property
    def slots(self) -> list[bool]:
        return [place < self.filled for place in range(self.most if self.most <= 12 else 0)]


@dataclass(frozen=True)
class ResultLine:
    """A project in the results, with the reason why it is chosen or not."""

    rank: int
    title: StrOrPromise
    number: str
    score: int
    is_winner: bool
    reason: StrOrPromise
    price_eur: Decimal | None = None
    url: str = ""
    share: int = 0


@dataclass(frozen=True)
class Step:
    """A step of a form in several pages."""

    label: StrOrPromise
    state: Literal["past", "now", "next"] = "next"
