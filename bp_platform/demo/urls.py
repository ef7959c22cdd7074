"""Addresses that the demo alone serves."""

from __future__ import annotations

from django.urls import path

from bp_platform.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.mails, name="mails"),
    path("<str:key>/", views.mail, name="mail"),
]
