"""Addresses of the frame."""

from __future__ import annotations

from django.urls import path, register_converter

from cycles import setup as steps
from cycles.views import (
    adoption,
    bodies,
    body_desk,
    calendars,
    checklists,
    checkpoints,
    consultations,
    days,
    diagnosis,
    editions,
    envelopes,
    frame,
    lessons,
    meeting_desk,
    meetings,
    places,
    priorities,
    recruitment_desk,
    rulebooks,
    setup,
)


class VersionConverter:
    """A version’s number in an address: « v2 »."""

    regex = r"v[1-9]\d{0,3}"

    def to_python(self, value: str) -> int:
        return int(value[1:])

    def to_url(self, value: int) -> str:
        return f"v{value}"


register_converter(VersionConverter, "version")

DESK = "bureau/editions/"
EDITION = f"{DESK}<slug:cycle>/"

app_name = "cycles"
urlpatterns = [
    path(DESK, editions.desk, name="editions_desk"),
    path(f"{DESK}nouvelle/", editions.new, name="new_edition"),
    path(f"{DESK}nouvelle/simple/", editions.micro, name="micro"),
    path(f"{DESK}nouvelle/vide/", editions.from_nothing, name="from_nothing"),
    path(f"{DESK}nouvelle/modele/<str:key>/", editions.from_preset, name="from_preset"),
    path(f"{DESK}nouvelle/copie/<slug:source>/", editions.from_former, name="from_former"),
    path(EDITION, setup.resume, name="setup"),
    path(f"{EDITION}cadre/", setup.frame, name="frame"),
    *[
        path(f"{EDITION}{step.key}/", setup.rules, {"step": step.key}, name=f"step_{step.key}")
        for step in steps.STEPS
        if step.writes_rules
    ],
    path(f"{EDITION}projet/", setup.new_draft, name="new_draft"),
    path(f"{EDITION}adoption/", adoption.adoption, name="adoption"),
    path(f"{EDITION}adoption/alertes/", adoption.acknowledge, name="acknowledge"),
    path(f"{EDITION}adoption/consultation/", consultations.prepare, name="prepare_consultation"),
    path(f"{EDITION}adoption/consultation/annuler/", consultations.cancel, name="cancel_consultation"),
    path(f"{EDITION}adoption/derogation/", adoption.deviate, name="deviate"),
    path(f"{EDITION}adoption/<int:number>/retirer/", adoption.withdraw, name="withdraw_version"),
    path(f"{EDITION}publication/", adoption.launch, name="launch"),
    path(f"{EDITION}lecons/", lessons.lessons, name="lessons"),
    path(f"{EDITION}lecons/<int:lesson>/retirer/", lessons.withdraw, name="withdraw_lesson"),
    path(f"{EDITION}lieux/", places.desk, name="setup_places"),
    path(f"{EDITION}lieux/importer/", places.deposit, name="setup_places_file"),
    path(f"{EDITION}lieux/importer/apercu/", places.preview, name="setup_places_preview"),
    path(f"{EDITION}lieux/<slug:code>/", places.change, name="setup_place"),
    path(f"{EDITION}lieux/<slug:code>/deplacer/", places.move, name="setup_place_move"),
    path(f"{EDITION}lieux/<slug:code>/retirer/", places.remove, name="setup_place_remove"),
    path(f"{EDITION}enveloppes/", envelopes.desk, name="setup_envelopes"),
    path(f"{EDITION}enveloppes/ajouter/", envelopes.add, name="setup_envelope_add"),
    path(f"{EDITION}enveloppes/repartir/", envelopes.share, name="setup_split"),
    path(f"{EDITION}enveloppes/<int:pk>/", envelopes.change, name="setup_envelope"),
    path(f"{EDITION}enveloppes/<int:pk>/retirer/", envelopes.remove, name="setup_envelope_remove"),
    path(f"{EDITION}calendrier/", calendars.desk, name="setup_calendar"),
    path(f"{EDITION}calendrier/retroplanning/", calendars.plan, name="setup_plan"),
    path(f"{EDITION}calendrier/phases/<int:pk>/", calendars.phase, name="setup_phase"),
    path(f"{EDITION}calendrier/phases/<int:pk>/retirer/", calendars.remove, name="setup_phase_remove"),
    path(f"{EDITION}calendrier/appel/", priorities.call, name="name_call"),
    path(f"{EDITION}calendrier/changements/<int:pk>/annuler/", calendars.undo, name="setup_undo"),
    path(f"{EDITION}calendrier/dates/", days.days, name="setup_days"),
    path(f"{EDITION}calendrier/dates/<int:pk>/retirer/", days.remove_day, name="setup_day_remove"),
    path(f"{EDITION}calendrier/elections/", days.elections, name="setup_elections"),
    path(f"{EDITION}calendrier/elections/<int:pk>/retirer/", days.forget_election, name="setup_election_remove"),
    path("bureau/preparatifs/", checklists.mine, name="preparations"),
    path(f"{EDITION}preparatifs/", checklists.checklist, name="my_checklist"),
    path(f"{EDITION}preparatifs/commencer/", checklists.start, name="checklist_start"),
    path(f"{EDITION}preparatifs/correspondances/", checklists.correspondents, name="correspondents"),
    path(f"{EDITION}preparatifs/points/<slug:code>/", checklists.item, name="checklist_item"),
    path(f"{EDITION}preparatifs/points/<slug:code>/pret/", checklists.tick, name="checklist_tick"),
]

# Meetings: the desk first, which the address of an edition would match
urlpatterns += [
    path("bureau/rendez-vous/", meeting_desk.meetings, name="meetings_desk"),
    path("bureau/rendez-vous/nouveau/<slug:cycle>/", meeting_desk.plan, name="plan_meeting"),
    path("bureau/rendez-vous/<int:pk>/", meeting_desk.meeting, name="meeting_desk"),
    path("bureau/rendez-vous/<int:pk>/changer/", meeting_desk.change, name="change_meeting"),
    path("bureau/rendez-vous/<int:pk>/annoncer/", meeting_desk.announce, name="announce_meeting"),
    path("bureau/rendez-vous/<int:pk>/convoquer/", meeting_desk.convene, name="convene"),
    path("bureau/rendez-vous/<int:pk>/annuler/", meeting_desk.cancel, name="cancel_meeting"),
    path("bureau/rendez-vous/<int:pk>/inscrire/", meeting_desk.enter, name="enter_registration"),
    path("bureau/rendez-vous/<int:pk>/inscriptions/<int:registration>/", meeting_desk.strike, name="strike"),
    path("bureau/rendez-vous/<int:pk>/emargement/", meeting_desk.sheet, name="sign_in_sheet"),
    path("bureau/rendez-vous/<int:pk>/presences/", meeting_desk.attendance, name="attendance"),
    path("bureau/rendez-vous/<int:pk>/compte-rendu/", meeting_desk.write, name="write_minutes"),
    path("bureau/rendez-vous/<int:pk>/compte-rendu/approuver/", meeting_desk.approve, name="approve_minutes"),
    path("bureau/rendez-vous/<int:pk>/compte-rendu/reprendre/", meeting_desk.reopen, name="reopen_minutes"),
    path("bureau/rendez-vous/<int:pk>/compte-rendu/publier/", meeting_desk.publish, name="publish_minutes"),
    path("bureau/rendez-vous/<int:pk>/photos/", meeting_desk.photo, name="add_photo"),
    path("bureau/rendez-vous/<int:pk>/photos/<int:photo>/", meeting_desk.remove_photo, name="remove_photo"),
    path("agenda/", meetings.agenda, name="agenda"),
    path("agenda/calendrier.ics", meetings.agenda_ics, name="agenda_ics"),
    path("agenda/affiche/<slug:cycle>/", meetings.board, name="board"),
    path("<slug:cycle>/rendez-vous/<slug:slug>/", meetings.meeting, name="meeting"),
    path("<slug:cycle>/rendez-vous/<slug:slug>/calendrier.ics", meetings.meeting_ics, name="meeting_ics"),
    path("<slug:cycle>/rendez-vous/<slug:slug>/inscription/", meetings.register, name="register"),
    path("<slug:cycle>/rendez-vous/<slug:slug>/inscription/recu/", meetings.registered, name="registered"),
    path("<slug:cycle>/inscription/", meetings.find_registration, name="find_registration"),
    path("<slug:cycle>/inscription/<str:code>/", meetings.registration, name="registration"),
]

# Bodies: the desk first too
urlpatterns += [
    path("compte/instances/", bodies.my_seats, name="my_seats"),
    path("bureau/instances/", body_desk.bodies, name="bodies_desk"),
    path("bureau/instances/prevues/<slug:cycle>/<slug:code>/", body_desk.create_listed, name="create_listed_body"),
    path("bureau/instances/nouvelle/", body_desk.create, name="create_body"),
    path("bureau/instances/<int:pk>/", body_desk.body, name="body_desk"),
    path("bureau/instances/<int:pk>/changer/", body_desk.change, name="change_body"),
    path("bureau/instances/<int:pk>/publier/", body_desk.publish, name="publish_body"),
    path("bureau/instances/<int:pk>/colleges/", body_desk.add_college, name="add_college"),
    path("bureau/instances/<int:pk>/colleges/<int:college>/retirer/", body_desk.remove_college, name="remove_college"),
    path("bureau/instances/<int:pk>/charte/", body_desk.charter, name="charter"),
    path("bureau/instances/<int:pk>/appel/", body_desk.call, name="call_for_members"),
    path("bureau/instances/<int:pk>/designer/", body_desk.appoint, name="appoint_member"),
    path("bureau/instances/<int:pk>/membres/<int:member>/fin/", body_desk.end_mandate, name="end_mandate"),
    path("bureau/instances/<int:pk>/membres/<int:member>/charte/", body_desk.accept_charter, name="accept_charter"),
    path("bureau/instances/<int:pk>/avis/", body_desk.opinion, name="record_opinion"),
    path("bureau/instances/<int:pk>/decisions/", body_desk.decision, name="record_decision"),
    path("bureau/instances/<int:pk>/rapports/<int:year>/", body_desk.report, name="write_report"),
    path("bureau/instances/<int:pk>/rapports/<int:year>/publier/", body_desk.publish_report, name="publish_report"),
    path("bureau/instances/<int:pk>/candidatures/", recruitment_desk.applications, name="recruitment"),
    path("bureau/instances/<int:pk>/candidatures/saisir/", recruitment_desk.enter, name="enter_application"),
    path(
        "bureau/instances/<int:pk>/candidatures/<int:application>/", recruitment_desk.settle, name="settle_application"
    ),
    path("bureau/instances/<int:pk>/tirages/annoncer/<int:college>/", recruitment_desk.announce, name="announce_draw"),
    path("bureau/instances/<int:pk>/tirages/<slug:draw>/", recruitment_desk.draw, name="draw_lots"),
    path("bureau/instances/<int:pk>/sieges/<int:entry>/", recruitment_desk.seat, name="answer_seat"),
    path("bureau/avis-des-instances/", recruitment_desk.opinions, name="opinions_desk"),
    path("bureau/avis-des-instances/<int:pk>/", recruitment_desk.answer_opinion, name="answer_opinion"),
    path("<slug:cycle>/instances/", bodies.bodies, name="bodies"),
    path("<slug:cycle>/instances/<slug:slug>/", bodies.body, name="body"),
    path("<slug:cycle>/instances/<slug:slug>/candidater/", bodies.apply, name="apply"),
    path("<slug:cycle>/instances/<slug:slug>/candidater/recu/", bodies.applied, name="applied"),
    path("<slug:cycle>/instances/<slug:slug>/tirages/<slug:draw>/", bodies.draw, name="draw"),
    path("<slug:cycle>/instances/<slug:slug>/tirages/<slug:draw>/liste.csv", bodies.draw_list, name="draw_list"),
    path("<slug:cycle>/instances/<slug:slug>/rapports/<str:year>/", bodies.year, name="body_year"),
    path("<slug:cycle>/instances/<slug:slug>/rapports/<str:year>/pdf/", bodies.year_pdf, name="body_year_pdf"),
    path("<slug:cycle>/candidature/", bodies.find_application, name="find_application"),
    path("<slug:cycle>/candidature/<str:code>/", bodies.application, name="application"),
]

# The shared diagnosis
urlpatterns += [
    path("bureau/diagnostic/<slug:cycle>/", diagnosis.desk, name="diagnosis_desk"),
    path("bureau/diagnostic/<slug:cycle>/constat/", diagnosis.enter, name="enter_concern"),
    path("bureau/diagnostic/<slug:cycle>/enjeu/", diagnosis.add_issue, name="add_issue"),
    path("bureau/diagnostic/<slug:cycle>/regrouper/", diagnosis.group, name="group_concerns"),
    path("bureau/diagnostic/<slug:cycle>/ecarter/<int:concern>/", diagnosis.set_aside, name="set_concern_aside"),
    path("bureau/diagnostic/<slug:cycle>/gommettes/", priorities.count, name="count_dots"),
    path("bureau/diagnostic/<slug:cycle>/gommettes/<int:pk>/retirer/", priorities.withdraw, name="withdraw_dots"),
    path("bureau/diagnostic/<slug:cycle>/dates/", priorities.window, name="open_dots"),
    path("bureau/diagnostic/<slug:cycle>/publier/", diagnosis.publish, name="publish_diagnosis"),
    path("<slug:cycle>/diagnostic/", diagnosis.diagnosis, name="diagnosis"),
    path("<slug:cycle>/diagnostic/priorites/", priorities.priorities, name="priorities"),
    path("<slug:cycle>/diagnostic/priorites/feuille/", priorities.order_sheet, name="dots_sheet"),
]

# What each phase taught
urlpatterns += [
    path("bureau/bilans-de-phase/", checkpoints.desk, name="checkpoints_desk"),
    path("bureau/bilans-de-phase/<slug:cycle>/<int:phase>/", checkpoints.one, name="checkpoint_desk"),
    path("bureau/bilans-de-phase/<slug:cycle>/<int:phase>/ecrire/", checkpoints.write, name="write_checkpoint"),
    path("bureau/bilans-de-phase/<slug:cycle>/<int:phase>/changement/", checkpoints.adjust, name="adjust"),
    path("bureau/bilans-de-phase/<slug:cycle>/<int:phase>/acte/", checkpoints.act, name="checkpoint_act"),
    path("<slug:cycle>/bilans-de-phase/", checkpoints.checkpoints, name="checkpoints"),
    path("<slug:cycle>/bilans-de-phase/<slug:stage>/", checkpoints.checkpoint, name="checkpoint"),
]

# The edition's own pages, last: « agenda/calendrier.ics » is no edition's calendar
urlpatterns += [
    path("<slug:cycle>/reglement/", rulebooks.rulebook, name="rulebook"),
    path("<slug:cycle>/reglement/avis/", consultations.answer, name="consultation"),
    path("<slug:cycle>/reglement/avis/feuille/", consultations.order_sheet, name="consultation_sheet"),
    path("<slug:cycle>/reglement/suivre/", rulebooks.follow, name="follow_rulebook"),
    path("<slug:cycle>/reglement/versions/", rulebooks.versions, name="rulebook_versions"),
    path("<slug:cycle>/reglement/versions/<version:number>/", rulebooks.version, name="rulebook_version"),
    path("<slug:cycle>/reglement/versions/<version:number>/pdf/", rulebooks.order_pdf, name="rulebook_pdf"),
    path(
        "<slug:cycle>/reglement/versions/<version:before>-<version:after>/",
        rulebooks.compare,
        name="rulebook_comparison",
    ),
    path("<slug:cycle>/reglement/depuis/<slug:other>/", rulebooks.compare_editions, name="rulebook_editions"),
    path("<slug:cycle>/lieux.csv", frame.places_csv, name="places_csv"),
    path("<slug:cycle>/calendrier/", frame.calendar, name="calendar"),
    path("<slug:cycle>/calendrier.ics", frame.calendar_feed, name="calendar_feed"),
]
