"""The vote, from the sealed poll to the proclaimed result."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VotingConfig(AppConfig):
    name = "voting"
    verbose_name = "Vote"

    def ready(self) -> None:
        from bp_platform.core import registries
        from voting import kit_reports, policies, reports, selectors, station_reports, waiting

        for key, label in (
            ("project_won", _("Mon projet est arrivé en tête du vote")),
            ("project_lost", _("Mon projet n’est pas arrivé en tête du vote")),
        ):
            registries.events.register(registries.EventType(key, label, f"voting/email/{key}", is_service=True))
        for report in (
            reports.OFFICIAL_RECORD,
            kit_reports.VOTING_BOOKLET,
            kit_reports.CAMPAIGN_POSTER,
            kit_reports.PAPER_BALLOT,
        ):
            registries.reports.register(report)
        registries.phase_figures.register(registries.PhaseFigures("vote", "vote", selectors.vote_figures))
        registries.table_grants.register(
            registries.TableGrant("voting_sealedballot", ("INSERT", "SELECT (ref, poll_id, scope)"))
        )
        registries.vetoes.register(registries.Veto("poll_holds_project", "withdraw_proposal", policies.may_leave))
        registries.vetoes.register(registries.Veto("poll_is_under_way", "close_cycle", policies.may_end))
        registries.vetoes.register(registries.Veto("poll_holds_dates", "move_phase", policies.may_move_phase))
        registries.vetoes.register(
            registries.Veto("poll_rests_on_envelope", "change_envelope", policies.may_change_envelope)
        )
        registries.vetoes.register(
            registries.Veto("poll_rests_on_preselection", "reopen_preselection", policies.may_reopen_preselection)
        )
        registries.vetoes.register(registries.Veto("poll_rests_on_split", "split_envelopes", policies.may_split))
        registries.desks.register(
            registries.DeskEntry(
                "poll", _("Vote"), "voting:desk", frozenset(policies.DESK), order=40, waiting=waiting.polls
            )
        )
        registries.reports.register(station_reports.STATION_SHEET)
        registries.desks.register(
            registries.DeskEntry(
                "places",
                _("Lieux de vote"),
                "voting:places",
                frozenset(policies.HOLDERS),
                order=42,
                waiting=waiting.places,
            )
        )
        for key, label, days, models in RETENTIONS:
            ended_by = "voting.services.destroy" if days else ""  # an act of people, with its record
            registries.retentions.register(registries.Retention(key, label, days, models, ended_by=ended_by))


RETENTIONS = (
    (
        "roll",
        _("Liste et émargements : détruits six mois après la publication de la délibération, sans recours en cours."),
        180,
        ("voting.RollEntry", "voting.RollMark", "voting.RollRequest", "voting.TabletUnlock", "voting.LetterBatch"),
    ),
    (
        "sealed_ballots",
        _("Bulletins scellés : détruits avec les parts de la clé, six mois après la délibération."),
        180,
        ("voting.SealedBallot",),
    ),
    (
        "vote_results",
        _("Vote, bulletins ouverts et anonymes, résultat et procès-verbal : conservés."),
        None,
        (
            "voting.Poll",
            "voting.Candidate",
            "voting.WithdrawnProject",
            "voting.Ballot",
            "voting.PollResult",
            "voting.Destruction",
            "voting.OfficialRecord",
            "voting.NightlyStatement",
            "voting.PublishedBundle",
            "voting.PollingStation",
            "voting.StationSession",
            "voting.Incident",
            "voting.PaperBatch",
            "voting.PaperBallot",
            "voting.PaperBalance",
        ),
    ),
)
