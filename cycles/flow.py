"""The machines of the frame: the cycle's, a meeting's, its minutes'."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bp_platform.core.flows import Step
from cycles import policies
from cycles.models import Cycle, Meeting, Minutes
from cycles.models import CycleState as S
from cycles.models import MeetingState as M
from cycles.models import MinutesState as W

PUBLISH: Step[Cycle] = Step(
    "publish_cycle", _("publier l’édition"), frozenset({S.PREPARED}), S.PUBLIC, policies.can_prepare
)
CLOSE: Step[Cycle] = Step("close_cycle", _("clore l’édition"), frozenset({S.PUBLIC}), S.CLOSED, policies.can_prepare)

ANNOUNCE: Step[Meeting] = Step(
    "announce_meeting", _("annoncer ce rendez-vous"), frozenset({M.DRAFT}), M.ANNOUNCED, policies.can_plan_meeting
)
CANCEL: Step[Meeting] = Step(
    "cancel_meeting",
    _("annuler ce rendez-vous"),
    frozenset({M.DRAFT, M.ANNOUNCED}),
    M.CANCELLED,
    policies.can_cancel_meeting,
)

APPROVE_MINUTES: Step[Minutes] = Step(
    "approve_minutes",
    _("approuver ce compte rendu"),
    frozenset({W.DRAFT}),
    W.APPROVED,
    policies.can_approve_minutes,
)
REOPEN_MINUTES: Step[Minutes] = Step(
    "reopen_minutes", _("reprendre ce compte rendu"), frozenset({W.APPROVED}), W.DRAFT, policies.can_approve_minutes
)
PUBLISH_MINUTES: Step[Minutes] = Step(
    "publish_minutes",
    _("publier ce compte rendu"),
    frozenset({W.APPROVED}),
    W.PUBLISHED,
    policies.can_publish_minutes,
)

STEPS = (PUBLISH, CLOSE, ANNOUNCE, CANCEL, APPROVE_MINUTES, REOPEN_MINUTES, PUBLISH_MINUTES)
