"""The frame of a participatory budget."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CyclesConfig(AppConfig):
    name = "cycles"
    verbose_name = "Cycle"

    def ready(self) -> None:
        from bp_platform.accounts.models import Role
        from bp_platform.core import registries
        from cycles import personal_data, policies, selectors, services, waiting
        from cycles.reports import meetings, rulebooks, sheets

        for key, label in LETTERS:
            registries.events.register(registries.EventType(key, label, f"cycles/email/{key}", is_service=True))
        registries.events.register(registries.EventType(LATE, LATE_LABEL, f"cycles/email/{LATE}"))
        for key, label in RULEBOOK_LETTERS:
            registries.events.register(registries.EventType(key, label, f"cycles/email/{key}"))
        for report in (
            rulebooks.RULEBOOK,
            sheets.CONSULTATION_SHEET,
            sheets.DOTS_SHEET,
            meetings.SIGN_IN_SHEET,
            meetings.BOARD,
            meetings.BODY_REPORT,
        ):
            registries.reports.register(report)
        for held in (personal_data.IN_BODIES_AND_MEETINGS, personal_data.PREPARING):
            registries.personal_data.register(held)
        forgets = {
            "applications": services.forget_applications,
            "registrations": services.forget_needs,
            "rulebook_consultation": services.forget_answers,
            "rulebook_followers": services.forget_followers,
            "checkpoints": services.forget_checkpoints,
        }
        for name, words, days, models in KEPT:
            registries.retentions.register(registries.Retention(name, words, days, models, forgets.get(name)))
        registries.vetoes.register(registries.Veto("checkpoints_are_owed", "close_cycle", policies.may_end))
        registries.subscriptions.register(
            registries.Subscriptions("rulebooks", selectors.rulebooks_followed_by, services.leave_rulebook)
        )
        team = frozenset({Role.PARTICIPATION})
        hosts = frozenset({Role.PARTICIPATION, Role.AMBASSADOR, Role.FACILITATOR})
        answering = frozenset({Role.PARTICIPATION, Role.HEAD})
        preparers = frozenset(policies.PREPARERS)
        for key, label, url_name, roles, order, says in (
            ("editions", _("Éditions"), "cycles:editions_desk", team | {Role.AUDITOR}, 5, waiting.editions),
            ("meetings", _("Rendez-vous"), "cycles:meetings_desk", hosts, 14, waiting.meetings),
            ("bodies", _("Instances"), "cycles:bodies_desk", team, 16, waiting.bodies),
            ("checkpoints", _("Bilans de phase"), "cycles:checkpoints_desk", team, 18, waiting.checkpoints),
            ("body_opinions", _("Avis des instances"), "cycles:opinions_desk", answering, 45, waiting.opinions),
            ("preparation", _("Préparatifs"), "cycles:preparations", preparers, 58, waiting.preparation),
        ):
            registries.desks.register(registries.DeskEntry(key, label, url_name, roles, order, says))


LATE, LATE_LABEL = "checklist_late", _("Ce que je dois préparer et qui est en retard")
RULEBOOK_LETTERS = (
    ("rulebook_asked", _("Consultation sur le règlement d’une édition")),
    ("rulebook_answered", _("Résultats d’une consultation sur le règlement")),
    ("rulebook_adopted", _("Adoption du règlement d’une édition")),
    ("rulebook_set_aside", _("Dérogation au règlement d’une édition")),
)
LETTERS = (
    ("meeting_registered", _("Mon inscription à un rendez-vous")),
    ("meeting_moved_up", _("Une place se libère pour moi")),
    ("meeting_changed", _("Changement d’un rendez-vous où je viens")),
    ("meeting_cancelled", _("Annulation d’un rendez-vous où je venais")),
    ("body_convened", _("Convocation à une séance")),
    ("body_seated", _("Mon mandat dans une instance")),
    ("body_drawn", _("Résultat d’un tirage au sort")),
    ("application_received", _("Accusé de réception de ma candidature")),
    ("application_not_chosen", _("Réponse à ma candidature")),
    ("opinion_asked", _("Avis d’une instance à qui nous devons une réponse")),
    ("opinion_answered", _("Réponse à un avis de mon instance")),
)

KEPT = (
    (
        "bodies",
        _("Instances : composition, avis et décisions sont gardés ; les noms y sont publiés avec accord."),
        None,
        (
            "cycles.Attendance",
            "cycles.Body",
            "cycles.BodyDecision",
            "cycles.BodyOpinion",
            "cycles.BodyReport",
            "cycles.College",
            "cycles.Draw",
            "cycles.DrawEntry",
            "cycles.Member",
        ),
    ),
    (
        "applications",
        _("Candidatures : ce que les personnes ont dit d’elles est effacé six mois après la réponse."),
        183,
        ("cycles.Application",),
    ),
    (
        "diagnosis",
        _("Diagnostic partagé : constats et gommettes sont gardés sans nom."),
        None,
        (
            "cycles.Concern",
            "cycles.Diagnosis",
            "cycles.DotAnswer",
            "cycles.DotCount",
            "cycles.Dots",
            "cycles.Issue",
        ),
    ),
    (
        "meetings",
        _("Rendez-vous : l’annonce, le compte rendu et les photos sont gardés."),
        None,
        ("cycles.Meeting", "cycles.MeetingPhoto", "cycles.Minutes"),
    ),
    (
        "registrations",
        _("Inscriptions : les besoins signalés (enfants, langue, accès) sont effacés trente jours après."),
        30,
        ("cycles.Registration",),
    ),
    (
        "rulebook_consultation",
        _("Consultation sur le règlement : réponses sans nom ; les remarques sont effacées un an après."),
        365,
        (
            "cycles.AnswerChoice",
            "cycles.Consultation",
            "cycles.ConsultationAnswer",
            "cycles.OpenParameter",
            "cycles.PaperAnswers",
        ),
    ),
    (
        "rulebook_followers",
        _(
            "Personnes qui ont demandé à être prévenues du règlement : jusqu’à leur désinscription, au plus tard un an "
            "après la fin de l’édition."
        ),
        365,
        ("cycles.RulebookFollower",),
    ),
    (
        "checkpoints",
        _("Bilans de phase : réponses sans nom ; les remarques sont effacées un an après."),
        365,
        ("cycles.Adjustment", "cycles.Checkpoint", "cycles.CheckpointAnswer"),
    ),
    (
        "preparation",
        _("Préparation d’une édition : le nom de qui s’en charge part avec son compte."),
        None,
        ("cycles.ChecklistItem", "cycles.Correspondent"),
    ),
    (
        "frame",
        _("Éditions, règlements, enveloppes et lieux : gardés, ils ne contiennent aucune donnée personnelle."),
        None,
        (
            "cycles.AcknowledgedWarning",
            "cycles.Area",
            "cycles.AreaImport",
            "cycles.CalendarChange",
            "cycles.CalendarDay",
            "cycles.Cycle",
            "cycles.CycleFrame",
            "cycles.Deviation",
            "cycles.Election",
            "cycles.Envelope",
            "cycles.Lesson",
            "cycles.Phase",
            "cycles.RulebookVersion",
            "cycles.SectionFreeze",
            "cycles.Theme",
        ),
    ),
)
