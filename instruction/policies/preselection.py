"""Who may preselect, when, and what rests on it (règlement, art. 14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from bp_platform.accounts.models import Role, User
from bp_platform.core import calendar, registries, text
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, no
from cycles import policies as cycle_policies
from cycles import selectors as cycle_selectors
from cycles.models import BodyPower, Cycle, PhaseKind
from cycles.rules import BodyRule
from cycles.rules import Preselection as PreselectionRules
from instruction import selectors
from instruction.models import Case, Preselection, PreselectionOutcome
from instruction.selectors import Board
from proposals.models import Proposal

PRESELECTORS = (Role.PARTICIPATION, Role.ADMINISTRATOR, Role.ELECTED, Role.AUDITOR)
SHOWN = 3


# What the study, the vote and the designation ask

AWAITED = {
    "study": gettext_noop(
        "L’article 14 du règlement prévoit une présélection, qui n’est pas encore décidée : décidez-la avant d’ouvrir "
        "les dossiers."
    ),
    "vote": gettext_noop(
        "L’article 14 du règlement prévoit une présélection, qui n’est pas encore décidée : décidez-la avant de "
        "sceller le vote."
    ),
    "designation": gettext_noop(
        "L’article 14 du règlement prévoit une présélection, qui n’est pas encore décidée : décidez-la avant de "
        "désigner les projets."
    ),
}


def is_preselected_before(cycle: Cycle, step: Literal["study", "vote", "designation"]) -> Decision:
    """Règlement, art. 14: before a binding preselection is decided, no list is sealed and no project designated; where
    it comes before the study, no case is opened either."""
    rules = cycle_selectors.rules_of(cycle).preselection
    if rules.mode == "none" or rules.is_opinion_only or (step == "study" and not selectors.precedes_study(cycle)):
        return YES
    preselection = selectors.preselection_of(cycle)
    return YES if preselection is not None and preselection.is_decided else no(_(AWAITED[step]))


def may_go_on(proposal: Proposal) -> Decision:
    """What a binding preselection did not keep is neither studied nor put to the vote."""
    preselection = selectors.preselection_of(proposal.cycle)
    if preselection is None or not (preselection.is_decided and preselection.is_binding):
        return YES
    line = preselection.lines.filter(proposal=proposal).first()
    if line is not None and line.is_kept:
        return YES
    named = {"number": proposal.number}
    if line is not None and line.outcome == PreselectionOutcome.NOT_KEPT:
        return no(
            _("L’idée %(number)s n’est pas présélectionnée (article 14 du règlement) : elle s’arrête là.") % named
        )
    return no(
        _(
            "L’idée %(number)s n’était pas candidate à la présélection (article 14 du règlement) : rouvrez-la pour "
            "l’y ajouter."
        )
        % named
    )


# What the team does


def can_preselect(by: Actor, cycle: Cycle, at: datetime, *, board: Board | None = None) -> Decision:
    """The team, from the opening of the phase, until it is decided. `board`: what a page has read of it already."""
    team = cycle_policies.team_only(by, at)
    if not team:
        return team
    board = board or selectors.board_of(cycle)
    if board.rules.mode == "none":
        return no(_("La présélection n’est pas prévue par le règlement de cette édition."))
    if board.preselection is not None and board.preselection.decided_at is not None:
        said = _("La présélection est décidée depuis le %(day)s : rouvrez-la, avec un motif, pour la changer.")
        return no(said % {"day": calendar.day_words(calendar.local_day(board.preselection.decided_at))})
    phase = cycle_selectors.phase_of(cycle, PhaseKind.PRESELECTION)
    if phase is None and by.actor_kind != "import":
        return no(_("La présélection n’a pas de dates : ajoutez sa phase au calendrier."))
    if phase is not None and at < phase.opens_at and by.actor_kind != "import":
        return no(_("La présélection ouvre le %(when)s.") % {"when": calendar.moment_words(phase.opens_at)})
    return team


def can_count(by: Actor, cycle: Cycle, at: datetime, *, board: Board | None = None) -> Decision:
    """Voices are typed where the règlement counts some."""
    board = board or selectors.board_of(cycle)
    decision = can_preselect(by, cycle, at, board=board)
    if decision and not board.has_voices:
        return no(_("L’article 14 confie la présélection à une instance : il n’y a pas de voix à compter."))
    return decision


def can_list(by: Actor, cycle: Cycle, at: datetime, *, board: Board | None = None) -> Decision:
    """A list is made of candidates, each with its voices where voices are counted."""
    board = board or selectors.board_of(cycle)
    decision = can_preselect(by, cycle, at, board=board)
    if not decision:
        return decision
    if not board.lines:
        return no(_("Aucune idée n’est candidate : elles le deviennent une fois publiées, ou déclarées réalisables."))
    numbers = [line.proposal.number for line in board.lines if line.voices is None] if board.has_voices else []
    if numbers:
        said = _("Il manque les voix de %(ideas)s : écrivez 0 pour une idée qui n’en a pas.")
        return no(said % {"ideas": some_of(numbers)})
    return decision


def can_decide_preselection(
    by: Actor, preselection: Preselection, at: datetime, *, board: Board | None = None
) -> Decision:
    """A list that is up to date, and, where the règlement names a body, what that body has decided."""
    board = board or selectors.board_of(preselection.cycle)
    decision = can_list(by, board.cycle, at, board=board)
    if not decision:
        return decision
    if not preselection.list_revision:
        return no(_("La liste des idées gardées n’est pas encore faite : enregistrez-la d’abord."))
    if not preselection.is_list_current:
        return no(_("Les voix ont changé depuis que la liste est faite : relisez-la, puis enregistrez-la de nouveau."))
    numbers = [line.proposal.number for line in board.lines if not line.outcome]
    if numbers:
        said = _(
            "La liste ne dit rien des idées publiées depuis (%(ideas)s) : relisez-la, puis enregistrez-la de nouveau."
        )
        return no(said % {"ideas": some_of(numbers)})
    decided = _body_has_decided(preselection, board.holders)
    return decision if decided else decided


def _body_has_decided(preselection: Preselection, holders: Sequence[BodyRule]) -> Decision:
    """Where the règlement names a body, its decision; after a reopening, a new one."""
    if not holders or selectors.body_decision_of(preselection, holders) is not None:
        return YES
    decided = cycle_policies.has_decided(preselection.cycle, BodyPower.PRESELECTION)
    if not decided:
        return decided
    return no(_("L’instance a décidé avant la réouverture : notez sa nouvelle décision, puis revenez ici."))


def can_reopen(by: Actor, preselection: Preselection, at: datetime) -> Decision:
    """The team, with a public reason, while nothing later rests on the decision."""
    team = cycle_policies.team_only(by, at)
    if not team:
        return team
    rests = preselection.is_binding and preselection.precedes_study
    if rests and Case.objects.of_cycle(preselection.cycle).exists():
        return no(_("Des dossiers sont ouverts à partir de cette présélection : elle ne se rouvre plus."))
    objection = registries.objection("reopen_preselection", preselection.cycle, at)
    return team if objection else objection


def some_of(numbers: Sequence[str]) -> str:
    """« BP26-0001, BP26-0002, BP26-0003 et 4 autres »."""
    others = len(numbers) - SHOWN
    more = [ngettext("%(n)d autre", "%(n)d autres", others) % {"n": others}] if others > 0 else []
    return text.enumerate_fr([*numbers[:SHOWN], *more])


# What a list must be


def fits_places(kept: int, rules: PreselectionRules, owed: int) -> Decision:
    """Never above `keeps_at_most`; never promised more to the places than the règlement keeps."""
    most = rules.keeps_at_most
    if most and owed > most:
        return no(
            _(
                "L’article 14 réserve %(owed)d idées aux lieux et n’en garde que %(most)d : corrigez le règlement "
                "par une dérogation avant de décider."
            )
            % {"owed": owed, "most": most}
        )
    if most and kept > most:
        return no(
            _("La liste garde %(kept)d idées et l’article 14 en garde au plus %(most)d : retirez-en %(extra)d.")
            % {"kept": kept, "most": most, "extra": kept - most}
        )
    return YES


# The doors


def reads_preselection(user: object, at: datetime) -> bool:
    """The team, and those who read the desk of decisions."""
    return isinstance(user, User) and user.holds(at, *PRESELECTORS)


def preselection_for(user: object, slug: str, at: datetime) -> Board:
    """The public page's door: an edition that one may see, whose règlement has a preselection."""
    board = selectors.board_of(cycle_policies.cycle_for(user, slug, at))
    if board.rules.mode == "none" and not board.is_decided:
        raise Http404
    return board


def decided_preselection_for(user: object, slug: str, at: datetime) -> Board:
    """The file's door: it exists once the preselection is decided."""
    board = preselection_for(user, slug, at)
    if not board.is_decided:
        raise Http404
    return board


def preselection_at_desk(user: User, slug: str, at: datetime) -> Board:
    """The desk's door: for anybody else it does not exist."""
    if not reads_preselection(user, at):
        raise Http404
    return selectors.board_of(cycle_policies.cycle_for(user, slug, at))
