"""Whether an edition may be closed: what it promised is told, and its books are true."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from bp_platform.core.decisions import YES, Decision, no
from cycles import selectors as cycle_selectors
from cycles.models import Cycle, PhaseKind
from realisation.selectors.accounts import breaches
from realisation.selectors.review_dates import review_due_on
from realisation.selectors.reviews import missing_step, review_of


def objection_to_closing(cycle: Cycle, at: datetime) -> Decision:
    """A cycle that promised something closes only with its review published and its ledger sound."""
    review = review_of(cycle)
    promised = cycle_selectors.phase_of(cycle, PhaseKind.REVIEW) is not None or review_due_on(cycle) is not None
    if promised and (review is None or review.published_at is None):
        said = {"step": missing_step(review)}
        return no(_("L’édition ne peut pas être close : son bilan à un an n’est pas publié. %(step)s") % said)
    first = next(iter(breaches(cycle)), "")
    return no(_("L’édition ne peut pas être close, ses comptes sont faux. %(why)s") % {"why": first}) if first else YES
