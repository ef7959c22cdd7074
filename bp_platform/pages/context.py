"""The way around, on every page: the links of the top bar and of the footer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bp_platform.accounts.models import User
from bp_platform.core import registries
from bp_platform.core.components import Link
from cycles.caching import slug_of


def chrome(request: HttpRequest) -> dict[str, object]:
    """`nav`, `desk`, `account` and `footer_links` for base.html, computed only when a template draws them."""
    return {
        "nav": SimpleLazyObject(lambda: _nav(request)),
        "desk": SimpleLazyObject(lambda: _desk(request)),
        "account": SimpleLazyObject(lambda: _account(request)),
        "footer_links": SimpleLazyObject(lambda: _footer(request)),
    }


def _nav(request: HttpRequest) -> list[Link]:
    if request.path.startswith("/bureau/"):
        return _desks(request)
    slug = slug_of(request)
    if not slug:
        return []
    links = [
        (_("L’édition"), reverse("pages:cycle", args=[slug])),
        (_("Les projets"), reverse("proposals:ideas", args=[slug])),
        (_("Où va l’argent"), reverse("realisation:money", args=[slug])),
        (_("L’agenda"), reverse("cycles:agenda")),
    ]
    return [Link(label, url, is_current=request.path == url) for label, url in links]


def _desks(request: HttpRequest) -> list[Link]:
    if not isinstance(request.user, User):
        return []
    return [
        Link(d.label, d.url, is_current=request.path.startswith(d.url)) for d in desks_of(request.user, timezone.now())
    ]


def _desk(request: HttpRequest) -> str:
    """The name of the desk that a page belongs to, for those that do not say it."""
    if not request.path.startswith("/bureau/"):
        return ""
    return next((str(link.label) for link in _desks(request) if link.is_current), "")


def desks_of(user: User, at: datetime) -> list[Link]:
    """The desks that somebody's roles open, in order."""
    return [Link(d.label, reverse(d.url_name)) for d in _opened_by(user, at)]


@dataclass(frozen=True, slots=True)
class Door:
    """A desk on the staff's home. `waiting`: what waits there, « » for nothing, None where nothing ever waits."""

    label: registries.Words
    url: str
    waiting: str | None


def doors_heading(doors: Sequence[Door]) -> str:
    """« 3 bureaux vous attendent »."""
    busy = sum(1 for door in doors if door.waiting)
    if not busy:
        return _("Rien ne vous attend pour le moment.")
    return ngettext("%(n)d bureau vous attend.", "%(n)d bureaux vous attendent.", busy) % {"n": busy}


def doors_of(user: User, at: datetime) -> list[Door]:
    """The same desks, each with what waits there."""
    return [Door(d.label, reverse(d.url_name), d.waiting and d.waiting(user, at)) for d in _opened_by(user, at)]


def _opened_by(user: User, at: datetime) -> list[registries.DeskEntry]:
    held = {row.role for row in user.held_roles(at)}
    return sorted((d for d in registries.desks if d.roles & held), key=lambda d: (d.order, d.key))


def _account(request: HttpRequest) -> Link:
    url = reverse("pages:personal_space")
    if isinstance(request.user, User):
        return Link(_("Mon espace"), url, is_current=request.path == url)
    return Link(_("Se connecter"), reverse("account_login"))


def _footer(request: HttpRequest) -> list[Link]:
    slug = slug_of(request)
    links = []
    if slug:
        links.append(Link(_("Le règlement"), reverse("cycles:rulebook", args=[slug])))
        links.append(Link(_("Le calendrier"), reverse("cycles:calendar", args=[slug])))
        links.append(Link(_("Les lieux"), reverse("pages:areas", args=[slug])))
        links.append(Link(_("Les instances"), reverse("cycles:bodies", args=[slug])))
        links.append(Link(_("Toutes les éditions"), reverse("pages:editions")))
    links += [
        Link(_("Suivre mon idée"), reverse("proposals:find_status")),
        Link(_("Accessibilité : partiellement conforme"), reverse("pages:accessibility")),
        Link(_("Confidentialité"), reverse("pages:privacy")),
        Link(_("Mentions légales"), reverse("pages:legal")),
    ]
    other = ("English", "en") if (get_language() or "fr").startswith("fr") else ("Français", "fr")
    links.append(Link(other[0], f"{reverse('pages:language')}?langue={other[1]}&page={request.path}", lang=other[1]))
    return links
