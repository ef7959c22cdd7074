"""An edition carried from its preset to its end by the real services: one walker for the tests of the presets.

Its vote is today, because casting reads the database's own clock; what comes before and after is given its own date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bp_platform.accounts.models import Department, Role
from bp_platform.core import calendar, registries
from bp_platform.core.actors import RESIDENT, Actor
from cycles import articles, powers, presets, selectors
from cycles import services as cycles
from cycles.models import Body, BodyPower, Cycle, Phase, PhaseKind
from instruction import selectors as studies
from instruction import services as instruction
from instruction.models import Verdict
from proposals import services as proposals
from proposals.models import Channel, OwnerKind, Proposal, Stage
from realisation import services as realisation
from tests.factories import meetings
from tests.factories import realisation as deliveries
from tests.people import BUILDER, staff
from tests.reading import plain
from voting import selectors as votes
from voting import services as voting
from voting.models import Poll, PollKind, PollState, RollEntry
from voting.services.roll import Person

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DRAW = "dés 4-2-6-1, à 18 h 30"


class Edition:
    """`Edition("P17")`: loaded, its règlement adopted, published. Then `file`, `study`, `seal`, `vote`, `count`…"""

    def __init__(self, key: str, **facts) -> None:
        self.preset = presets.read(key)
        self.now = datetime.now(UTC)
        decided = self.preset.phases.get(PhaseKind.VOTE) or self.preset.phases[PhaseKind.PROCLAMATION]
        starts_on = calendar.local_day(self.now) - timedelta(days=decided.first_day)
        before = self.now - timedelta(days=decided.first_day + 30)
        slug = f"essai-{key.lower()}"
        self.cycle: Cycle = cycles.load_preset(key, slug=slug, by=BUILDER, at=before, starts_on=starts_on, **facts)
        version = self.cycle.rulebook_versions.get()
        cycles.adopt_rulebook(version, by=BUILDER, at=before, resolution="Délibération 2026-12")
        self.cycle = cycles.publish_cycle(self.cycle, by=BUILDER, at=before)
        self.lead, _new = Department.objects.get_or_create(name="Direction du cadre de vie", short_name="Cadre de vie")
        self.poll: Poll | None = None
        self._voters: list[RollEntry] = []

    # Reading

    @property
    def rules(self):
        return selectors.rules_of(self.cycle)

    @property
    def text(self) -> str:
        """The whole règlement, on one line."""
        return plain(" ".join(s for a in articles.articles(self.rules) for s in a.paragraphs))

    def during(self, kind: str, days: int = 0) -> datetime:
        """An instant of that phase, some days after it opens."""
        phase: Phase = self.cycle.phases.get(kind=kind)
        return min(phase.opens_at + timedelta(days=days) + 9 * HOUR, phase.closes_at - HOUR)

    @property
    def laureates(self) -> list[str]:
        """The titles of the laureates, in the order they were filed."""
        won = Proposal.objects.filter(cycle=self.cycle, stage=Stage.WINNER).order_by("number")
        return list(won.values_list("title", flat=True))

    def frozen(self) -> set[str]:
        return set(self.cycle.section_freezes.values_list("section", flat=True))

    # Ideas

    def file(
        self, title: str, *, area: str = "", theme: str = "", by: Actor = RESIDENT, owner: str = "", **facts
    ) -> Proposal:
        """An idea deposited during the call, then published; its owner has a mailbox of their own unless told."""
        kind = facts.pop("kind", self.rules.proposers.kinds[0])
        channel = facts.pop("channel", Channel.ONLINE if "online" in self.rules.proposers.channels else Channel.PAPER)
        idea = proposals.Idea(
            title=title,
            summary=f"{title}, pour tout le monde.",
            area=self.cycle.areas.get(code=area) if area else self.cycle.areas.order_by("pk")[0],
            theme=self.cycle.themes.get(code=theme) if theme else self.cycle.themes.order_by("pk")[0],
            owner_name="Aïcha Benali",
            owner_email=owner or f"porteur{Proposal.objects.count()}@example.org",
            owner_kind=OwnerKind(kind),
            channel=channel,
            **facts,
        )
        at = self.during(PhaseKind.CALL, 1)
        act = proposals.submit if channel == Channel.ONLINE else proposals.enter
        filed = act(self.cycle, idea, by=by if channel == Channel.ONLINE else BUILDER, at=at).proposal
        return proposals.publish(filed, by=BUILDER, at=at + HOUR)

    def preselect(self, kept: Iterable[Proposal], voices: Mapping[str, int] | None = None, *, people: int = 0, **facts):
        """During its phase: the voices by title where some are counted, the list, the body's decision, the decision."""
        at = self.during(PhaseKind.PRESELECTION, 1)
        ideas = Proposal.objects.filter(cycle=self.cycle).in_bulk()
        if voices is not None:
            given = {
                pk: instruction.Typed(None, voices[idea.title]) for pk, idea in ideas.items() if idea.title in voices
            }
            came = instruction.Typed(None, people) if people else None
            instruction.save_voices(self.cycle, by=BUILDER, at=at, voices=given, people=came)
        held = studies.preselection_of(self.cycle)
        revision = held.revision if held else 0
        keys = [idea.pk for idea in kept]
        listed = instruction.save_list(self.cycle, by=BUILDER, at=at, kept=keys, revision=revision, **facts)
        self.decide(BodyPower.PRESELECTION)
        return instruction.decide_preselection(self.cycle, by=BUILDER, at=at, revision=listed.revision)

    def study(self, idea: Proposal, cost: str | int, *, running: str = "0", kind: str = "works"):
        """From the reception to « réalisable », at this cost all taxes included."""
        at = self.during(PhaseKind.INSTRUCTION, 1)
        case = instruction.open_case(idea, by=BUILDER, at=at)
        due_on = calendar.local_day(at) + timedelta(days=self.rules.study.opinion_days)
        case = instruction.assign(case, by=BUILDER, at=at, lead=self.lead, consulted=(), due_on=due_on)
        case = instruction.start_review(case, by=BUILDER, at=at)
        said = {"department": self.lead, "verdict": Verdict.FAVOURABLE, "public_text": "C’est faisable."}
        instruction.validate_opinion(instruction.give_opinion(case, by=BUILDER, at=at, **said), by=BUILDER, at=at)
        instruction.set_costing(
            case,
            by=BUILDER,
            at=at,
            lines=[instruction.CostLine(kind, "Travaux", Decimal(1), Decimal(cost), Decimal(0))],
            confidence_percent=10,
            price_on=calendar.local_day(at),
            running_cost_eur=Decimal(running),
            department=self.lead,
        )
        case = instruction.complete_review(case, by=BUILDER, at=at)
        return instruction.declare_feasible(case, by=BUILDER, at=at)

    def answer(self) -> None:
        """All answers are published at the end of the study."""
        instruction.publish_answers(self.cycle, by=BUILDER, at=self.during(PhaseKind.INSTRUCTION, 400))

    def projects(self, *described: tuple[str, int] | tuple[str, int, dict[str, str]]) -> dict[str, Proposal]:
        """Ideas filed, found feasible and answered: « title, cost » and where or whose. By title.

        The first is studied act by act; the others get what the study’s answer writes, which is much quicker.
        """
        found = {title: self.file(title, **(told[0] if told else {})) for title, _cost, *told in described}
        self.found_feasible({found[title]: cost for title, cost, *_told in described})
        return found

    def found_feasible(self, costs: Mapping[Proposal, int]) -> None:
        """The same, of ideas that are filed."""
        for place, (idea, cost) in enumerate(costs.items()):
            if place == 0:
                self.study(idea, cost)
                self.answer()
            else:
                proposals.project(idea, stage=Stage.FEASIBLE, price_eur=Decimal(cost))

    # Vote

    def prepare(self) -> Poll:
        """A practice vote around now, as the règlement plans it."""
        opens_at, closes_at = self.now - HOUR, self.now + HOUR
        facts = {"kind": PollKind.PRACTICE, "title": "Vote", "opens_at": opens_at, "closes_at": closes_at}
        return voting.create_poll(self.cycle, by=BUILDER, at=self.now - 3 * HOUR, **facts)

    def seal(self, number: int = 3, *, scopes: Iterable[str] = ()) -> Poll:
        """The vote sealed, with that many people on its roll, each in all these scopes (or the first)."""
        draft = Poll.objects.filter(cycle=self.cycle, state=PollState.DRAFT).first() or self.prepare()
        people = [Person(f"Voisine {n}", 1980, tuple(scopes)) for n in range(number)]
        voting.admit(draft, people, by=BUILDER, at=self.now - 3 * HOUR)
        self.decide(BodyPower.FINAL_LIST)
        self.poll = voting.seal(draft, by=BUILDER, at=self.now - 2 * HOUR, draw_seed=DRAW, waiver="Essai.")
        self._voters = list(RollEntry.objects.filter(poll=self.poll).order_by("pk"))
        return self.poll

    def decide(self, power: str) -> None:
        """The body that the règlement names, if there is one, decides at one voice."""
        for rule in powers.holders(self.rules, power)[:1]:
            at = self.now - 4 * HOUR
            body = Body.objects.get(cycle=self.cycle, rule_code=rule.code)
            meetings.member(at, body, "Rose Diallo")
            cycles.record_decision(body, by=BUILDER, at=at, matter=power, subject="La liste", votes_for=1)

    def cast(self, *titles: str, **by_scope: Iterable[str]) -> None:
        """One more person's ballot: titles for the only scope, or `scope=[titles]`."""
        text, entry = votes.sealed_of(self.poll), self._voters[-1]
        numbers = {project.title: project.id for project in text.projects}
        chosen: Mapping[str, Iterable[str]] = by_scope or {next(iter(text.scopes)): titles}
        ballots = {scope: tuple(sorted((numbers[t], 1) for t in named)) for scope, named in chosen.items()}
        cast = voting.review(text, entry, ballots, nonce=b"n" * 16, at=self.now)
        voting.cast_many(self.poll, [cast])
        self._voters.pop()  # who was refused may choose again

    def vote(self, *ballots: Iterable[str] | Mapping[str, Iterable[str]], scopes: Iterable[str] = ()) -> list[str]:
        """Seal, cast these ballots one by one, close, open, count, proclaim; the laureates' titles."""
        self.seal(len(ballots), scopes=scopes)
        for ballot in ballots:
            if isinstance(ballot, Mapping):
                self.cast(**ballot)
            else:
                self.cast(*ballot)
        self.count()
        return self.laureates

    def count(self) -> None:
        after = self.now + 2 * HOUR
        poll = voting.close(self.poll, by=BUILDER, at=after)
        poll = voting.count(voting.open_box(poll, by=BUILDER, at=after), by=BUILDER, at=after)
        decision = "Aucun bulletin nul ne change le résultat."
        self.poll = voting.proclaim(poll, by=BUILDER, at=after, bureau_decision=decision)

    def reasons(self) -> dict[str, str]:
        """Why each project was taken or not: the type of its line's reason, by title."""
        text, result = votes.sealed_of(self.poll), votes.result_of(self.poll)
        titles = {project.id: project.title for project in text.projects}
        return {titles[line.project_id]: type(line.reason).__name__ for s in result.scopes for line in s.lines}

    def told(self, title: str) -> str:
        """The sentence printed beside a project in the results."""
        text, result = votes.sealed_of(self.poll), votes.result_of(self.poll)
        number = next(project.id for project in text.projects if project.title == title)
        found = (
            (text.scopes[s.scope_id], line) for s in result.scopes for line in s.lines if line.project_id == number
        )
        return plain(votes.reason_words(text, *next(found), votes.KeyNames(self.cycle)))

    # After

    def finish(self) -> Cycle:
        """The council votes the laureates; the first is built and inaugurated; the review is published; the end."""
        first = self.laureates[0]
        resolved, built = self.now + 5 * DAY, self.now + 200 * DAY
        for laureate in Proposal.objects.filter(cycle=self.cycle, stage=Stage.WINNER).order_by("number"):
            delivery = realisation.create_delivery(
                laureate,
                by=BUILDER,
                at=resolved,
                resolution="Délibération 2026-118",
                lead_department=self.lead,
                contact_name="Bruno Martel",
                promised_on=calendar.local_day(resolved) + timedelta(days=30 * self.rules.delivery.deadline_months),
            )
            if laureate.title != first:
                continue  # one is built to its inauguration, the others are promised
            delivery = realisation.deliver(delivery, by=BUILDER, at=built, on=calendar.local_day(built))
            realisation.inaugurate(delivery, by=BUILDER, at=built + DAY, on=calendar.local_day(built + DAY))
        review_at = max(self.during(PhaseKind.REVIEW, 1), built + 2 * DAY)
        solene = staff("solene", "Solène", "Garnier", Role.ELECTED, review_at)
        rachel = staff("rachel", "Rachel", "Benoît", Role.PARTICIPATION, review_at)
        review = deliveries.validated(self.cycle, review_at, by=solene)
        realisation.publish_review(review, by=rachel, at=review_at)
        self.cycle = cycles.close_cycle(self.cycle, by=BUILDER, at=self._look_back(review_at) + DAY)
        return self.cycle

    def _look_back(self, at: datetime) -> datetime:
        """The checkpoints and the questions that article 11 promises: no edition ends without. The day they are over."""
        asked = self.rules.evaluation
        kinds = asked.checkpoints or ((PhaseKind.CALL,) if asked.is_asked_to_residents else ())
        phases = [phase for phase in self.cycle.phases.order_by("opens_at") if phase.kind in kinds]
        for phase in phases:
            assert "(article 11)" in str(registries.objection("close_cycle", self.cycle, at).reason)
            at = max(at, phase.closes_at) + DAY
            done = cycles.write_checkpoint(phase, by=BUILDER, at=at, held_on=calendar.local_day(at), worked="L’accueil.", failed="Le son.")  # fmt: skip
            if asked.is_asked_to_residents:
                done = cycles.ask_residents(done, by=BUILDER, at=at)
                at += 17 * DAY
            cycles.publish_checkpoint(done, by=BUILDER, at=at)
        return at
