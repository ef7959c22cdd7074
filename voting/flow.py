"""The vote's machine: draft, sealed, closed, counted, proclaimed, archived; annulled.

*Open* is read from the sealed dates.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bp_platform.core.flows import Step
from voting import policies
from voting.models import LetterBatch, LettersState, Poll, RequestState, RollRequest
from voting.models import PollState as S

SEAL: Step[Poll] = Step("seal_poll", _("sceller ce vote"), frozenset({S.DRAFT}), S.SEALED, policies.can_seal, "7")
CLOSE: Step[Poll] = Step("close_poll", _("clore ce vote"), frozenset({S.SEALED}), S.CLOSED, policies.can_close, "7")
OPEN: Step[Poll] = Step("open_box", _("ouvrir l’urne"), frozenset({S.CLOSED}), S.CLOSED, policies.can_count, "7")
COUNT: Step[Poll] = Step(
    "count_poll", _("dépouiller ce vote"), frozenset({S.CLOSED}), S.COUNTED, policies.can_count, "7"
)
PROCLAIM: Step[Poll] = Step(
    "proclaim_poll", _("publier ces résultats"), frozenset({S.COUNTED}), S.PROCLAIMED, policies.can_proclaim, "7"
)
ANNUL: Step[Poll] = Step(
    "annul_poll",
    _("annuler ce vote"),
    frozenset({S.DRAFT, S.SEALED, S.CLOSED, S.COUNTED}),
    S.ANNULLED,
    policies.can_change,
    "7",
)

DESTROY: Step[Poll] = Step(
    "destroy_vote",
    _("détruire l’urne et la liste de ce vote"),
    frozenset({S.PROCLAIMED, S.ANNULLED}),
    S.ARCHIVED,
    policies.can_destroy,
    "7",
)

STEPS = (SEAL, CLOSE, OPEN, COUNT, PROCLAIM, ANNUL, DESTROY)

GRANT: Step[RollRequest] = Step(
    "grant_roll_request",
    _("accorder cette demande"),
    frozenset({RequestState.ASKED}),
    RequestState.GRANTED,
    policies.can_grant,
    "6",
)
TURN_DOWN: Step[RollRequest] = Step(
    "refuse_roll_request",
    _("refuser cette demande"),
    frozenset({RequestState.ASKED}),
    RequestState.REFUSED,
    policies.can_decide,
    "6",
)
ASK_LETTERS: Step[LetterBatch] = Step(
    "ask_letters_again",
    _("demander à refaire ces lettres"),
    frozenset({LettersState.MADE}),
    LettersState.REDO_ASKED,
    policies.can_ask_letters_again,
    "6",
)
REVOKE_LETTERS: Step[LetterBatch] = Step(
    "revoke_letters",
    _("révoquer les codes de ces lettres"),
    frozenset({LettersState.REDO_ASKED}),
    LettersState.REDONE,
    policies.can_decide_letters,
    "6",
)
KEEP_LETTERS: Step[LetterBatch] = Step(
    "keep_letters",
    _("garder ces lettres"),
    frozenset({LettersState.REDO_ASKED}),
    LettersState.MADE,
    policies.can_decide_letters,
    "6",
)

STEPS_OF_THE_ROLL = (GRANT, TURN_DOWN, ASK_LETTERS, REVOKE_LETTERS, KEEP_LETTERS)
