"""The team's desk of the bodies: composition, mandates, charter, work."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bp_platform.core import calendar
from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from cycles import policies, selectors, services
from cycles.forms import bodies as forms
from cycles.models import ApplicationState, Body, BodyReport, College, Cycle, Member
from cycles.views import acts
from cycles.views.acts import Act


def _url(body: Body) -> str:
    return reverse("cycles:body_desk", args=[body.pk])


def _page(title: str, label: str, body: Body, **more: Any) -> Act:
    return Act(title, label, _url(body), _("Instances"), body.name, **more)


@require_safe
def bodies(request: MemberRequest) -> HttpResponse:
    """Every body, the latest edition first."""
    now = timezone.now()
    if not policies.team_only(request.user, now):
        raise Http404
    found = Body.objects.select_related("cycle").prefetch_related("members", "colleges", "opinions")
    context = {
        "rows": selectors.bodies_rows(list(found.order_by("-cycle", "name", "pk")[:100]), calendar.local_day(now)),
        "columns": [_("Instance"), _("Sièges pourvus"), _("Avis"), _("État")],
        "promised": selectors.promised_bodies(),
        "desk": _("Instances"),
    }
    return render(request, "cycles/bodies_desk.html", context)


def create(request: MemberRequest) -> HttpResponse:
    """A new body."""
    now = timezone.now()
    if not policies.team_only(request.user, now):
        raise Http404
    initial = {"mandate_from": calendar.local_day(now)}
    form = forms.NewBodyForm(request.POST or None, initial=initial)
    made: list[Body] = []

    def run() -> None:
        facts = dict(form.cleaned_data)
        cycle: Cycle = facts.pop("cycle")
        made.append(services.create_body(cycle, by=request.user, at=now, **facts))

    page = Act(_("Créer une instance"), _("Créer l’instance"), reverse("cycles:bodies_desk"), _("Instances"))
    answered = acts.answer(request, form, page, run, _("L’instance est créée : dites maintenant qui y siège."))
    return see_other(_url(made[0])) if made else answered


@require_POST
def create_listed(request: MemberRequest, cycle: str, code: str) -> HttpResponse:
    """The body that article 13 lists under that code, with its colleges."""
    now = timezone.now()
    edition = policies.preparation_for(request.user, cycle, now)
    try:
        made = services.create_listed_body(edition, code, by=request.user, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return see_other("cycles:bodies_desk")
    messages.success(
        request, _("« %(name)s » est créée comme l’article 13 le dit : relisez, puis publiez-la.") % {"name": made.name}
    )
    return see_other(_url(made))


@require_safe
def body(request: MemberRequest, pk: int) -> HttpResponse:
    """One body: who sits, who applies, what it says and decides, what is owed to it."""
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    day = calendar.local_day(now)
    colleges = list(found.colleges.order_by("position", "pk"))
    members = list(found.members.select_related("contact__user", "college").order_by("college__position", "pk")[:300])
    for college in colleges:
        college.body = found
    context = {
        "body": found,
        "cycle": found.cycle,
        "colleges": [(c, [m for m in members if m.college_id == c.pk and m.is_sitting(day)]) for c in colleges],
        "former": [member for member in members if member.until_on < day],
        "to_come": [member for member in members if member.from_on > day],
        "applications": found.applications.filter(state=ApplicationState.RECEIVED).count(),
        "page": selectors.body_page(found, now),
        "reports": found.reports.order_by("-year"),
        "next_year": day.year,
        "desk": _("Instances"),
    }
    return render(request, "cycles/body_desk.html", context)


def change(request: MemberRequest, pk: int) -> HttpResponse:
    """Change what a body is."""
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    names = ("name", "kind", "rule_code", "purpose", "powers", "mandate_from", "mandate_until", "quorum", "department")
    listed = selectors.rules_of(found.cycle).bodies.listed
    form = forms.BodyForm(request.POST or None, initial={name: getattr(found, name) for name in names}, listed=listed)
    return acts.answer(
        request,
        form,
        _page(_("Changer l’instance"), _("Enregistrer"), found),
        lambda: services.change_body(found, by=request.user, at=now, **form.cleaned_data),
        _("L’instance est changée."),
    )


@require_POST
def publish(request: MemberRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    said = _("« %(body)s » a maintenant sa page publique.") % {"body": found.name}
    return acts.press(request, lambda: services.publish_body(found, by=request.user, at=now), said, _url(found))


def add_college(request: MemberRequest, pk: int) -> HttpResponse:
    """A group of seats."""
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    form = forms.CollegeForm(request.POST or None)
    return acts.answer(
        request,
        form,
        _page(_("Ajouter un collège"), _("Ajouter"), found),
        lambda: services.add_college(found, by=request.user, at=now, **form.cleaned_data),
        _("Le collège est ajouté."),
    )


@require_POST
def remove_college(request: MemberRequest, pk: int, college: int) -> HttpResponse:
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    row = College.objects.select_related("body").filter(body=found, pk=college).first()
    if row is None:
        raise Http404
    said = _("Le collège est retiré.")
    return acts.press(request, lambda: services.remove_college(row, by=request.user, at=now), said, _url(found))


def charter(request: MemberRequest, pk: int) -> HttpResponse:
    """The charter."""
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    form = forms.CharterForm(request.POST or None, initial={"words": found.charter})
    lead = _("Chaque changement est une nouvelle version, que les membres acceptent de nouveau.")
    return acts.answer(
        request,
        form,
        _page(_("La charte"), _("Enregistrer cette version"), found, lead=lead),
        lambda: services.write_charter(found, by=request.user, at=now, words=form.cleaned_data["words"]),
        _("La charte est enregistrée."),
    )


def call(request: MemberRequest, pk: int) -> HttpResponse:
    """Open a call for applications."""
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    names = ("applications_from", "applications_until", "call_text")
    form = forms.CallForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    return acts.answer(
        request,
        form,
        _page(_("Appel à candidatures"), _("Enregistrer l’appel"), found),
        lambda: services.change_body(found, by=request.user, at=now, **form.cleaned_data),
        _("L’appel à candidatures est enregistré."),
    )


def appoint(request: MemberRequest, pk: int) -> HttpResponse:
    """Seat somebody who is named."""
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    form = forms.AppointForm(request.POST or None, body=found)
    return acts.answer(
        request,
        form,
        _page(_("Désigner un membre"), _("Désigner"), found),
        lambda: services.appoint_member(by=request.user, at=now, **form.cleaned_data),
        _("Cette personne siège maintenant."),
    )


def _member(found: Body, pk: int) -> Member:
    row = Member.objects.select_related("body__cycle", "contact__user", "college").filter(body=found, pk=pk).first()
    if row is None:
        raise Http404
    return row


def end_mandate(request: MemberRequest, pk: int, member: int) -> HttpResponse:
    """Somebody leaves before the end."""
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    row = _member(found, member)
    form = forms.EndMandateForm(request.POST or None, initial={"until_on": calendar.local_day(now)})
    title = _("Mettre fin au mandat de %(name)s") % {"name": row.contact.name or _("ce membre")}
    return acts.answer(
        request,
        form,
        _page(title, _("Mettre fin au mandat"), found, kind="danger"),
        lambda: services.end_mandate(row, by=request.user, at=now, **form.cleaned_data),
        _("Le mandat prend fin, et ses droits avec lui."),
    )


@require_POST
def accept_charter(request: MemberRequest, pk: int, member: int) -> HttpResponse:
    """Note the charter that a member signed on paper."""
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    row = _member(found, member)
    said = _("L’accord de cette personne à la charte est noté.")
    return acts.press(request, lambda: services.accept_charter(row, by=request.user, at=now), said, _url(found))


def opinion(request: MemberRequest, pk: int) -> HttpResponse:
    """Record an opinion."""
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    form = forms.OpinionForm(request.POST or None, body=found, initial={"given_on": calendar.local_day(now)})
    lead = _("Il est publié aussitôt, avec la direction qui doit répondre et la date de sa réponse.")
    return acts.answer(
        request,
        form,
        _page(_("Noter un avis"), _("Publier l’avis"), found, lead=lead),
        lambda: services.record_opinion(found, by=request.user, at=now, **form.cleaned_data),
        _("L’avis est publié, et la direction prévenue."),
    )


def decision(request: MemberRequest, pk: int) -> HttpResponse:
    """Record a decision."""
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    form = forms.DecisionForm(request.POST or None, body=found, initial={"decided_on": calendar.local_day(now)})
    return acts.answer(
        request,
        form,
        _page(_("Noter une décision"), _("Publier la décision"), found),
        lambda: services.record_decision(found, by=request.user, at=now, **form.cleaned_data),
        _("La décision et ses voix sont publiées."),
    )


def report(request: MemberRequest, pk: int, year: int) -> HttpResponse:
    """The words of the annual report."""
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    known = found.reports.filter(year=year).first()
    form = forms.ReportForm(request.POST or None, initial={"year": year, "words": known.text if known else ""})
    return acts.answer(
        request,
        form,
        _page(_("Rapport annuel"), _("Enregistrer le brouillon"), found),
        lambda: services.write_report(found, by=request.user, at=now, **form.cleaned_data),
        _("Le rapport est enregistré : relisez-le, puis publiez-le."),
    )


@require_POST
def publish_report(request: MemberRequest, pk: int, year: int) -> HttpResponse:
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    row = BodyReport.objects.select_related("body").filter(body=found, year=year).first()
    if row is None:
        raise Http404
    said = _("Le rapport %(year)d est publié.") % {"year": year}
    return acts.press(request, lambda: services.publish_report(row, by=request.user, at=now), said, _url(found))
