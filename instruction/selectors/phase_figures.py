"""What the study of an edition has done, in a few figures for its checkpoint."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Avg, Count, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cycles.models import Cycle
from instruction.models import Case, Outcome


def study_figures(cycle: Cycle, _at: datetime) -> list[tuple[str, str]]:
    """Cases answered, feasible or not, and how long an answer took on average. One query."""
    found = Case.objects.filter(proposal__cycle=cycle).aggregate(
        all=Count("pk"),
        answered=Count("pk", filter=Q(decided_at__isnull=False)),
        refused=Count("pk", filter=Q(outcome=Outcome.UNFEASIBLE)),
        delay=Avg(F("decided_at") - F("received_at"), filter=Q(decided_at__isnull=False)),
    )
    said = [
        (_("Dossiers ouverts"), str(found["all"])),
        (_("Réponses données"), str(found["answered"])),
        (_("Idées non retenues"), str(found["refused"])),
    ]
    if found["delay"] is not None:
        days = round(found["delay"].total_seconds() / 86400)
        said.append((_("Délai moyen d’une réponse"), ngettext("%(n)d jour", "%(n)d jours", days) % {"n": days}))
    return said
