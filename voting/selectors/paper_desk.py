"""The paper desk as its pages show it: rows of batches and scopes, the list that a keyer reads, the sheets to print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import Role
from bp_platform.core import calendar
from bp_platform.core.components import Cell, Row, Tone
from bp_platform.core.money import from_cents
from voting.models import BatchState, MarkChannel, PaperBatch, Poll
from voting.sealed import PLAIN_KINDS, SealedPoll
from voting.selectors.campaign import vote_dates
from voting.selectors.paper import Progress, ScopePaper, agreed_contents
from voting.selectors.polls import sealed_of
from voting.tally.scores import is_blank, score
from voting.tally.values import Ballot, BallotKind, BallotRule

_TONES: Mapping[str, Tone] = {BatchState.AGREED: "success", BatchState.COMPARED: "warning"}
LONG_LIST, DENSE_LIST = 10, 20  # projects on a sheet: beyond, two columns; beyond, smaller print to stay on one leaf


def scope_rows(papers: Sequence[ScopePaper]) -> list[Row]:
    """What was marked, what is contested, what lies in batches, and whether it is stated."""
    return [
        Row(
            [
                Cell(paper.name),
                Cell(_figure(paper.marks), is_number=True),
                Cell(_figure(paper.contested), is_number=True),
                Cell(_figure(paper.ballots), note=gap_words(paper), is_number=True),
                Cell("", tag=_stated(paper), tone="success" if paper.is_settled else "", note=paper.reason),
            ]
        )
        for paper in papers
    ]


def _stated(paper: ScopePaper) -> str:
    if not paper.is_used:
        return _("sans papier")
    if paper.is_settled:
        return _("constaté")
    return _("à constater à nouveau") if paper.stated else _("à constater")


def gap_words(paper: ScopePaper) -> str:
    """« 3 de moins que d’émargements », or nothing when the numbers agree."""
    if not paper.is_used or not paper.gap:
        return ""
    number = {"number": abs(paper.gap)}
    if paper.gap < 0:
        return ngettext("il en manque %(number)d", "il en manque %(number)d", abs(paper.gap)) % number
    return ngettext("%(number)d de trop", "%(number)d de trop", abs(paper.gap)) % number


@dataclass(frozen=True, slots=True)
class NextAct:
    """What somebody may do next with a batch: a link, or why not."""

    label: str = ""
    url: str = ""
    why_not: str = ""


def batch_rows(
    text: SealedPoll,
    batches: Sequence[PaperBatch],
    progress: Mapping[int, Progress],
    acts: Mapping[int, NextAct],
) -> list[Row]:
    """The batches; `acts`: what the person who looks may do with each."""
    return [
        Row(
            [
                Cell(
                    _("Lot %(number)d") % {"number": batch.number},
                    note=f"{text.scope_names[batch.scope]} · {batch.boxes}",
                    url=reverse("voting:paper_batch", args=[batch.poll_id, batch.number]),
                ),
                Cell(_figure(batch.size), is_number=True),
                Cell("", tag=batch.get_state_display(), tone=_TONES.get(batch.state, ""), note=_done(batch, progress)),
                Cell(keyers(batch)),
                Cell(acts[batch.pk].label, url=acts[batch.pk].url, note=acts[batch.pk].why_not),
            ]
        )
        for batch in batches
    ]


def _done(batch: PaperBatch, progress: Mapping[int, Progress]) -> str:
    """« 23 saisis sur 50 », « 1 différence résolue sur 3 »."""
    made = progress.get(batch.pk, Progress())
    if batch.state == BatchState.COMPARED:
        return ngettext(
            "%(done)d résolue sur %(number)d différence",
            "%(done)d résolues sur %(number)d différences",
            made.differences,
        ) % {"done": made.agreed, "number": made.differences}
    if batch.state == BatchState.AGREED:
        return ""
    done = made.first if batch.state == BatchState.FIRST else made.second
    return ngettext("%(done)d saisi sur %(size)d", "%(done)d saisis sur %(size)d", done) % {
        "done": done,
        "size": batch.size,
    }


def keyers(batch: PaperBatch) -> str:
    """Who keyed it: « Colette Nguyen, puis Dora Blum »."""
    names = [keyer.shown_name for keyer in (batch.first_by, batch.second_by) if keyer]
    if len(names) < 2:
        return names[0] if names else "–"
    return _("%(first)s, puis %(second)s") % {"first": names[0], "second": names[1]}


def _figure(number: int) -> str:
    return number_format(number, force_grouping=True)


@dataclass(frozen=True, slots=True)
class ListedProject:
    """A project as printed on the paper ballot: its number there, and whether the keyer ticked it."""

    number: int
    title: str
    place: str
    price_eur: Decimal
    is_ticked: bool = False
    is_withdrawn: bool = False


def listed(text: SealedPoll, scope: str, ticked: Sequence[int] = ()) -> list[ListedProject]:
    """A scope's projects in the sealed order, numbered as on the ballot list."""
    return [
        ListedProject(p.position + 1, p.title, p.place, from_cents(p.cost_cents), p.position + 1 in ticked)
        for p in text.by_scope[scope]
    ]


def typing_words(kind: BallotKind) -> str:
    """How a ballot of this kind is typed."""
    return {
        BallotKind.POINTS: _("Le numéro, deux-points, les points : « 3:2 12:5 »."),
        BallotKind.GRADES: _("Le numéro, deux-points, la mention de 0 (la plus basse) : « 3:4 12:1 »."),
        BallotKind.RANKING: _("Les numéros dans l’ordre du classement : « 12 3 15 »."),
    }.get(kind, _("Les numéros cochés, séparés par des espaces ou des virgules : « 3 12 15 »."))


@dataclass(frozen=True, slots=True)
class BallotSheet:
    """A printed ballot: one per scope, the rule at the top, the list in the sealed order."""

    title: str
    scope: str
    dates: str
    rule: str
    how: str
    limit: str
    is_ticked: bool
    is_long: bool
    is_dense: bool
    projects: Sequence[ListedProject]


def paper_ballots(poll: Poll) -> list[BallotSheet]:
    """The sheets of a vote. They hold no number of their own: every ballot of a scope is like every other."""
    text = sealed_of(poll)
    gone = set(poll.withdrawals.values_list("number", flat=True))
    withdrawn = {project.position + 1 for project in text.projects if project.number in gone}
    sheets = []
    for scope in text.rules.scopes:
        projects = [replace(p, is_withdrawn=p.number in withdrawn) for p in listed(text, scope.id)]
        sheets.append(
            BallotSheet(
                title=text.title,
                scope=text.scope_names[scope.id] if len(text.rules.scopes) > 1 else "",
                dates=vote_dates(text),
                rule=sheet_rule(scope.ballot),
                how=_how(scope.ballot.kind),
                limit=_limit(scope.ballot),
                is_ticked=scope.ballot.kind in PLAIN_KINDS,
                is_long=len(projects) > LONG_LIST,
                is_dense=len(projects) > DENSE_LIST,
                projects=projects,
            )
        )
    return sheets


def sheet_rule(rule: BallotRule) -> str:
    """The rule as the first line of the sheet: « Cochez 5 projets au plus. »"""
    if rule.kind is BallotKind.POINTS:
        return _("Répartissez vos points entre les projets.")
    if rule.kind is BallotKind.RANKING:
        return _("Classez vos projets : 1 pour le premier, puis 2, 3…")
    if rule.kind is BallotKind.GRADES:
        return _("Donnez une mention aux projets.")
    most = 1 if rule.kind is BallotKind.CHOOSE_ONE else rule.max_choices
    if most is None:
        return _("Cochez les projets que vous soutenez.")
    if rule.min_choices == most:
        return ngettext("Cochez exactement %(most)d projet.", "Cochez exactement %(most)d projets.", most) % {
            "most": most
        }
    return ngettext("Cochez un seul projet.", "Cochez %(most)d projets au plus.", most) % {"most": most}


def _limit(rule: BallotRule) -> str:
    """What makes this ballot null, in one sentence."""
    if rule.kind is BallotKind.POINTS and rule.max_sum_points is not None:
        return _("Pas plus de %(most)d points en tout : au-delà, le bulletin entier est nul.") % {
            "most": rule.max_sum_points
        }
    if rule.kind is BallotKind.RANKING:
        return _("Un rang ne sert qu’une fois, sans en sauter : sinon, le bulletin entier est nul.")
    most = 1 if rule.kind is BallotKind.CHOOSE_ONE else rule.max_choices
    if rule.kind in PLAIN_KINDS and most is not None:
        return ngettext(
            "Pas plus de %(most)d case : au-delà, le bulletin entier est nul.",
            "Pas plus de %(most)d cases : au-delà, le bulletin entier est nul.",
            most,
        ) % {"most": most}
    return _("Restez dans les cases : ce qui ne se lit pas ne compte pas.")


def _how(kind: BallotKind) -> str:
    if kind is BallotKind.POINTS:
        return _("Écrivez vos points en chiffres dans la case du projet.")
    if kind is BallotKind.RANKING:
        return _("Écrivez le rang en chiffres dans la case du projet.")
    if kind is BallotKind.GRADES:
        return _("Écrivez la mention en chiffres, 0 pour la plus basse, dans la case du projet.")
    return _("Une croix au stylo dans la case.")


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """The paper as the official record states it: a sentence per scope, the batches, the cells by channel."""

    balances: Sequence[str]
    batches: Sequence[tuple[str, str, int, str, int]]  # lot and scope, boxes, ballots, who keyed, differences resolved
    channels: Sequence[tuple[str, str, int, int, int]]  # scope, channel, ballots, blank, null


def paper_record(text: SealedPoll, kept: Mapping[str, Any]) -> PaperRecord:
    """From the facts that the record keeps; nobody is named, keyers are told by their role."""
    names = text.scope_names
    return PaperRecord(
        balances=[_balance_words(names[row["scope"]], row) for row in kept.get("balances", [])],
        batches=[
            (
                _("Lot %(number)d, %(scope)s") % {"number": row["number"], "scope": names[row["scope"]]},
                row["boxes"],
                row["size"],
                _roles_words(row["roles"]),
                row["resolved"],
            )
            for row in kept.get("batches", [])
        ],
        channels=[
            (names[scope], str(MarkChannel(channel).label), *cell)
            for scope, cells in sorted(kept.get("channels", {}).items())
            for channel, cell in sorted(cells.items())
        ],
    )


def _balance_words(scope: str, row: Mapping[str, Any]) -> str:
    words = _(
        "%(scope)s : %(ballots)d bulletins papier trouvés, pour %(marks)d émargements sur papier et %(contested)d "
        "bulletins contestés comptés."
    ) % {"scope": scope, "ballots": row["ballots"], "marks": row["marks"], "contested": row["contested"]}
    gap = row["ballots"] - row["marks"] - row["contested"]
    if gap < 0:
        words += " " + _("Non rapportés : %(number)d.") % {"number": -gap}
    elif gap:
        words += " " + _("En surplus : %(number)d.") % {"number": gap}
    return f"{words} {row['reason']}".strip()


def _roles_words(roles: Sequence[str]) -> str:
    labels = [str(Role(role).label) if role in set(Role) else _("rôle inconnu") for role in roles]
    return _("deux personnes : %(first)s, %(second)s") % {"first": labels[0], "second": labels[1]}


def batch_totals(batch: PaperBatch) -> list[Row]:
    """What a batch adds up to, for a recount by hand; shown once the vote is counted, never before."""
    text = sealed_of(batch.poll)
    rule, projects = text.scopes[batch.scope].ballot, text.by_scope[batch.scope]
    contents = Counter(agreed_contents(batch))
    urn: Counter[Ballot] = Counter()
    for (content, null_reason), number in contents.items():
        if not null_reason:
            urn[text.ballot(content.encode())[1]] += number
    found = score(urn, rule, text.tally_projects())
    blank = sum(number for ballot, number in urn.items() if is_blank(ballot, rule.kind))
    rows = [
        Row([Cell(f"{p.position + 1}. {p.title}"), Cell(_figure(found[p.id].score), is_number=True)]) for p in projects
    ]
    rows.append(Row([Cell(_("Blancs")), Cell(_figure(blank), is_number=True)]))
    rows.append(Row([Cell(_("Nuls")), Cell(_figure(contents.total() - urn.total()), is_number=True)]))
    return rows


def batch_facts(text: SealedPoll, batch: PaperBatch) -> list[tuple[str, str]]:
    """What is known of a batch, without anything that is on its ballots."""
    rows = [
        (_("Périmètre"), text.scope_names[batch.scope]),
        (_("Urnes mélangées"), batch.boxes),
        (_("Bulletins comptés à la main"), _figure(batch.size)),
        (_("État"), str(batch.get_state_display())),
        (_("Saisies"), keyers(batch)),
    ]
    if batch.agreed_at is not None:
        rows.append((_("Concordant depuis"), calendar.moment_words(batch.agreed_at)))
    return rows
