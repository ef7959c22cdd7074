"""Addresses of the ideas."""

from __future__ import annotations

from django.urls import path

from proposals.views import ideas as views
from proposals.views import meetings

app_name = "proposals"
urlpatterns = [
    path("suivi/", views.find_status, name="find_status"),
    path("suivi/<str:code>/", views.status, name="status"),
    path("suivi/<str:code>/retirer/", views.withdraw, name="withdraw"),
    path("compte/idees/<str:number>/", views.mine, name="mine"),
    path("compte/idees/<str:number>/retirer/", views.withdraw_mine, name="withdraw_mine"),
    path("compte/idees/<str:number>/quitter/", views.disown, name="disown"),
    path("bureau/depots/", views.deposits, name="deposits"),
    path("bureau/depots/saisir/<slug:cycle>/", views.enter, name="enter"),
    path("bureau/depots/recepisse/", views.handed_over, name="handed_over"),
    path("bureau/depots/code/<str:number>/", views.reissue, name="reissue"),
    path("bureau/rendez-vous/<int:pk>/idees/", meetings.ideas, name="meeting_ideas"),
    path("bureau/rendez-vous/<int:pk>/idees/recepisses/", meetings.receipts, name="meeting_receipts"),
    path("bureau/moderation/", views.moderation, name="moderation"),
    path("bureau/moderation/<str:number>/", views.moderate, name="moderate"),
    path("<slug:cycle>/idees/", views.ideas, name="ideas"),
    path("<slug:cycle>/idees/deposer/", views.submit, name="submit"),
    path("<slug:cycle>/idees/deposer/recu/", views.received, name="received"),
    path("<slug:cycle>/projets/<str:number>/suivre/", views.follow, name="follow"),
]
