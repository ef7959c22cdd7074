"""What follows the vote, played: the council's deliberation, the first news, the first project built."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from uuid import uuid4

from django.db import connection
from django.utils.translation import gettext as _

from bp_platform.core import calendar
from bp_platform.pages.rehearsal.people import Scenario, envelope_of
from cycles.models import CalendarDayKind, PhaseKind
from proposals.models import Proposal, Stage
from realisation import policies
from realisation import services as realisation
from realisation.models import Delivery

COUNCIL_DAYS, NEWS_DAYS, BUILT_DAYS = 21, 60, 120


class Works:
    """Planned once the results are known: the next council, else three weeks after."""

    def __init__(self, scenario: Scenario) -> None:
        self.s, self.agenda = scenario, scenario.agenda
        self.deliveries: list[Delivery] = []

    def plan(self) -> None:
        phases = [self.s.phase(kind) for kind in (PhaseKind.PROCLAMATION, PhaseKind.VOTE)]
        known = max((phase.closes_at for phase in phases if phase is not None), default=None)
        if known is None:
            return
        decided_at = self._council(known)
        self.agenda.plan(decided_at, self.launch)
        self.agenda.plan(decided_at + timedelta(days=NEWS_DAYS), self.give_news)
        self.agenda.plan(decided_at + timedelta(days=BUILT_DAYS), self.build)

    def _council(self, known: datetime) -> datetime:
        days = self.s.original.calendar_days.filter(
            kind=CalendarDayKind.COUNCIL, on__gte=calendar.local_day(known, self.agenda.zone)
        )
        first = days.order_by("on", "pk").first()
        return self.agenda.instant(first.on, 20) if first else known + timedelta(days=COUNCIL_DAYS, hours=20)

    def launch(self, at: datetime) -> None:
        won = list(Proposal.objects.filter(cycle=self.s.copy, stage=Stage.WINNER).order_by("number"))
        if not won:
            self.agenda.look(at, _("Aucun projet n’est lauréat : il n’y a rien à réaliser."))
            return
        promised = calendar.months_after(calendar.local_day(at), self.s.rules.delivery.deadline_months)
        acts = [partial(self._create, project, at, promised) for project in won]
        one, many = _("%(n)d réalisation lancée."), _("%(n)d réalisations lancées.")
        self.agenda.told_together(at, _("Équipe participation"), acts, one, many)

    def _create(self, project: Proposal, at: datetime, promised: date) -> None:
        self.deliveries.append(
            realisation.create_delivery(
                project, by=self.s.company.team, at=at, resolution=_("Délibération d’essai"),
                lead_department=self.s.company.department, contact_name="Bruno",
                promised_on=promised, envelope=envelope_of(self.s, project),
            )
        )  # fmt: skip

    def give_news(self, at: datetime) -> None:
        acts = [partial(self._tell, one, at) for one in self.deliveries]
        one, many = _("%(n)d nouvelle de chantier."), _("%(n)d nouvelles de chantier.")
        self.agenda.told_together(at, _("Direction"), acts, one, many)

    def _tell(self, delivery: Delivery, at: datetime) -> None:
        """Before an election, the department's head reads what its agent wrote."""
        agent, words = self.s.company.agent, _("Nouvelle d’essai.")
        if policies.can_post_alone(agent, delivery, at):
            realisation.post_update(delivery, by=agent, at=at, text=words)
            return
        held = realisation.ask_reading(delivery, by=agent, at=at, text=words, key=uuid4())
        realisation.publish_read(held, by=self.s.company.head, at=at)

    def build(self, at: datetime) -> None:
        """The first is built; the accounts hold to the cent, as the database checks at the end of a real act."""
        for first in self.deliveries[:1]:
            act = partial(
                realisation.deliver, first, by=self.s.company.agent, at=at, on=calendar.local_day(at, self.agenda.zone)
            )
            said = _("Le projet %(number)s est réalisé.") % {"number": first.proposal.number}
            self.agenda.tried(at, _("Direction"), said, act)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
