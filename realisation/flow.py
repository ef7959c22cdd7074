"""The machines of the return: a delivery, a leftover, what residents ask, the one-year review."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Decision
from bp_platform.core.flows import Step
from realisation.models import DONE, MOVING, OWING_NEWS, Delivery, Enquiry, OneYearReview, Reallocation
from realisation.models import DeliveryState as S
from realisation.models import EnquiryState as E
from realisation.models import ReallocationState as A
from realisation.models import ReviewState as R
from realisation.policies import (
    can_answer_enquiry,
    can_decide_reallocation,
    can_follow_up,
    can_moderate_enquiry,
    can_publish_review,
    can_refuse_reallocation,
    can_review,
    can_send_back,
    can_validate,
)

RULE = "art. 8"
DESIGN: Step[Delivery] = Step(
    "start_design", _("passer en conception"), frozenset({S.SCHEDULED}), S.DESIGN, can_follow_up, RULE
)
PROCURE: Step[Delivery] = Step(
    "start_procurement",
    _("lancer le choix des entreprises"),
    frozenset({S.SCHEDULED, S.DESIGN}),
    S.PROCUREMENT,
    can_follow_up,
    RULE,
)
BUILD: Step[Delivery] = Step(
    "start_works",
    _("commencer les travaux"),
    frozenset({S.SCHEDULED, S.DESIGN, S.PROCUREMENT}),
    S.WORKS,
    can_follow_up,
    RULE,
)
DELIVER: Step[Delivery] = Step("deliver", _("livrer"), frozenset(MOVING), S.DELIVERED, can_follow_up, RULE)
INAUGURATE: Step[Delivery] = Step(
    "inaugurate", _("inaugurer"), frozenset({S.DELIVERED}), S.INAUGURATED, can_follow_up, RULE
)
SUSPEND: Step[Delivery] = Step("suspend", _("suspendre"), frozenset(MOVING), S.SUSPENDED, can_follow_up, RULE)
RESUME: Step[Delivery] = Step("resume", _("reprendre"), frozenset({S.SUSPENDED}), S.SCHEDULED, can_follow_up, RULE)
ABANDON: Step[Delivery] = Step(
    "abandon",
    _("abandonner"),
    frozenset(OWING_NEWS),
    S.ABANDONED,
    can_follow_up,
    RULE,
)
UNDO: Step[Delivery] = Step(
    "undo_delivered", _("corriger une livraison"), frozenset(DONE), S.WORKS, can_follow_up, RULE
)

STEPS = (DESIGN, PROCURE, BUILD, DELIVER, INAUGURATE, SUSPEND, RESUME, ABANDON, UNDO)
FORWARD = {step.target: step for step in (DESIGN, PROCURE, BUILD)}
LATER = {step.target: step for step in (DESIGN, PROCURE, BUILD, DELIVER, INAUGURATE)}

DECIDE_REALLOCATION: Step[Reallocation] = Step(
    "decide_reallocation", _("décider cette affectation"), frozenset({A.PROPOSED}), A.DECIDED, can_decide_reallocation
)
REFUSE_REALLOCATION: Step[Reallocation] = Step(
    "refuse_reallocation", _("refuser cette affectation"), frozenset({A.PROPOSED}), A.REFUSED, can_refuse_reallocation
)
PUBLISH_ENQUIRY: Step[Enquiry] = Step(
    "publish_enquiry", _("publier cette demande"), frozenset({E.RECEIVED}), E.PUBLISHED, can_moderate_enquiry, RULE
)
REFUSE_ENQUIRY: Step[Enquiry] = Step(
    "refuse_enquiry",
    _("écarter cette demande"),
    frozenset({E.RECEIVED, E.PUBLISHED}),
    E.REFUSED,
    can_moderate_enquiry,
    RULE,
)
ANSWER_ENQUIRY: Step[Enquiry] = Step(
    "answer_enquiry", _("répondre à cette demande"), frozenset({E.PUBLISHED}), E.ANSWERED, can_answer_enquiry, RULE
)


def _team(by: Actor, review: OneYearReview, at: datetime) -> Decision:
    return can_review(by, review.cycle, at)


SUBMIT: Step[OneYearReview] = Step(
    "submit_review", _("soumettre le bilan"), frozenset({R.DRAFT}), R.SUBMITTED, _team, RULE
)
SEND_BACK: Step[OneYearReview] = Step(
    "send_back_review",
    _("renvoyer le bilan"),
    frozenset({R.SUBMITTED, R.VALIDATED}),
    R.DRAFT,
    can_send_back,
    RULE,
)
VALIDATE: Step[OneYearReview] = Step(
    "validate_review", _("valider le bilan"), frozenset({R.SUBMITTED}), R.VALIDATED, can_validate, RULE
)
PUBLISH: Step[OneYearReview] = Step(
    "publish_review", _("publier le bilan"), frozenset({R.VALIDATED}), R.PUBLISHED, can_publish_review, RULE
)
