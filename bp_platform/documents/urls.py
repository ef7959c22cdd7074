"""Addresses of documents and files."""

from __future__ import annotations

from django.urls import path

from bp_platform.documents import views

app_name = "documents"
urlpatterns = [
    path("documents/<uuid:uid>/", views.job, name="job"),
    path("documents/<uuid:uid>/recommencer/", views.retry, name="retry"),
    path("fichiers/<uuid:uid>/<str:name>", views.file, name="file"),
]
