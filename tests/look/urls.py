"""Addresses of the pages that these tests look at, and nothing else."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.template import RequestContext, Template
from django.urls import path

from bp_platform.core.components import Link, Progress
from bp_platform.pages.gallery import gallery

LIST = Template(
    "{% extends 'base.html' %}{% block content %}<h1>Projets</h1>"
    "{% filters action='/liste/' search='Chercher' query=q target='list' %}<div class='field'>"
    "<label for='area'>Quartier</label><select id='area' name='area'><option value=''>Tous</option><option>Gare</option>"
    "</select></div>{% endfilters %}<p id='list'>{{ area }} {{ q }}</p>{% endblock %}"
)
JOB = Template("{% extends 'base.html' %}{% block content %}<h1>Travail</h1>{% progress job %}{% endblock %}")
FRAGMENT = Template("{% progress job %}")


@login_not_required
def projects(request):
    """A list that answers its filters."""
    values = {"q": request.GET.get("q", ""), "area": request.GET.get("area") or "tous"}
    return HttpResponse(LIST.render(RequestContext(request, values)))


@login_not_required
def job(request):
    """A job that is done when the page asks again."""
    if not request.htmx:
        running = Progress("Carnet", 40, "Page 16 sur 40", "/travail/")
        return HttpResponse(JOB.render(RequestContext(request, {"job": running})))
    done = Progress("Carnet", 100, "231 ko", "/travail/", done=Link("Ouvrir le carnet", "/carnet/"))
    return HttpResponse(FRAGMENT.render(RequestContext(request, {"job": done})))


urlpatterns = [
    path("galerie/", login_not_required(gallery)),
    path("liste/", projects),
    path("travail/", job),
]
