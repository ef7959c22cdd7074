"""The hash of a document's data: the same data, the same document, made once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.core.files import File
from django.db import models
from django.template import loader
from django.utils.functional import Promise

# Raised by hand when the rendering itself changes (the frame, WeasyPrint): kept documents are then made anew.
RENDERING = 1


def of_document(kind: str, arguments: Mapping[str, Any], language: str, template: str, data: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of everything that the bytes of a document depend on."""
    source: str = loader.get_template(template).template.source  # type: ignore[attr-defined] # the wrapped engine's own
    whole = [RENDERING, kind, plain(arguments), language, source, plain(data)]
    return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def plain(value: Any) -> Any:
    """A value as JSON can hold it, the same for equal data. Raises TypeError for what has no stable form."""
    match value:
        case None | bool() | int() | float():
            return value.value if isinstance(value, Enum) else value
        case str() | Promise() | Decimal() | date() | time() | timedelta() | UUID():
            return str(value)
        case File():
            return str(value)
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case models.Model():
            row = {name: plain(item) for name, item in vars(value).items() if not name.startswith("_")}
            return {"model": value._meta.label, **row}
        case Set():
            return sorted(json.dumps(plain(item), sort_keys=True) for item in value)
        case list() | tuple() | models.QuerySet():
            return [plain(item) for item in value]
        case Enum():
            return plain(value.value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    msg = f"A document's data holds a {type(value).__name__}: give plain values, dataclasses or model instances."
    raise TypeError(msg)
