"""The programme of a department: its laureates, month by month."""

from __future__ import annotations

import csv

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from bp_platform.core import calendar
from bp_platform.core.http import MemberRequest
from realisation import policies, selectors
from realisation.selectors import Quarter
from realisation.views.public import harmless


@require_safe
def programme(request: MemberRequest) -> HttpResponse:
    """A quarter: each laureate, what is due each month, and what is late from before."""
    now = timezone.now()
    mine = policies.deliveries_for(request.user, now)
    quarter = Quarter.read(request.GET.get("trimestre", ""), calendar.local_day(now))
    lines = selectors.programme(mine, quarter, now)
    due = sum(len(month) for line in lines for month in line.months)
    heading = (
        ngettext("%(n)d étape, %(quarter)s", "%(n)d étapes, %(quarter)s", due)
        if due
        else _("Rien de prévu, %(quarter)s")
    )
    context = {
        "quarter": quarter,
        "before": quarter.shifted(-1),
        "after": quarter.shifted(1),
        "rows": selectors.programme_rows(lines),
        "columns": selectors.programme_columns(quarter),
        "heading": heading % {"n": due, "quarter": quarter.words},
        "desk": _("Chantiers"),
    }
    return render(request, "realisation/programme.html", context)


@require_safe
def programme_csv(request: MemberRequest) -> HttpResponse:
    """The same quarter for a spreadsheet, one line per step: UTF-8 with its mark, semicolons."""
    now = timezone.now()
    mine = policies.deliveries_for(request.user, now)
    quarter = Quarter.read(request.GET.get("trimestre", ""), calendar.local_day(now))
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="programme-{quarter.code}.csv"'
    out = csv.writer(response, delimiter=";")
    out.writerow(selectors.programme_headings())
    for line in selectors.programme_lines(mine, quarter):
        out.writerow([harmless(cell) for cell in line])
    return response
