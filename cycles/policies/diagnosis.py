"""Who may say what they see of their town, and who makes the diagnosis of it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from bp_platform.core import calendar
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, no
from cycles import selectors
from cycles.models import ConcernChannel, Cycle, Diagnosis, PhaseKind
from cycles.policies.editions import team_only
from cycles.policies.meetings import can_host


def can_say_concern(by: Actor, cycle: Cycle, channel: str, at: datetime) -> Decision:
    """Anybody while the diagnosis is open; hosts enter paper and meetings until it is published."""
    phase = selectors.phase_of(cycle, PhaseKind.DIAGNOSIS)
    if phase is None:
        return no(_("Cette édition n’a pas de diagnostic partagé."))
    if is_published(cycle):
        return no(_("Le diagnostic est publié : on n’y ajoute plus de constat."))
    if at < phase.opens_at:
        return no(_("Le diagnostic ouvre le %(when)s.") % {"when": calendar.moment_words(phase.opens_at)})
    if channel != ConcernChannel.ONLINE:
        return can_host(by, at)
    if phase.is_past(at):
        return no(_("Le diagnostic est clos depuis le %(when)s.") % {"when": calendar.moment_words(phase.closes_at)})
    return YES


def can_diagnose(by: Actor, cycle: Cycle, at: datetime) -> Decision:
    """The team groups and prioritises, until the diagnosis is published."""
    if is_published(cycle):
        return no(_("Le diagnostic est publié : il ne change plus, l’appel s’y réfère."))
    return team_only(by, at)


def is_published(cycle: Cycle) -> bool:
    return Diagnosis.objects.filter(cycle=cycle, published_at__isnull=False).exists()
