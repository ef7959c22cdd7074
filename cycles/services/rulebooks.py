"""The règlement: drafted, adopted, frozen by section."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pydantic import ValidationError as RulesError

from bp_platform.core import journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from bp_platform.core.text import typeset_fr
from cycles import policies, selectors
from cycles.models import Cycle, RulebookState, RulebookVersion, SectionFreeze
from cycles.rules import FRAMES, Rules
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
        for freeze in cycle.section_freezes.select_related("version"):
            kept = Rules.model_validate(freeze.version.values).model_dump(mode="json")  # with today’s defaults
            if plain[freeze.section] != kept[freeze.section]:
                frame = next(f for f in FRAMES if f.name == freeze.section)
                raise Refused(
                    no(
                        _("L’article %(article)d (%(title)s) est figé : sa phase est ouverte.")
                        % {"article": frame.article, "title": _(frame.title).lower()}
                    )
                )
        last = cycle.rulebook_versions.order_by("-number").first()
        version = RulebookVersion.objects.create(cycle=cycle, number=last.number + 1 if last else 1, values=plain)
        journal.record(journal.Line(cycle.journal_chain, at, by, "draft_rulebook", version, role=role))
    return version


def adopt_rulebook(version: RulebookVersion, *, by: Actor, at: datetime, resolution: str) -> RulebookVersion:
    """The council has adopted this version: `resolution` names its number and date."""
    role = demand(policies.can_prepare(by, version.cycle, at)).role
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=version.cycle_id)
        locked = RulebookVersion.objects.select_for_update().get(pk=version.pk)
        if locked.state == RulebookState.ADOPTED:
            raise Refused(no(_("Cette version du règlement est déjà adoptée.")))
        if not resolution.strip():
            raise ValidationError({"adopted_by_resolution": _("Indiquez la délibération : son numéro et sa date.")})
        locked.state, locked.adopted_at, locked.adopted_by_resolution = RulebookState.ADOPTED, at, resolution
        locked.full_clean()
        locked.save()
        journal.record(
            journal.Line(
                version.cycle.journal_chain,
                at,
                by,
                "adopt_rulebook",
                locked,
                RulebookState.DRAFT,
                locked.state,
                role=role,
            )
        )
        touch(version.cycle)
    return locked


def freeze_sections(cycle: Cycle, *, at: datetime) -> list[SectionFreeze]:
    """Write the freeze of each section whose phase has opened. Harmless twice; called by beat and by first acts."""
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
