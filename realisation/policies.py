"""Who may do what with deliveries and money, and the doors to them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import Role, User
from bp_platform.core import codes
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, no, yes_as
from cycles import policies as cycle_policies
from cycles.models import Cycle, Envelope
from proposals import policies as proposal_policies
from proposals.models import Proposal, ProposalState, Stage
from realisation import selectors
from realisation.models import (
    DONE,
    Delivery,
    DeliveryState,
    Destination,
    Enquiry,
    EnvelopeTransfer,
    LedgerEntry,
    LedgerImport,
    MoneyPaper,
    OneYearReview,
    Reallocation,
)
from realisation.models.enquiries import EnquiryQuerySet
from realisation.selectors import ImportPlan

BUILDERS = (Role.AGENT, Role.HEAD)
TEAM = (Role.PARTICIPATION, Role.ADMINISTRATOR)
READERS_OF_PAPERS = (Role.FINANCE, Role.AUDITOR, *TEAM)
MODERATION = (Role.MODERATOR, *TEAM)
ENQUIRY_CODE = "enquiry"
NOT_CHOSEN = (Stage.UNFEASIBLE, Stage.NOT_SELECTED, Stage.ABANDONED)


def can_create(by: Actor, proposal: Proposal, at: datetime) -> Decision:
    """The team records the council's resolution; only a laureate becomes a delivery."""
    allowed = cycle_policies.team_only(by, at)
    if allowed and proposal.stage != Stage.WINNER and not Delivery.objects.filter(proposal=proposal).exists():
        return no(_("Le projet %(number)s n’est pas lauréat.") % {"number": proposal.number})
    return allowed


def can_follow_up(by: Actor, delivery: Delivery, at: datetime) -> Decision:
    """The lead department, or the participation team."""
    if by.actor_kind == "import":
        return yes_as("import")
    if isinstance(by, User):
        for role in (Role.HEAD, Role.AGENT):
            if by.holds(at, role, department_id=delivery.lead_department_id):
                return yes_as(role)
        if by.holds(at, *TEAM):
            return yes_as(Role.PARTICIPATION)
    return no(_("Seule la direction qui réalise ce projet peut en donner des nouvelles."))


def can_change(by: Actor, delivery: Delivery, at: datetime, *, hands_over: bool = False) -> Decision:
    """Who follows the delivery says what changes; its head or the team hands it over to another department."""
    allowed = can_follow_up(by, delivery, at)
    if allowed and delivery.state == DeliveryState.ABANDONED:
        return no(_("Ce projet est abandonné : il ne change plus."))
    if allowed and hands_over and allowed.role == Role.AGENT:
        return no(
            _("Seule la ou le responsable de la direction, ou l’équipe participation, confie le projet à une autre.")
        )
    return allowed


def can_tell_sequel(by: Actor, delivery: Delivery, at: datetime) -> Decision:
    """What followed is told of what exists."""
    allowed = can_follow_up(by, delivery, at)
    if allowed and delivery.state not in DONE:
        return no(_("« Ce qui a suivi » se raconte une fois le projet livré."))
    return allowed


def can_mark_done_outside(by: Actor, proposal: Proposal, at: datetime) -> Decision:
    """The team says what was done without the participatory budget, of what this one did not choose."""
    allowed = cycle_policies.team_only(by, at)
    if allowed and proposal.stage not in (*NOT_CHOSEN, Stage.DONE_OUTSIDE):
        return no(_("Le projet %(number)s n’a été ni écarté ni perdu au vote.") % {"number": proposal.number})
    return allowed


def can_ask(delivery: Delivery, at: datetime) -> Decision:
    """Anybody asks about the works, with or without an account."""
    if delivery.proposal.state != ProposalState.PUBLISHED:
        return no(_("Ce projet n’est pas publié : on ne peut pas poser de question à son sujet."))
    return YES


def can_moderate_enquiry(by: Actor, enquiry: Enquiry, at: datetime) -> Decision:
    """The moderators and the team read what residents write before it is published."""
    if by.actor_kind == "import":
        return yes_as("import")
    if isinstance(by, User) and by.holds(at, *MODERATION):
        return yes_as(Role.MODERATOR)
    return no(_("Seule l’équipe de modération décide de la publication d’une demande."))


def can_answer_enquiry(by: Actor, enquiry: Enquiry, at: datetime) -> Decision:
    """The lead department answers, or the team."""
    return can_follow_up(by, enquiry.delivery, at)


def can_keep_ledger(by: Actor, at: datetime) -> Decision:
    """The finance officers."""
    if by.actor_kind == "import":
        return yes_as("import")
    if isinstance(by, User) and by.holds(at, Role.FINANCE):
        return yes_as(Role.FINANCE)
    return no(_("Seule la direction des finances passe des écritures."))


def can_review(by: Actor, cycle: Cycle, at: datetime) -> Decision:
    """The participation team writes the review."""
    return cycle_policies.team_only(by, at)


def may_close(cycle: Cycle, at: datetime) -> Decision:
    """The return is compulsory: no closing without the review, nor with false accounts."""
    return selectors.objection_to_closing(cycle, at)


def may_leave(proposal: Proposal, at: datetime) -> Decision:
    """What the council has voted is built, suspended or abandoned with its reason: it is not taken back."""
    if Delivery.objects.filter(proposal=proposal).exists():
        return no(_("Ce projet est en réalisation : il ne se retire plus. Écrivez à l’équipe participation."))
    return YES


def deliveries_for(user: User, at: datetime) -> QuerySet[Delivery]:
    """The deliveries of one's departments (all of them for the team), or a 404 for who has none to follow."""
    rows = Delivery.objects.select_related("proposal__cycle", "proposal__area", "lead_department", "envelope")
    if user.holds(at, *TEAM):
        return rows
    departments = [row.department_id for row in user.held_roles(at) if row.role in BUILDERS]
    if not departments:
        raise Http404
    return rows.filter(lead_department__in=departments)


def delivery_for(user: User, number: str, at: datetime) -> Delivery:
    """One delivery of the desk, or a 404."""
    delivery = deliveries_for(user, at).filter(proposal__number=number).first()
    if delivery is None:
        raise Http404
    return delivery


def moderates(user: User, at: datetime) -> bool:
    """Whether somebody reads what residents write before it is published."""
    return user.holds(at, *MODERATION)


def enquiries_for(user: User, at: datetime) -> EnquiryQuerySet:
    """The enquiries of one's departments, all of them for the team and the moderators; else a 404."""
    rows = Enquiry.objects.select_related("delivery__proposal__cycle", "delivery__lead_department", "author")
    if moderates(user, at):
        return rows
    departments = [row.department_id for row in user.held_roles(at) if row.role in BUILDERS]
    if not departments:
        raise Http404
    return rows.public().filter(delivery__lead_department__in=departments)


def enquiry_for(user: User, uid: UUID, at: datetime) -> Enquiry:
    """One enquiry of the desk, or a 404."""
    enquiry = enquiries_for(user, at).filter(uid=uid).first()
    if enquiry is None:
        raise Http404
    return enquiry


def enquiry_by_code(code: str) -> Enquiry:
    """The status page's door: who holds the code asked. A wrong code is a 404."""
    rows = Enquiry.objects.select_related("delivery__proposal__cycle", "delivery__lead_department")
    found = rows.filter(code_digest=codes.digest(ENQUIRY_CODE, code)).first()
    if found is None:
        raise Http404
    return found


def public_delivery(user: object, cycle: str, number: str, at: datetime) -> Delivery:
    """A delivery that anybody may read about: its project's own door, then a 404 before the council's resolution."""
    proposal = proposal_policies.proposal_for(user, cycle, number, at)
    row = Delivery.objects.filter(proposal=proposal).select_related("lead_department").first()
    if row is None:
        raise Http404
    row.proposal = proposal
    return row


def proposal_to_mark(user: User, number: str, at: datetime) -> Proposal:
    """What the team may say was done without the participatory budget; the policy says why not, the door only hides."""
    proposal = Proposal.objects.select_related("cycle", "area").filter(number=number).first()
    if proposal is None or not user.holds(at, *TEAM):
        raise Http404
    return proposal


def cycle_to_launch(user: User, slug: str, at: datetime) -> Cycle:
    """The door of the page that turns laureates into deliveries: the team's."""
    return _cycle_of_team(user, slug, at)


def cycle_to_review(user: User, slug: str, at: datetime) -> Cycle:
    """The door of the review's page, for a cycle that has one."""
    cycle = _cycle_of_team(user, slug, at)
    if not OneYearReview.objects.filter(cycle=cycle).exists():
        raise Http404
    return cycle


def reviews_for(user: User, at: datetime) -> QuerySet[OneYearReview]:
    """The desk of reviews, the team's: the next one due first."""
    if not user.holds(at, *TEAM):
        raise Http404
    return OneYearReview.objects.select_related("cycle").order_by("scheduled_on", "pk")


def _cycle_of_team(user: User, slug: str, at: datetime) -> Cycle:
    cycle = Cycle.objects.filter(slug=slug).first()
    if cycle is None or not user.holds(at, *TEAM):
        raise Http404
    return cycle


def books_for(user: User, at: datetime) -> User:
    """The finance desk exists for finance officers."""
    if not can_keep_ledger(user, at):
        raise Http404
    return user


def cycle_of_books(user: User, slug: str, at: datetime) -> Cycle:
    """The ledger of an edition, or a 404."""
    cycle = Cycle.objects.filter(slug=slug).first()
    if cycle is None or not can_keep_ledger(user, at):
        raise Http404
    return cycle


def entry_for(user: User, pk: int, at: datetime) -> LedgerEntry:
    """A line of the ledger, for who keeps it."""
    rows = LedgerEntry.objects.select_related("delivery__proposal__cycle", "delivery__envelope")
    entry = rows.filter(pk=pk).first()
    if entry is None or not can_keep_ledger(user, at):
        raise Http404
    return entry


def targets_of(cycle: Cycle) -> QuerySet[Envelope]:
    """Where a leftover of this cycle may go: its own envelopes and those of the following editions."""
    return Envelope.objects.filter(cycle__pk__gte=cycle.pk).select_related("cycle").order_by("cycle__pk", "name", "pk")


def may_apply(plan: ImportPlan) -> Decision:
    """All or nothing: one fault or one conflict, and the export is not entered."""
    if plan.fault_count:
        said = ngettext(
            "Ce fichier a %(n)d ligne à revoir : rien n’est importé. Corrigez-la, puis recommencez.",
            "Ce fichier a %(n)d lignes à revoir : rien n’est importé. Corrigez-les, puis recommencez.",
            plan.fault_count,
        )
        return no(said % {"n": plan.fault_count})
    if not plan.entries:
        return no(_("Toutes les lignes de ce fichier sont déjà dans les comptes : il n’y a rien à importer."))
    return YES


def can_undo_import(by: Actor, batch: LedgerImport, at: datetime) -> Decision:
    """The finance officers, once."""
    allowed = can_keep_ledger(by, at)
    if allowed and batch.undone_at:
        return no(_("Cet import est déjà annulé."))
    return allowed


def import_for(user: User, pk: int, at: datetime) -> LedgerImport:
    """An import, for who keeps the ledger."""
    batch = LedgerImport.objects.select_related("cycle", "entered_by").filter(pk=pk).first()
    if batch is None or not can_keep_ledger(user, at):
        raise Http404
    return batch


def transfer_for(user: User, pk: int, at: datetime) -> EnvelopeTransfer:
    """A transfer, for who keeps the ledger."""
    rows = EnvelopeTransfer.objects.select_related("source__cycle", "target__cycle")
    row = rows.filter(pk=pk).first()
    if row is None or not can_keep_ledger(user, at):
        raise Http404
    return row


def may_reverse_transfer(row: EnvelopeTransfer) -> Decision:
    """Once, and never a reversal."""
    if row.reverses_id is not None or EnvelopeTransfer.objects.filter(reverses=row).exists():
        return no(_("Ce transfert est déjà une annulation, ou déjà annulé."))
    return YES


def can_propose_reallocation(by: Actor, at: datetime) -> Decision:
    """The finance officers and the participation team."""
    allowed = can_keep_ledger(by, at)
    if not allowed and isinstance(by, User) and by.holds(at, *TEAM):
        return yes_as(Role.PARTICIPATION)
    return allowed or no(_("Seules les finances et l’équipe participation proposent ce que devient un reliquat."))


def can_decide_reallocation(by: Actor, row: Reallocation, at: datetime) -> Decision:
    """Money that moves is recorded by the finance officers; a new laureate, by the participation team."""
    if row.destination == Destination.NEXT:
        return cycle_policies.team_only(by, at)
    return can_keep_ledger(by, at)


def can_refuse_reallocation(by: Actor, row: Reallocation, at: datetime) -> Decision:
    """Whoever may propose records a refusal."""
    return can_propose_reallocation(by, at)


def may_receive(delivery: Delivery, envelope: Envelope) -> Decision:
    """A leftover helps a project of the same edition that is still to be finished."""
    if delivery.envelope.cycle_id != envelope.cycle_id:
        return no(_("Ce projet est d’une autre édition : transférez d’abord le reliquat à cette édition."))
    if delivery.state == DeliveryState.ABANDONED:
        return no(_("Ce projet est abandonné : on n’y engage plus d’argent."))
    return YES


def can_attach(by: Actor, proved: LedgerEntry | EnvelopeTransfer | Reallocation, at: datetime) -> Decision:
    """The finance officers; the participation team too, beside what it decided."""
    if isinstance(proved, Reallocation):
        return can_propose_reallocation(by, at)
    return can_keep_ledger(by, at)


def cycle_of_leftovers(user: User, slug: str, at: datetime) -> Cycle:
    """The desk of an edition's leftovers, or a 404."""
    cycle = Cycle.objects.filter(slug=slug).first()
    if cycle is None or not can_propose_reallocation(user, at):
        raise Http404
    return cycle


def reallocation_for(user: User, pk: int, at: datetime) -> Reallocation:
    """A reallocation, for who may propose one."""
    rows = Reallocation.objects.select_related(
        "envelope__cycle", "delivery__proposal__cycle", "delivery__envelope", "proposal__cycle", "target__cycle"
    )
    row = rows.filter(pk=pk).first()
    if row is None or not can_propose_reallocation(user, at):
        raise Http404
    return row


def paper_for(user: User, uid: UUID, at: datetime) -> MoneyPaper:
    """A file beside the money: the desk's readers, whatever it is; everybody else reads the public ones elsewhere."""
    paper = MoneyPaper.objects.select_related("file").filter(uid=uid).first()
    if paper is None or not user.holds(at, *READERS_OF_PAPERS):
        raise Http404
    return paper


def leftovers_desk(user: User, at: datetime) -> User:
    """The desk of leftovers exists for who may propose what becomes of them."""
    if not can_propose_reallocation(user, at):
        raise Http404
    return user
