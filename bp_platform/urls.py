"""All addresses. French, stable, without database numbers outside `/bureau/`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
