"""Règlement, article 2: whose idea may be filed, and how. What is asked of a person is in `conditions`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import Role, User
from bp_platform.core import text
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, no
from cycles import articles, policies
from cycles import selectors as cycle_selectors
from cycles.models import Cycle, CycleKind
from cycles.rules import Proposers
from proposals.models import Channel, Owner, OwnerKind, ProposalState, Stage

LAUREATES = (Stage.WINNER, Stage.DELIVERY, Stage.DELIVERED)
ENDED = (ProposalState.WITHDRAWN, ProposalState.HIDDEN)


@dataclass(frozen=True, slots=True)
class Author:
    """Who would carry an idea, as far as they are known: known again by their account, their e-mail or their phone."""

    kind: str
    channel: str
    email: str = ""
    phone: str = ""
    user: User | None = None

    @property
    def same(self) -> Q:
        """The owners that are this person; nobody when there is nothing to know them by."""
        known = Q(pk__in=[])
        if self.email.strip():
            known |= Q(contact__email__iexact=self.email.strip())
        if self.phone.strip():
            known |= Q(contact__phone=self.phone.strip())
        if self.user is not None:
            known |= Q(contact__user=self.user)
        return known


def can_be_filed_here(cycle: Cycle, channel: str) -> Decision:
    """Règlement, art. 2: by what means an idea reaches the public body."""
    channels = cycle_selectors.rules_of(cycle).proposers.channels
    if channel in channels:
        return YES
    how = text.enumerate_fr([str(Channel(each).label) for each in channels], _("ou"))
    return no(_("Dans cette édition, une idée se dépose %(how)s (article 2 du règlement).") % {"how": how})


def can_carry(author: Author, cycle: Cycle, *, by: Actor, at: datetime) -> Decision:
    """Règlement, art. 2: whether this person may carry one more idea in this edition."""
    rules = cycle_selectors.rules_of(cycle).proposers
    if cycle.kind == CycleKind.INTERNAL and by.actor_kind != "import" and not policies.is_agent(by, at):
        return no(_("Cette édition est réservée aux agents de la collectivité : connectez-vous avec votre compte."))
    if author.kind not in rules.kinds:
        kinds = text.enumerate_fr([f"« {OwnerKind(kind).label} »" for kind in rules.kinds], _("ou"))
        return no(
            _(
                "« Vous êtes » : choisissez %(kinds)s ; cette édition est réservée à ces porteurs "
                "(article 2 du règlement)."
            )
            % {"kinds": kinds}
        )
    refusals = (_is_excluded(author, cycle, rules, at), _has_room(author, cycle, rules.maximum_per_owner))
    return next((refusal for refusal in refusals if refusal is not None), YES)  # a refusal is falsy: no « or »


def _is_excluded(author: Author, cycle: Cycle, rules: Proposers, at: datetime) -> Decision | None:
    if rules.is_elected_excluded and _holds(author, at, Role.ELECTED):
        return no(_("Les élu·es ne déposent pas d’idée dans cette édition (article 2 du règlement)."))
    if rules.is_instructing_agent_excluded and _holds(author, at, Role.AGENT, Role.HEAD, Role.PARTICIPATION):
        return no(_("Les agents qui étudient les idées n’en déposent pas dans cette édition (article 2 du règlement)."))
    if rules.is_past_laureate_excluded and cycle.prior_id:
        past = Owner.objects.filter(author.same, proposal__cycle_id=cycle.prior_id, proposal__stage__in=LAUREATES)
        won = past.select_related("proposal").order_by("pk").first()
        if won is not None:
            return no(
                _(
                    "Votre projet %(number)s a été lauréat de l’édition précédente : cette fois, laissez la place à "
                    "d’autres (article 2 du règlement)."
                )
                % {"number": won.proposal.number}
            )
    return None


def _has_room(author: Author, cycle: Cycle, most: int) -> Decision | None:
    if not most:
        return None
    carried = Owner.objects.filter(author.same, proposal__cycle=cycle, left_at=None)
    number = carried.exclude(proposal__state__in=ENDED).values("proposal").distinct().count()
    if number < most:
        return None
    return no(
        ngettext(
            "Vous portez déjà %(most)d idée dans cette édition, le maximum (article 2 du règlement) : "
            "retirez-la pour en déposer une autre.",
            "Vous portez déjà %(most)d idées dans cette édition, le maximum (article 2 du règlement) : "
            "retirez-en une pour en déposer une autre.",
            most,
        )
        % {"most": most}
    )


def _holds(author: Author, at: datetime, *roles: str) -> bool:
    user = author.user
    if user is None and author.email.strip():
        user = User.objects.filter(email__iexact=author.email.strip()).first()
    return user is not None and user.holds(at, *roles)


def conditions(cycle: Cycle) -> str:
    """What the person states when the idea is filed (« 11 ans ou plus ; habiter sur le territoire »); often nothing."""
    return articles.author_conditions(cycle_selectors.rules_of(cycle).proposers)
