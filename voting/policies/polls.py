"""Who may do what with a vote, and the doors to it."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Role, User
from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, no, yes_as
from cycles import policies as cycle_policies
from cycles.models import BodyPower, Cycle, Envelope, Phase, PhaseKind
from instruction import policies as study_policies
from instruction import selectors as study_selectors
from proposals.models import Proposal
from voting import selectors
from voting.models import RESULT_IS_PUBLIC, Candidate, Poll, PollKind, PollState
from voting.selectors import Door

TEAM = (Role.PARTICIPATION, Role.ADMINISTRATOR)
DESK = (*TEAM, Role.COUNT)
CODE_TRIES = 5  # an hour
CODE_TRIES_IN_ALL = 20  # over the life of the vote
NIGHT = (0, 5)  # hours of the public body's time zone
UNDER_WAY = (PollState.SEALED, PollState.CLOSED, PollState.COUNTED)


def can_create(by: Actor, at: datetime) -> Decision:
    """Whether they may prepare a vote at all: the desk's button."""
    return cycle_policies.team_only(by, at)


def can_prepare(by: Actor, cycle: Cycle, at: datetime) -> Decision:
    """The participation team prepares a vote."""
    return cycle_policies.team_only(by, at)


def can_change(by: Actor, poll: Poll, at: datetime) -> Decision:
    """The participation team, and only an import touches a replayed vote."""
    if poll.kind == PollKind.REPLAY and by.actor_kind != "import":
        return no(_("Un vote rejoué ne se conduit que par la commande qui le rejoue."))
    return cycle_policies.team_only(by, at)


def can_seal(by: Actor, poll: Poll, at: datetime) -> Decision:
    """Sealing comes before opening: everybody can check the text before the first ballot."""
    if poll.kind != PollKind.REPLAY and at > poll.opens_at:
        return no(_("Un vote se scelle avant son ouverture : changez ses dates."))
    allowed = can_change(by, poll, at)
    for rule in (preselection_is_settled, list_is_decided) if allowed else ():
        decided = rule(poll)
        if not decided:
            return decided
    return allowed


def preselection_is_settled(poll: Poll) -> Decision:
    """Règlement, art. 14: a binding preselection is decided before the sealing, and the list holds what it kept."""
    if poll.kind == PollKind.REPLAY:
        return YES
    settled = study_policies.is_preselected_before(poll.cycle, "vote")
    if not settled:
        return settled
    listed = Proposal.objects.filter(candidacies__poll=poll)
    kept = study_selectors.that_go_on(listed).values("pk")
    numbers = list(listed.exclude(pk__in=kept).order_by("number").values_list("number", flat=True))
    if numbers:
        said = _(
            "La liste de ce vote contient des projets que la présélection n’a pas gardés (article 14) : %(numbers)s. "
            "Annulez ce brouillon et préparez le vote de nouveau."
        )
        return no(said % {"numbers": study_policies.some_of(numbers)})
    return YES


def list_is_decided(poll: Poll) -> Decision:
    """Règlement, art. 13: where a body decides of the list put to the vote, its decision comes before the sealing."""
    if poll.kind == PollKind.REPLAY:
        return YES
    return cycle_policies.has_decided(poll.cycle, BodyPower.FINAL_LIST)


def can_withdraw_project(by: Actor, poll: Poll, at: datetime) -> Decision:
    """A withdrawal counts only if it is recorded before closing."""
    if poll.state != PollState.SEALED:
        return no(_("Un projet ne se retire que d’un vote scellé et pas encore clos."))
    return can_change(by, poll, at)


def can_close(by: Actor, poll: Poll, at: datetime) -> Decision:
    """After the sealed date, by the count officer, the team or the clock; a replay, by its import. A practice vote
    decides nothing: it may be closed before, to rehearse what follows."""
    if poll.kind == PollKind.REPLAY:
        return can_change(by, poll, at)
    if at < poll.closes_at and not (poll.kind == PollKind.PRACTICE and at >= poll.opens_at):
        return no(_("Le vote est ouvert jusqu’au %(when)s.") % {"when": calendar.moment_words(poll.closes_at)})
    if by.actor_kind == "clock":
        return yes_as("clock")
    return count_officer(by, at)


def can_publish_night(by: Actor, poll: Poll, at: datetime) -> Decision:
    """The clock's alone, in the town's night: by day, a new list of references would tell who has just voted."""
    hour = timezone.localtime(at, public_body().zone).hour
    if by.actor_kind != "clock" or not NIGHT[0] <= hour < NIGHT[1]:
        return no(_("La participation et les reçus paraissent d’eux-mêmes, la nuit, avant cinq heures."))
    if poll.kind == PollKind.REPLAY or poll.state != PollState.SEALED or at < poll.opens_at:
        return no(_("La participation et les reçus paraissent chaque nuit d’un vote ouvert."))
    return yes_as("clock")


def can_count(by: Actor, poll: Poll, at: datetime) -> Decision:
    """Opening and counting belong to the count officers; the team may count a practice vote."""
    if poll.kind == PollKind.REPLAY:
        return can_change(by, poll, at)
    return count_officer(by, at, or_team=poll.kind == PollKind.PRACTICE)


def can_open_here(poll: Poll) -> Decision:
    """Whether this server holds the key: a practice or replayed vote's, when it was not split."""
    if poll.kind == PollKind.BINDING:
        return no(_("L’urne d’un vote s’ouvre hors ligne, avec les parts de la clé : jamais sur ce serveur."))
    if selectors.is_opened_by_shares(poll):
        return no(_("Ce vote d’essai s’ouvre comme un vote, avec les parts de sa clé : suivez les étapes de sa page."))
    return YES


def can_proclaim(by: Actor, poll: Poll, at: datetime) -> Decision:
    """The participation team publishes what the town proclaims."""
    return can_change(by, poll, at)


def can_read_record(by: Actor, poll: Poll, at: datetime) -> Decision:
    """The official record is the count officers' until the proclamation, then everybody's."""
    if poll.state in RESULT_IS_PUBLIC:
        return YES
    if poll.state != PollState.COUNTED:
        return no(_("Le procès-verbal existe une fois le vote dépouillé."))
    return count_officer(by, at, or_team=poll.kind == PollKind.PRACTICE)


def can_print_kit(by: Actor, poll: Poll | None, at: datetime) -> Decision:
    """Everybody prints the kit of a sealed vote: it holds what is public."""
    if poll is None or (poll.cycle.is_hidden and not cycle_policies.team_only(by, at)):
        return no(_("Le livret et les affiches paraissent une fois la liste du vote scellée."))
    return YES


def can_print_poster(by: Actor, poll: Poll | None, number: str, at: datetime) -> Decision:
    """Each project of the sealed list has its poster, and no other."""
    if poll is None or not Candidate.objects.filter(poll=poll, proposal__number=number).exists():
        return no(_("Ce projet n’est pas sur la liste du vote."))
    if poll.withdrawals.filter(number=number).exists():
        return no(_("Ce projet est retiré du vote : son affiche ne se fabrique plus."))
    return can_print_kit(by, poll, at)


def count_officer(by: Actor, at: datetime, *, or_team: bool = True) -> Decision:
    """Who closes, opens and counts; the team too unless the vote binds."""
    if by.actor_kind == "import":
        return yes_as("import")
    if isinstance(by, User) and by.holds(at, Role.COUNT):
        return yes_as(Role.COUNT)
    if or_team and isinstance(by, User) and by.holds(at, *TEAM):
        return yes_as(Role.PARTICIPATION)
    return no(_("Seule une personne chargée du dépouillement peut le faire."))


def poll_of(cycle: Cycle) -> Poll | None:
    """The vote that visitors of a cycle come for: the live one, else the last archived; never a draft."""
    polls = Poll.objects.filter(cycle=cycle).exclude(state__in=[PollState.DRAFT, PollState.ANNULLED])
    return polls.select_related("cycle").order_by("-pk").first()


def booth_for(user: object, slug: str, entry_id: int | None, at: datetime) -> Door:
    """The door of the booth: a cycle that one may see, its vote, and the person that a cookie names; else a 404."""
    door = selectors.door(slug, entry_id)
    if door is None or not cycle_policies.may_see(user, door.cycle, at):
        raise Http404
    return door


def result_of(cycle: Cycle) -> Poll | None:
    """The vote of this cycle whose results are proclaimed, if there is one."""
    polls = Poll.objects.filter(cycle=cycle).with_public_result().select_related("cycle", "result")
    return polls.order_by("-pk").first()


def poll_with_result(cycle: Cycle) -> Poll:
    """The door of the published results: before the proclamation they do not exist."""
    poll = result_of(cycle)
    if poll is None:
        raise Http404
    return poll


def poll_for_kit(cycle: Cycle, number: str) -> Poll:
    """The door of a project's kit: only what is on the sealed list has one."""
    poll = poll_of(cycle)
    if poll is None or not Candidate.objects.filter(poll=poll, proposal__number=number).exists():
        raise Http404
    return poll


def poll_at_desk(user: User, pk: int, at: datetime) -> Poll:
    """The desk's door."""
    demand_desk(user, at)
    poll = Poll.objects.select_related("cycle").filter(pk=pk).first()
    if poll is None:
        raise Http404
    return poll


def demand_desk(user: User, at: datetime) -> None:
    """Who has no part in the vote does not see its desk."""
    if not user.holds(at, *DESK):
        raise Http404


def may_leave(proposal: Proposal, at: datetime) -> Decision:
    """A proposal on a sealed list is not simply withdrawn: the vote records it, with a reason."""
    if Candidate.objects.filter(proposal=proposal, poll__state__in=UNDER_WAY).exists():
        return no(_("Ce projet est soumis au vote : seule l’équipe participation peut l’en retirer, avec un motif."))
    if Candidate.objects.filter(proposal=proposal, poll__state__in=RESULT_IS_PUBLIC).exists():
        return no(_("Ce projet a été soumis au vote et son résultat est publié : il ne se retire plus."))
    return YES


def may_end(cycle: Cycle, at: datetime) -> Decision:
    """A cycle does not end in the middle of its vote."""
    if Poll.objects.filter(cycle=cycle, state__in=UNDER_WAY).exists():
        return no(_("Le vote de cette édition n’est pas terminé : proclamez-le ou annulez-le d’abord."))
    return YES


def may_move_phase(phase: Phase, at: datetime) -> Decision:
    """The dates of a sealed vote are those of its sealed text: another date is another vote."""
    if phase.kind == PhaseKind.VOTE and Poll.objects.filter(cycle=phase.cycle_id, state__in=UNDER_WAY).exists():
        return no(_("Le vote est scellé avec ses dates : elles ne changent plus."))
    return YES


def may_change_envelope(envelope: Envelope, at: datetime) -> Decision:
    """What a sealed vote shares does not change under it."""
    return may_split(envelope.cycle, at)


def may_reopen_preselection(cycle: Cycle, at: datetime) -> Decision:
    """The list of a sealed vote is made of what the preselection kept."""
    if Poll.objects.filter(cycle=cycle, state__in=(*UNDER_WAY, *RESULT_IS_PUBLIC)).exists():
        return no(_("Un vote scellé repose sur cette présélection : elle ne se rouvre plus."))
    return YES


def may_split(cycle: Cycle, at: datetime) -> Decision:
    """The same, for all the envelopes of an edition."""
    if Poll.objects.filter(cycle=cycle, state__in=(*UNDER_WAY, *RESULT_IS_PUBLIC)).exists():
        return no(_("Un vote scellé repose sur ces enveloppes : leurs montants ne changent plus."))
    return YES
