"""The one inversion: lower floors keep lists that upper floors fill in their AppConfig.ready().

Nothing else calls upward. The architecture test lists every registration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from bp_platform.core.decisions import YES, Decision

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise
else:
    Words = str


class Keyed(Protocol):
    """An entry of a registry has a key, unique in it."""

    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=Keyed)


class Registry(Generic[T]):
    """A typed list of entries by key; registering a key twice is an error."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, T] = {}

    def register(self, entry: T) -> None:
        if entry.key in self._entries:
            msg = f"{self.name}: « {entry.key} » is registered twice."
            raise ValueError(msg)
        self._entries[entry.key] = entry

    def __getitem__(self, key: str) -> T:
        return self._entries[key]

    def get(self, key: str) -> T | None:
        return self._entries.get(key)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[T]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)


@dataclass(frozen=True, slots=True)
class ReportSpec:
    """A document the worker can make: data first, then a template, then bytes.

    `build` takes the job's arguments (JSON) and returns the template's context; it is pure reading.
    `template` is the HTML for WeasyPrint; `title` names the file for people.
    `may_request` is asked before a job is made, and again before its file is served.
    """

    key: str
    title: Words
    template: str
    build: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    may_request: Callable[[Any, Mapping[str, Any], datetime], Decision]
    file_name: Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class EventType:
    """Something people are told about: its place in the preference centre and its templates.

    Templates are `<templates>_subject.txt`, `<templates>_body.txt` and, if present, `<templates>_body.html`.
    `is_service`: a message that the person cannot switch off (a receipt, an answer they asked for).
    """

    key: str
    label: Words
    templates: str
    is_service: bool = False


@dataclass(frozen=True, slots=True)
class PersonalData:
    """How an app exports and erases what it holds about a contact; and, by the next two, what hangs on an account.

    The last three serve the clock: `in_use` gives the keys of the contacts that the app still needs at a moment,
    `named` those whose name alone stays published, `release` lets go of what only served to reach somebody.
    """

    key: str
    label: Words
    export: Callable[[Any], list[Mapping[str, Any]]]
    erase: Callable[[Any, datetime], int]
    export_account: Callable[[Any], list[Mapping[str, Any]]] | None = None
    erase_account: Callable[[Any, datetime], int] | None = None
    in_use: Callable[[datetime], Any] | None = None
    named: Callable[[datetime], Any] | None = None
    release: Callable[[Any, datetime], int] | None = None


@dataclass(frozen=True, slots=True)
class Veto:
    """An upper floor's say before a lower floor acts: « the poll is sealed, it cannot be withdrawn »."""

    key: str
    act: str
    ask: Callable[[Any, datetime], Decision]


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a class of data is kept, in words and in days after its event; the relation map cites it.

    What has an end says what brings it: `forget` is run by the clock and returns the rows it let go; `ended_by` names
    what does it instead, an act of people or another class.
    """

    key: str
    label: Words
    days: int | None
    models: tuple[str, ...]
    forget: Callable[[datetime], int] | None = None
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class TableGrant:
    """Narrower rights of the web role on one table, e.g. `("INSERT", "SELECT (ref)")`."""

    table: str
    rights: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.table


@dataclass(frozen=True, slots=True)
class DeskEntry:
    """A desk of the staff: its address name, its label, and who has it on their home page.

    `waiting` says what waits there for that user, in a few words, and « » when nothing does; None for a desk
    that never has work in waiting.
    """

    key: str
    label: Words
    url_name: str
    roles: frozenset[str]
    order: int = 50
    waiting: Callable[[Any, datetime], str] | None = None


@dataclass(frozen=True, slots=True)
class PhaseFigures:
    """What an upper floor knows of a phase that ended, in labels and words: « Idées déposées », « 143 »."""

    key: str
    kind: str
    figures: Callable[[Any, datetime], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Audience:
    """People whom an upper floor adds to those who are told of a decision on the règlement of an edition."""

    key: str
    people: Callable[[Any], Iterator[Any]]


@dataclass(frozen=True, slots=True)
class Followed:
    """Something that somebody asked to be told about: its key among those of its source, its name, its page."""

    key: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """What a person follows in an app, and the way out of one of them; leaving twice is leaving once."""

    key: str
    of: Callable[[Any], list[Followed]]
    leave: Callable[[Any, str], None]


reports: Registry[ReportSpec] = Registry("reports")
events: Registry[EventType] = Registry("events")
personal_data: Registry[PersonalData] = Registry("personal_data")
vetoes: Registry[Veto] = Registry("vetoes")
retentions: Registry[Retention] = Registry("retentions")
table_grants: Registry[TableGrant] = Registry("table_grants")
desks: Registry[DeskEntry] = Registry("desks")
phase_figures: Registry[PhaseFigures] = Registry("phase_figures")
audiences: Registry[Audience] = Registry("audiences")
subscriptions: Registry[Subscriptions] = Registry("subscriptions")


def objection(act: str, obj: object, at: datetime) -> Decision:
    """The first refusal among the vetoes registered for an act, or YES."""
    for veto in vetoes:
        if veto.act == act:
            decision = veto.ask(obj, at)
            if not decision:
                return decision
    return YES
