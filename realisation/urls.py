"""Addresses of the deliveries, of the money and of the review."""

from __future__ import annotations

from django.urls import path

from realisation.views import deliveries, finances, launch, public, published_review, review_blocks, reviews

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
    path("bureau/finances/<slug:cycle>/", finances.ledger, name="ledger"),
    path("bureau/finances/<slug:cycle>/transfert/", finances.transfer, name="transfer"),
    path("bureau/bilans/", reviews.desk, name="reviews"),
    path("bureau/bilans/<slug:cycle>/", reviews.plan, name="write_review"),
    path("bureau/bilans/<slug:cycle>/commencer/", reviews.begin, name="begin_review"),
    path("bureau/bilans/<slug:cycle>/apercu/", reviews.preview, name="preview_review"),
    path("bureau/bilans/<slug:cycle>/soumettre/", reviews.submit, name="submit_review"),
    path("bureau/bilans/<slug:cycle>/renvoyer/", reviews.send_back, name="send_back_review"),
    path("bureau/bilans/<slug:cycle>/valider/", reviews.validate, name="validate_review"),
    path("bureau/bilans/<slug:cycle>/publier/", reviews.publish, name="publish_review"),
    path("bureau/bilans/<slug:cycle>/rectifier/", reviews.rectify, name="rectify_review"),
    path("bureau/bilans/<slug:cycle>/ajouter/", review_blocks.add, name="add_block"),
    path("bureau/bilans/<slug:cycle>/blocs/<slug:key>/", review_blocks.write, name="write_block"),
    path("bureau/bilans/<slug:cycle>/blocs/<slug:key>/masquer/", review_blocks.hide, name="hide_block"),
    path("bureau/bilans/<slug:cycle>/blocs/<slug:key>/montrer/", review_blocks.show, name="show_block"),
    path("bureau/bilans/<slug:cycle>/blocs/<slug:key>/reprendre/", review_blocks.restore, name="restore_block"),
    path("bureau/bilans/<slug:cycle>/blocs/<slug:key>/deplacer/", review_blocks.move, name="move_block"),
    path("bureau/bilans/<slug:cycle>/blocs/<slug:key>/sans-image/", review_blocks.unpicture, name="remove_picture"),
    path("<slug:cycle>/realisation/", public.deliveries, name="deliveries"),
    path("<slug:cycle>/argent/", public.spending, name="money"),
    path("<slug:cycle>/argent.csv", public.spending_csv, name="money_csv"),
    path("<slug:cycle>/bilan/", published_review.review, name="review"),
    path("<slug:cycle>/bilan/pdf/", published_review.order, name="review_pdf"),
    path("<slug:cycle>/bilan.csv", published_review.figures_csv, name="review_csv"),
    path("<slug:cycle>/bilan.json", published_review.figures_json, name="review_json"),
]
