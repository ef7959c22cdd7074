"""Addresses of the deliveries, of the money and of the review."""

from __future__ import annotations

from django.urls import path

from realisation.views import deliveries, finances, imports, launch, leftovers, papers, public, reviews

app_name = "realisation"
urlpatterns = [
    path("bureau/chantiers/", deliveries.desk, name="my_deliveries"),
    path("bureau/chantiers/lancer/<slug:cycle>/", launch.launch, name="launch"),
    path("bureau/chantiers/<str:number>/", deliveries.follow_up, name="follow_up"),
    path("bureau/chantiers/<str:number>/arreter/", deliveries.stop, name="stop"),
    path("bureau/chantiers/<str:number>/reprendre/", deliveries.resume, name="resume"),
    path("bureau/chantiers/<str:number>/dates/", deliveries.milestone, name="milestone"),
    path("bureau/chantiers/<str:number>/fiche/", deliveries.sheet, name="sheet"),
    path("bureau/finances/", finances.desk, name="finance"),
    path("bureau/finances/ecritures/<int:pk>/annuler/", finances.reverse, name="reverse"),
    path("bureau/finances/transferts/<int:pk>/annuler/", finances.reverse_transfer, name="reverse_transfer"),
    path("bureau/finances/imports/<int:pk>/", imports.batch, name="import"),
    path("bureau/finances/justificatifs/<str:kind>/<int:pk>/", papers.papers, name="papers"),
    path("bureau/finances/justificatif/<uuid:uid>/", papers.paper, name="paper"),
    path("bureau/reliquats/affectation/<int:pk>/", leftovers.reallocation, name="reallocation"),
    path("bureau/reliquats/", leftovers.desk, name="leftovers_desk"),
    path("bureau/reliquats/<slug:cycle>/", leftovers.leftovers, name="leftovers"),
    path("bureau/finances/<slug:cycle>/importer/", imports.imports, name="imports"),
    path("bureau/finances/<slug:cycle>/importer/valider/", imports.apply, name="apply_import"),
    path("bureau/finances/<slug:cycle>/", finances.ledger, name="ledger"),
    path("bureau/finances/<slug:cycle>/transfert/", finances.transfer, name="transfer"),
    path("bureau/bilans/", reviews.desk, name="reviews"),
    path("bureau/bilans/<slug:cycle>/", reviews.write, name="write_review"),
    path("<slug:cycle>/realisation/", public.deliveries, name="deliveries"),
    path("<slug:cycle>/argent/", public.spending, name="money"),
    path("<slug:cycle>/argent.csv", public.spending_csv, name="money_csv"),
    path("<slug:cycle>/bilan/", public.review, name="review"),
]
