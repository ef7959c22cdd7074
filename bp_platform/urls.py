"""All addresses. French, stable, without database numbers outside `/bureau/`."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("voting.urls")),  # first: on the evening of a vote, most requests are for the booth
    path("compte/", include("bp_platform.accounts.allauth_urls")),
    path("", include("bp_platform.accounts.urls")),
    path("", include("bp_platform.documents.urls")),
    path("", include("bp_platform.notifications.urls")),
    path("", include("proposals.urls")),
    path("", include("instruction.urls")),
    path("", include("realisation.urls")),
    path("", include("cycles.urls")),
    path("", include("bp_platform.pages.urls")),
]
if settings.IS_DEMO:
    urlpatterns.insert(0, path("courriels-de-demonstration/", include("bp_platform.demo.urls")))
