"""Addresses of the frame."""

from __future__ import annotations

from django.urls import path

from cycles.views import calendars, checklists, days, envelopes, frame, places, rulebooks

app_name = "cycles"
DESK = "bureau/editions/<slug:cycle>/"
urlpatterns = [
    path(f"{DESK}lieux/", places.desk, name="setup_places"),
    path(f"{DESK}lieux/importer/", places.deposit, name="setup_places_file"),
    path(f"{DESK}lieux/importer/apercu/", places.preview, name="setup_places_preview"),
    path(f"{DESK}lieux/<slug:code>/", places.change, name="setup_place"),
    path(f"{DESK}lieux/<slug:code>/deplacer/", places.move, name="setup_place_move"),
    path(f"{DESK}lieux/<slug:code>/retirer/", places.remove, name="setup_place_remove"),
    path(f"{DESK}enveloppes/", envelopes.desk, name="setup_envelopes"),
    path(f"{DESK}enveloppes/ajouter/", envelopes.add, name="setup_envelope_add"),
    path(f"{DESK}enveloppes/repartir/", envelopes.share, name="setup_split"),
    path(f"{DESK}enveloppes/<int:pk>/", envelopes.change, name="setup_envelope"),
    path(f"{DESK}enveloppes/<int:pk>/retirer/", envelopes.remove, name="setup_envelope_remove"),
    path(f"{DESK}calendrier/", calendars.desk, name="setup_calendar"),
    path(f"{DESK}calendrier/retroplanning/", calendars.plan, name="setup_plan"),
    path(f"{DESK}calendrier/phases/<int:pk>/", calendars.phase, name="setup_phase"),
    path(f"{DESK}calendrier/phases/<int:pk>/retirer/", calendars.remove, name="setup_phase_remove"),
    path(f"{DESK}calendrier/changements/<int:pk>/annuler/", calendars.undo, name="setup_undo"),
    path(f"{DESK}calendrier/dates/", days.days, name="setup_days"),
    path(f"{DESK}calendrier/dates/<int:pk>/retirer/", days.remove_day, name="setup_day_remove"),
    path(f"{DESK}calendrier/elections/", days.elections, name="setup_elections"),
    path(f"{DESK}calendrier/elections/<int:pk>/retirer/", days.forget_election, name="setup_election_remove"),
    path("bureau/preparatifs/", checklists.mine, name="preparations"),
    path(f"{DESK}preparatifs/", checklists.checklist, name="my_checklist"),
    path(f"{DESK}preparatifs/commencer/", checklists.start, name="checklist_start"),
    path(f"{DESK}preparatifs/correspondances/", checklists.correspondents, name="correspondents"),
    path(f"{DESK}preparatifs/points/<slug:code>/", checklists.item, name="checklist_item"),
    path(f"{DESK}preparatifs/points/<slug:code>/pret/", checklists.tick, name="checklist_tick"),
    path("<slug:cycle>/reglement/", rulebooks.rulebook, name="rulebook"),
    path("<slug:cycle>/lieux.csv", frame.places_csv, name="places_csv"),
    path("<slug:cycle>/calendrier/", frame.calendar, name="calendar"),
    path("<slug:cycle>/calendrier.ics", frame.calendar_feed, name="calendar_feed"),
]
