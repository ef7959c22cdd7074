"""Addresses of the study."""

from __future__ import annotations

from django.urls import path

from instruction.views import cases, committee, decisions, heads, owners, preselection, preselection_desk, triage

app_name = "instruction"
urlpatterns = [
    path("suivi/question/<str:token>/", owners.answer, name="answer"),
    path("bureau/preselection/", preselection_desk.editions, name="preselections"),
    path("bureau/preselection/<slug:cycle>/", preselection_desk.desk, name="preselection_desk"),
    path("bureau/preselection/<slug:cycle>/voix/", preselection_desk.voices, name="preselection_voices"),
    path("bureau/preselection/<slug:cycle>/liste/", preselection_desk.shortlist, name="preselection_list"),
    path("bureau/preselection/<slug:cycle>/decider/", preselection_desk.decide, name="decide_preselection"),
    path("bureau/preselection/<slug:cycle>/rouvrir/", preselection_desk.reopen, name="reopen_preselection"),
    path("bureau/preselection/<slug:cycle>/feuille/", preselection_desk.sheet, name="preselection_sheet"),
    path("bureau/tri/", triage.desk, name="triage"),
    path("bureau/tri/<slug:cycle>/ouvrir/", triage.open_all, name="open_cases"),
    path("bureau/tri/<str:number>/", triage.assign, name="assign"),
    path("bureau/dossiers/", cases.desk, name="my_cases"),
    path("bureau/dossiers/<str:number>/", cases.case, name="case"),
    path("bureau/dossiers/<str:number>/chiffrage/", cases.costing, name="costing"),
    path("bureau/dossiers/<str:number>/question/", cases.question, name="question"),
    path("bureau/dossiers/<str:number>/reprise/", cases.resume, name="resume"),
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
    path("<slug:cycle>/preselection/", preselection.result, name="preselection"),
    path("<slug:cycle>/preselection/resultat.csv", preselection.result_csv, name="preselection_csv"),
]
