"""The figures of a one-year review, read from the data: a fixed number of queries, whatever the edition's size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from statistics import median

from django.db.models import Count, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import translation
from django.utils.translation import gettext as _

from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar, text
from bp_platform.documents.models import StoredFile
from bp_platform.documents.publication import shown_name
from cycles import selectors as cycle_selectors
from cycles.models import Area, AreaKind, Cycle
from cycles.rules import REFUSAL_REASONS, Study
from instruction.models import Assignment, Case, CaseState, DepartmentOpinion, Outcome
from proposals.models import Channel, Owner, OwnerKind, Proposal, ProposalState, Stage
from realisation.figures import (
    Answers,
    EnvelopePart,
    Figures,
    Ideas,
    Laureate,
    Moved,
    Part,
    Photo,
    Spent,
    Vote,
)
from realisation.models import (
    Delivery,
    DeliveryState,
    LedgerEntry,
    Milestone,
    MilestoneKind,
    ProgressUpdate,
    UpdatePhoto,
)
from realisation.selectors import wording
from realisation.selectors.accounts import Account, accounts
from realisation.selectors.deliveries import latest_news
from realisation.selectors.money import MoneyPage, money_page
from realisation.selectors.review_dates import vote_of
from voting import selectors as voting_selectors
from voting.models import Poll

LANGUAGE = "fr"
CHOSEN = (Stage.WINNER, Stage.DELIVERY, Stage.DELIVERED, Stage.ABANDONED)


def figures_of(cycle: Cycle, at: datetime) -> Figures:
    """All that the data says of the edition at that moment, in French whoever asks."""
    with translation.override(LANGUAGE):
        poll, on = vote_of(cycle), calendar.local_day(at)
        rules, areas = cycle_selectors.rules_of(cycle), list(cycle.areas.order_by("name", "pk"))
        town = min((area for area in areas if area.kind == AreaKind.COMMUNE), key=lambda area: area.pk, default=None)
        quartiers = sum(area.population or 0 for area in areas if area is not town)
        return Figures(
            on=on,
            town=public_body().name,
            cycle=cycle.title,
            slug=cycle.slug,
            population=(town.population if town and town.population else quartiers),
            ideas=_ideas(cycle, areas),
            answers=_answers(cycle, rules.study),
            vote=_vote(poll) if poll else None,
            laureates=tuple(_laureates(cycle, on, _scores(poll) if poll else {})),
            money=_spent(cycle, money_page(cycle)),
            update_every_days=rules.delivery.update_every_days,
        )


def _ideas(cycle: Cycle, areas: Iterable[Area]) -> Ideas:
    filed = Proposal.objects.filter(cycle=cycle)
    channels = dict(filed.order_by("channel").values_list("channel").annotate(number=Count("pk")))
    places = dict(filed.order_by("area").values_list("area").annotate(number=Count("pk")))
    owners = Owner.objects.filter(proposal__cycle=cycle)
    kinds = dict(owners.order_by("kind").values_list("kind").annotate(number=Count("contact", distinct=True)))
    return Ideas(
        filed=sum(channels.values()),
        published=filed.filter(state=ProposalState.PUBLISHED).count(),
        people=owners.aggregate(number=Count("contact", distinct=True))["number"],
        by_channel=_parts(((str(Channel(code).label), channels.get(code, 0)) for code in Channel.values), zero=False),
        by_place=tuple(Part(area.name, places.get(area.pk, 0), wording.residents(area.population)) for area in areas),
        by_owner=_parts(((str(OwnerKind(code).label), kinds.get(code, 0)) for code in OwnerKind.values), zero=False),
    )


def _parts(pairs: Iterable[tuple[str, int]], *, zero: bool = True) -> tuple[Part, ...]:
    return tuple(Part(label, number) for label, number in pairs if number or zero)


def _answers(cycle: Cycle, rules: Study) -> Answers:
    cases = Case.objects.of_cycle(cycle)
    published = cases.filter(state=CaseState.PUBLISHED)
    given = dict(published.order_by("outcome").values_list("outcome").annotate(number=Count("pk")))
    refused = published.filter(outcome=Outcome.UNFEASIBLE).order_by("refusal_reason")
    reasons = refused.values_list("refusal_reason", "refusal_article").annotate(number=Count("pk"))
    whole = [
        (calendar.local_day(answered) - (received or calendar.local_day(submitted))).days
        for received, submitted, answered in published.order_by("pk").values_list(
            "proposal__received_on", "proposal__submitted_at", "published_at"
        )
        if answered
    ]
    first, opinions = _first_answers(cycle, rules.first_answer_days), _opinions(cycle)
    return Answers(
        feasible=given.get(Outcome.FEASIBLE, 0),
        changed=given.get(Outcome.FEASIBLE_WITH_CHANGES, 0),
        refused=given.get(Outcome.UNFEASIBLE, 0),
        waiting=cases.active().exclude(state=CaseState.PUBLISHED).count(),
        reasons=tuple(
            Part(_(REFUSAL_REASONS[code].label), number, f"art. {article}")
            for code, article, number in sorted(reasons, key=lambda row: (-row[2], row[0]))
        ),
        first_days=rules.first_answer_days,
        first=len(first),
        first_in_time=sum(first),
        opinion_days=rules.opinion_days,
        opinions=len(opinions),
        opinions_in_time=sum(opinions),
        median_days=round(median(whole)) if whole else None,
    )


def _first_answers(cycle: Cycle, days: int) -> list[bool]:
    """For each idea that had one, whether its first answer came within these days of its deposit."""
    rows = Proposal.objects.filter(cycle=cycle).annotate(first=Min("moderation_decisions__decided_at"))
    found = rows.exclude(first=None).order_by("pk").values_list("received_on", "submitted_at", "first")
    return [
        (calendar.local_day(first) - (received or calendar.local_day(submitted))).days <= days
        for received, submitted, first in found
    ]


def _opinions(cycle: Cycle) -> list[bool]:
    """For each opinion that was given, whether it came by the day set for the department."""
    said = DepartmentOpinion.objects.filter(case=OuterRef("case"), department=OuterRef("department"))
    rows = Assignment.objects.filter(case__proposal__cycle=cycle)
    rows = rows.annotate(given=Subquery(said.order_by("pk").values("given_at")[:1])).exclude(given=None)
    return [calendar.local_day(given) <= due for given, due in rows.order_by("pk").values_list("given", "due_on")]


def _vote(poll: Poll) -> Vote:
    told, sealed = voting_selectors.told_turnout(poll), voting_selectors.sealed_of(poll)
    return Vote(
        opened_on=calendar.local_day(sealed.opens_at),
        closed_on=calendar.local_day(calendar.last_instant(sealed.closes_at)),
        proclaimed_on=calendar.local_day(poll.proclaimed_at or poll.closes_at),
        registered=told.registered,
        voters=told.voters,
        listed=len(sealed.projects),
        by_channel=_parts(told.by_channel),
        by_place=_parts(told.by_place),
    )


def _scores(poll: Poll) -> Mapping[str, int]:
    """The votes of each project, where the published result tells them."""
    scopes = voting_selectors.results(poll).scopes
    return {line.number: line.score for scope in scopes if not scope.are_scores_hidden for line in scope.lines}


def _chosen(cycle: Cycle) -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(Q(stage__in=CHOSEN) | Q(delivery__isnull=False), cycle=cycle)
    openings = Prefetch("delivery__milestones", Milestone.objects.order_by("pk"))
    return (
        rows.with_names()
        .select_related("area", "theme", "delivery__lead_department")
        .prefetch_related(openings)
        .order_by("number")
    )


def _laureates(cycle: Cycle, on: date, scores: Mapping[str, int]) -> Iterable[Laureate]:
    rows = list(_chosen(cycle))
    deliveries: list[Delivery | None] = [getattr(row, "delivery", None) for row in rows]
    keys = [delivery.pk for delivery in deliveries if delivery]
    news, sums = latest_news(keys), accounts(LedgerEntry.objects.filter(delivery__in=keys))
    photos = _photos(keys)
    for row, delivery in zip(rows, deliveries, strict=True):
        votes = scores.get(row.number)
        if delivery is None:
            yield _waiting(row, votes)
        else:
            account = sums.get(delivery.pk, Account())
            yield _laureate(row, delivery, votes, account, news.get(delivery.pk), photos.get(delivery.pk), on)


def _photos(deliveries: list[int]) -> dict[int, Photo]:
    """The last public picture of each delivery; one query."""
    rows = UpdatePhoto.objects.filter(update__delivery__in=deliveries, file__is_public=True)
    newest = rows.select_related("file", "update").order_by(
        "update__delivery", "-update__published_at", "-update__pk", "position"
    )
    return {photo.update.delivery_id: photo_of(photo.file) for photo in newest.distinct("update__delivery")}


def photo_of(stored: StoredFile) -> Photo:
    """A stored picture as the review keeps it."""
    return Photo(str(stored.uid), shown_name(stored), stored.path, stored.alt_text)


def _waiting(row: Proposal, votes: int | None) -> Laureate:
    """A laureate that the council has still to vote."""
    return Laureate(
        number=row.number,
        title=row.title,
        place=row.area.name,
        drawing=row.theme.drawing,
        state="",
        status=_("Lauréat, en attente du conseil"),
        tone="accent",
        votes=votes,
        owners=text.enumerate_fr(row.names),
        voted_eur=row.price_eur or Decimal("0.00"),
    )


def _laureate(
    row: Proposal,
    delivery: Delivery,
    votes: int | None,
    account: Account,
    news: ProgressUpdate | None,
    photo: Photo | None,
    on: date,
) -> Laureate:
    opening = next((m for m in delivery.milestones.all() if m.kind == MilestoneKind.DELIVERY), None)
    until = delivery.delivered_on or on
    is_counted = delivery.state != DeliveryState.ABANDONED
    return Laureate(
        number=row.number,
        title=row.title,
        place=row.area.name,
        drawing=row.theme.drawing,
        state=delivery.state,
        status=wording.status(delivery),
        tone=wording.TONES.get(delivery.state, "accent"),
        votes=votes,
        owners=text.enumerate_fr(row.names),
        department=delivery.lead_department.name,
        promised_on=delivery.promised_on,
        expected_on=(opening.forecast_on or opening.planned_on) if opening else None,
        delivered_on=delivery.delivered_on,
        days_late=max(0, (until - delivery.promised_on).days) if is_counted else 0,
        delay_reason=opening.delay_reason if opening else "",
        reason=delivery.public_reason,
        voted_eur=account.budgeted_eur,
        committed_eur=account.committed_eur,
        invoiced_eur=account.invoiced_eur,
        paid_eur=account.paid_eur,
        released_eur=account.released_eur,
        news_on=calendar.local_day(news.published_at) if news else None,
        news=news.text if news else "",
        photo=photo,
    )


def _spent(cycle: Cycle, page: MoneyPage) -> Spent:
    """The money page's own sums, as plain values."""
    kept = page.money
    return Spent(
        voted_eur=kept.voted_eur,
        received_eur=kept.received_eur,
        paid_eur=kept.paid_eur,
        committed_eur=kept.committed_eur,
        planned_eur=kept.planned_eur,
        moved_eur=kept.moved_eur,
        left_eur=kept.left_eur,
        updated_on=kept.updated_on,
        envelopes=tuple(
            EnvelopePart(
                name=line.envelope.name,
                voted_eur=line.balance.voted_eur,
                received_eur=line.balance.received_eur,
                given_eur=line.balance.given_eur,
                allotted_eur=line.balance.allotted_eur,
                left_eur=line.balance.left_eur,
            )
            for line in page.envelopes
        ),
        transfers=tuple(
            Moved(
                source=_named(row.source.name, row.source.cycle, cycle),
                target=_named(row.target.name, row.target.cycle, cycle) if row.target else row.elsewhere,
                amount_eur=row.amount_eur,
                on=row.on_date,
                decided_by=row.decided_by,
                decision=row.decision,
                is_in=row.source.cycle_id != cycle.pk,
                is_out=row.target is None or row.target.cycle_id != cycle.pk,
            )
            for row in (line.row for line in page.transfers)
        ),
    )


def _named(name: str, of: Cycle, here: Cycle) -> str:
    return name if of.pk == here.pk else f"{of.title}, {name}"
