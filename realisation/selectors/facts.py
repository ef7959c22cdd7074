"""What hangs on deliveries, read together: their sums, residents' questions, what changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import JSONObject

from bp_platform.core import calendar, money
from realisation.models import Delivery, DeliveryChange, Enquiry, EnquiryState, EntryKind
from realisation.selectors.accounts import Account


@dataclass(frozen=True, slots=True)
class Change:
    """A `DeliveryChange`, as it is told."""

    at: datetime
    kind: str
    before: str
    after: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one delivery; `asked`: the questions that the public reads, `late`: those that wait past their day."""

    account: Account
    changes: Sequence[Change]
    asked: int = 0
    late: int = 0


def facts_of(deliveries: Collection[int], at: datetime) -> dict[int, Facts]:
    """The facts of each of these deliveries; one query."""
    sums = {
        f"{kind}_eur": Sum("entries__amount_eur", filter=Q(entries__kind=kind), default=money.ZERO)
        for kind in EntryKind.values
    }
    rows = (
        Delivery.objects.filter(pk__in=deliveries).order_by("pk").annotate(**sums, questions=_asked(at), told=_told())
    )
    return {
        pk: Facts(
            Account(**dict(zip(sums, totals, strict=True))), [_change(**one) for one in told], **(questions or {})
        )
        for pk, questions, told, *totals in rows.values_list("pk", "questions", "told", *sums)
    }


def _asked(at: datetime) -> Subquery:
    late = Count("pk", filter=Q(state=EnquiryState.PUBLISHED, due_on__lt=calendar.local_day(at)))
    rows = Enquiry.objects.public().filter(delivery=OuterRef("pk")).order_by().values("delivery")
    return Subquery(rows.values(found=JSONObject(asked=Count("pk"), late=late)))


def _told() -> ArraySubquery:
    said = JSONObject(at="changed_at", kind="kind", before="before", after="after", reason="reason", by="author_label")
    rows = DeliveryChange.objects.filter(delivery=OuterRef("pk")).order_by("changed_at", "pk")
    return ArraySubquery(rows.values(said=said))


def _change(*, at: str, **said: Any) -> Change:
    """From JSON, which has no dates."""
    return Change(datetime.fromisoformat(at), **said)
