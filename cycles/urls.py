"""Addresses of the frame."""

from __future__ import annotations

from django.urls import path

from cycles.views import rulebooks

app_name = "cycles"
urlpatterns = [
    path("<slug:cycle>/reglement/", rulebooks.rulebook, name="rulebook"),
]
