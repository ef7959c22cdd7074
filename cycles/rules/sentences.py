"""Faults in the rules, in French: what to do about each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def remedy(error: Mapping[str, Any]) -> str:
    """What to do about one of pydantic's errors: it writes English, and for programmers."""
    kind, context = str(error["type"]), error.get("ctx") or {}
    if kind == "value_error":
        return str(context["error"])
    if kind in {"enum", "literal_error"}:
        expected = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        return _("cette valeur n’existe pas, choisissez parmi %(expected)s") % {"expected": expected}
    return {
        "missing": _("ce champ manque, ajoutez-le"),
        "extra_forbidden": _("ce champ n’existe pas, corrigez son nom ou retirez-le"),
        "string_type": _("écrivez un texte entre guillemets"),
        "string_too_long": _("ce texte est trop long, %(most)s caractères au plus")
        % {"most": context.get("max_length", "")},
        "string_pattern_mismatch": _("écrivez ce code sans espace ni accent, comme dans les autres modèles"),
        "int_type": _("écrivez un nombre entier, sans guillemets"),
        "int_parsing": _("écrivez un nombre entier, sans guillemets"),
        "decimal_type": _("écrivez un montant en euros, par exemple 30000"),
        "decimal_parsing": _("écrivez un montant en euros, par exemple 30000"),
        "bool_type": _("écrivez true ou false"),
        "bool_parsing": _("écrivez true ou false"),
        "greater_than": _("écrivez un nombre supérieur à %(least)s") % {"least": context.get("gt", "")},
        "greater_than_equal": _("écrivez un nombre d’au moins %(least)s") % {"least": context.get("ge", "")},
        "less_than_equal": _("écrivez un nombre d’au plus %(most)s") % {"most": context.get("le", "")},
    }.get(kind, _("cette valeur n’est pas acceptée, comparez-la à celles des autres modèles"))
