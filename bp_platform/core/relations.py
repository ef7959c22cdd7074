"""The relation map: every model, its app, its foreign keys, who writes it, how long it is kept.

Read from the code, so that the committed map cannot drift: a test compares them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models

from bp_platform.core import registries
from bp_platform.core.syntax import tree_of

HEADER = """# Relation map

Every table of the platform: what it points to and what happens there when the target goes (`on_delete`), which modules
write it, how long it is kept (the retention classes are declared by each app, and printed on the privacy page).
Written by `manage.py relation_map`; a test compares this page with the code.

"""
OURS = ("core", "accounts", "documents", "notifications", "cycles", "proposals", "instruction", "voting", "realisation")
WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "update", "bulk_update", "delete", "save"}


def page() -> str:
    """The whole map as Markdown."""
    parts = [HEADER]
    for label in OURS:
        config = apps.get_app_config(label)
        writers = _writers(Path(config.path))
        rows = [_row(model, writers) for model in sorted(config.get_models(), key=lambda m: m.__name__)]
        if rows:
            parts.append(f"## {label}\n\n| model | points to | written by | kept |\n|---|---|---|---|\n")
            parts.append("\n".join(rows) + "\n\n")
    return "".join(parts).rstrip() + "\n"


def unretained() -> list[str]:
    """Our models that no retention class names."""
    named = {name for retention in registries.retentions for name in retention.models}
    return sorted(
        model._meta.label
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        if model._meta.label not in named
    )


def _row(model: type[models.Model], writers: Mapping[str, list[str]]) -> str:
    links = ", ".join(
        f"{field.name} → {field.related_model._meta.label} ({getattr(field.remote_field.on_delete, '__name__', '')})"
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and not isinstance(field.related_model, str)
    )
    kept = next((r.key for r in registries.retentions if model._meta.label in r.models), "")
    written = ", ".join(writers.get(model.__name__, ()))
    return f"| {model.__name__} | {links or '–'} | {written or '–'} | {kept or '–'} |"


def _writers(folder: Path) -> dict[str, list[str]]:
    """The app's modules that write rows, by the name they write; each file is read once."""
    root = Path(settings.BASE_DIR)
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*.py")):
        if {"migrations", "tests", "models"} & set(path.relative_to(folder).parts) or path.name == "models.py":
            continue
        module = ".".join(path.relative_to(root).with_suffix("").parts)
        for name in set(_written(tree_of(path.read_text()))):
            found.setdefault(name, []).append(module)
    return found


def _written(tree: ast.AST) -> Iterator[str]:
    """Each name that is called, as a model is to make a row, or that a writing method starts from."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name):
            yield called.id
        elif isinstance(called, ast.Attribute) and called.attr in WRITES:
            yield _root(called.value)


def _root(node: ast.expr) -> str:
    """The name at the start of `Model.objects.filter(…).order_by(…)`."""
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else ""
