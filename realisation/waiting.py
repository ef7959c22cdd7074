"""What waits on the desks of the return, in one sentence each; « » when nothing does."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from bp_platform.accounts.models import User
from bp_platform.core import calendar
from realisation import policies, selectors
from realisation.models import LedgerEntry, OneYearReview, Reallocation, ReallocationState, ReviewState

SOON = timedelta(days=60)


def deliveries(user: User, at: datetime) -> str:
    """« 3 lauréats à lancer, 1 chantier sans nouvelles, 2 dates passées »."""
    silent, passed = selectors.behind(policies.deliveries_for(user, at), at)
    is_team = user.holds(at, *policies.TEAM)
    winners = selectors.to_launch().count() if is_team else 0
    said = []
    if winners:
        said.append(ngettext("%(n)d lauréat à lancer", "%(n)d lauréats à lancer", winners) % {"n": winners})
    if silent:
        words = ngettext("%(n)d chantier sans nouvelles", "%(n)d chantiers sans nouvelles", silent)
        said.append(words % {"n": silent})
    if passed:
        said.append(ngettext("%(n)d date passée", "%(n)d dates passées", passed) % {"n": passed})
    read = policies.news_to_read(user, at).count()
    if read:
        said.append(ngettext("%(n)d nouvelle à relire", "%(n)d nouvelles à relire", read) % {"n": read})
    return ", ".join(said)


def enquiries(user: User, at: datetime) -> str:
    """« 2 demandes à relire, 3 à répondre, 1 en retard »: those of this user."""
    mine = policies.enquiries_for(user, at)
    today = calendar.local_day(at)
    found = [
        (
            mine.to_moderate().count() if policies.moderates(user, at) else 0,
            ngettext_lazy("%(n)d demande à relire", "%(n)d demandes à relire", "n"),
        ),
        (mine.to_answer().count(), ngettext_lazy("%(n)d à répondre", "%(n)d à répondre", "n")),
        (mine.late(today).count(), ngettext_lazy("%(n)d en retard", "%(n)d en retard", "n")),
    ]
    return ", ".join(str(words % {"n": number}) for number, words in found if number)


def finance(user: User, at: datetime) -> str:
    """« 2 projets facturés, à payer »; nothing waits for who only reads the ledger."""
    if not policies.can_keep_ledger(user, at):
        return ""
    accounts = selectors.accounts(LedgerEntry.objects.order_by()).values()
    owed = sum(1 for account in accounts if account.invoiced_eur > account.paid_eur)
    return (
        ngettext("%(n)d projet facturé, à payer", "%(n)d projets facturés, à payer", owed) % {"n": owed} if owed else ""
    )


def leftovers(_user: User, _at: datetime) -> str:
    """« 2 affectations à décider »."""
    waiting = Reallocation.objects.filter(state=ReallocationState.PROPOSED).count()
    said = ngettext("%(n)d affectation à décider", "%(n)d affectations à décider", waiting)
    return said % {"n": waiting} if waiting else ""


def reviews(user: User, at: datetime) -> str:
    """« 2 bilans à écrire, 1 en retard » (due within two months) for the team; « 1 bilan à valider » for who signs."""
    if not user.holds(at, *policies.TEAM):
        number = OneYearReview.objects.filter(state=ReviewState.SUBMITTED, validator=user).count()
        return ngettext("%(n)d bilan à valider", "%(n)d bilans à valider", number) % {"n": number} if number else ""
    today = calendar.local_day(at)
    found = OneYearReview.objects.filter(published_at=None, scheduled_on__lte=today + SOON).aggregate(
        all=Count("pk"), late=Count("pk", filter=Q(scheduled_on__lt=today))
    )
    if not found["all"]:
        return ""
    said = ngettext("%(n)d bilan à publier", "%(n)d bilans à publier", found["all"]) % {"n": found["all"]}
    return _("%(reviews)s, %(late)d en retard") % {"reviews": said, "late": found["late"]} if found["late"] else said
