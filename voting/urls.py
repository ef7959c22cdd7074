"""Addresses of the vote. Nothing that a person chooses, and no reference, is ever in an address."""

from __future__ import annotations

from django.urls import path

from voting.views import booth, campaign, desk, public

app_name = "voting"
urlpatterns = [
    path("bureau/vote/", desk.polls, name="desk"),
    path("bureau/vote/nouveau/", desk.create, name="create"),
    path("bureau/vote/<int:pk>/", desk.poll, name="poll"),
    path("bureau/vote/<int:pk>/sceller/", desk.seal, name="seal"),
    path("bureau/vote/<int:pk>/clore/", desk.close, name="close"),
    path("bureau/vote/<int:pk>/depouiller/", desk.count, name="count"),
    path("bureau/vote/<int:pk>/proces-verbal/", desk.record, name="record"),
    path("bureau/vote/<int:pk>/proclamer/", desk.proclaim, name="proclaim"),
    path("bureau/vote/<int:pk>/annuler/", desk.annul, name="annul"),
    path("<slug:cycle>/campagne/", campaign.projects, name="campaign"),
    path("<slug:cycle>/campagne/livret/", campaign.booklet, name="campaign_booklet"),
    path("<slug:cycle>/campagne/<str:number>/", campaign.kit, name="campaign_kit"),
    path("<slug:cycle>/vote/", booth.entrance, name="entrance"),
    path("<slug:cycle>/vote/bulletin/", booth.ballot, name="ballot"),
    path("<slug:cycle>/vote/deposer/", booth.confirm, name="confirm"),
    path("<slug:cycle>/vote/quitter/", booth.leave, name="leave"),
    path("<slug:cycle>/vote/scelle.json", public.sealed_text, name="sealed_text"),
    path("<slug:cycle>/resultats/", public.results, name="results"),
    path("<slug:cycle>/resultats.csv", public.results_csv, name="results_csv"),
    path("<slug:cycle>/resultats.json", public.results_json, name="results_json"),
]
