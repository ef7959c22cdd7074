"""The règlement: drafted, adopted, frozen by section."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pydantic import ValidationError as RulesError

from bp_platform.core import calendar, journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand
from bp_platform.core.text import typeset_fr
from bp_platform.documents.models import StoredFile
from cycles import policies, selectors
from cycles.models import Cycle, CycleState, RulebookState, RulebookVersion, SectionFreeze
from cycles.notifications import rulebooks as notifications
from cycles.rules import FRAMES, Rules, upgraded
from cycles.rules.sentences import remedy
from cycles.services.editions import touch


def draft_rulebook(cycle: Cycle, *, by: Actor, at: datetime, values: Mapping[str, Any]) -> RulebookVersion:
    """A new draft version. Sections that are frozen must keep the values that froze them."""
    role = demand(policies.can_prepare(by, cycle, at)).role
    try:
        rules = Rules.model_validate(values)
    except RulesError as error:
        raise ValidationError([_rule_sentence(e) for e in error.errors()]) from error
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        freeze_sections(cycle, at=at)
        plain = rules.model_dump(mode="json")
        _keep_frozen(cycle, plain)
        last = cycle.rulebook_versions.order_by("-number").first()
        version = RulebookVersion.objects.create(
            cycle=cycle,
            number=last.number + 1 if last else 1,
            values=plain,
            based_on=selectors.adopted_version(cycle),
        )
        journal.record(journal.Line(cycle.journal_chain, at, by, "draft_rulebook", version, role=role))
    return version


def _keep_frozen(cycle: Cycle, plain: Mapping[str, Any]) -> None:
    """Refuse values that differ from what a frozen section holds."""
    for freeze in cycle.section_freezes.select_related("version").order_by("section"):
        kept = Rules.model_validate(upgraded(freeze.version.values)).model_dump(mode="json")  # with today’s defaults
        if plain[freeze.section] != kept[freeze.section]:
            raise Refused(policies.frozen(freeze.section))


def start_draft(cycle: Cycle, *, by: Actor, at: datetime) -> RulebookVersion:
    """The draft in hand, or a new one from the values in force. Harmless twice."""
    demand(policies.can_prepare(by, cycle, at))
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        draft = selectors.open_draft(cycle)
        if draft is not None:
            return draft
        return draft_rulebook(cycle, by=by, at=at, values=selectors.rules_of(cycle).model_dump(mode="json"))


class Clash(Exception):  # noqa: N818 -- it reads as what happened
    """Somebody wrote the same fields meanwhile: `current` is what the section holds now, `fields` those to choose."""

    def __init__(self, section: str, current: Mapping[str, Any], fields: tuple[str, ...]) -> None:
        super().__init__(_("Quelqu’un a enregistré cette partie entre-temps."))
        self.section, self.current, self.fields = section, current, fields


def edit_rulebook(
    version: RulebookVersion,
    *,
    by: Actor,
    at: datetime,
    written: Mapping[str, Mapping[str, Any]],
    shown: Mapping[str, Mapping[str, Any]],
) -> RulebookVersion:
    """Write settings of a draft: all of them or none. `written` and `shown` are by section, then by field.

    `shown` is what the officer had before their eyes: a field that they left alone takes what others wrote meanwhile;
    one that both changed is a Clash. Refused once adopted, or when the section is frozen.
    """
    freeze_sections(version.cycle, at=at)  # stays even when the rest is refused
    with journal.transaction_with_journal():
        cycle = Cycle.objects.select_for_update().get(pk=version.cycle_id)
        if cycle.state != version.cycle.state:  # published meanwhile: its open phases hold what they govern
            freeze_sections(cycle, at=at)
        locked = RulebookVersion.objects.select_for_update().get(pk=version.pk)
        role = demand(policies.can_edit(by, locked, at)).role
        before = selectors.rules_in(locked).model_dump(mode="json")
        plain = before
        for section, values in written.items():
            plain = _edited(version.cycle, plain, section, values, shown.get(section, {}))
        changed = [section for section in written if plain[section] != before[section]]
        if changed:
            locked.values = plain
            locked.save(update_fields=["values"])
            touch(version.cycle)
        for section in changed:
            act = f"edit_rulebook:{section}"
            journal.record(journal.Line(version.cycle.journal_chain, at, by, act, locked, role=role))
    return locked


def _edited(
    cycle: Cycle, plain: Mapping[str, Any], section: str, values: Mapping[str, Any], shown: Mapping[str, Any]
) -> dict[str, Any]:
    """The whole values once this section is written: what both sides changed is a Clash."""
    if section not in plain or section == "schema_version":
        raise ValidationError(_("Cette partie du règlement n’existe pas : reprenez depuis le bureau des éditions."))
    current = plain[section]
    wished = _checked(plain, section, values)[section]
    mine = {name: wished[name] for name in values if name not in shown or wished[name] != shown[name]}
    if all(current[name] == value for name, value in mine.items()):
        return dict(plain)
    demand(policies.may_change(cycle, section))
    clashing = tuple(
        name
        for name, value in mine.items()
        if current[name] != value and (name not in shown or current[name] != shown[name])
    )
    if clashing:
        raise Clash(section, current, clashing)
    return _checked(plain, section, mine)


def _checked(plain: Mapping[str, Any], section: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The whole values with this section changed, validated; ValidationError with its sentences by field."""
    try:
        rules = Rules.model_validate({**plain, section: {**plain[section], **values}})
    except RulesError as error:
        by_field: dict[str, list[str]] = {}
        for e in error.errors():
            name = str(e["loc"][1]) if len(e["loc"]) > 1 and e["loc"][0] == section else "__all__"
            by_field.setdefault(name, []).append(_line_sentence(e))
        raise ValidationError(by_field) from error
    return rules.model_dump(mode="json")


def _line_sentence(error: Mapping[str, Any]) -> str:
    """What to do, with the line when the field holds several."""
    line = next((part for part in error["loc"] if isinstance(part, int)), None)
    if line is None:
        return remedy(error)
    return _("ligne %(number)d : %(fault)s") % {"number": line + 1, "fault": remedy(error)}


def adopt_rulebook(
    version: RulebookVersion,
    *,
    by: Actor,
    at: datetime,
    resolution: str,
    resolution_on: date | None = None,
    document: StoredFile | None = None,
) -> RulebookVersion:
    """The council has adopted this version: `resolution` names its number and date."""
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=version.cycle_id)
        locked = RulebookVersion.objects.select_for_update().get(pk=version.pk)
        role = demand(policies.can_adopt(by, locked, at)).role
        if not resolution.strip():
            raise ValidationError({"adopted_by_resolution": _("Indiquez la délibération : son numéro et sa date.")})
        if resolution_on is not None and resolution_on > calendar.local_day(at):
            raise ValidationError({"resolution_on": _("La délibération n’a pas encore eu lieu : corrigez sa date.")})
        freeze_sections(version.cycle, at=at)
        _keep_frozen(version.cycle, selectors.rules_in(locked).model_dump(mode="json"))
        locked.state, locked.adopted_at, locked.adopted_by_resolution = RulebookState.ADOPTED, at, resolution.strip()
        locked.resolution_on, locked.resolution_document = resolution_on, document
        locked.full_clean()
        locked.save()
        chain, adopted = version.cycle.journal_chain, RulebookState.ADOPTED
        journal.record(journal.Line(chain, at, by, "adopt_rulebook", locked, RulebookState.DRAFT, adopted, role=role))
        if policies.is_rulebook_public(version.cycle, at) and by.actor_kind != "import":
            notifications.adopted(locked, at=at)
        touch(version.cycle)
    return locked


def withdraw_rulebook(version: RulebookVersion, *, by: Actor, at: datetime, reason: str) -> RulebookVersion:
    """Set a draft aside, or an adoption recorded by mistake, as long as no section rests on it. It stays readable."""
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=version.cycle_id)
        locked = RulebookVersion.objects.select_for_update().get(pk=version.pk)
        freeze_sections(version.cycle, at=at)
        role = demand(policies.can_withdraw(by, locked, at)).role
        if not reason.strip():
            raise ValidationError({"reason": _("Dites pourquoi cette version est retirée.")})
        before = locked.state
        locked.state, locked.withdrawn_at, locked.withdrawn_reason = RulebookState.WITHDRAWN, at, reason.strip()
        locked.full_clean()
        locked.save()
        chain, after = version.cycle.journal_chain, RulebookState.WITHDRAWN
        journal.record(journal.Line(chain, at, by, "withdraw_rulebook", locked, before, after, role=role))
        touch(version.cycle)
    return locked


def freeze_sections(cycle: Cycle, *, at: datetime) -> list[SectionFreeze]:
    """Write the freeze of each section whose phase has opened. Harmless twice; called by beat and by first acts.

    Nothing opens in an edition that is still prepared: its dates and its draft may change until it is published."""
    if cycle.state == CycleState.PREPARED and selectors.is_prepared(cycle):
        return []
    version = selectors.current_version(cycle)
    if version is None:
        return []
    opened = {p.kind: p.opens_at for p in cycle.phases.order_by("-opens_at", "-pk") if p.opens_at <= at}
    frozen = set(cycle.section_freezes.values_list("section", flat=True))
    made = []
    for frame in FRAMES:
        if frame.phase in opened and frame.name not in frozen:
            freeze, is_new = SectionFreeze.objects.get_or_create(
                cycle=cycle,
                section=frame.name,
                defaults={"version": version, "frozen_at": at, "phase_opens_at": opened[frame.phase]},
            )
            if is_new:
                made.append(freeze)
    return made


def freeze_section(cycle: Cycle, section: str, *, at: datetime, opens_at: datetime) -> SectionFreeze | None:
    """Freeze one section before its phase opens: the vote's sealing does. Harmless twice; None without a rulebook."""
    version = selectors.current_version(cycle)
    if version is None:
        return None
    freeze, _is_new = SectionFreeze.objects.get_or_create(
        cycle=cycle,
        section=section,
        defaults={"version": version, "frozen_at": at, "phase_opens_at": opens_at},
    )
    return freeze


def _rule_sentence(error: Mapping[str, Any]) -> str:
    where = " › ".join(str(part) for part in error["loc"])
    words = {"where": where or _("l’ensemble"), "what": f"{remedy(error).rstrip('.')}."}
    return typeset_fr(_("Règlement, « %(where)s » : %(what)s") % words)
