"""Who may do what with a body, and the doors to it."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import F, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Role, User
from bp_platform.core import calendar, codes
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, no, yes_as
from cycles import powers, selectors
from cycles.models import (
    CHARTER,
    Application,
    Body,
    BodyDecision,
    BodyOpinion,
    BodyPower,
    College,
    Cycle,
    CycleState,
    Draw,
    Member,
    Recruitment,
)
from cycles.policies.editions import may_see, team_only
from cycles.rules import Rules

APPLICATION_PURPOSE = "body-application"


def can_apply(by: Actor, college: College, at: datetime, *, received_on: date | None = None) -> Decision:
    """Applications are taken between two dates; what came in time on paper is entered until the draw or the choice."""
    body = college.body
    if body.cycle.state == CycleState.CLOSED:
        return no(_("Cette édition est terminée."))
    if college.recruitment == Recruitment.APPOINTED:
        return no(_("Le collège « %(college)s » est désigné : on n’y candidate pas.") % {"college": college.name})
    opens, closes = body.applications_from, body.applications_until
    if opens is None or closes is None:
        return no(_("Cette instance n’a pas d’appel à candidatures."))
    if college.draws.exists():
        return no(_("La liste du tirage au sort est arrêtée : on ne peut plus y ajouter de candidature."))
    if at < opens:
        return no(_("Les candidatures ouvrent le %(when)s.") % {"when": calendar.moment_words(opens)})
    if at < closes:
        return yes_as("import") if by.actor_kind == "import" else yes_as("applicant")
    team = team_only(by, at)
    if team and received_on is not None and received_on <= calendar.local_day(calendar.last_instant(closes)):
        return team
    return no(_("Les candidatures sont closes depuis le %(when)s.") % {"when": calendar.moment_words(closes)})


def can_seat(by: Actor, college: College, day: date, at: datetime) -> Decision:
    """The team seats people, never more than the college has seats on that day."""
    team = team_only(by, at)
    if not team:
        return team
    if Member.objects.sitting(day).filter(college=college).count() >= college.seats:
        return no(
            _("Le collège « %(college)s » est complet : tous ses sièges sont pourvus.") % {"college": college.name}
        )
    return team


def can_draw(by: Actor, draw: Draw, at: datetime) -> Decision:
    """The number is entered once it can be known, and once only."""
    team = team_only(by, at)
    if not team:
        return team
    if draw.drawn_at is not None:
        return no(_("Ce tirage est fait : il ne se recommence pas."))
    if at < draw.value_due_at:
        return no(
            _("Le nombre public sera connu le %(when)s : le tirage se fait ensuite.")
            % {"when": calendar.moment_words(draw.value_due_at)}
        )
    return team


def can_decide_on(by: Actor, body: Body, matter: str, at: datetime) -> Decision:
    """A body decides on what its edition entrusts to it, and on its own charter."""
    team = team_only(by, at)
    if not team:
        return team
    if matter == CHARTER:
        return team if body.charter_version else no(_("Cette instance n’a pas encore de charte : écrivez-la d’abord."))
    rules = selectors.rules_of(body.cycle)
    entitled = may_hold(rules, body, matter)
    if not entitled:
        return entitled
    if matter not in body.powers and matter not in powers.given_to(rules, body.rule_code):
        return no(
            _(
                "« %(body)s » ne décide pas de ce sujet (%(matter)s) : ajoutez-le à ses missions, "
                "ou choisissez-en un autre."
            )
            % {"body": body.name, "matter": BodyPower(matter).label}
        )
    return team


def may_hold(rules: Rules, body: Body, power: str) -> Decision:
    """What the règlement gives to one body is no other's; on what it says nothing of, the team decides."""
    named = powers.holders(rules, power)
    if not named or body.rule_code in {rule.code for rule in named}:
        return YES
    return no(
        _(
            "L’article %(article)d du règlement confie ce sujet (%(matter)s) à « %(holders)s » : « %(body)s » "
            "n’en décide pas."
        )
        % {
            "article": powers.article_of(power),
            "matter": BodyPower(power).label,
            "holders": powers.named(named),
            "body": body.name,
        }
    )


def has_decided(cycle: Cycle, power: str, *, on: date | None = None, carried_only: bool = True) -> Decision:
    """Where the règlement gives a power to a body, the decision that it recorded is asked for, of that day if it is
    said; where it names nobody, nothing is asked."""
    rules = selectors.rules_of(cycle)
    named = powers.holders(rules, power)
    if not named:
        return YES
    found = BodyDecision.objects.filter(
        body__cycle=cycle, body__rule_code__in=[rule.code for rule in named], matter=power
    )
    if on is not None:
        found = found.filter(decided_on=on)
    if carried_only:
        found = found.filter(votes_for__gt=F("votes_against"))
    if found.exists():
        return YES
    words = {
        "article": powers.article_of(power),
        "matter": BodyPower(power).label,
        "holders": powers.named(named),
        "day": calendar.day_words(on) if on else "",
    }
    if on is not None:
        return no(
            _(
                "L’article %(article)d du règlement confie ce sujet (%(matter)s) à « %(holders)s », dont aucune "
                "décision du %(day)s n’est notée : notez-la d’abord parmi les décisions de l’instance."
            )
            % words
        )
    return no(
        _(
            "L’article %(article)d du règlement confie ce sujet (%(matter)s) à « %(holders)s », dont aucune décision "
            "n’est notée : notez-la d’abord parmi les décisions de l’instance."
        )
        % words
    )


def can_answer_opinion(by: Actor, opinion: BodyOpinion, at: datetime) -> Decision:
    """The head of the department that owes the answer, or the team in its name; once."""
    if opinion.answered_at is not None:
        return no(_("Cet avis a déjà sa réponse : elle est publiée."))
    team = team_only(by, at)
    if team:
        return team
    if isinstance(by, User) and by.holds(at, Role.HEAD, department_id=opinion.department_id):
        return yes_as(Role.HEAD)
    return no(
        _("La réponse revient à %(department)s : seules sa direction et l’équipe participation l’écrivent.")
        % {"department": opinion.department.name}
    )


def reads_studies_for(user: User, cycle_id: int, at: datetime) -> Decision:
    """Whether somebody of the committee may speak on the studies of that edition.

    Where a body of the edition was given that power, its members alone do, during their mandate.
    """
    bodies = list(Body.objects.filter(cycle=cycle_id, powers__contains=[BodyPower.STUDIES]).order_by("pk"))
    if not bodies or seats_of(user, calendar.local_day(at)).filter(body__in=bodies).exists():
        return yes_as(Role.COMMITTEE)
    return no(
        _("Pour cette édition, les avis sur les études reviennent à « %(body)s » : vous n’y siégez pas aujourd’hui.")
        % {"body": bodies[0].name}
    )


def seats_of(user: User, day: date) -> QuerySet[Member]:
    """Where an account sits on that day."""
    return Member.objects.sitting(day).filter(contact__user=user)


# The doors


def body_for(user: object, cycle: str, slug: str, at: datetime) -> Body:
    """A public body of an edition that one may see; the team sees those it prepares."""
    body = Body.objects.select_related("cycle", "department").filter(cycle__slug=cycle, slug=slug).first()
    if body is None or not may_see(user, body.cycle, at) or not (body.published_at or _is_team(user, at)):
        raise Http404
    return body


def body_at_desk(user: User, pk: int, at: datetime) -> Body:
    """The team's door to a body."""
    body = Body.objects.select_related("cycle", "department").filter(pk=pk).first()
    if body is None or not _is_team(user, at):
        raise Http404
    return body


def opinions_to_answer(user: User, at: datetime) -> QuerySet[BodyOpinion]:
    """The opinions that this person may answer: all of them for the team, one's department's for its head; else 404."""
    found = BodyOpinion.objects.waiting().select_related("body__cycle", "department")
    if _is_team(user, at):
        return found
    mine = [row.department_id for row in user.held_roles(at) if row.role == Role.HEAD]
    if not mine:
        raise Http404
    return found.filter(department__in=mine)


def opinion_to_answer(user: User, pk: int, at: datetime) -> BodyOpinion:
    """The door of one answer; an answered opinion still opens, to say that it is answered."""
    opinion = BodyOpinion.objects.select_related("body__cycle", "department", "meeting").filter(pk=pk).first()
    if opinion is None or not (_is_team(user, at) or user.holds(at, Role.HEAD, department_id=opinion.department_id)):
        raise Http404
    return opinion


def application_by_code(code: str) -> Application:
    """Who holds the code of the receipt is the applicant."""
    found = (
        Application.objects.select_related("body__cycle", "college", "contact", "area")
        .filter(code_digest=codes.digest(APPLICATION_PURPOSE, code))
        .first()
    )
    if found is None:
        raise Http404
    return found


def _is_team(user: object, at: datetime) -> bool:
    return isinstance(user, User) and user.holds(at, Role.PARTICIPATION, Role.ADMINISTRATOR)


def bodies_of(user: object, cycle: Cycle, at: datetime) -> QuerySet[Body]:
    """The bodies that somebody may read about."""
    found = Body.objects.filter(cycle=cycle)
    return found if _is_team(user, at) else found.exclude(published_at=None)
