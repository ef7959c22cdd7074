"""The call played: residents who file ideas by each way that the règlement opens, and the team that publishes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _

from bp_platform.core import text
from bp_platform.core.actors import RESIDENT
from bp_platform.pages.rehearsal.agenda import Agenda
from bp_platform.pages.rehearsal.stage import Company
from cycles import districts
from cycles import selectors as cycle_selectors
from cycles.models import Area, Cycle, CycleKind, Envelope, Phase, PhaseKind
from cycles.rules import Rules
from proposals import services as proposals
from proposals.models import Channel, OwnerKind, Proposal, ProposalState

MOST_IDEAS, LEAST_IDEAS = 40, 8
NAMES = ("Aïcha", "Bruno", "Chloé", "Denis", "Émile", "Fatou", "Gabin", "Hawa")


@dataclass(slots=True)
class Scenario:
    """What the parts of a play share."""

    original: Cycle
    copy: Cycle
    company: Company
    agenda: Agenda
    rules: Rules
    ideas: list[Proposal] = field(default_factory=list)

    def phase(self, kind: str) -> Phase | None:
        return cycle_selectors.phase_of(self.copy, kind)


class Call:
    """The eve of the call, its days, and the day after."""

    def __init__(self, scenario: Scenario) -> None:
        self.s = scenario
        self.areas = self._areas()
        self.themes = list(scenario.copy.themes.order_by("pk"))
        self.number = 0

    def plan(self) -> None:
        """Somebody tries the eve, three waves come (first day, middle, last hours), somebody tries the day after."""
        for call in cycle_selectors.phases_of(self.s.copy, PhaseKind.CALL):
            wave = -(-min(MOST_IDEAS, max(LEAST_IDEAS, 2 * len(self.areas))) // 3)
            self.s.agenda.plan(call.opens_at - timedelta(hours=14), self._try_outside)
            for when in (
                call.opens_at + timedelta(hours=2),
                call.opens_at + (call.closes_at - call.opens_at) / 2,
                call.closes_at - timedelta(hours=2),
            ):
                self.s.agenda.plan(when, partial(self._wave, number=wave))
            self.s.agenda.plan(call.closes_at + timedelta(hours=34), self._try_outside)

    def publish_waiting(self, at: datetime) -> None:
        """The team publishes what waits."""
        waiting = Proposal.objects.filter(cycle=self.s.copy, state=ProposalState.SUBMITTED, submitted_at__lte=at)
        later = at + timedelta(hours=1)
        acts = [partial(proposals.publish, one, by=self.s.company.team, at=later) for one in waiting.order_by("pk")]
        self.s.agenda.told_together(at, _("Modération"), acts, _("%(n)d idée publiée."), _("%(n)d idées publiées."))

    def close(self, at: datetime) -> None:
        """Where nobody filed anything."""
        if not self.s.ideas:
            self.s.agenda.look(at, _("Aucune idée n’a pu être déposée."))

    def _areas(self) -> list[Area]:
        """The places that ideas are for: those that share the money, else all."""
        every = cycle_selectors.areas_of(self.s.copy)
        parents = {area.parent_id for area in every}
        return districts.of(every) or [area for area in every if area.pk not in parents]

    def _channels(self) -> list[str]:
        return [str(channel) for channel in self.s.rules.proposers.channels if channel != "agent"] or [
            Channel.ONLINE.value
        ]

    def _wave(self, at: datetime, *, number: int) -> None:
        """So many people at once, by each way in turn; what is refused is told once for each reason."""
        agenda, who = self.s.agenda, _("Habitant·es")
        if missing := self._missing():
            agenda.tell(at, "refused", _("Une idée est déposée. %(why)s") % {"why": missing}, who=who)
            return
        channels = self._channels()
        acts = [partial(self._file, channels[place % len(channels)], at) for place in range(number)]
        how = text.enumerate_fr([str(Channel(channel).label) for channel in channels[:number]])
        one, many = _("%(n)d idée déposée, %(how)s."), _("%(n)d idées déposées, %(how)s.")
        agenda.told_together(at, who, acts, one, many, how=how)
        self.publish_waiting(at)

    def _try_outside(self, at: datetime) -> None:
        """Online, the eve or the day after: it must be refused."""
        if self._missing() or Channel.ONLINE not in self._channels():
            return
        said = _("Une idée est déposée en ligne, hors de l’appel.")
        if refusal := self.s.agenda.refusal(partial(self._file, Channel.ONLINE, at)):
            self.s.agenda.tell(at, "expected", f"{said} {refusal}", who=_("Habitant·es"))
        else:
            self.s.agenda.look(at, _("Une idée a pu être déposée hors de l’appel : vérifiez ses dates."))

    def _file(self, channel: str, at: datetime) -> None:
        place = self.number
        self.number += 1
        idea = self._idea(place, NAMES[place % len(NAMES)], channel)
        people, copy = self.s.company, self.s.copy
        if channel != Channel.ONLINE:
            filed = proposals.enter(copy, idea, by=people.team, at=at)
        else:
            filed = proposals.submit(
                copy, idea, by=people.agent if copy.kind == CycleKind.INTERNAL else RESIDENT, at=at
            )
        self.s.ideas.append(filed.proposal)

    def _missing(self) -> str:
        if not self.areas:
            return _("L’édition n’a pas de lieu.")
        return "" if self.themes else _("L’édition n’a pas de thème.")

    def _idea(self, place: int, name: str, channel: str) -> proposals.Idea:
        area, theme = self.areas[place % len(self.areas)], self.themes[(place // len(self.areas)) % len(self.themes)]
        kinds = self.s.rules.proposers.kinds
        return proposals.Idea(
            title=_("Idée d’essai n° %(n)d") % {"n": place + 1},
            summary=_("Elle n’est gardée nulle part."),
            area=area,
            theme=theme,
            owner_name=_("%(name)s (essai)") % {"name": name},
            owner_email=f"essai-{place}@essai.invalid" if channel == Channel.ONLINE else "",
            owner_phone="" if channel == Channel.ONLINE else f"02 00 00 {place // 100:02d} {place % 100:02d}",
            owner_kind=OwnerKind(kinds[place % len(kinds)]),
            channel=channel,
        )


def price_of(scenario: Scenario, proposal: Proposal, place: int) -> Decimal:
    """A cost that the règlement accepts: a part of the money that the project may take, within its caps."""
    rules, envelopes = scenario.rules.caps, list(scenario.copy.envelopes.order_by("pk"))
    own = [e for e in envelopes if e.area_id == proposal.area_id or (e.theme_id and e.theme_id == proposal.theme_id)]
    money = max((e.amount_eur for e in own or envelopes), default=Decimal(30_000))
    price: Decimal = money / (3 + place % 3)
    for tranche in rules.tranches:
        if tranche.theme in {"", proposal.theme.code} and not any(t.holds(price) for t in rules.tranches):
            price = tranche.up_to_eur
    high = [cap for cap in (rules.maximum_cost_eur, *(e.maximum_eur for e in own)) if cap]
    low = [floor for floor in (rules.minimum_cost_eur, *(e.minimum_eur for e in own)) if floor]
    kept: Decimal = max([min([price, *high]), *low, Decimal(1)])
    return kept.quantize(Decimal(1))


def envelope_of(scenario: Scenario, project: Proposal) -> Envelope | None:
    """Its place's or its theme's, else the largest: where the team would take its money."""
    envelopes = list(scenario.copy.envelopes.order_by("-amount_eur", "pk"))
    own = [e for e in envelopes if e.area_id == project.area_id or (e.theme_id and e.theme_id == project.theme_id)]
    return next(iter(own or envelopes), None)
