"""The pages that show several apps, and the duties of a public site."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bp_platform.accounts.models import User
from bp_platform.accounts.selectors import public_body
from bp_platform.core import colours
from bp_platform.core.http import MemberRequest, Request, see_other
from bp_platform.pages import context, gallery, health, places, selectors
from bp_platform.pages.rehearsal import running
from cycles import policies as cycle_policies
from cycles import selectors as cycle_selectors
from cycles.caching import kept_for_visitors
from proposals import policies as proposal_policies
from realisation import policies as works_policies


@login_not_required
@require_safe
@kept_for_visitors
def home(request: Request) -> HttpResponse:
    """The current cycle, or the announcement that one is being prepared."""
    now = timezone.now()
    edition = cycle_selectors.current_cycle(now)
    if edition is None:
        return render(request, "pages/no_cycle.html")
    page = selectors.cycle_page(edition, now)
    return render(request, "pages/cycle.html", {"page": page, "cycle": edition})


@login_not_required
@require_safe
@kept_for_visitors
def cycle(request: Request, cycle: str) -> HttpResponse:
    """A cycle: its line, what to do now, its projects, its money."""
    now = timezone.now()
    edition = cycle_policies.cycle_for(request.user, cycle, now)
    return render(request, "pages/cycle.html", {"page": selectors.cycle_page(edition, now), "cycle": edition})


@login_not_required
@require_safe
@kept_for_visitors
def editions(request: Request) -> HttpResponse:
    """All the editions, the latest first: where each one stands, and its page."""
    now = timezone.now()
    shown = {"editions": selectors.editions(now), "asked": cycle_selectors.open_consultations(now)}
    return render(request, "pages/editions.html", shown)


@login_not_required
@require_safe
@kept_for_visitors
def project(request: Request, cycle: str, number: str) -> HttpResponse:
    """One project, from idea to inauguration, at an address that never changes."""
    now = timezone.now()
    proposal = proposal_policies.proposal_for(request.user, cycle, number, now, among=selectors.sheet_rows())
    sheet = selectors.project_sheet(proposal, now)
    may_mark = isinstance(request.user, User) and works_policies.can_mark_done_outside(request.user, proposal, now)
    context = {"sheet": sheet, "cycle": proposal.cycle, "mark_url": ""}
    if may_mark:
        context["mark_url"] = reverse("realisation:mark_outside", args=[number])
    return render(request, "pages/project.html", context)


@login_not_required
@require_safe
@kept_for_visitors
def areas(request: Request, cycle: str) -> HttpResponse:
    """The places of an edition: what each receives, what is proposed there, what is chosen."""
    edition = cycle_policies.cycle_for(request.user, cycle, timezone.now())
    return render(request, "pages/areas.html", {"cycle": edition, "page": places.places_page(edition)})


@never_cache
@require_safe
def personal_space(request: MemberRequest) -> HttpResponse:
    """Mon espace: my ideas, what I follow; staff find the door of their desk."""
    now = timezone.now()
    space = selectors.personal_space(request.user)
    desks = context.desks_of(request.user, now)
    return render(request, "pages/personal_space.html", {"space": space, "desks": desks})


@never_cache
@require_safe
def desk_home(request: MemberRequest) -> HttpResponse:
    """The staff's home: the desks that their roles open."""
    doors = context.doors_of(request.user, timezone.now())
    if not doors:
        raise Http404
    lead = context.doors_heading(doors)
    return render(request, "pages/desks.html", {"doors": doors, "lead": lead, "desk": _("Accueil")})


@login_not_required
@require_safe
def legal(request: Request) -> HttpResponse:
    """Who publishes, who hosts."""
    return render(request, "pages/legal.html")


@login_not_required
@require_safe
def privacy(request: Request) -> HttpResponse:
    """What is kept about people, how long, and their rights."""
    return render(request, "pages/privacy.html", {"retentions": selectors.retentions()})


@login_not_required
@require_safe
def accessibility(request: Request) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "pages/accessibility.html")


@login_not_required
@require_safe
def language(request: Request) -> HttpResponse:
    """Change the language of the interface: a first-party cookie, nothing else."""
    chosen, page = request.GET.get("langue", ""), request.GET.get("page", "/")
    is_ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    target = page if is_ours else "/"
    response = see_other(target)
    if check_for_language(chosen) and chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=60 * 60 * 24 * 365,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


@login_not_required
@require_safe
@cache_control(public=True, max_age=86400)
def appearance(request: Request) -> HttpResponse:
    """The town's colour as a stylesheet: the page itself carries no inline style."""
    return HttpResponse(colours.accent_sheet(public_body().accent), content_type="text/css; charset=utf-8")


@login_not_required
@require_safe
@cache_control(public=True, max_age=31536000, immutable=True)
def logo(request: Request, name: str) -> FileResponse:
    """The town's logo; its name is its hash, so it may be kept for ever."""
    body = public_body()
    if not body.logo or body.logo_name != name:
        raise Http404
    return FileResponse(body.logo.open("rb"), content_type="image/png")


@login_not_required
@never_cache
@require_safe
def sante(request: Request) -> HttpResponse:
    """200 when this process can serve, 503 otherwise; each check in words."""
    answers = health.report(timezone.now())
    return JsonResponse(answers, status=200 if health.is_well(answers) else 503)


@never_cache
@require_http_methods(["GET", "POST"])
def rehearse(request: MemberRequest, cycle: str) -> HttpResponse:
    """An edition run ahead of time, for the team; nothing of it is kept but this report, for a day."""
    now = timezone.now()
    edition = cycle_policies.preparation_for(request.user, cycle, now)
    if request.method == "POST":
        running.request(edition, at=now)
        return see_other(reverse("pages:rehearsal", args=[edition.slug]))
    page = running.page_of(edition, now)
    if request.htmx and page.progress is not None:
        return render(request, "pages/_rehearsal_progress.html", {"progress": page.progress})
    return render(request, "pages/rehearsal.html", {"cycle": edition, "step": "calendrier", "page": page})


@require_safe
def component_gallery(request: MemberRequest) -> HttpResponse:
    """Every component in every state, for the staff."""
    if not request.user.held_roles(timezone.now()):
        raise Http404
    return gallery.gallery(request)
