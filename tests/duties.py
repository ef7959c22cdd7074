"""What each person of the demo town finds on signing in: where they land, the first task that waits, the act that does it.

Each duty is done in the loaded town and then undone; what was seen is kept as plain values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client

from tests.accounts import totp
from tests.reading import Page

SIGN_IN = "/compte/connexion/"


@dataclass(frozen=True)
class Duty:
    """Somebody's first task. `door` is the page that lists it; `task` finds it there; `values` is what they fill in."""

    role: str
    who: str
    lands: str
    door: str
    task: Callable[[Page], str]
    values: dict[str, Any]
    said: str


@dataclass(frozen=True)
class Done:
    """What was seen while a duty was done."""

    landed: str
    door_is_shown: bool
    task: str
    status: int
    said: str
    before: int
    after: int


def link_to(start: str) -> Callable[[Page], str]:
    """The first link of the page to another one whose address starts so."""

    def _find(page: Page) -> str:
        here = page.response.request["PATH_INFO"]
        return next(url for url in page.links().values() if url.startswith(start) and url != here)

    return _find


def itself(page: Page) -> str:
    """The task is done on the page that lists it."""
    return str(page.response.request["PATH_INFO"])


def through(*words: str) -> Callable[[Page], str]:
    """The address where these links lead, each followed from the page of the last."""

    def _follow(page: Page) -> str:
        for step in words[:-1]:
            page = Page(page.response.client.get(_link(page, step)))
        return _link(page, words[-1])

    return _follow


def _link(page: Page, words: str) -> str:
    return next(url for label, url in page.links().items() if label.startswith(words))


IDEA = {
    "title": "Un banc tous les cent mètres, rue Haute",
    "summary": "Pour souffler entre le marché et la poste, quand on a les jambes lourdes.",
    "owner_name": "Odette Michaud",
}
DUTIES = [
    Duty("participation", "paula", "/bureau/", "/bureau/tri/", link_to("/bureau/tri/"),
         {"lead": "Direction des espaces verts"}, "est confié à"),
    Duty("moderator", "mehdi", "/bureau/", "/bureau/moderation/", link_to("/bureau/moderation/"),
         {"act": "publish"}, "est publiée"),
    Duty("department_agent", "bruno", "/bureau/", "/bureau/dossiers/", link_to("/bureau/dossiers/"),
         {"verdict": "favourable", "public_text": "La place existe, et la régie peut planter dès novembre."}, "avis"),
    Duty("department_head", "helene", "/bureau/", "/bureau/direction/", itself, {}, "validé"),
    Duty("elected_member", "elias", "/bureau/", "/bureau/decisions/", link_to("/bureau/decisions/"),
         {"outcome": "unfeasible", "reason": "contrary_to_deliberated_policy",
          "explanation": "Le conseil a voté en mars un autre usage de cette place.",
          "next_step": "Venez en parler au conseil de quartier du 12."}, "est décidée"),
    Duty("committee_member", "odile", "/bureau/", "/bureau/comite/", link_to("/bureau/comite/"),
         {"stance": "reserved", "text": "Il faudrait chiffrer l’entretien avant de répondre."}, "avis"),
    Duty("ambassador", "theo", "/bureau/", "/bureau/depots/", link_to("/bureau/depots/saisir/"),
         IDEA | {"area": "Les Mariniers", "theme": "Vivre ensemble", "channel": "sur papier"}, "BP27-"),
    Duty("polling_officer", "nadia", "/bureau/", "/bureau/lieux/", through("Maison de quartier de Bel-Air"),
         {"staff": "Nadia Perrin, Théo Garnier", "seal_number": "VA 004 301", "is_box_shown": "on"}, "est ouvert"),
    Duty("count_officer", "leila", "/bureau/", "/bureau/vote/",
         through("Répétition du vote des écoles", "Bulletins papier à saisir", "Saisir"),
         {"typed": "1 2"}, "Bulletin 2 sur 12"),
    Duty("owner", "aicha", "/compte/", "/compte/", link_to("/suivi/question/"),
         {"answer": "La directrice est d’accord, et la gardienne prend la clé."}, "réponse"),
    Duty("resident", "", "/", "/2027/", link_to("/2027/idees/deposer/"),
         IDEA | {"title": "Une ardoise géante sous la halle", "area": "Centre", "theme": "Culture et patrimoine"}, "BP27-"),
]  # fmt: skip


def perform(duty: Duty, accounts: dict[str, dict[str, Any]]) -> Done:
    """Sign in as they do, open the door, take the first task, do it."""
    client = Client()
    landed = _sign_in(client, accounts[duty.who]) if duty.who else "/"
    home = Page(client.get(landed))
    door = Page(client.get(duty.door))
    shown = duty.door == landed or duty.door in home.links().values() or not duty.who
    url = duty.task(door)
    page = Page(client.get(url))
    action, values = _filled(page, url, duty.values)
    answer = client.post(action, values)
    after = Page(client.get(answer["Location"])) if answer.status_code in {302, 303} else Page(answer)
    again = Page(client.get(duty.door))
    return Done(landed, shown, url, answer.status_code, after.text, _waiting(door), _waiting(again))


def _waiting(page: Page) -> int:
    """How many tasks the page lists: rows of a queue, panels with a button, or links to answer."""
    rows = [row for table in page.all("tbody") for row in table.iter("tr")]
    forms = [form for form in page.all("form") if form.get("method", "").lower() == "post"]
    asked = [words for words in page.links() if words.startswith("Répondre")]
    return len(rows) or len(forms) or len(asked)


def _sign_in(client: Client, account: dict[str, Any]) -> str:
    answer = client.post(SIGN_IN, {"login": account["username"], "password": account["password"]})
    if account["totp_secret"]:
        answer = client.post(answer["Location"], {"code": totp.code(account["totp_secret"])})
    return urlsplit(answer["Location"]).path


def _filled(page: Page, url: str, wanted: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The page's form that has these fields, as the browser would post it, with what the person chose."""
    for form in page.all("form"):
        values: dict[str, str | None] = {}
        for name, value in _controls(form):
            values[name] = values.get(name) if value is None else value
        if form.get("method", "").lower() == "post" and set(wanted) <= set(values):
            chosen = {name: _option(form, name, value) for name, value in wanted.items()}
            kept = {name: value for name, value in values.items() if value is not None}
            return urljoin(url, form.get("action") or url), kept | chosen
    msg = f"no form of {url} has {sorted(wanted)}"
    raise AssertionError(msg)


def _controls(form: Any) -> Iterator[tuple[str, str | None]]:
    for control in form.iter():
        name = control.get("name")
        if not name or control.tag not in {"input", "select", "textarea", "button"}:
            continue
        if control.tag == "select":
            yield name, next((o.get("value") for o in control.iter("option") if "selected" in o.attrib), "")
        elif control.tag == "textarea":
            yield name, (control.text or "").strip()
        elif control.tag == "button" or control.get("type") in {"radio", "checkbox"}:
            yield name, control.get("value") if "checked" in control.attrib else None
        else:
            yield name, control.get("value", "")


def _option(form: Any, name: str, value: str) -> str:
    """A select is chosen by its words."""
    for control in form.iter("select"):
        if control.get("name") == name:
            by_words = {"".join(o.itertext()).strip(): o.get("value", "") for o in control.iter("option")}
            return by_words.get(value, value)
    return value
