"""What hangs on deliveries, read together: their sums, residents' questions, what changed."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from bp_platform.core import calendar
from realisation.models import EnquiryState
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


FACTS = """
SELECT id, sums, asked, late, changes
FROM realisation_delivery AS delivery,
     LATERAL (SELECT coalesce(jsonb_object_agg(kind || '_eur', total), '{}') AS sums
              FROM (SELECT kind, sum(amount_eur)::text AS total FROM realisation_ledgerentry
                    WHERE delivery_id = delivery.id GROUP BY kind) AS of_a_kind) AS ledger,
     LATERAL (SELECT count(*) AS asked, count(*) FILTER (WHERE state = %(waiting)s AND due_on < %(today)s) AS late
              FROM realisation_enquiry
              WHERE delivery_id = delivery.id AND state IN (%(waiting)s, %(answered)s)) AS said,
     LATERAL (SELECT coalesce(jsonb_agg(jsonb_build_object('at', changed_at, 'kind', kind, 'before', before,
                'after', after, 'reason', reason, 'by', author_label) ORDER BY changed_at, id), '[]') AS changes
              FROM realisation_deliverychange WHERE delivery_id = delivery.id) AS history
WHERE id = ANY(%(deliveries)s)
"""


def facts_of(deliveries: Collection[int], at: datetime) -> dict[int, Facts]:
    """The facts of each of these deliveries; one query.

    Written out: building the same query took ten times what asking it does, a tenth of a project's sheet.
    """
    states = {"waiting": EnquiryState.PUBLISHED, "answered": EnquiryState.ANSWERED}
    with connection.cursor() as cursor:
        cursor.execute(FACTS, {"deliveries": list(deliveries), "today": calendar.local_day(at), **states})
        return {pk: _facts(*found) for pk, *found in cursor.fetchall()}


def _facts(sums: str, asked: int, late: int, changes: str) -> Facts:
    """From JSON, which Django leaves as it was sent; a sum is a text there, to stay exact."""
    account = Account(**{name: Decimal(total) for name, total in json.loads(sums).items()})
    return Facts(account, [_change(**one) for one in json.loads(changes)], asked, late)


def _change(*, at: str, **said: Any) -> Change:
    """From JSON, which has no dates."""
    return Change(datetime.fromisoformat(at), **said)
