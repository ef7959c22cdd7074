"""The platform's addresses with those that the demo adds."""

from __future__ import annotations

from django.urls import include, path

from bp_platform.urls import urlpatterns as platform

urlpatterns = [path("courriels-de-demonstration/", include("bp_platform.demo.urls")), *platform]
