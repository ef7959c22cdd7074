"""The vote's machine: draft, sealed, closed, counted, proclaimed; annulled. *Open* is read from the sealed dates."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bp_platform.core.flows import Step
from voting import policies
from voting.models import Poll
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

STEPS = (SEAL, CLOSE, OPEN, COUNT, PROCLAIM, ANNUL)
