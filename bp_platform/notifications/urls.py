"""Addresses of choices and of the desk of the mail."""

from __future__ import annotations

from django.urls import path

from bp_platform.notifications import views

app_name = "notifications"
urlpatterns = [
    path("desinscription/<str:key>/", views.preferences, name="preferences"),
    path("bureau/courriers/", views.desk, name="desk"),
    path("bureau/courriers/imprimer/", views.print_letters, name="print"),
    path("bureau/courriers/tirages/<uuid:run>/", views.end_run, name="end_run"),
    path("bureau/courriers/<int:pk>/", views.message, name="message"),
    path("bureau/courriers/<int:pk>/decider/", views.decide, name="decide"),
]
