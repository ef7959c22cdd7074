"""What follows the vote: what is built, every euro, and the review."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RealisationConfig(AppConfig):
    name = "realisation"
    verbose_name = "Réalisation"

    def ready(self) -> None:
        from bp_platform.core import registries
        from realisation import personal_data, policies, reports, review_report

        for key, label in EVENTS:
            registries.events.register(registries.EventType(key, label, f"realisation/email/{key}"))
        for key, label in SERVICE_EVENTS:
            kind = registries.EventType(key, label, f"realisation/email/{key}", is_service=True)
            registries.events.register(kind)
        registries.personal_data.register(personal_data.ASKED)
        registries.reports.register(reports.DELIVERY_SHEET)
        registries.reports.register(review_report.ONE_YEAR_REVIEW)
        registries.vetoes.register(registries.Veto("return_is_owed", "close_cycle", policies.may_close))
        registries.vetoes.register(registries.Veto("works_are_under_way", "withdraw_proposal", policies.may_leave))
        registries.vetoes.register(
            registries.Veto("deliveries_rest_on_envelope", "change_envelope", policies.may_change_envelope)
        )
        registries.vetoes.register(registries.Veto("deliveries_rest_on_split", "split_envelopes", policies.may_split))
        for key, label, models in RETENTIONS:
            registries.retentions.register(registries.Retention(key, label, None, models))
        _register_desks()


def _register_desks() -> None:
    from bp_platform.accounts.models import Role
    from bp_platform.core import registries
    from realisation import policies, waiting

    team, books = frozenset({Role.PARTICIPATION}), frozenset({Role.FINANCE})
    builders = team | {Role.AGENT, Role.HEAD}
    for key, label, url_name, roles, order, says in (
        ("deliveries", _("Chantiers"), "realisation:my_deliveries", builders, 50, waiting.deliveries),
        ("enquiries", _("Demandes"), "realisation:my_enquiries", builders | {Role.MODERATOR}, 51, waiting.enquiries),
        ("finance", _("Finances"), "realisation:finance", books | {Role.AUDITOR}, 51, waiting.finance),
        ("leftovers", _("Reliquats"), "realisation:leftovers_desk", books | team, 52, waiting.leftovers),
        ("reviews", _("Bilans"), "realisation:reviews", team | {*policies.VALIDATORS}, 60, waiting.reviews),
    ):
        registries.desks.register(registries.DeskEntry(key, label, url_name, roles, order, says))


EVENTS = (
    ("delivery_scheduled", _("Réalisation décidée d’un projet que je suis")),
    ("delivery_news", _("Nouvelles d’un projet que je suis")),
    ("delivery_done", _("Livraison d’un projet que je suis")),
    ("delivery_suspended", _("Suspension d’un projet que je suis")),
    ("delivery_resumed", _("Reprise d’un projet que je suis")),
    ("delivery_abandoned", _("Abandon d’un projet que je suis")),
    ("delivery_change", _("Changement sur un projet que je suis (date, lieu, coût…)")),
    ("project_done_outside", _("Projet que je suis, réalisé hors budget participatif")),
    ("news_to_read", _("Nouvelle d’un chantier à relire avant une élection")),
    ("enquiry_followed", _("Question et réponse sur un projet que je suis")),
    ("review_published", _("Bilan d’une édition")),
)
SERVICE_EVENTS = (  # to one's own acts, or to one's own work: never switched off
    ("works_reminder", _("Rappel d’un chantier qui attend des nouvelles")),
    ("enquiry_received", _("Accusé de réception de ma demande")),
    ("enquiry_refused", _("Ma demande n’est pas publiée")),
    ("enquiry_answered", _("Réponse à ma demande")),
    ("enquiry_to_answer", _("Demande d’un habitant à laquelle répondre")),
    ("review_due", _("Bilan à écrire")),
    ("review_submitted", _("Bilan à valider")),
    ("review_sent_back", _("Bilan à reprendre")),
    ("review_validated", _("Bilan validé, à publier")),
)
RETENTIONS = (
    (
        "return",
        _("Réalisation, comptes et bilan : conservés ; ils ne contiennent aucune donnée d’habitant."),
        (
            "realisation.Delivery",
            "realisation.DeliveryChange",
            "realisation.Milestone",
            "realisation.ProgressUpdate",
            "realisation.UpdatePhoto",
            "realisation.DoneOutside",
            "realisation.Reminder",
            "realisation.LedgerEntry",
            "realisation.EnvelopeTransfer",
            "realisation.LedgerImport",
            "realisation.MoneyPaper",
            "realisation.Reallocation",
            "realisation.OneYearReview",
            "realisation.ReviewBlock",
            "realisation.Rectification",
        ),
    ),
    (
        "held_news",
        _("Nouvelles relues avant une élection : gardées avec la réponse, comme preuve de la relecture."),
        ("realisation.HeldNews",),
    ),
    (
        "enquiries",
        _("Demandes sur les chantiers : gardées avec leur réponse ; le nom part avec la personne."),
        ("realisation.Enquiry",),
    ),
)
