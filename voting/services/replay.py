"""A real election replayed through the product: its own hidden cycle and roll, every ballot cast by `cast_many`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from time import perf_counter

from django.db import connection
from django.utils.translation import gettext as _

from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar, journal, text
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from bp_platform.core.money import from_cents
from cycles import services as cycle_services
from cycles.models import Area, AreaKind, Cycle, Envelope, Theme
from proposals import services as proposal_services
from proposals.models import Channel, Proposal
from voting import policies, selectors
from voting import seal as seals
from voting.models import Poll, PollKind, Proof, RollEntry
from voting.services import casting, counting, opening, polls, roll, sealing
from voting.tally.pabulib import Election, ProjectRow
from voting.tally.results import Result
from voting.tally.values import Ballot, Rules

BATCH = 1000
VALUE_LIMIT = 9_999_999_999_99  # what an amount in the database can hold, in cents


@dataclass(frozen=True, slots=True)
class Replayed:
    """A replayed election, counted and proclaimed; `seconds` by step."""

    poll: Poll
    result: Result
    seconds: Mapping[str, float]


def replay_election(
    election: Election, rules: Rules, *, slug: str, by: Actor, at: datetime, is_public: bool = False
) -> Replayed:
    """Run a whole election of a file: cycle, projects, roll, ballots one by one, box, count, result."""
    clock = _Stopwatch()
    cycle, rows = _stage(election, slug=slug, by=by, at=at)
    clock.lap("projects")
    poll, private_key = prepare(cycle, election, rules, rows, by=by, at=at)
    clock.lap("roll")
    ballots = (ballot for ballot, number in election.ballots.items() for _time in range(number))
    cast_ballots(poll, ({polls.TOWN: ballot} for ballot in ballots))
    clock.lap("cast")
    result = finish(poll, private_key, by=by, at=at)
    clock.lap("count")
    if is_public:
        show(poll, by=by, at=at)
    return Replayed(poll, result, clock.laps)


def prepare(
    cycle: Cycle, election: Election, rules: Rules, rows: Sequence[polls.Candidacy], *, by: Actor, at: datetime
) -> tuple[Poll, bytes]:
    """The poll of a file, sealed, and its roll; the private key stays with the caller, in memory."""
    opens_at, closes_at = _window(election, at)
    town = replace(rules.scopes[0], id=polls.TOWN)
    plan = polls.Plan(
        Rules((town,), conflicts=rules.conflicts, one_per_owner=rules.one_per_owner),
        {polls.TOWN: election.meta.get("subunit", "").strip() or _("Toute la ville")},
        (Proof.ROLL,),
        election.meta.get("currency", "EUR").strip() or "EUR",
    )
    poll = polls.create_poll(
        cycle, by=by, at=at, kind=PollKind.REPLAY, title=cycle.title, opens_at=opens_at, closes_at=closes_at,
        plan=plan, candidates=rows,
    )  # fmt: skip
    people = (roll.Person(f"n° {place}", proof=Proof.ROLL) for place in range(1, election.ballot_count + 1))
    roll.admit(poll, people, by=by, at=at)
    keys = seals.new_keys()
    seed = election.meta.get("draw_seed", "").strip()
    poll = sealing.seal(poll, by=by, at=at, draw_seed=seed, public_key=keys.public)
    numbers = {row.count_id: row.proposal.number for row in rows}
    for project in election.projects:
        if project.is_withdrawn:
            polls.withdraw_project(poll, numbers[project.id], by=by, at=at, reason=_("Retiré, selon le fichier."))
    return poll, keys.private


def cast_ballots(poll: Poll, ballots: Iterator[Mapping[str, Ballot]]) -> int:
    """Give each ballot (scope → choices) to the next person of the roll who has not voted, sealed and cast in batches.

    Same review, tag, clock and validator as the web. Returns how many were cast."""
    if poll.kind != PollKind.REPLAY:
        raise Refused(no(_("Seul un vote rejoué reçoit des bulletins en nombre.")))
    sealed = selectors.sealed_of(poll)
    waiting = RollEntry.objects.filter(poll=poll, mark=None).order_by("pk").iterator(chunk_size=BATCH)
    done = 0
    while pairs := list(zip(islice(ballots, BATCH), waiting, strict=False)):
        now = _database_clock()
        casts = [
            casting.review(sealed, entry, given, nonce=secrets.token_bytes(seals.NONCE_LENGTH), at=now)
            for given, entry in pairs
        ]
        done += len(casting.cast_many(poll, casts))
    return done


def finish(poll: Poll, private_key: bytes, *, by: Actor, at: datetime) -> Result:
    """Close, open with the key in memory, count and publish; returns the kept result."""
    poll = counting.close(poll, by=by, at=at)
    poll = opening.open_box(poll, by=by, at=at, private_key=private_key)
    poll = counting.count(poll, by=by, at=at)
    poll = counting.proclaim(poll, by=by, at=at)
    return selectors.result_of(poll)


def show(poll: Poll, *, by: Actor, at: datetime) -> None:
    """Let the public see the cycle of a replayed vote, once its result is proclaimed."""
    role = demand(policies.can_change(by, poll, at)).role
    if poll.kind != PollKind.REPLAY:
        raise Refused(no(_("Seule l’édition d’un vote rejoué se montre ainsi.")))
    with journal.transaction_with_journal():
        cycle = Cycle.objects.select_for_update().get(pk=poll.cycle_id)
        cycle.is_hidden = False
        cycle.save()
        journal.record(journal.Line(poll.journal_chain, at, by, "show_replay", poll, role=role))
        cycle_services.touch(cycle)


class _Stopwatch:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, name: str) -> None:
        now = perf_counter()
        self.laps[name] = now - self._last
        self._last = now


def _stage(election: Election, *, slug: str, by: Actor, at: datetime) -> tuple[Cycle, list[polls.Candidacy]]:
    """The hidden cycle and its projects, filed and published by the acts that residents and moderators use."""
    if Cycle.objects.filter(slug=slug).exists():
        raise Refused(
            no(_("L’adresse « %(slug)s » est déjà prise : choisissez-en une autre avec --slug.") % {"slug": slug})
        )
    with journal.transaction_with_journal():
        cycle = cycle_services.create_cycle(
            by=by, at=at, title=_title(election), slug=slug, number_prefix=_free_prefix(), is_hidden=True
        )
        area = Area.objects.create(cycle=cycle, kind=AreaKind.COMMUNE, name=_place(election), code=polls.TOWN)
        theme = Theme.objects.create(cycle=cycle, name=_("Projets"), code="projets", drawing="bench")
        budget = election.cents("budget") or 0
        if 0 < budget <= VALUE_LIMIT:
            Envelope.objects.create(cycle=cycle, name=_("Enveloppe du fichier"), amount_eur=from_cents(budget))
        rows = [
            polls.Candidacy(
                _file(cycle, area, theme, project, by=by, at=at), from_cents(project.cost_cents), count_id=project.id
            )
            for project in election.projects
        ]
        cycle_services.publish_cycle(cycle, by=by, at=at)
    cycle.refresh_from_db()
    return cycle, rows


def _file(cycle: Cycle, area: Area, theme: Theme, project: ProjectRow, *, by: Actor, at: datetime) -> Proposal:
    name = text.tidy(project.name) or _("Projet %(id)s") % {"id": project.id}
    idea = proposal_services.Idea(
        title=name if len(name) <= 90 else name[:89].rstrip() + "…",
        summary=_("Projet %(id)s du fichier.") % {"id": project.id},
        area=area,
        theme=theme,
        rough_cost_eur=from_cents(min(project.cost_cents, VALUE_LIMIT)),
        owner_name=_("Porteur du projet %(id)s") % {"id": project.id},
        channel=Channel.AGENT,
    )
    proposal = proposal_services.submit(cycle, idea, by=by, at=at).proposal
    return proposal_services.publish(proposal, by=by, at=at)


def _title(election: Election) -> str:
    name = text.tidy(election.meta.get("description", "")) or _("Vote rejoué")
    year = election.meta.get("instance", "").strip()
    return (name if year in name else f"{name} {year}").strip()[:120]


def _place(election: Election) -> str:
    return (text.tidy(election.meta.get("unit", "")) or _("Toute la ville"))[:80]


def _free_prefix() -> str:
    taken = set(Cycle.objects.filter(number_prefix__startswith="RJ").values_list("number_prefix", flat=True))
    return next(prefix for number in range(1, 10_000) if (prefix := f"RJ{number:02d}") not in taken)


def _window(election: Election, at: datetime) -> tuple[datetime, datetime]:
    """The dates of the file, day.month.year; without them, the day before."""
    first, last = (_day(election.meta.get(key, "")) for key in ("date_begin", "date_end"))
    end = last or first or at.date() - timedelta(days=1)
    start = first if first and first <= end else end
    zone = public_body().zone
    return calendar.at_midnight(start, zone), calendar.at_midnight(end + timedelta(days=1), zone)


def _day(words: str) -> date | None:
    try:
        day, month, year = (int(part) for part in words.strip().split("."))
        return date(year, month, day)
    except ValueError:
        return None


def _database_clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
