"""The preselection played: voices that a forum could give, the list they make, the body that is named, the decision."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.pages.rehearsal import bodies
from bp_platform.pages.rehearsal.people import Scenario
from cycles.models import BodyPower, PhaseKind
from instruction import selectors, shortlist
from instruction import services as instruction
from instruction.shortlist import Entry

ONE_LEFT_IN = 6  # of the ideas that a jury reads, when the règlement says no number


class Choice:
    """Once, on the eve of the end of its phase: what the règlement makes of it, before the study or after."""

    def __init__(self, scenario: Scenario) -> None:
        self.s = scenario
        self.rules = scenario.rules.preselection

    def plan(self) -> None:
        agenda, phase = self.s.agenda, self.s.phase(PhaseKind.PRESELECTION)
        if self.rules.mode == "none":
            return
        if phase is None:
            first = self.s.copy.phases.earliest("opens_at", "pk").opens_at
            said = _("Le règlement prévoit une présélection, et le calendrier n’a pas sa phase.")
            agenda.plan(first, lambda at: agenda.look(at, said))
            return
        last = max(phase.opens_at + timedelta(hours=1), phase.closes_at - timedelta(hours=12))
        if self.rules.mode in selectors.COUNTED:
            agenda.plan(last, self.count)
        agenda.plan(last + timedelta(hours=1), self.decide)

    def count(self, at: datetime) -> None:
        """Each idea has its own number of voices, so that nothing is to be settled by lot."""
        entries = self._entries()
        total, number = sum(entry.voices for entry in entries), len(entries)
        each = self.rules.choices or 1
        people = max(number, -(-total // each)) if self.rules.mode == "forum" else None
        act = partial(
            instruction.save_voices,
            self.s.copy,
            by=self.s.company.team,
            at=at,
            voices={entry.key: instruction.Typed(None, entry.voices) for entry in entries},
            people=instruction.Typed(None, people) if people else None,
        )
        said = ngettext("%(n)d voix saisie.", "%(n)d voix saisies.", total) % {"n": total}
        if entries:
            self.s.agenda.tried(at, _("Équipe participation"), said, act)

    def decide(self, at: datetime) -> None:
        """The list, the body's decision where one is named, then the team's."""
        entries, team = self._entries(), self.s.company.team
        if not entries:
            self.s.agenda.look(at, _("La présélection n’a aucune idée à choisir."))
            return
        kept = self._kept(entries)
        said = ngettext("La présélection garde %(n)d idée.", "La présélection garde %(n)d idées.", len(kept))
        held = selectors.preselection_of(self.s.copy)
        listed = partial(
            instruction.save_list,
            self.s.copy,
            by=team,
            at=at,
            kept=kept,
            common_reason=_("Motif d’essai."),
            revision=held.revision if held else 0,
        )
        if not self.s.agenda.tried(at, _("Équipe participation"), said % {"n": len(kept)}, listed):
            return
        bodies.decide(self.s, BodyPower.PRESELECTION, at, said=_("La présélection est validée."))
        held = selectors.preselection_of(self.s.copy)
        decided = partial(
            instruction.decide_preselection, self.s.copy, by=team, at=at, revision=held.revision if held else 0
        )
        self.s.agenda.tried(at, _("Équipe participation"), _("La présélection est décidée et publiée."), decided)

    def _entries(self) -> list[Entry]:
        """The candidates with made-up voices: the first filed has the most."""
        copy = self.s.copy
        places = selectors.places_of(copy)
        ideas = list(selectors.candidates_of(copy, before_study=selectors.precedes_study(copy)))
        return [Entry(idea.pk, places.of(idea.area_id), len(ideas) - rank) for rank, idea in enumerate(ideas)]

    def _kept(self, entries: list[Entry]) -> frozenset[int]:
        least = sum(shortlist.owed(entries, self.rules.minimum_per_area).values())
        most = self.rules.keeps_at_most
        if not most and self.rules.mode == "jury":
            most = max(1, least, len(entries) - len(entries) // ONE_LEFT_IN)
        return shortlist.compute(entries, at_most=most, per_place=self.rules.minimum_per_area).kept
