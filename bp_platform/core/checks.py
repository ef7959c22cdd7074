"""A row's checks are put to the database in one question; each is asked alone only when one of them fails."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache

from django.core.exceptions import FieldError
from django.db import DatabaseError, models, router, transaction
from django.db.models.functions import Coalesce
from django.db.models.sql import Query
from django.db.models.sql.constants import SINGLE


class Checked(models.Model):
    """For a table with several check constraints, whose rows are cleaned at every act."""

    _has_passed = False

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        self._has_passed = passes(self, exclude)
        try:
            super().validate_constraints(exclude)
        finally:
            self._has_passed = False

    def get_constraints(self) -> list[tuple[type[models.Model], Sequence[models.BaseConstraint]]]:
        """What is still to be asked one by one: each says its own sentence."""
        given = super().get_constraints()
        if not self._has_passed:
            return given
        return [(model, [c for c in some if not isinstance(c, models.CheckConstraint)]) for model, some in given]


def passes(row: models.Model, exclude: Collection[str] | None = None) -> bool:
    """Whether the row satisfies all its table's checks. False as well when that cannot be told in one question."""
    every = _together(type(row))
    given = row._get_field_expression_map(row._meta, exclude)  # type: ignore[attr-defined] # what Django's own checks read
    query = Query(None)
    for name in every.referenced_base_fields & given.keys():
        query.add_annotation(given[name], name, select=False)
    query.add_annotation(models.Value(1), "_check")
    using = router.db_for_write(type(row), instance=row)
    try:
        query.add_q(models.Q(Coalesce(every, True, output_field=models.BooleanField())))
        with transaction.atomic(using=using):  # a value that the database refuses leaves the transaction sound
            return query.get_compiler(using=using).execute_sql(SINGLE) is not None
    except (FieldError, DatabaseError):
        return False


@cache
def _together(model: type[models.Model]) -> models.Q:
    """All its checks at once. With an unknown among them it is false only if one is, as when each is asked alone."""
    every = models.Q()
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.CheckConstraint):
            every &= models.Q(constraint.condition)
    return every
