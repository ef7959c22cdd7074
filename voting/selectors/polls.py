"""Reads of a vote itself: its sealed text, its projects, its rule in words, what the booth shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import calendar, drawings, money, text
from bp_platform.core.decisions import Refused, no
from cycles.models import Cycle
from instruction import selectors as instruction
from proposals.models import Proposal, Stage
from voting import sealed, wording
from voting.models import RESULT_IS_PUBLIC, Candidate, Poll, PollKind, PollState, Proof, RollEntry, RollMark
from voting.sealed import SealedPoll, SealedProject
from voting.tally.values import BallotKind, BallotRule, Dimension, Method, Scope, ThresholdUnit, TieCriterion


def sealed_of(poll: Poll) -> SealedPoll:
    """The sealed text, once it matches its published digest; edited bytes are refused."""
    if poll.sealed is None:
        raise Refused(no(_("Ce vote n’est pas encore scellé.")))
    try:
        return sealed.read(bytes(poll.sealed), poll.digest)
    except sealed.Tampered as error:
        raise Refused(
            no(_("Le texte scellé de ce vote ne correspond plus à son empreinte : le vote est suspendu."))
        ) from error


def feasible(cycle: Cycle) -> list[Proposal]:
    """The projects that may be put to the vote: published, found feasible, with a price, and preselected where the
    règlement asks for it."""
    found = Proposal.objects.filter(cycle=cycle, stage=Stage.FEASIBLE, price_eur__isnull=False).public()
    return list(instruction.that_go_on(found).order_by("number"))


def candidates(poll: Poll) -> list[Candidate]:
    """The poll's projects with their sheets, by number."""
    found = poll.candidates.select_related("proposal__area", "proposal__theme", "proposal__cycle")
    return list(found.order_by("proposal__number"))


def picture(project: SealedProject) -> str:
    """The scene drawn for a sealed project."""
    return static(drawings.scene_path(project.drawing, project.number))


def kind_words(kind: BallotKind) -> str:
    """The name of a way of voting."""
    return {
        BallotKind.APPROVAL: _("approbation"),
        BallotKind.CHOOSE_ONE: _("choix d’un seul projet"),
        BallotKind.POINTS: _("points"),
        BallotKind.RANKING: _("classement"),
        BallotKind.GRADES: _("jugement majoritaire"),
        BallotKind.HANDS: _("main levée"),
    }[kind]


def ballot_words(rule: BallotRule) -> str:
    """« Choisissez jusqu’à 5 projets », « Choisissez de 3 à 10 projets, pour 3 500 000 € au plus »."""
    words = _number_words(rule)
    if rule.max_sum_cost_cents is None:
        return words
    amount = money.in_words(money.from_cents(rule.max_sum_cost_cents))
    return _("%(words)s, pour %(amount)s au plus") % {"words": words, "amount": amount}


def _number_words(rule: BallotRule) -> str:
    most = 1 if rule.kind is BallotKind.CHOOSE_ONE else rule.max_choices
    if most is None:
        return _("Choisissez les projets que vous soutenez")
    if rule.min_choices == most:
        return ngettext("Choisissez exactement %(most)d projet", "Choisissez exactement %(most)d projets", most) % {
            "most": most
        }
    if rule.min_choices > 1:
        return _("Choisissez de %(least)d à %(most)d projets") % {"least": rule.min_choices, "most": most}
    return ngettext("Choisissez %(most)d projet", "Choisissez jusqu’à %(most)d projets", most) % {"most": most}


def rule_words(scope: Scope) -> str:
    """How projects are chosen, in one or two sentences."""
    methods = {
        Method.GREEDY: _(
            "Les projets sont pris dans l’ordre de leur score tant que l’enveloppe suffit ; "
            "un projet trop cher pour ce qui reste est passé, et l’on continue."
        ),
        Method.GREEDY_STOP: _(
            "Les projets sont pris dans l’ordre de leur score ; la liste s’arrête au premier que l’enveloppe "
            "ne couvre pas."
        ),
        Method.EQUAL_SHARES: _(
            "Chaque votant dispose d’une part égale de l’enveloppe ; un projet est retenu quand ses soutiens "
            "peuvent le payer ensemble."
        ),
    }
    sentences = [methods[scope.method]]
    sentences += [*_limit_words(scope), _tie_words(scope.tie_criterion)]
    return " ".join(sentences)


def _tie_words(criterion: TieCriterion) -> str:
    return {
        TieCriterion.LOWER_COST: _(
            "À égalité, le projet le moins cher passe devant, puis le tirage au sort fait avant le vote."
        ),
        TieCriterion.MORE_VOTERS: _(
            "À égalité, le projet choisi par le plus de personnes passe devant, "
            "puis le tirage au sort fait avant le vote."
        ),
        TieCriterion.DRAW_ONLY: _("À égalité, le tirage au sort fait avant le vote départage les projets."),
    }[criterion]


def _limit_words(scope: Scope) -> list[str]:
    """What limits the laureates besides the money."""
    sentences = []
    if scope.threshold is not None and scope.threshold.unit is ThresholdUnit.PERCENT:
        words = {"least": scope.threshold.value}
        sentences.append(_("Il faut au moins %(least)s %% des bulletins exprimés.") % words)
    elif scope.threshold is not None:
        sentences.append(_("Il faut au moins %(least)s voix.") % {"least": scope.threshold.value})
    if scope.floors:
        sentences.append(
            _("Avant le classement général, des projets sont pris pour que chaque lieu ou thème prévu en ait.")
        )
    if any(cap.dimension is Dimension.TRANCHE for cap in scope.caps):
        sentences.append(_("Chaque tranche de coût a son enveloppe."))
    if any(cap.max_projects for cap in scope.caps):
        sentences.append(_("Un même lieu ou un même thème ne dépasse pas son nombre maximal de projets."))
    if scope.max_winners is not None:
        sentences.append(
            ngettext("Au plus %(most)d projet est retenu.", "Au plus %(most)d projets sont retenus.", scope.max_winners)
            % {"most": scope.max_winners}
        )
    return sentences


@dataclass(frozen=True, slots=True)
class Entrance:
    """What the page before the booth says."""

    title: str
    digest: str
    scopes: Sequence[tuple[str, str, str]]  # name, what to choose, how it is decided
    money: str
    projects: int
    who: str


def entrance(text_: SealedPoll) -> Entrance:
    """Read from the sealed text alone."""
    budget = sum(scope.budget_cents or 0 for scope in text_.rules.scopes)
    return Entrance(
        title=text_.title,
        digest=text_.digest,
        scopes=[
            (text_.scope_names[scope.id], ballot_words(scope.ballot), rule_words(scope)) for scope in text_.rules.scopes
        ],
        money=wording.money(budget, text_.currency, whole=True),
        projects=len(text_.projects),
        who=text.enumerate_fr([str(Proof(code).label) for code in text_.proofs], _("ou")),
    )


def withdrawn(poll: Poll) -> dict[str, str]:
    """Number → « retiré le 20 septembre », for the projects withdrawn since the sealing."""
    rows = poll.withdrawals.order_by("number").values_list("number", "withdrawn_at")
    return {
        number: _("retiré le %(day)s") % {"day": calendar.day_words(calendar.local_day(day))} for number, day in rows
    }


def has_voted(entry: RollEntry) -> bool:
    return RollMark.objects.filter(entry=entry).exists()


def choices_left(rule: BallotRule, chosen: int) -> str:
    """« Vous pouvez encore choisir 3 projets. », or that the ballot is blank."""
    most = 1 if rule.kind is BallotKind.CHOOSE_ONE else rule.max_choices
    if chosen == 0:
        return _("Aucun projet choisi : votre bulletin sera blanc.")
    if most is None or most <= chosen:
        return ""
    return ngettext(
        "Vous pouvez encore choisir %(left)d projet.", "Vous pouvez encore choisir %(left)d projets.", most - chosen
    ) % {"left": most - chosen}


@dataclass(frozen=True, slots=True)
class Window:
    """Where the vote stands for who arrives: `state` is soon, open, closed or proclaimed. A practice vote closed before
    its date ended when it was closed."""

    state: str
    opens_at: datetime
    closes_at: datetime


def window(poll: Poll, text_: SealedPoll, at: datetime) -> Window:
    """Read from the sealed dates and the recorded acts."""
    if poll.state in RESULT_IS_PUBLIC:
        state = "proclaimed"
    elif poll.state != PollState.SEALED or at >= text_.closes_at:
        state = "closed"
    elif at < text_.opens_at:
        state = "soon"
    else:
        state = "open"
    ended = poll.closed_at if poll.closed_at and poll.kind == PollKind.PRACTICE else text_.closes_at
    return Window(state, text_.opens_at, min(ended, text_.closes_at))
