"""The cycle's machine: prepared, public, closed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bp_platform.core.flows import Step
from cycles import policies
from cycles.models import Cycle
from cycles.models import CycleState as S

PUBLISH: Step[Cycle] = Step(
    "publish_cycle", _("publier l’édition"), frozenset({S.PREPARED}), S.PUBLIC, policies.can_prepare
)
CLOSE: Step[Cycle] = Step("close_cycle", _("clore l’édition"), frozenset({S.PUBLIC}), S.CLOSED, policies.can_prepare)

STEPS = (PUBLISH, CLOSE)
