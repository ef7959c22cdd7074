"""The vote played: sealed as the team would, cast online and on paper by a fictitious roll, closed, opened, counted.

The database takes a ballot only while its vote is open by its own clock, and nothing here goes round that: sealing is
tried as a practice vote, at the edition's dates, and undone; the ballots then go into a replayed vote of the hidden
copy, the only kind that the calendar does not hold.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.pages.rehearsal import bodies
from bp_platform.pages.rehearsal.people import Scenario, envelope_of
from bp_platform.pages.rehearsal.stage import DIRECTOR
from cycles import selectors as cycle_selectors
from cycles.districts import TOWN
from cycles.models import BodyPower, Phase, PhaseKind
from proposals import services as proposals
from proposals.models import Proposal, Stage
from voting import seal as seals
from voting import selectors as votes
from voting import services as voting
from voting.keying import Reading
from voting.models import Poll, PollingStation, PollKind, PollState, Proof, RollEntry
from voting.sealed import SealedPoll
from voting.services import receiving
from voting.services.plans import plan_of
from voting.services.roll import Person
from voting.tally.values import Ballot, BallotKind, Scope

ONLINE, ON_PAPER = 100, 24
DRAW = "1 2 3 4 5 6"
TRIES = 30


class Vote:
    """From the sealing, two days before the opening, to the proclamation."""

    def __init__(self, scenario: Scenario) -> None:
        self.s, self.agenda = scenario, scenario.agenda
        self.chance = random.Random(26)  # noqa: S311 -- made-up ballots, the same each time
        self.poll: Poll | None = None
        self.keys = seals.new_keys()
        self.places: list[PollingStation] = []

    def plan(self) -> None:
        phase, ballot = self.s.phase(PhaseKind.VOTE), self.s.rules.ballot
        results = self.s.phase(PhaseKind.PROCLAMATION)
        if not ballot.has_vote or ballot.decision_mode == "assembly" or phase is None:
            at = results.opens_at if results else (phase.closes_at if phase else None)
            if at is not None:
                self.agenda.plan(at + timedelta(hours=9), self.without_a_vote)
            return
        self.agenda.plan(phase.opens_at - timedelta(days=2) + timedelta(hours=10), partial(self.seal, phase=phase))
        self.agenda.plan(phase.opens_at + timedelta(hours=10), self.cast)
        self.agenda.plan(phase.closes_at + timedelta(hours=1), self.close)
        told_at = results.opens_at if results and results.opens_at > phase.closes_at else phase.closes_at
        self.agenda.plan(max(told_at, phase.closes_at + timedelta(hours=2)) + timedelta(hours=9), self.proclaim)

    def without_a_vote(self, at: datetime) -> None:
        """A body or an assembly chooses: not run here yet; what follows is played with the first projects."""
        ballot = self.s.rules.ballot
        who = ballot.decided_by or _("une assemblée")
        said = _(
            "Ici, pas de vote par liste : %(who)s choisit, ce que la plateforme ne fait pas encore vivre. La suite est "
            "jouée avec les premiers projets réalisables."
        )
        self.agenda.look(at, said % {"who": who})
        bodies.decide(self.s, BodyPower.LAUREATES, at, said=_("Les projets retenus sont désignés."))
        self._designate()

    def seal(self, at: datetime, *, phase: Phase) -> None:
        """What sealing would refuse; then the same list in a vote that the calendar does not hold."""
        said = _("La liste des projets mis au vote est validée.")
        bodies.decide(self.s, BodyPower.FINAL_LIST, at, said=said)
        refusal = self.agenda.refusal(partial(self._try_sealing, at, phase))
        if refusal:
            self.agenda.tell(
                at, "refused", _("Le vote se scelle. %(why)s") % {"why": refusal}, who=_("Équipe participation")
            )
        self._empty_lists(at)
        if self.agenda.refusal(partial(self._seal_copy, at, phase, is_plain=not refusal)):
            return
        assert self.poll is not None  # noqa: S101 -- just sealed
        if refusal:
            said = _("La suite du vote est jouée quand même, sans lieu de vote.")
        else:
            said = _("Le vote est scellé, avec sa liste et ses règles.")
        self.agenda.tell(at, "look" if refusal else "done", said, who=_("Équipe participation"))

    def _try_sealing(self, at: datetime, phase: Phase) -> None:
        with transaction.atomic():
            poll = voting.create_poll(
                self.s.copy, by=self.s.company.team, at=at, kind=PollKind.PRACTICE, title=self.s.copy.title,
                opens_at=phase.opens_at, closes_at=phase.closes_at,
            )  # fmt: skip
            voting.admit(poll, self._roll(poll), by=self.s.company.team, at=at)
            voting.seal(
                poll, by=self.s.company.team, at=at, draw_seed=DRAW, public_key=self.keys.public, waiver=_("Essai.")
            )
            transaction.set_rollback(True)

    def _seal_copy(self, at: datetime, phase: Phase, *, is_plain: bool) -> None:
        plan = None if is_plain else replace(plan_of(self.s.copy), proofs=(Proof.ROLL.value,))
        poll = voting.create_poll(
            self.s.copy, by=DIRECTOR, at=at, kind=PollKind.REPLAY, title=self.s.copy.title, opens_at=phase.opens_at,
            closes_at=phase.closes_at, plan=plan,
        )  # fmt: skip
        admitted = voting.admit(poll, self._roll(poll), by=DIRECTOR, at=at)
        self.agenda.figures["voters"] = admitted
        if is_plain and not self.s.rules.ballot.is_paper_refused:
            self.places = [voting.save_station(poll, voting.StationFacts(_("Mairie (essai)")), by=DIRECTOR, at=at)]
        self.poll = voting.seal(poll, by=DIRECTOR, at=at, draw_seed=DRAW, public_key=self.keys.public)

    def _roll(self, poll: Poll) -> Iterator[Person]:
        """People of each list in turn; the town's list is everybody's, and so is each theme's."""
        scopes = [scope["id"] for scope in poll.plan["scopes"]]
        local = [scope for scope in scopes if scope != TOWN]
        is_for_all = self.s.rules.ballot.lists == "by_theme"
        proofs = poll.plan["proofs"]
        proof = next((one for one in (Proof.POSTAL_CODE, Proof.DESK, Proof.ROLL) if one in proofs), Proof.ROLL)
        for number in range(ONLINE + ON_PAPER):
            own = local if is_for_all else local[number % len(local) : number % len(local) + 1] if local else []
            mine = tuple([scope for scope in scopes if scope == TOWN] + own)
            yield Person(_("Votant·e %(n)d (essai)") % {"n": number + 1}, 1980, mine, proof)

    def _empty_lists(self, at: datetime) -> None:
        """An envelope that no project may take."""
        feasible = votes.feasible(self.s.copy)
        ancestors = {area.pk: area.parent_id for area in cycle_selectors.areas_of(self.s.copy)}
        for envelope in self.s.copy.envelopes.order_by("pk"):
            if envelope.theme_id:
                is_used = any(project.theme_id == envelope.theme_id for project in feasible)
            elif envelope.area_id:
                is_used = any(_is_inside(project.area_id, envelope.area_id, ancestors) for project in feasible)
            else:
                is_used = bool(feasible)
            if not is_used:
                self.agenda.look(at, _("Aucun projet dans l’enveloppe « %(name)s ».") % {"name": envelope.name})

    def cast(self, at: datetime) -> None:
        """The first day of the vote: a place open, people online and people who come."""
        if self.poll is None:
            return
        text, entries = votes.sealed_of(self.poll), RollEntry.objects.filter(poll=self.poll).order_by("pk")
        who, holder = _("Votant·es"), self.s.company.holder
        for place in self.places:
            act = partial(
                voting.open_station, place, by=holder, at=at, staff="Nadia", seal_number="E 1", is_box_shown=True
            )
            self.agenda.tried(at, _("Lieu de vote"), _("Le lieu de vote ouvre, urne montrée vide."), act)
        in_person = list(entries[:ON_PAPER]) if self.places else []
        marks = [partial(voting.mark_at_desk, one, self._place(), by=holder, at=at) for one in in_person]
        one, many = _("%(n)d personne émargée."), _("%(n)d personnes émargées.")
        done = self.agenda.told_together(at, _("Lieu de vote"), marks, one, many)
        casts = [partial(self._cast_one, text, entry) for entry in entries[len(in_person) :]]
        one, many = _("%(n)d bulletin déposé en ligne."), _("%(n)d bulletins déposés en ligne.")
        done += self.agenda.told_together(at, who, casts, one, many)
        self.agenda.figures["ballots"] = done

    def _place(self) -> PollingStation:
        return PollingStation.objects.select_related("poll").get(pk=self.places[0].pk)

    def _cast_one(self, text: SealedPoll, entry: RollEntry) -> None:
        assert self.poll is not None  # noqa: S101 -- only cast once sealed
        ballots = {scope: self._ballot(text, text.scopes[scope]) for scope in entry.scopes}
        nonce = secrets.token_bytes(seals.NONCE_LENGTH)
        voting.cast_many(self.poll, [voting.review(text, entry, ballots, nonce=nonce, at=_database_clock())])

    def _ballot(self, text: SealedPoll, scope: Scope) -> Ballot:
        """A ballot that the rules accept, drawn; blank when none is found."""
        ids = [project.id for project in text.by_scope[scope.id]]
        for attempt in range(TRIES):
            made = self._drawn(ids, scope, fewer=attempt // 6)
            if text.ballot_fault(scope.id, made) is None:
                return made
        return ()

    def _drawn(self, ids: list[str], scope: Scope, *, fewer: int) -> Ballot:
        rule = scope.ballot
        if rule.kind is BallotKind.GRADES:
            return tuple((one, self.chance.randrange(rule.grades or 2)) for one in sorted(ids))
        most = min(rule.ranks or rule.max_choices or len(ids), len(ids))
        number = max(min(rule.min_choices, len(ids)), self.chance.randint(min(1, most), most) - fewer)
        picked = self.chance.sample(ids, min(number, len(ids)))
        if rule.kind is BallotKind.RANKING:
            return tuple(sorted((one, place) for place, one in enumerate(picked, start=1)))
        if rule.kind is BallotKind.POINTS:
            share = min(rule.max_points or 1, (rule.max_sum_points or len(picked)) // max(1, len(picked)))
            return tuple((one, max(1, share)) for one in sorted(picked))
        return tuple((one, 1) for one in sorted(picked))

    def close(self, at: datetime) -> None:
        """The box is closed, then opened; its paper is keyed twice, by two people. Then it is counted."""
        if self.poll is None or self._is_somebody_voting(at):
            return
        who = _("Dépouillement")
        for place in self.places:
            act = partial(voting.close_station, place, by=self.s.company.holder, at=at, closing_seal_number="E 2")
            self.agenda.tried(at, _("Lieu de vote"), _("Le lieu de vote ferme, urne scellée."), act)
        for said, act_of in (
            (_("Le vote est clos."), self._close),
            (_("Les bulletins papier sont saisis deux fois."), self._key),
            (_("L’urne est ouverte."), self._open),
            (_("Le dépouillement est fait."), self._count),
        ):
            if act_of == self._key and not self.places:
                continue
            if not self.agenda.tried(at, who, said, partial(act_of, at)):
                return

    def _is_somebody_voting(self, at: datetime) -> bool:
        """Closing rewrites the box of all votes: while somebody really votes, the play does not make them wait."""
        now = _database_clock()
        live = Poll.objects.filter(state=PollState.SEALED, opens_at__lte=now, closes_at__gt=now)
        if not live.exclude(cycle=self.s.copy).exists():
            return False
        self.agenda.look(
            at,
            _("Un vote est ouvert en ce moment : la répétition n’en joue pas le dépouillement, pour ne faire attendre "
              "personne. Rejouez-la une fois ce vote clos."),
        )  # fmt: skip
        self._designate()
        self.poll = None
        return True

    def _close(self, at: datetime) -> None:
        self.poll = voting.close(self._sealed(), by=DIRECTOR, at=at)

    def _open(self, at: datetime) -> None:
        self.poll = voting.open_box(self._sealed(), by=DIRECTOR, at=at, private_key=self.keys.private)

    def _count(self, at: datetime) -> None:
        self.poll = voting.count(self._sealed(), by=DIRECTOR, at=at)

    def _key(self, at: datetime) -> None:
        """One pile for each list; the second person keys what the first did."""
        poll, people = self._sealed(), self.s.company
        text, marks = votes.sealed_of(poll), votes.paper_of(poll)
        for paper in (one for one in marks if one.marks):
            batch = voting.create_batch(
                poll, by=people.first_counter, at=at, scope=paper.id, boxes=_("Mairie (essai)"), size=paper.marks
            )
            ballots = [Reading(self._ballot(text, text.scopes[paper.id])) for _one in range(paper.marks)]
            for keyer in (people.first_counter, people.second_counter):
                for place, reading in enumerate(ballots, start=1):
                    voting.key_ballot(batch, place, reading, by=keyer, at=at)
                voting.finish_keying(batch, by=keyer, at=at)
            voting.state_balance(poll, paper.id, by=people.first_counter, at=at)

    def _sealed(self) -> Poll:
        assert self.poll is not None  # noqa: S101 -- only asked once sealed
        return self.poll

    def proclaim(self, at: datetime) -> None:
        """The team publishes what the town proclaims."""
        if self.poll is None or self.poll.state != PollState.COUNTED:
            return
        decision = _("Les bulletins nuls ne changent pas le résultat.")
        act = partial(voting.proclaim, self.poll, by=DIRECTOR, at=at, bureau_decision=decision)
        if self.agenda.tried(at, _("Équipe participation"), _("Les résultats sont proclamés."), act):
            won = self.s.copy.proposals.filter(stage=Stage.WINNER).count()
            self.agenda.figures["winners"] = won
            said = ngettext("%(n)d projet est lauréat.", "%(n)d projets sont lauréats.", won) % {"n": won}
            self.agenda.tell(at, "done" if won else "look", said)

    def _designate(self) -> None:
        """The first feasible projects that the money holds become laureates, so that what follows is played."""
        left = {envelope: envelope.amount_eur for envelope in self.s.copy.envelopes.order_by("pk")}
        listed = Proposal.objects.filter(cycle=self.s.copy, stage__in=[Stage.FEASIBLE, Stage.ON_BALLOT])
        for project in listed.order_by("number"):
            envelope = envelope_of(self.s, project)
            if envelope and project.price_eur and project.price_eur <= left[envelope]:
                left[envelope] -= project.price_eur
                proposals.project(project, stage=Stage.WINNER)


def _database_clock() -> datetime:
    """What casting reads: a review is dated by it, whatever the day that is played."""
    with connection.cursor() as cursor:
        return receiving.read_clock(cursor)


def _is_inside(place: int | None, wanted: int, parents: Mapping[int, int | None]) -> bool:
    while place is not None and place != wanted:
        place = parents.get(place)
    return place == wanted
