"""« Ce que nous avons appris »: written at any phase, shown to the next edition beside the setting it concerns."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bp_platform.core.decisions import Refused
from bp_platform.core.fields import refuse
from bp_platform.core.http import MemberRequest, see_other
from cycles import policies, selectors, services, settings_words
from cycles.forms.versions import LessonForm
from cycles.models import Lesson

PER_PAGE = 30


def lessons(request: MemberRequest, cycle: str) -> HttpResponse:
    """The lessons of this edition, those of the editions before, and a form to add one."""
    now = timezone.now()
    edition = policies.cycle_to_prepare(request.user, cycle, now)
    form = LessonForm(request.POST or None, initial={"key": uuid4(), "setting": request.GET.get("reglage", "")})
    if request.method == "POST" and form.is_valid():
        try:
            services.write_lesson(edition, by=request.user, at=now, **form.cleaned_data)
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("C’est noté : la prochaine édition le montrera au bon endroit."))
            return see_other("cycles:lessons", edition.slug)
    kept = edition.lessons.filter(withdrawn_at=None).order_by("-written_at", "-pk")
    page = Paginator(kept, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "cycle": edition,
        "step": "",
        "desk": _("Éditions"),
        "form": form,
        "page": page,
        "mine": [(lesson, settings_words.place_words(lesson.setting)) for lesson in page],
        "before": [
            (lesson, settings_words.place_words(lesson.setting)) for lesson in selectors.lessons_before(edition)
        ],
        "may": policies.can_prepare(request.user, edition, now),
    }
    return render(request, "cycles/setup/lessons.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: MemberRequest, cycle: str, lesson: int) -> HttpResponse:
    """Take a lesson back."""
    now = timezone.now()
    edition = policies.cycle_to_prepare(request.user, cycle, now)
    found = get_object_or_404(Lesson.objects.select_related("cycle"), cycle=edition, pk=lesson)
    try:
        services.withdraw_lesson(found, by=request.user, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Cette leçon n’est plus montrée."))
    return see_other("cycles:lessons", edition.slug)
