"""Reads of the vote's desk: the list of votes, one vote's facts. No score is read here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from bp_platform.core import calendar, components
from bp_platform.core.components import Cell, Row
from voting import wording
from voting.models import Candidate, Poll, PollKind, PollState
from voting.sealed import rules_from
from voting.selectors.closing import is_opened_by_shares
from voting.selectors.destruction import roll_figures
from voting.selectors.polls import ballot_words, rule_words, sealed_of
from voting.selectors.stations import channel_words, turnout_by_place

_ORDER = (PollState.DRAFT, PollState.SEALED, PollState.CLOSED, PollState.COUNTED, PollState.PROCLAIMED)


def polls_at_desk() -> list[Poll]:
    """All votes, the latest first, without their sealed text."""
    return list(Poll.objects.select_related("cycle").defer("sealed", "plan").order_by("-pk")[:50])


def desk_rows(polls: Sequence[Poll]) -> list[Row]:
    """The desk's list."""
    return [
        Row(
            [
                Cell(poll.title, note=poll.cycle.title, url=reverse("voting:poll", args=[poll.pk])),
                Cell(poll.get_kind_display()),
                Cell("", tag=poll.get_state_display()),
                Cell(_dates(poll)),
            ]
        )
        for poll in polls
    ]


def _dates(poll: Poll) -> str:
    last = calendar.last_instant(poll.closes_at)
    return calendar.span_words(calendar.local_day(poll.opens_at), calendar.local_day(last))


def steps(poll: Poll) -> list[components.Step]:
    """The machine as a line of steps."""
    if poll.state not in _ORDER:
        return []
    here = _ORDER.index(PollState(poll.state))
    return [
        components.Step(state.label, "past" if place < here else "now" if place == here else "next")
        for place, state in enumerate(_ORDER)
    ]


def facts(poll: Poll) -> list[tuple[str, str]]:
    """What the desk knows of a vote: dates, roll, turnout, digests; never a score."""
    rows = [
        (_("Nature"), str(poll.get_kind_display())),
        (_("Ouverture"), calendar.moment_words(poll.opens_at)),
        (_("Clôture"), calendar.moment_words(poll.closes_at)),
        (_("Personnes inscrites"), number_format(roll_figures(poll).roll, force_grouping=True)),
    ]
    if poll.sealed_at is not None:
        rows.append((_("Émargements"), _turnout(poll)))
        rows.extend(turnout_by_place(poll))
        rows.append((_("Clé"), _key_words(poll)))
        rows.append((_("Empreinte du texte scellé"), poll.digest))
    if poll.closed_at is not None:
        rows.insert(3, (_("Clos le"), calendar.moment_words(poll.closed_at)))
    if poll.closing is not None:
        rows.append((_("Empreinte des reçus à la clôture"), str(poll.closing["refs_digest"])))
        rows.append((_("Empreinte de l’urne à la clôture"), str(poll.closing["export_digest"])))
    return rows


def _key_words(poll: Poll) -> str:
    """Where the key of a sealed vote is."""
    keys = sealed_of(poll).keys
    if keys is not None:
        return _("coupée en %(number)s parts, il en faut %(threshold)s pour ouvrir l’urne") % {
            "number": len(keys.shares),
            "threshold": keys.threshold,
        }
    return _("gardée sur ce serveur") if poll.kind == PollKind.PRACTICE else _("jamais gardée")


def _turnout(poll: Poll) -> str:
    return channel_words(roll_figures(poll).by_channel)


def plan_words(poll: Poll) -> list[tuple[str, str, str]]:
    """Each planned scope: its name, what to choose, how it is decided."""
    names = {scope["id"]: scope["name"] for scope in poll.plan["scopes"]}
    return [(names[s.id], ballot_words(s.ballot), rule_words(s)) for s in rules_from(poll.plan).scopes]


def project_rows(candidates: Sequence[Candidate]) -> list[Row]:
    """The projects that sealing would freeze."""
    return [
        Row(
            [
                Cell(row.proposal.title, note=row.proposal.number),
                Cell(row.proposal.area.name),
                Cell(wording.money(round(row.cost_eur * 100), whole=True), is_number=True),
            ]
        )
        for row in candidates
    ]


def status_words(poll: Poll, at: datetime) -> str:
    """Where the vote stands, and what it waits for."""
    sentences = {
        PollState.DRAFT: _("En préparation : rien n’est encore figé."),
        PollState.SEALED: _sealed_words(poll, at),
        PollState.CLOSED: _closed_words(poll) if poll.state == PollState.CLOSED else "",
        PollState.COUNTED: _("Dépouillé : le résultat est sous embargo jusqu’à la proclamation."),
        PollState.PROCLAIMED: _("Proclamé : les résultats sont publics."),
        PollState.ARCHIVED: _("Archivé : l’urne et la liste sont détruites, le résultat reste publié."),
        PollState.ANNULLED: _("Annulé."),
    }
    practice = _("Vote d’essai.") + " " if poll.kind == PollKind.PRACTICE else ""
    return practice + sentences[PollState(poll.state)]


def _closed_words(poll: Poll) -> str:
    if poll.opened_at is None and is_opened_by_shares(poll):
        return _("Clos : l’urne et les émargements sont fixés. Il reste à ouvrir l’urne avec les parts de la clé.")
    if poll.opened_at is not None:
        return _("L’urne est ouverte. Il reste à dépouiller.")
    return _("Clos : l’urne et les émargements sont fixés. Il reste à dépouiller.")


def _sealed_words(poll: Poll, at: datetime) -> str:
    if at < poll.opens_at:
        return _("Scellé : plus rien ne change. Le vote ouvre le %(when)s.") % {
            "when": calendar.moment_words(poll.opens_at)
        }
    closing = {"when": calendar.moment_words(poll.closes_at)}
    if at < poll.closes_at:
        return _("Le vote est ouvert jusqu’au %(when)s. Il restera alors à le clore, ici.") % closing
    return _("Le vote est fini depuis le %(when)s. Il reste à le clore.") % closing
