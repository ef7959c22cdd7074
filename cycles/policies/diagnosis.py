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

FEWEST_ISSUES = 2


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


def can_list_issues(by: Actor, cycle: Cycle, at: datetime) -> Decision:
    """Issues are added until people give their dots: everybody chooses from the same list."""
    found = Diagnosis.objects.filter(cycle=cycle).first()
    if found is not None and found.published_at is None and found.dots_have_begun(at):
        return no(_("Les gommettes se donnent déjà : la liste des enjeux ne change plus."))
    return can_diagnose(by, cycle, at)


def can_open_dots(by: Actor, cycle: Cycle, at: datetime) -> Decision:
    """The team sets when people give their dots, until they do; before the call, which refers to the priorities."""
    allowed = can_list_issues(by, cycle, at)
    if not allowed:
        return allowed
    call = next(iter(selectors.phases_of(cycle, PhaseKind.CALL)), None)
    if call is not None and call.opens_at <= at:
        return no(_("L’appel est déjà ouvert : les priorités se choisissent avant lui."))
    if cycle.issues.count() < FEWEST_ISSUES:
        return no(_("Il faut au moins deux enjeux pour choisir entre eux : ajoutez-les d’abord."))
    return allowed


def can_give_dots(diagnosis: Diagnosis | None, at: datetime) -> Decision:
    """Anybody, with or without an account, between the two dates."""
    if diagnosis is None or diagnosis.dots_open_at is None or diagnosis.dots_close_at is None:
        return no(_("Cette édition ne demande pas de gommettes."))
    if not diagnosis.dots_have_begun(at):
        return no(
            _("Les gommettes se donnent à partir du %(when)s.")
            % {"when": calendar.moment_words(diagnosis.dots_open_at)}
        )
    if diagnosis.dots_are_over(at):
        closed = calendar.moment_words(diagnosis.dots_close_at)
        return no(_("Les gommettes ne se donnent plus depuis le %(when)s.") % {"when": closed})
    return YES


def can_publish_diagnosis(by: Actor, cycle: Cycle, at: datetime) -> Decision:
    """The team, once nobody is giving dots any more."""
    allowed = can_diagnose(by, cycle, at)
    found = Diagnosis.objects.filter(cycle=cycle).first()
    if allowed and found is not None and found.dots_close_at is not None and not found.dots_are_over(at):
        closes = calendar.moment_words(found.dots_close_at)
        return no(_("Les gommettes se donnent jusqu’au %(when)s : publiez ensuite.") % {"when": closes})
    return allowed


def is_published(cycle: Cycle) -> bool:
    return Diagnosis.objects.filter(cycle=cycle, published_at__isnull=False).exists()
