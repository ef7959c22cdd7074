"""The règlement in force, its versions, and what is frozen of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.utils import timezone

from bp_platform.accounts.models import User
from bp_platform.core import calendar
from bp_platform.core.models import JournalEntry
from cycles.models import Cycle, CycleState, Deviation, RulebookState, RulebookVersion, SectionFreeze
from cycles.rules import Rules, upgraded


def is_prepared(cycle: Cycle) -> bool:
    """Whether an edition is still prepared, asked again of the database; one query."""
    return Cycle.objects.filter(pk=cycle.pk, state=CycleState.PREPARED).exists()


def current_version(cycle: Cycle) -> RulebookVersion | None:
    """The rulebook in force: the last adopted version, else the last draft."""
    return _current_first(cycle).first()


def _current_first(cycle: Cycle) -> QuerySet[RulebookVersion]:
    # « adopted » sorts before « draft »
    return cycle.rulebook_versions.exclude(state=RulebookState.WITHDRAWN).order_by("state", "-number")


def rules_of(cycle: Cycle) -> Rules:
    """The values in force: each frozen section from the version that froze it, the others from the current one."""
    frozen = ArraySubquery(SectionFreeze.objects.filter(version=OuterRef("pk")).order_by("section").values("section"))
    versions = list(_current_first(cycle).annotate(frozen=frozen))
    if not versions:
        return Rules()
    values = upgraded(versions[0].values)
    for version in versions:
        kept = upgraded(version.values)
        values |= {section: kept[section] for section in version.frozen if section in kept}
    return Rules.model_validate(values)


def rules_in(version: RulebookVersion) -> Rules:
    """The values that one version holds, whatever is frozen elsewhere."""
    return Rules.model_validate(upgraded(version.values))


def written_rules(cycle: Cycle) -> Rules:
    """What the desk writes on: the draft in hand, else the values in force."""
    draft = open_draft(cycle)
    return rules_in(draft) if draft else rules_of(cycle)


def adopted_version(cycle: Cycle) -> RulebookVersion | None:
    """The last adopted version; None before the council's first adoption."""
    return cycle.rulebook_versions.filter(state=RulebookState.ADOPTED).order_by("-number").first()


def open_draft(cycle: Cycle) -> RulebookVersion | None:
    """The draft that the set-up desk edits: the last one, if it is more recent than the last adoption."""
    last = cycle.rulebook_versions.exclude(state=RulebookState.WITHDRAWN).order_by("-number").first()
    return last if last is not None and last.state == RulebookState.DRAFT else None


def versions_of(cycle: Cycle) -> list[RulebookVersion]:
    """Every version, the latest first, as the team sees them; one query."""
    return list(cycle.rulebook_versions.select_related("consultation", "based_on").order_by("-number"))


def public_versions(cycle: Cycle, at: datetime) -> list[RulebookVersion]:
    """What anybody may read: adopted once (withdrawn since or not), or put to consultation; the latest first."""
    shown = Q(adopted_at__isnull=False) | Q(consultation__opens_at__lte=at)
    return list(cycle.rulebook_versions.filter(shown).select_related("consultation").order_by("-number"))


def in_force_of(versions: Sequence[RulebookVersion]) -> RulebookVersion | None:
    """The last adopted one of these; no query."""
    adopted = (version for version in versions if version.state == RulebookState.ADOPTED)
    return max(adopted, key=lambda version: version.number, default=None)


def frozen_sections(cycle: Cycle) -> dict[str, SectionFreeze]:
    """The sections that no longer change, by name."""
    return {freeze.section: freeze for freeze in cycle.section_freezes.select_related("version").order_by("section")}


def deviations_of(cycle: Cycle) -> dict[str, list[Deviation]]:
    """The recorded deviations by section, the oldest first; one query."""
    found: dict[str, list[Deviation]] = {}
    for deviation in cycle.deviations.select_related("document").order_by("decided_on", "pk"):
        found.setdefault(deviation.section, []).append(deviation)
    return found


def editor_words(version: RulebookVersion, section: str) -> str:
    """« Paula Da Silva, à 10 h 42 »: who last wrote that section of the draft, as the journal knows; else nothing."""
    subject = f"{version._meta.label_lower}:{version.pk}"
    lines = JournalEntry.objects.filter(subject=subject, act=f"edit_rulebook:{section}")
    last = lines.order_by("-position").first()
    if last is None:
        return ""
    author = User.objects.filter(uid=last.actor_id).first() if last.actor_kind == "person" else None
    hour = calendar.hour_words(timezone.localtime(last.at).time().replace(second=0, microsecond=0))
    return f"{author.shown_name}, {hour}" if author else hour
