"""Addresses of the frame."""

from __future__ import annotations

from django.urls import path

from cycles import views

app_name = "cycles"
urlpatterns = [
    path("<slug:cycle>/reglement/", views.rulebook, name="rulebook"),
]
