"""Addresses of the pages that show several apps."""

from __future__ import annotations

from django.urls import path

from bp_platform.pages import views

app_name = "pages"
urlpatterns = [
    path("", views.home, name="home"),
    path("sante/", views.sante, name="health"),
    path("apparence.css", views.appearance, name="appearance"),
    path("logo/<str:name>", views.logo, name="logo"),
    path("langue/", views.language, name="language"),
    path("editions/", views.editions, name="editions"),
    path("mentions-legales/", views.legal, name="legal"),
    path("confidentialite/", views.privacy, name="privacy"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("compte/", views.personal_space, name="personal_space"),
    path("bureau/", views.desk_home, name="desk_home"),
    path("bureau/galerie/", views.component_gallery, name="gallery"),
    path("bureau/editions/<slug:cycle>/repetition/", views.rehearse, name="rehearsal"),
    path("<slug:cycle>/", views.cycle, name="cycle"),
    path("<slug:cycle>/lieux/", views.areas, name="areas"),
    path("<slug:cycle>/projets/<str:number>/", views.project, name="project"),
]
