"""The finance desk: envelopes and their balances, an entry, its reversal, a transfer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bp_platform.core import calendar, journal, money
from bp_platform.core.components import Cell, Row
from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from cycles.models import Cycle
from realisation import policies, selectors, services
from realisation.forms import EntryForm, ReversalForm, TransferForm, refuse
from realisation.models import Delivery, EntryKind, EnvelopeTransfer, LedgerEntry

ENTRIES = 25  # on a page of the desk
ACTS = {
    EntryKind.COMMITTED: services.commit,
    EntryKind.INVOICED: services.invoice,
    EntryKind.PAID: services.pay,
    EntryKind.RELEASED: services.release,
}


@require_safe
def desk(request: MemberRequest) -> HttpResponse:
    """The editions that have money, and what is left on each."""
    policies.books_for(request.user, timezone.now())
    rows = [_cycle_row(cycle) for cycle in selectors.cycles_with_money()]
    columns = [_("Édition"), _("Voté"), _("Transféré"), _("Payé"), _("Reliquat")]
    return render(request, "realisation/finances.html", {"rows": rows, "columns": columns, "desk": _("Finances")})


def _cycle_row(cycle: Cycle) -> Row:
    sums = selectors.money_of(cycle)
    amounts = (sums.voted_eur, sums.received_eur - sums.moved_eur, sums.paid_eur, sums.left_eur)
    return Row(
        [
            Cell(cycle.title, url=resolve_url("realisation:ledger", cycle.slug)),
            *(Cell(money.in_words(amount, cents=True), is_number=True) for amount in amounts),
        ]
    )


def ledger(request: MemberRequest, cycle: str) -> HttpResponse:
    """One edition: its envelopes, an entry to write, the last lines."""
    now = timezone.now()
    edition = policies.ledger_to_read(request.user, cycle, now)
    may_write = policies.can_keep_ledger(request.user, now)
    if request.method == "POST" and not may_write:
        raise Http404
    deliveries = list(Delivery.objects.filter(proposal__cycle=edition).order_by("pk"))
    initial = {"on": calendar.local_day(now), "key": uuid4()}
    form = EntryForm(request.POST or None, request.FILES or None, deliveries=deliveries, initial=initial)
    if request.method == "POST" and form.is_valid():
        entry = _enter(request, form, now)
        if entry is not None:
            said = {"number": entry.delivery.proposal.number, "amount": money.in_words(entry.amount_eur, cents=True)}
            said["kind"] = entry.get_kind_display()
            messages.success(request, _("%(number)s : %(amount)s, %(kind)s.") % said)
            return see_other("realisation:ledger", cycle)
    context = _books(edition, request.GET.get("page", "1"), may_write=bool(may_write)) | {"form": form}
    return render(request, "realisation/ledger.html", context, status=422 if form.errors else 200)


def _enter(request: MemberRequest, form: EntryForm, now: datetime) -> LedgerEntry | None:
    data = dict(form.cleaned_data)
    kind, delivery, decided_by = data.pop("kind"), data.pop("delivery"), data.pop("decided_by")
    paper, is_public = data.pop("paper"), data.pop("is_public")
    try:
        with journal.transaction_with_journal():
            if kind == EntryKind.BUDGETED:
                entry = services.budget(delivery, by=request.user, at=now, decided_by=decided_by, **data)
            else:
                entry = ACTS[EntryKind(kind)](delivery, by=request.user, at=now, **data)
            if paper and not entry.papers.exists():
                services.attach(entry, paper, by=request.user, at=now, title=entry.document, is_public=is_public)
        return entry
    except (Refused, ValidationError) as error:
        refuse(form, error, beside="amount_eur")
        return None


def _books(edition: Cycle, wanted: str, *, may_write: bool) -> dict[str, Any]:
    page, after = selectors.money_page(edition), [_("Suite")] if may_write else []
    lines = Paginator(selectors.ledger_entries(edition), ENTRIES).get_page(wanted)
    return {
        "cycle": edition,
        "page": page,
        "envelopes": selectors.envelope_rows([*page.envelopes, page.total] if page.total else page.envelopes),
        "envelope_columns": [
            _("Enveloppe"),
            _("Votée"),
            _("Transférée"),
            _("Affectée"),
            _("Engagée"),
            _("Facturée"),
            _("Payée"),
            _("Reliquat"),
        ],
        "may_write": may_write,
        "entries": selectors.entry_rows(list(lines), may_write=may_write),
        "lines": lines,
        "entry_columns": [_("Objet"), _("Nature"), _("Montant"), _("Pièce"), *after],
        "transfers": selectors.transfer_rows(selectors.transfers_at_desk(edition), may_write=may_write),
        "transfer_columns": [_("Transfert"), _("Montant"), _("Décision"), _("Justificatifs"), *after],
        "desk": _("Finances"),
    }


def reverse(request: MemberRequest, pk: int) -> HttpResponse:
    """Reverse a line: it stays readable, its opposite is written beside it."""
    now = timezone.now()
    entry = policies.entry_for(request.user, pk, now)
    form = ReversalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.reverse(entry, by=request.user, at=now, **form.cleaned_data)
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("L’écriture « %(label)s » est annulée.") % {"label": entry.label})
            return see_other("realisation:ledger", entry.delivery.proposal.cycle.slug)
    context = {"form": form, "entry": entry, "cycle": entry.delivery.proposal.cycle, "desk": _("Finances")}
    return render(request, "realisation/reverse.html", context, status=422 if form.errors else 200)


def transfer(request: MemberRequest, cycle: str) -> HttpResponse:
    """Move a leftover, as a named body has decided."""
    now = timezone.now()
    edition = policies.cycle_of_books(request.user, cycle, now)
    form = TransferForm(
        request.POST or None,
        request.FILES or None,
        sources=edition.envelopes.select_related("cycle").order_by("name", "pk"),
        targets=policies.targets_of(edition),
        initial={"on": calendar.local_day(now), "key": uuid4()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = _transfer(request, form, now)
        except (Refused, ValidationError) as error:
            refuse(form, error, beside="amount_eur")
        else:
            said = {"amount": money.in_words(row.amount_eur, cents=True)}
            messages.success(request, _("Le transfert de %(amount)s est enregistré.") % said)
            return see_other("realisation:ledger", cycle)
    context = {
        "form": form,
        "cycle": edition,
        "page": selectors.money_page(edition),
        "article": selectors.leftover_article(edition),
        "desk": _("Finances"),
    }
    return render(request, "realisation/transfer.html", context, status=422 if form.errors else 200)


def _transfer(request: MemberRequest, form: TransferForm, now: datetime) -> EnvelopeTransfer:
    data = dict(form.cleaned_data)
    paper, is_public = data.pop("paper"), data.pop("is_public")
    with journal.transaction_with_journal():
        row = services.transfer(data.pop("source"), data.pop("target"), by=request.user, at=now, **data)
        if paper and not row.papers.exists():
            services.attach(row, paper, by=request.user, at=now, title=row.decision, is_public=is_public)
    return row


def reverse_transfer(request: MemberRequest, pk: int) -> HttpResponse:
    """Reverse a transfer: it stays readable, its opposite is written beside it."""
    now = timezone.now()
    row = policies.transfer_for(request.user, pk, now)
    form = ReversalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.reverse_transfer(row, by=request.user, at=now, **form.cleaned_data)
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le transfert « %(decision)s » est annulé.") % {"decision": row.decision})
            return see_other("realisation:ledger", row.source.cycle.slug)
    context = {"form": form, "row": row, "cycle": row.source.cycle, "desk": _("Finances")}
    return render(request, "realisation/reverse_transfer.html", context, status=422 if form.errors else 200)
