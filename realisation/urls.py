"""Addresses of the deliveries, of the money and of the review."""

from __future__ import annotations

from django.urls import path

from realisation.views import (
    changes,
    deliveries,
    enquiries,
    enquiries_desk,
    finances,
    launch,
    outside,
    programme,
    public,
    reviews,
)

app_name = "realisation"
urlpatterns = [
    path("bureau/chantiers/", deliveries.desk, name="my_deliveries"),
    path("bureau/chantiers/lancer/<slug:cycle>/", launch.launch, name="launch"),
    path("bureau/chantiers/programme/", programme.programme, name="programme"),
    path("bureau/chantiers/programme.csv", programme.programme_csv, name="programme_csv"),
    path("bureau/chantiers/hors-budget/<str:number>/", outside.mark, name="mark_outside"),
    path("bureau/chantiers/hors-budget/<str:number>/annuler/", outside.unmark, name="unmark_outside"),
    path("bureau/chantiers/<str:number>/", deliveries.follow_up, name="follow_up"),
    path("bureau/chantiers/<str:number>/arreter/", deliveries.stop, name="stop"),
    path("bureau/chantiers/<str:number>/reprendre/", deliveries.resume, name="resume"),
    path("bureau/chantiers/<str:number>/dates/", changes.milestone, name="milestone"),
    path("bureau/chantiers/<str:number>/dates/fait/", changes.reach, name="reach"),
    path("bureau/chantiers/<str:number>/changer/", changes.change, name="change"),
    path("bureau/chantiers/<str:number>/corriger/", changes.undo, name="undo"),
    path("bureau/chantiers/<str:number>/suites/", changes.sequel, name="sequel"),
    path("bureau/chantiers/<str:number>/fiche/", deliveries.sheet, name="sheet"),
    path("bureau/demandes/", enquiries_desk.desk, name="my_enquiries"),
    path("bureau/demandes/<uuid:uid>/", enquiries_desk.one, name="enquiry"),
    path("bureau/finances/", finances.desk, name="finance"),
    path("bureau/finances/ecritures/<int:pk>/annuler/", finances.reverse, name="reverse"),
    path("bureau/finances/<slug:cycle>/", finances.ledger, name="ledger"),
    path("bureau/finances/<slug:cycle>/transfert/", finances.transfer, name="transfer"),
    path("bureau/bilans/", reviews.desk, name="reviews"),
    path("bureau/bilans/<slug:cycle>/", reviews.write, name="write_review"),
    path("<slug:cycle>/realisation/", public.deliveries, name="deliveries"),
    path("<slug:cycle>/realisation/<slug:place>/", public.place, name="place"),
    path("<slug:cycle>/projets/<str:number>/demandes/", enquiries.enquiries, name="enquiries"),
    path("<slug:cycle>/projets/<str:number>/demandes/recu/", enquiries.received, name="enquiry_received"),
    path("suivi/demandes/code/", enquiries.find_status, name="find_enquiry"),
    path("suivi/demandes/<str:code>/", enquiries.status, name="enquiry_status"),
    path("<slug:cycle>/argent/", public.spending, name="money"),
    path("<slug:cycle>/argent.csv", public.spending_csv, name="money_csv"),
    path("<slug:cycle>/bilan/", public.review, name="review"),
]
