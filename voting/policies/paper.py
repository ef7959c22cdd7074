"""Who handles paper ballots after closing, and what the count demands of them."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import User
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, no
from cycles import selectors as cycle_selectors
from voting import selectors
from voting.models import BatchState, PaperBatch, Poll, PollKind, PollState
from voting.policies.polls import DESK, can_count, count_officer, poll_at_desk
from voting.selectors.paper import ScopePaper


def can_handle_paper(by: Actor, poll: Poll, at: datetime) -> Decision:
    """Between closing and count, by whoever may count, signed in under their own name."""
    if poll.state in (PollState.DRAFT, PollState.SEALED):
        return no(_("Le vote n’est pas clos : aucun bulletin papier n’est déplié ni saisi avant la clôture."))
    if poll.state != PollState.CLOSED:
        return no(_("Ce vote est dépouillé ou annulé : son papier ne change plus."))
    if not isinstance(by, User):
        return no(_("Seule une personne chargée du dépouillement peut le faire."))
    if poll.kind == PollKind.REPLAY:
        return count_officer(by, at)  # what an import conducts, two officers key: a rehearsal has its paper too
    return can_count(by, poll, at)


def takes_online(poll: Poll) -> Decision:
    """Règlement, art. 6: whether one votes from home at all, or only where the vote is held."""
    if cycle_selectors.rules_of(poll.cycle).ballot.venue == "online_and_in_person":
        return YES
    return no(_("Le règlement ne prévoit de voter que sur place (article 6) : venez dans l’un des lieux de vote."))


def takes_paper(poll: Poll) -> Decision:
    """Règlement, art. 6: whether ballots are cast on paper at all."""
    if cycle_selectors.rules_of(poll.cycle).ballot.is_paper_refused:
        return no(_("Le règlement ne prévoit pas de bulletin papier (article 6) : il n’y a pas de lot à ouvrir."))
    return YES


def can_key(by: Actor, batch: PaperBatch, at: datetime) -> Decision:
    """One person keys a batch, then another one does; whoever has begun goes on alone."""
    decision = can_handle_paper(by, batch.poll, at)
    if not decision:
        return decision
    if batch.state == BatchState.COMPARED:
        return no(_("Les deux saisies de ce lot sont faites : il reste leurs différences à résoudre."))
    if batch.state == BatchState.AGREED:
        return no(_("Ce lot est saisi deux fois et concordant : il n’y a plus rien à saisir."))
    keyer = batch.first_by if batch.state == BatchState.FIRST else batch.second_by
    if keyer is not None and keyer != by:
        return no(_("%(name)s saisit déjà ce lot : prenez-en un autre.") % {"name": keyer.shown_name})
    if batch.state == BatchState.SECOND and batch.first_by == by:
        return no(
            _("Vous avez fait la première saisie de ce lot : une autre personne fait la deuxième. Prenez un autre lot.")
        )
    return decision


def can_resolve(by: Actor, batch: PaperBatch, at: datetime) -> Decision:
    """Two people look at the paper together. Who keyed last does not sign: a third person does, or who keyed first."""
    decision = can_handle_paper(by, batch.poll, at)
    if decision and batch.state != BatchState.COMPARED:
        return no(_("Ce lot n’a pas de différence à résoudre : revenez à la liste des lots."))
    if decision and by == batch.second_by:
        return no(
            _("Vous avez fait la deuxième saisie : quelqu’un d’autre tranche les différences, avec vous à ses côtés.")
        )
    return decision


def can_change_batch(by: Actor, batch: PaperBatch, at: datetime) -> Decision:
    """Its number is corrected and it is withdrawn before the second keying begins; by its keyer once there is one."""
    decision = can_handle_paper(by, batch.poll, at)
    if decision and batch.state != BatchState.FIRST:
        return no(_("La première saisie de ce lot est finie : recommencez le lot pour en changer le nombre."))
    if decision and batch.first_by is not None and batch.first_by != by:
        return no(
            _("%(name)s saisit ce lot : demandez-lui d’en corriger le nombre.") % {"name": batch.first_by.shown_name}
        )
    return decision


def can_state_balance(by: Actor, poll: Poll, paper: ScopePaper, at: datetime) -> Decision:
    """Once every ballot found is keyed and agreed, and the bureau has ruled on every envelope."""
    decision = can_handle_paper(by, poll, at)
    if not decision:
        return decision
    if not paper.is_used:
        return no(_("« %(scope)s » n’a aucun bulletin papier : il n’y a rien à constater.") % {"scope": paper.name})
    if not paper.is_ready:
        return no(_("« %(scope)s » a des lots à finir : saisissez-les deux fois d’abord.") % {"scope": paper.name})
    return _envelopes_are_ruled(poll) and decision


def paper_is_settled(poll: Poll) -> Decision:
    """Whether the count may take the paper: envelopes ruled, batches agreed, each scope's balance stated and true."""
    if not (ruled := _envelopes_are_ruled(poll)):
        return ruled
    for batch in poll.batches.exclude(state=BatchState.AGREED).order_by("number")[:1]:
        return no(
            _("Le lot %(number)d n’est pas saisi deux fois et concordant : terminez-le avant de dépouiller.")
            % {"number": batch.number}
        )
    for paper in selectors.paper_of(poll):
        if not paper.is_settled and paper.stated is None:
            return no(
                _("Le papier de « %(scope)s » n’est pas constaté : faites-le avant de dépouiller.")
                % {"scope": paper.name}
            )
        if not paper.is_settled:
            return no(
                _("Le constat du papier de « %(scope)s » n’est plus à jour : constatez-le à nouveau.")
                % {"scope": paper.name}
            )
    return YES


def _envelopes_are_ruled(poll: Poll) -> Decision:
    waiting = selectors.envelopes_to_rule(poll)
    if not waiting:
        return YES
    return no(
        ngettext(
            "Le bureau doit d’abord trancher %(number)d bulletin contesté ou en attente : voyez les incidents.",
            "Le bureau doit d’abord trancher %(number)d bulletins contestés ou en attente : voyez les incidents.",
            waiting,
        )
        % {"number": waiting}
    )


def can_draw_batch(by: Actor, poll: Poll, at: datetime) -> Decision:
    """A batch is drawn to be counted again by hand until the proclamation."""
    if poll.state not in (PollState.CLOSED, PollState.COUNTED):
        return no(_("Un lot se tire au sort entre la clôture et la proclamation."))
    if not isinstance(by, User):
        return no(_("Seule une personne chargée du dépouillement peut le faire."))
    return can_count(by, poll, at)


def can_print_ballots(by: Actor, poll: Poll, at: datetime) -> Decision:
    """The paper ballot is printed by those who run the vote, once the list is sealed; nobody prints one at home."""
    if not isinstance(by, User) or not by.holds(at, *DESK):
        return no(_("Seule l’équipe du vote imprime les bulletins : on en reçoit un en émargeant."))
    if poll.kind == PollKind.REPLAY or poll.state in (PollState.DRAFT, PollState.ANNULLED):
        return no(_("Le bulletin papier s’imprime une fois la liste du vote scellée."))
    return YES


def paper_at_desk(user: User, pk: int, at: datetime) -> Poll:
    """The door of a vote's paper: whoever may count it, at any time, so that the page says what comes when."""
    poll = poll_at_desk(user, pk, at)
    if not can_count(user, poll, at):
        raise Http404
    return poll


def batch_at_desk(user: User, pk: int, number: int, at: datetime) -> PaperBatch:
    """The door of a batch, by its number in the vote."""
    poll = paper_at_desk(user, pk, at)
    batch = poll.batches.select_related("first_by", "second_by").filter(number=number).first()
    if batch is None:
        raise Http404
    batch.poll = poll
    return batch
