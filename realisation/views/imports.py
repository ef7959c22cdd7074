"""The exports of the finance software: what they would do, entering them, undoing them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from cycles.models import Cycle
from realisation import policies, selectors, services
from realisation.forms import ApplyForm, ExportForm, ReversalForm, refuse
from realisation.models import LedgerImport

SHOWN_FAULTS = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: MemberRequest, cycle: str) -> HttpResponse:
    """The imports of an edition and a file to read; the file posted is shown before anything is written."""
    now = timezone.now()
    edition = policies.cycle_of_books(request.user, cycle, now)
    form = ExportForm(request.POST, request.FILES) if request.method == "POST" else ExportForm()
    if form.is_valid():
        return _preview(request, edition, form)
    context = {
        "cycle": edition,
        "form": form,
        "rows": selectors.import_rows(edition),
        "columns": [_("Fichier"), _("Importé"), _("Lignes nouvelles"), _("Déjà connues"), _("État")],
        "desk": _("Finances"),
    }
    return render(request, "realisation/imports.html", context, status=422 if form.errors else 200)


def _preview(request: MemberRequest, edition: Cycle, form: ExportForm) -> HttpResponse:
    now, upload = timezone.now(), form.cleaned_data["file"]
    plan = services.preview_import(edition, upload.file, by=request.user, at=now)
    context: dict[str, Any] = {
        "cycle": edition,
        "file_name": upload.name,
        "plan": plan,
        "faults": plan.faults[:SHOWN_FAULTS],
        "effects": selectors.effect_rows(plan.effects),
        "envelopes": selectors.effect_rows(plan.envelopes),
        "columns": [_("Projet"), _("Affecté"), _("Engagé"), _("Facturé"), _("Payé")],
        "envelope_columns": [_("Enveloppe"), _("Affecté"), _("Engagé"), _("Facturé"), _("Payé")],
        "lines": selectors.planned_rows(plan),
        "line_columns": [_("Objet"), _("Projet"), _("Nature"), _("Montant"), _("Pièce")],
        "form": None,
        "desk": _("Finances"),
    }
    if plan.may_apply:
        upload.seek(0)
        kept = services.keep_for_import(edition, upload.read(), by=request.user, at=now)
        name = (upload.name or "export")[-150:]
        context["form"] = ApplyForm(initial={"uid": kept.uid, "key": kept.key, "name": name})
    return render(request, "realisation/import_preview.html", context, status=422 if plan.fault_count else 200)


@require_POST
def apply(request: MemberRequest, cycle: str) -> HttpResponse:
    """Enter what the preview showed, or leave the file. Posted twice, it is entered once."""
    now = timezone.now()
    edition = policies.cycle_of_books(request.user, cycle, now)
    form = ApplyForm(request.POST)
    if not form.is_valid():
        return see_other("realisation:imports", cycle)
    key = form.cleaned_data["uid"]
    batch = LedgerImport.objects.filter(cycle=edition, key=key).first()
    try:
        if batch is None:
            file = services.take_for_import(edition, form.waiting(), by=request.user)
            if request.POST.get("acte") == "abandonner":
                messages.info(request, _("Le fichier est effacé : rien n’a été importé."))
                return see_other("realisation:imports", cycle)
            name = form.cleaned_data["name"]
            batch = services.import_ledger(edition, file, by=request.user, at=now, file_name=name, key=key)
    except Refused as refusal:
        messages.error(request, str(refusal.decision.reason))
        return see_other("realisation:imports", cycle)
    said = ngettext("%(n)d écriture est entrée.", "%(n)d écritures sont entrées.", batch.new_count)
    messages.success(request, said % {"n": batch.new_count})
    return see_other("realisation:import", batch.pk)


def batch(request: MemberRequest, pk: int) -> HttpResponse:
    """An import: what it brought, and undoing it whole."""
    now = timezone.now()
    found = policies.import_for(request.user, pk, now)
    form = ReversalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.undo_import(found, by=request.user, at=now, **form.cleaned_data)
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("L’import « %(name)s » est annulé.") % {"name": found.file_name})
            return see_other("realisation:import", pk)
    context = {
        "batch": found,
        "cycle": found.cycle,
        "form": form,
        "may_undo": policies.can_undo_import(request.user, found, now),
        "entries": selectors.entry_rows(selectors.entries_of(found)),
        "columns": [_("Objet"), _("Nature"), _("Montant"), _("Pièce"), _("Suite")],
        "facts": selectors.import_facts(found),
        "desk": _("Finances"),
    }
    return render(request, "realisation/import.html", context, status=422 if form.errors else 200)
