"""The public projection of each proposal (stage and price), computed again from the phases that write it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from instruction import selectors as instruction
from proposals.models import Proposal, ProposalState, Stage
from realisation import selectors as realisation
from voting import selectors as voting

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Implied:
    """What the phases say of a proposal: its stage, and its price once the study has answered."""

    stage: str
    price_eur: Decimal | None


def breaches() -> Iterator[str]:
    """One French sentence per proposal whose stage or price is not what its study, vote and delivery imply."""
    start = 0
    while batch := list(Proposal.objects.filter(pk__gt=start).order_by("pk")[:BATCH]):
        start = batch[-1].pk
        implied = _implied(batch)
        for proposal in batch:
            expected = implied[proposal.pk]
            if proposal.stage != expected.stage:
                yield _("%(number)s : étape « %(held)s », attendue « %(expected)s ».") % {
                    "number": proposal.number,
                    "held": proposal.stage,
                    "expected": expected.stage,
                }
            if expected.price_eur is not None and proposal.price_eur != expected.price_eur:
                yield _("%(number)s : coût %(held)s €, attendu %(expected)s €.") % {
                    "number": proposal.number,
                    "held": proposal.price_eur,
                    "expected": expected.price_eur,
                }


def _implied(batch: Sequence[Proposal]) -> dict[int, Implied]:
    """The latest phase that knows a proposal decides its stage; the study alone decides its price."""
    ids = [proposal.pk for proposal in batch]
    studies = instruction.expected_stage(ids)
    votes = voting.expected_stage(ids)
    deliveries = realisation.expected_stage(ids)
    found = {}
    for proposal in batch:
        study, delivery = studies.get(proposal.pk), deliveries.get(proposal.pk)
        stage = study.stage if study else Stage.IDEA
        stage = delivery.stage if delivery else votes.get(proposal.pk, stage)
        if proposal.state == ProposalState.WITHDRAWN:
            stage = Stage.WITHDRAWN
        found[proposal.pk] = Implied(stage, study.price_eur if study else None)
    return found
