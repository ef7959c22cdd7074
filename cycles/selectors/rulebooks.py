"""The règlement in force."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from cycles.models import Cycle, RulebookVersion, SectionFreeze
from cycles.rules import Rules, upgraded


def current_version(cycle: Cycle) -> RulebookVersion | None:
    """The rulebook in force: the last adopted version, else the last draft."""
    return _current_first(cycle).first()


def _current_first(cycle: Cycle) -> QuerySet[RulebookVersion]:
    return cycle.rulebook_versions.order_by("state", "-number")  # « adopted » sorts before « draft »


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
