"""A list being made: what each idea becomes, why, and what the règlement refuses of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core.decisions import demand
from cycles import selectors as cycle_selectors
from cycles.rules import Preselection as PreselectionRules
from instruction import policies, selectors, shortlist
from instruction.models import LONGEST_REASON, Preselection, PreselectionLine, PreselectionOutcome
from instruction.selectors import Places
from instruction.shortlist import Entry, Shortlist


@dataclass(slots=True)
class Draft:
    """What somebody keeps of the candidates, against what the voices say."""

    preselection: Preselection
    kept: set[int]
    reasons: Mapping[int, str]
    common_reason: str
    rules: PreselectionRules = field(init=False)
    places: Places = field(init=False)
    lines: dict[int, PreselectionLine] = field(init=False)
    entries: list[Entry] = field(init=False)
    computed: Shortlist = field(init=False)

    def __post_init__(self) -> None:
        cycle = self.preselection.cycle
        self.rules, self.places = cycle_selectors.rules_of(cycle).preselection, selectors.places_of(cycle)
        candidates = selectors.candidates_of(cycle, before_study=self.preselection.precedes_study)
        still = set(candidates.values_list("pk", flat=True))
        every = selectors.lines_of(self.preselection)
        self.lines = {line.proposal_id: line for line in every if line.proposal_id in still}
        self.kept &= set(self.lines)
        self.entries = selectors.entries_of(list(self.lines.values()), self.places)
        self.computed = selectors.shortlist_of(self.entries, self.rules)

    @property
    def has_voices(self) -> bool:
        return self.rules.mode in selectors.COUNTED

    def check(self, shown: Collection[int] | None) -> None:
        """An idea that the page did not show, what article 14 refuses of the list, every reason that is missing."""
        new = [line.proposal.number for key, line in self.lines.items() if shown is not None and key not in shown]
        if new:
            said = _(
                "Des idées sont devenues candidates depuis que vous lisez cette page (%(ideas)s) : complétez la liste."
            )
            raise ValidationError(said % {"ideas": policies.some_of(new)})
        if not self.kept:
            raise ValidationError(_("La liste ne garde aucune idée : cochez celles qui sont gardées."))
        owed = shortlist.owed(self.entries, self.rules.minimum_per_area)
        demand(policies.fits_places(len(self.kept), self.rules, sum(owed.values())))
        faults = [said for place, number in owed.items() if (said := self._place_fault(place, number))]
        if faults:
            raise ValidationError(faults)
        missing = {f"reason-{key}": self._why_missing(key) for key in self.lines if self._lacks_reason(key)}
        if missing:
            raise ValidationError(missing)

    def _place_fault(self, place: int, number: int) -> str:
        own = sum(1 for entry in self.entries if entry.place == place and entry.key in self.kept)
        if own >= number:
            return ""
        words = {"place": self.places.name(place), "own": own, "number": number, "missing": number - own}
        if own == 0:
            said = _(
                "« %(place)s » n’a aucune idée gardée et l’article 14 en réserve %(number)d : ajoutez-en %(missing)d."
            )
            return said % words
        return (
            ngettext(
                "« %(place)s » n’a que %(own)d idée gardée et l’article 14 en réserve %(number)d : ajoutez-en "
                "%(missing)d.",
                "« %(place)s » n’a que %(own)d idées gardées et l’article 14 en réserve %(number)d : ajoutez-en "
                "%(missing)d.",
                own,
            )
            % words
        )

    def written(self) -> Iterator[PreselectionLine]:
        """Every line with what becomes of it, and why: in French, as it is published, whoever writes it."""
        with translation.override("fr"):
            for key, line in self.lines.items():
                line.outcome, line.reason = self._outcome(key), self._reason(key)[:LONGEST_REASON]
        yield from self.lines.values()

    def _outcome(self, key: int) -> str:
        if key not in self.kept:
            return PreselectionOutcome.NOT_KEPT
        if not self.has_voices:
            return PreselectionOutcome.BODY
        if key not in self.computed.kept | self.computed.tied:
            return PreselectionOutcome.CHOICE
        is_rescued = self.rules.keeps_at_most and self.computed.rank[key] > self.rules.keeps_at_most
        return PreselectionOutcome.PLACE if is_rescued else PreselectionOutcome.VOICES

    def _follows_voices(self, key: int) -> bool:
        """Whether the voices alone say what becomes of it: neither a tie, nor a departure."""
        return self.has_voices and key not in self.computed.tied and (key in self.kept) == (key in self.computed.kept)

    def _needs_reason(self, key: int) -> bool:
        return not self._follows_voices(key) and (self.has_voices or key not in self.kept)

    def _lacks_reason(self, key: int) -> bool:
        return self._needs_reason(key) and not (self.reasons.get(key, "").strip() or self.common_reason)

    def _why_missing(self, key: int) -> str:
        if key in self.computed.tied and self.has_voices:
            return _("elle est à égalité : dites ce qui départage, par exemple un tirage au sort.")
        if key in self.kept:
            return _("les voix ne la gardent pas : dites pourquoi la garder.")
        if self.has_voices:
            return _("les voix la gardent : dites pourquoi l’écarter.")
        return _("elle n’est pas gardée : dites pourquoi en une phrase, qui sera publiée.")

    def _reason(self, key: int) -> str:
        written = " ".join(self.reasons.get(key, "").split())
        if self._needs_reason(key):
            return written or self.common_reason
        if self._follows_voices(key):
            return "" if key in self.kept else self._of_voices(key)
        return written

    def _of_voices(self, key: int) -> str:
        """« 34e sur 80 par ses voix : l’article 14 en garde 30 au plus. »"""
        words = {
            "rank": ordinal(self.computed.rank[key]), "all": len(self.lines), "most": self.rules.keeps_at_most
        }  # fmt: skip
        return _("%(rank)s sur %(all)d par ses voix : l’article 14 en garde %(most)d au plus.") % words


def ordinal(rank: int) -> str:
    """« 1re », « 34e » in French: an idea’s rank."""
    return _("1re") if rank == 1 else _("%(n)de") % {"n": rank}
