"""The set-up of an edition, step by step: resumed where it was left, each step at its own address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bp_platform.core.decisions import Refused
from bp_platform.core.fields import refuse
from bp_platform.core.http import MemberRequest, see_other
from cycles import articles, policies, selectors, services, setup
from cycles.forms.editions import FrameForm
from cycles.forms.rules import RulesForm, with_theirs
from cycles.models import Cycle, CycleState, RulebookVersion
from cycles.rules import Rules
from cycles.services import Clash


@require_safe
def resume(request: MemberRequest, cycle: str) -> HttpResponse:
    """Where one left: the first step that is not done; a public edition opens on its règlement."""
    edition = policies.cycle_to_prepare(request.user, cycle, timezone.now())
    step = "adoption" if edition.state != CycleState.PREPARED else selectors.next_step(edition)
    return see_other(selectors.setup_url(edition, step) or selectors.setup_url(edition, "cadre"))


def frame(request: MemberRequest, cycle: str) -> HttpResponse:
    """The first step: what the edition is called, what it promises, who answers."""
    now = timezone.now()
    edition = policies.cycle_to_prepare(request.user, cycle, now)
    initial = {name: getattr(edition, name) for name in FrameForm.field_order}
    form = FrameForm(request.POST or None, cycle=edition, initial=initial)
    may = policies.can_prepare(request.user, edition, now)
    for field in form.fields.values() if not may else ():
        field.disabled, field.required = True, False
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.edit_frame(edition, by=request.user, at=now, facts=form.cleaned_data)
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            return _onwards(request, saved, "cadre")
    context = _context(edition, "cadre") | {"form": form}
    context["may"] = may
    return render(request, "cycles/setup/frame.html", context, status=422 if form.errors else 200)


def _context(cycle: Cycle, step: str) -> dict[str, Any]:
    return {"cycle": cycle, "step": step, "desk": _("Éditions")}


def _onwards(request: MemberRequest, cycle: Cycle, step: str) -> HttpResponse:
    """Saved: stay, or go on to the next step that answers."""
    messages.success(request, _("L’étape « %(step)s » est enregistrée.") % {"step": setup.BY_KEY[step].label})
    if "continuer" not in request.POST:
        return see_other(selectors.setup_url(cycle, step))
    following = setup.after(step)
    while following != "adoption" and not selectors.setup_url(cycle, following):
        following = setup.after(following)
    return see_other(selectors.setup_url(cycle, following))


def rules(request: MemberRequest, cycle: str, step: str) -> HttpResponse:
    """A step that writes the règlement: its fields beside the articles they write."""
    now = timezone.now()
    edition = policies.cycle_to_prepare(request.user, cycle, now)
    draft = selectors.open_draft(edition)
    values = (selectors.rules_in(draft) if draft else selectors.rules_of(edition)).model_dump(mode="json")
    may_prepare = policies.can_prepare(request.user, edition, now)
    form = _rules_form(request, edition, step, values, is_open=draft is not None and bool(may_prepare))
    if request.method == "POST" and draft is None:
        form.full_clean()
        form.add_error(None, _("Le règlement est adopté : ouvrez un nouveau projet pour le changer."))
    elif request.method == "POST" and form.is_valid() and "apercu" not in request.POST and draft is not None:
        saved = _save(request, form, draft)
        if saved is not None:
            return saved
    preview, remark = _preview(form, values)
    may = policies.can_edit(request.user, draft, now) if draft else None
    context = _context(edition, step) | {
        "form": form,
        "groups": list(form.groups()),
        "preview": preview,
        "remark": remark,
        "draft": draft,
        "may": may,
        "may_prepare": may_prepare,
        "editor": _editor(draft, form) if form.clashing and draft else "",
    }
    is_refused = request.method == "POST" and "apercu" not in request.POST
    return render(request, "cycles/setup/rules.html", context, status=422 if is_refused else 200)


def _rules_form(
    request: MemberRequest, cycle: Cycle, step: str, values: Mapping[str, Any], *, is_open: bool
) -> RulesForm:
    data = with_theirs(request.POST, values) if request.method == "POST" else None
    return RulesForm(
        data,
        step=step,
        values=values,
        freezes=selectors.frozen_sections(cycle),
        lessons=selectors.lessons_before(cycle),
        is_open=is_open,
    )


def _save(request: MemberRequest, form: RulesForm, draft: RulebookVersion) -> HttpResponse | None:
    """The redirect after a save; None when it was refused, and why is in the form."""
    written = form.written()
    shown = {section: form.base(section) for section in written}
    try:
        services.edit_rulebook(draft, by=request.user, at=timezone.now(), written=written, shown=shown)
        services.mark_done(draft.cycle, form.step)
    except Clash as clash:
        form.clash(clash.section, clash.current, clash.fields)
    except (Refused, ValidationError) as error:
        refuse(form, error, names={name.partition("__")[2]: name for name in form.fields})
    else:
        return _onwards(request, draft.cycle, form.step)
    return None


def _preview(form: RulesForm, values: Mapping[str, Any]) -> tuple[list[articles.Article], str]:
    """The articles that the step writes, with what is typed; else with what is saved, and why."""
    shown, remark = dict(values), ""
    if form.is_bound:
        if form.is_valid():
            shown = {**values, **{s: {**values[s], **typed} for s, typed in form.written().items()}}
        else:
            remark = _("L’article suivra quand les champs signalés seront corrigés.")
    try:
        rules = Rules.model_validate(shown)
    except ValueError:
        rules, remark = Rules.model_validate(values), _("L’article suivra quand les champs seront cohérents entre eux.")
    wanted = set(form.sections)
    return [article for article in articles.articles(rules) if article.section in wanted], remark


def _editor(draft: RulebookVersion, form: RulesForm) -> str:
    """Who wrote meanwhile, if the journal says."""
    section = next(iter(form.clashing)).partition("__")[0]
    return selectors.editor_words(draft, section)


@require_POST
def new_draft(request: MemberRequest, cycle: str) -> HttpResponse:
    """A new draft from the values in force; back to the step one came from."""
    now = timezone.now()
    edition = policies.cycle_to_prepare(request.user, cycle, now)
    try:
        draft = services.start_draft(edition, by=request.user, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Le projet de règlement, version %(number)d, est ouvert.") % {"number": draft.number}
        )
    step = request.POST.get("etape", "")
    return see_other(selectors.setup_url(edition, step if step in setup.BY_KEY else "adoption"))
