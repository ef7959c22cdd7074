"""The yardstick: a Django view without middleware, one SELECT by primary key, the same pool of connections."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from bp_platform.core.models import Heartbeat

ROW = "bench"


def bare(request: HttpRequest) -> HttpResponse:
    """One row, its name."""
    return HttpResponse(Heartbeat.objects.get(pk=ROW).name)


urlpatterns = [path("bare/", bare)]
