"""Values written by an earlier version of the rules, read as today's. Pure: frozen versions are never rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VERSION = 2
GRADES = ("Coup de cœur", "J’aime bien", "Pourquoi pas", "Pas convaincu")
POINTS = 10

Values = Mapping[str, Any]  # Any: JSON


def upgraded(values: Values) -> dict[str, Any]:
    """The same rules in today's version. What version 1 did not state stays unstated: its articles read as before."""
    return _from_1(values) if values.get("schema_version", VERSION) == 1 else dict(values)


def _from_1(values: Values) -> dict[str, Any]:
    """Version 1 kept the leftover with the delivery, and knew neither grades nor points: no such vote was sealed."""
    made = {**values, "schema_version": VERSION}
    if "delivery" in made:
        delivery = dict(made["delivery"])
        if delivery.pop("is_leftover_carried", False):
            made["leftovers"] = {"unspent": "next_edition"}
        made["delivery"] = {"answer_days": 0, **delivery}  # the works were not asked about yet
    kind = made.get("ballot", {}).get("kind")
    if kind == "majority_judgement":
        made["ballot"] = {"grades": GRADES, **made["ballot"]}
    if kind == "points":
        made["ballot"] = {"points_per_voter": POINTS, **made["ballot"]}
    return made
