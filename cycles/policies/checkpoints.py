"""Who makes the checkpoint of a phase, who answers its three questions, and when."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.utils.translation import gettext as _

from bp_platform.core import calendar, text
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, no
from cycles import selectors
from cycles.models import Checkpoint, Cycle, Phase
from cycles.policies.editions import can_prepare, cycle_for, team_only


def can_write_checkpoint(by: Actor, phase: Phase, at: datetime) -> Decision:
    """The team, once the phase has ended and until the checkpoint is published."""
    if not phase.is_past(at):
        ends = calendar.moment_words(phase.closes_at)
        return no(_("Cette phase est ouverte jusqu’au %(when)s : son bilan se fait ensuite.") % {"when": ends})
    if Checkpoint.objects.filter(phase=phase, published_at__isnull=False).exists():
        return no(_("Ce bilan est publié : il ne change plus."))
    return can_prepare(by, phase.cycle, at)


def can_ask_residents(by: Actor, checkpoint: Checkpoint, at: datetime) -> Decision:
    """Once, for fifteen days."""
    if checkpoint.asked_from is not None:
        return no(_("Les trois questions ont déjà été posées pour cette phase."))
    return can_write_checkpoint(by, checkpoint.phase, at)


def can_answer_checkpoint(checkpoint: Checkpoint, at: datetime) -> Decision:
    """Anybody, during the fifteen days."""
    if checkpoint.asked_from is None or checkpoint.asked_until is None:
        return no(_("Les habitant·es ne sont pas interrogé·es sur cette phase."))
    if checkpoint.has_asked(at):
        closed = calendar.moment_words(checkpoint.asked_until)
        return no(_("On ne répond plus à ces questions depuis le %(when)s.") % {"when": closed})
    return YES


def can_publish_checkpoint(by: Actor, checkpoint: Checkpoint, at: datetime) -> Decision:
    """Once it says both what worked and what did not, and nobody is answering any more."""
    allowed = can_write_checkpoint(by, checkpoint.phase, at)
    if not allowed:
        return allowed
    if not checkpoint.worked or not checkpoint.failed:
        return no(_("Dites d’abord ce qui a marché, et ce qui n’a pas marché."))
    if checkpoint.is_asking(at) and checkpoint.asked_until is not None:
        ends = calendar.moment_words(checkpoint.asked_until)
        return no(_("Les habitant·es répondent jusqu’au %(when)s : publiez ensuite.") % {"when": ends})
    return allowed


def may_end(cycle: Cycle, at: datetime) -> Decision:
    """No edition ends without the checkpoints, and the questions to residents, that its règlement promises."""
    promised = selectors.rules_of(cycle).evaluation
    missing = selectors.phases_owed_a_checkpoint(cycle, promised.checkpoints)
    if missing:
        return no(
            _("Le règlement promet un bilan de phase (article 11) : %(phases)s. Publiez-le, puis clôturez l’édition.")
            % {"phases": text.enumerate_fr(missing)}
        )
    if promised.is_asked_to_residents and not Checkpoint.objects.filter(phase__cycle=cycle, asked_from__lt=at).exists():
        return no(
            _(
                "Le règlement promet d’interroger les habitant·es (article 11) : posez-leur les questions d’un bilan "
                "de phase, puis clôturez l’édition."
            )
        )
    return YES


def checkpoint_for(user: object, cycle: str, stage: str, at: datetime) -> Checkpoint:
    """The public door: of a phase whose questions have been asked, or whose checkpoint is published."""
    edition = cycle_for(user, cycle, at)
    found = selectors.public_checkpoints(edition, at)
    checkpoint = next((one for one in found if selectors.stage_slug(one.phase) == stage), None)
    if checkpoint is None:
        raise Http404
    return checkpoint


def phase_to_review(user: object, cycle: str, pk: int, at: datetime) -> Phase:
    """The team's door to a phase that has ended."""
    edition: Cycle = cycle_for(user, cycle, at)
    phase = edition.phases.select_related("cycle").filter(pk=pk, closes_at__lte=at).first()
    if phase is None or not team_only(user, at):  # type: ignore[arg-type] # a user is an actor
        raise Http404
    return phase
