"""The acts on a body: made, published, composed; its charter; its members' mandates and the right they give."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Contact, Role, User
from bp_platform.core import calendar, journal, text
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import policies, powers, selectors
from cycles.models import Body, BodyPower, College, Cycle, Member
from cycles.notifications import bodies as notifications
from cycles.services.editions import touch


def create_body(cycle: Cycle, *, by: Actor, at: datetime, **facts: Any) -> Body:
    """A body of the edition, not public yet; `facts` are its fields."""
    role = demand(policies.can_prepare(by, cycle, at)).role
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        body = Body(cycle=cycle, **facts)
        body.slug = body.slug or slugify(body.name)[:60]
        if cycle.bodies.filter(slug=body.slug).exists():
            raise ValidationError({"name": _("une instance de cette édition porte déjà ce nom.")})
        _agree(body)
        body.full_clean()
        body.save()
        journal.record(journal.Line(body.journal_chain, at, by, "create_body", body, role=role))
    return body


def change_body(body: Body, *, by: Actor, at: datetime, **facts: Any) -> Body:
    """Change what a body is; its address stays."""
    with journal.transaction_with_journal():
        locked = lock(body)
        role = demand(policies.can_prepare(by, locked.cycle, at)).role
        known = locked.rule_code
        for name, value in facts.items():
            setattr(locked, name, value)
        _agree(locked, known)
        locked.full_clean()
        locked.save()
        journal.record(journal.Line(locked.journal_chain, at, by, "change_body", locked, role=role))
        touch(locked.cycle)
    return locked


def _agree(body: Body, known: str = "") -> None:
    """The powers of a body are those that the règlement gives it, and none that it gives to another.

    `known`: the line of the règlement that it was linked to."""
    rules = selectors.written_rules(body.cycle)
    if body.rule_code and body.rule_code not in {rule.code for rule in rules.bodies.listed}:
        if body.rule_code == known:  # its line has left the règlement: it stands on its own
            body.rule_code = ""
            return
        raise ValidationError(
            {"rule_code": _("le règlement ne connaît pas cette instance : choisissez-la de la liste.")}
        )
    for power in body.powers:
        entitled = policies.may_hold(rules, body, power)
        if not entitled:
            raise ValidationError({"powers": str(entitled.reason)})
    given = powers.given_to(rules, body.rule_code)
    body.powers = [power for power in BodyPower.values if power in {*body.powers, *given}]


def publish_body(body: Body, *, by: Actor, at: datetime) -> Body:
    """Show the body to everybody. Twice is once."""
    with journal.transaction_with_journal():
        locked = lock(body)
        role = demand(policies.can_prepare(by, locked.cycle, at)).role
        if locked.published_at is not None:
            return locked
        if not locked.colleges.exists():
            raise Refused(no(_("Cette instance n’a pas de collège : dites qui y siège avant de la publier.")))
        locked.published_at = at
        locked.save(update_fields=["published_at"])
        journal.record(journal.Line(locked.journal_chain, at, by, "publish_body", locked, role=role))
        touch(locked.cycle)
    return locked


def add_college(
    body: Body, *, by: Actor, at: datetime, name: str, seats: int, recruitment: str, key: UUID | None = None
) -> College:
    """A group of seats: « habitantes et habitants, 18 sièges, par tirage au sort ». The same `key` twice is one."""
    with journal.transaction_with_journal():
        locked = lock(body)
        role = demand(policies.can_prepare(by, locked.cycle, at)).role
        known = College.objects.filter(key=key, body=locked).first() if key else None
        if known is not None:
            return known
        college = College(
            body=locked,
            name=text.tidy(name),
            seats=seats,
            recruitment=recruitment,
            position=locked.colleges.count() + 1,
            key=key or uuid4(),
        )
        college.full_clean()
        college.save()
        journal.record(journal.Line(locked.journal_chain, at, by, "add_college", college, role=role))
        touch(locked.cycle)
    return college


def remove_college(college: College, *, by: Actor, at: datetime) -> None:
    """Take back a college that nobody sits in or applied to."""
    with journal.transaction_with_journal():
        body = lock(college.body)
        role = demand(policies.can_prepare(by, body.cycle, at)).role
        if college.members.exists() or college.applications.exists():
            raise Refused(
                no(
                    _("Des personnes siègent ou candidatent dans « %(college)s » : ce collège ne se retire plus.")
                    % {"college": college.name}
                )
            )
        journal.record(journal.Line(body.journal_chain, at, by, "remove_college", college, role=role))
        college.delete()
        touch(body.cycle)


def write_charter(body: Body, *, by: Actor, at: datetime, words: str) -> Body:
    """A new version of the charter; members accept it anew. The same words are the same version."""
    with journal.transaction_with_journal():
        locked = lock(body)
        role = demand(policies.can_prepare(by, locked.cycle, at)).role
        if locked.charter == words.strip():
            return locked
        if not words.strip():
            raise ValidationError({"charter": _("écrivez la charte, même en quelques lignes.")})
        locked.charter, locked.charter_version = words.strip(), locked.charter_version + 1
        locked.full_clean()
        locked.save()
        journal.record(journal.Line(locked.journal_chain, at, by, "write_charter", locked, role=role))
        touch(locked.cycle)
    return locked


def seat_member(
    college: College,
    contact: Contact,
    *,
    by: Actor,
    at: datetime,
    office: str = "",
    shows_name: bool = False,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Member:
    """Seat somebody for the mandate (its dates are the body's unless given) and give their account its right.

    One act: the committee's right comes with the mandate, and ends with it.
    """
    with journal.transaction_with_journal():
        body = lock(college.body)
        day = max(from_on or body.mandate_from, body.mandate_from)
        role = demand(policies.can_seat(by, college, day, at)).role
        if Member.objects.sitting(day).filter(_same_person(contact), body=body).exists():
            raise Refused(no(_("Cette personne siège déjà dans cette instance.")))
        member = Member(
            body=body,
            college=college,
            contact=contact,
            office=text.tidy(office),
            from_on=day,
            until_on=min(until_on or body.mandate_until, body.mandate_until),
            shows_name=shows_name,
            seated_at=at,
        )
        member.full_clean()
        member.save()
        journal.record(journal.Line(body.journal_chain, at, by, "seat_member", member, role=role))
        give_right(member, by=by, at=at)
        notifications.seated(member, at=at)
        touch(body.cycle)
    return member


def _same_person(contact: Contact) -> Q:
    """The same row, or another with the same name and the same ways to be reached: a form posted twice."""
    names = ("email", "phone", "postal_address")
    alike = Q(contact__name__iexact=contact.name, **{f"contact__{name}": getattr(contact, name) for name in names})
    return Q(contact=contact) | alike if contact.name else Q(contact=contact)


def appoint_member(
    college: College,
    *,
    by: Actor,
    at: datetime,
    name: str,
    email: str = "",
    phone: str = "",
    postal_address: str = "",
    office: str = "",
    shows_name: bool = False,
) -> Member:
    """Seat somebody who is named, from today; nothing is kept of them when the seat is refused."""
    with journal.transaction_with_journal():
        user = User.objects.filter(email__iexact=email, is_active=True).first() if email else None
        contact = accounts.add_contact(name=name, email=email, phone=phone, postal_address=postal_address, user=user)
        return seat_member(
            college, contact, by=by, at=at, office=office, shows_name=shows_name, from_on=calendar.local_day(at)
        )


def give_right(member: Member, *, by: Actor, at: datetime) -> Member:
    """The committee's right for the account of a member, where the body reads the studies. Twice is once."""
    user: User | None = member.contact.user
    if member.right_id or user is None or BodyPower.STUDIES not in member.body.powers:
        return member
    with journal.transaction_with_journal():
        demand(policies.team_only(by, at))
        member.right = accounts.give_right(
            user, by=by, at=at, role=Role.COMMITTEE, from_on=member.from_on, until_on=member.until_on
        )
        member.save(update_fields=["right"])
    return member


def end_mandate(member: Member, *, by: Actor, at: datetime, until_on: date, reason: str) -> Member:
    """The mandate ends on that day included, and the right with it."""
    with journal.transaction_with_journal():
        locked = Member.objects.select_for_update(of=("self",)).select_related("body__cycle", "right").get(pk=member.pk)
        role = demand(policies.team_only(by, at)).role
        if locked.until_on < calendar.local_day(at):
            raise Refused(no(_("Ce mandat a déjà pris fin.")))
        if until_on < locked.from_on:
            raise ValidationError({"until_on": _("cette date précède le début du mandat.")})
        if until_on > locked.until_on:
            raise ValidationError({"until_on": _("cette date dépasse la fin prévue du mandat.")})
        if not reason.strip():
            raise ValidationError({"reason": _("dites en quelques mots pourquoi : démission, déménagement…")})
        locked.until_on, locked.end_reason = until_on, text.tidy(reason)
        locked.full_clean()
        locked.save()
        if locked.right:
            accounts.move_right(locked.right, by=by, at=at, until_on=until_on)
        journal.record(
            journal.Line(locked.body.journal_chain, at, by, "end_mandate", locked, role=role, reason=reason.strip())
        )
        touch(locked.body.cycle)
    return locked


def accept_charter(member: Member, *, by: Actor, at: datetime) -> Member:
    """A member accepts the charter in force: by their account, or on a signed sheet that the team notes."""
    with journal.transaction_with_journal():
        locked = Member.objects.select_for_update(of=("self",)).select_related("body", "contact").get(pk=member.pk)
        is_own = isinstance(by, User) and locked.contact.user_id == by.pk
        role = "owner" if is_own else demand(policies.team_only(by, at)).role
        version = locked.body.charter_version
        if not version:
            raise Refused(no(_("Cette instance n’a pas encore de charte.")))
        if not locked.is_sitting(calendar.local_day(at)):
            raise Refused(no(_("Ce mandat a pris fin : il n’y a plus de charte à accepter.")))
        if locked.charter_accepted == version:
            return locked
        locked.charter_accepted, locked.charter_accepted_at = version, at
        locked.save(update_fields=["charter_accepted", "charter_accepted_at"])
        journal.record(journal.Line(locked.body.journal_chain, at, by, "accept_charter", locked, role=role))
    return locked


def lock(body: Body) -> Body:
    """The row, held until commit: seats and numbers are counted under this lock."""
    return Body.objects.select_for_update(of=("self",)).select_related("cycle", "department").get(pk=body.pk)
