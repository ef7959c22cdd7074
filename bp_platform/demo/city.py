"""A synthetic city for benches: inert rows in bulk, drawn from a seed; never shown to anybody as a real town."""

from __future__ import annotations

import hashlib
import math
import random
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection

from bp_platform.accounts.models import PublicBody
from cycles.models import Area, AreaKind, Cycle, CycleState, Envelope, Phase, PhaseKind, RulebookVersion, Theme
from cycles.rules import Rules
from proposals.models import Proposal, ProposalState, Stage

THINGS = (
    "Des bancs",
    "Un verger",
    "Une fontaine",
    "Des arbres",
    "Un abri à vélos",
    "Un terrain",
    "Une fresque",
    "Un préau",
)
PLACES = (
    "place du Marché",
    "au stade",
    "derrière la gare",
    "à l’école Jules-Ferry",
    "sur le quai",
    "au parc",
    "rue Haute",
)
FOR_WHOM = ("pour les enfants", "pour les anciens", "pour tout le quartier", "pour les jeunes", "pour les promeneurs")
BATCH = 2000


def build(inhabitants: int, *, proposals: int, at: datetime, slug: str, seed: int = 1) -> Cycle:
    """A public cycle whose call is open, with that many published proposals in twenty areas at most."""
    chance = random.Random(seed)  # noqa: S311 -- a bench, not a secret
    PublicBody.objects.get_or_create(pk=1, defaults={"name": "Ville d’essai"})
    cycle = Cycle.objects.create(
        title=f"Édition {slug}", slug=slug, number_prefix=f"VE{slug[-4:].upper()}", state=CycleState.PUBLIC
    )
    _phases(cycle, at)
    whole = Area.objects.create(
        cycle=cycle, kind=AreaKind.COMMUNE, name="Toute la ville", code="ville", population=inhabitants
    )
    areas = Area.objects.bulk_create(
        Area(cycle=cycle, name=f"Quartier {n}", code=f"q{n}", parent=whole, population=3000, outline=_outline(n))
        for n in range(1, min(20, max(2, inhabitants // 3000)) + 1)
    )
    themes = Theme.objects.bulk_create(
        Theme(cycle=cycle, name=name, code=code, drawing=code)
        for code, name in (("nature", "Nature"), ("mobility", "Se déplacer"), ("play", "Jouer"), ("culture", "Culture"))
    )
    Envelope.objects.create(cycle=cycle, name="Enveloppe", amount_eur=Decimal(inhabitants * 20))
    RulebookVersion.objects.create(cycle=cycle, number=1, values=Rules().model_dump(mode="json"))
    for start in range(0, proposals, BATCH):
        Proposal.objects.bulk_create(
            _proposal(cycle, number, chance, areas, themes, at)
            for number in range(start + 1, min(start + BATCH, proposals) + 1)
        )
    with connection.cursor() as cursor:  # what the server does by itself within a minute; never in a transaction
        cursor.execute(f"{'ANALYZE' if connection.in_atomic_block else 'VACUUM ANALYZE'} proposals_proposal")
    return cycle


def _outline(n: int) -> dict[str, object]:
    """A place with as many corners as a drawn one: a circle on a grid, in degrees."""
    x, y = 0.02 * (n % 5), 47 + 0.02 * (n // 5)
    turn = [2 * math.pi * corner / 40 for corner in range(40)]
    ring = [[round(x + 0.009 * math.cos(a), 5), round(y + 0.009 * math.sin(a), 5)] for a in turn]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def _phases(cycle: Cycle, at: datetime) -> None:
    start = at - timedelta(days=60)
    kinds = (PhaseKind.CALL, PhaseKind.INSTRUCTION, PhaseKind.VOTE, PhaseKind.REALISATION)
    for number, kind in enumerate(kinds):
        Phase.objects.create(
            cycle=cycle,
            kind=kind,
            opens_at=start + timedelta(days=90 * number),
            closes_at=start + timedelta(days=90 * (number + 1)),
        )


def _proposal(
    cycle: Cycle, number: int, chance: random.Random, areas: list[Area], themes: list[Theme], at: datetime
) -> Proposal:
    title = f"{chance.choice(THINGS)} {chance.choice(PLACES)}, {chance.choice(FOR_WHOM)}"
    filed = at - timedelta(days=chance.randint(3, 59), minutes=number % 1440)
    return Proposal(
        cycle=cycle,
        number=f"{cycle.number_prefix}-{number:05d}",
        title=title,
        summary=f"{title}. Un lieu plus agréable, ouvert à tous, avec de l’ombre et de quoi s’asseoir.",
        text="Nous en avons parlé avec les voisins et avec l’école. " * chance.randint(2, 9),
        area=chance.choice(areas),
        theme=chance.choice(themes),
        state=ProposalState.PUBLISHED,
        stage=chance.choice((Stage.IDEA, Stage.STUDY)),
        submitted_at=filed,
        published_at=filed + timedelta(days=1),
        code_digest=hashlib.sha256(f"{cycle.pk}:{number}".encode()).hexdigest(),
    )
