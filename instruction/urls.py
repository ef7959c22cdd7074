"""Addresses of the study."""

from __future__ import annotations

from django.urls import path

from instruction.views import cases, committee, decisions, heads, owners, triage

app_name = "instruction"
urlpatterns = [
    path("suivi/question/<str:token>/", owners.answer, name="answer"),
    path("bureau/tri/", triage.desk, name="triage"),
    path("bureau/tri/<slug:cycle>/ouvrir/", triage.open_all, name="open_cases"),
    path("bureau/tri/<str:number>/", triage.assign, name="assign"),
    path("bureau/dossiers/", cases.desk, name="my_cases"),
    path("bureau/dossiers/<str:number>/", cases.case, name="case"),
    path("bureau/dossiers/<str:number>/chiffrage/", cases.costing, name="costing"),
    path("bureau/dossiers/<str:number>/question/", cases.question, name="question"),
    path("bureau/dossiers/<str:number>/reponse/", cases.record_answer, name="record_answer"),
    path("bureau/dossiers/<str:number>/rendre/", cases.complete, name="complete"),
    path("bureau/dossiers/<str:number>/fiche/", cases.sheet, name="sheet"),
    path("bureau/etudes/", cases.every, name="every_case"),
    path("bureau/direction/", heads.desk, name="my_department"),
    path("bureau/direction/avis/<int:pk>/valider/", heads.validate, name="validate"),
    path("bureau/direction/<str:number>/confier/", heads.entrust, name="entrust"),
    path("bureau/decisions/", decisions.desk, name="decisions"),
    path("bureau/decisions/<str:number>/", decisions.decide, name="decide"),
    path("bureau/comite/", committee.desk, name="committee"),
    path("bureau/comite/<str:number>/", committee.opinion, name="committee_opinion"),
    path("bureau/reponses/", decisions.answers, name="answers"),
    path("bureau/reponses/<slug:cycle>/publier/", decisions.publish, name="publish"),
]
