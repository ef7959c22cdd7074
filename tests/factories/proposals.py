"""Ideas to stand on."""

from __future__ import annotations

import hashlib
from datetime import datetime
from itertools import count

from bp_platform.accounts.models import Contact
from cycles.models import Cycle
from proposals.models import Owner, Proposal, ProposalState
from proposals.services import Idea
from tests.factories import cycles as factory

_numbers = count(1)


def idea(cycle: Cycle, **facts) -> Idea:
    """Aïcha's idea, not yet filed."""
    given = {
        "title": "Une cour d’école qui respire",
        "summary": "Des arbres à la place du goudron, et la cour ouverte le samedi.",
        "area": cycle.areas.get(code="mariniers"),
        "theme": cycle.themes.get(code="nature"),
        "owner_name": "Aïcha Benali",
        "owner_email": "aicha@valrive.example",
    }
    return Idea(**(given | facts))


def submitted(at: datetime, cycle: Cycle | None = None, **facts) -> Proposal:
    """A row as `submit` leaves it, without its letter."""
    cycle = cycle or Cycle.objects.filter(slug="2026").first() or factory.cycle(at)
    number = next(_numbers)
    proposal = Proposal.objects.create(
        cycle=cycle,
        **{
            "number": f"{cycle.number_prefix}-9{number:03d}",
            "title": f"Des bancs à l’ombre {number}",
            "summary": "Pour se poser les jours de marché.",
            "area": cycle.areas.get(code="mariniers"),
            "theme": cycle.themes.get(code="nature"),
            "submitted_at": at,
            "code_digest": hashlib.sha256(f"{cycle.pk}-{number}".encode()).hexdigest(),
        }
        | facts,
    )
    contact = Contact.objects.create(name="Aïcha Benali", email="aicha@valrive.example")
    Owner.objects.create(proposal=proposal, contact=contact, public_name="Aïcha Benali", joined_at=at)
    return proposal


def published(at: datetime, cycle: Cycle | None = None, **facts) -> Proposal:
    """A published idea."""
    return submitted(at, cycle, **({"state": ProposalState.PUBLISHED, "published_at": at} | facts))
