"""Settings read from the environment: a missing or unsafe variable stops the start and is named."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on", "oui"}
FALSE_WORDS = {"0", "false", "no", "off", "non", ""}


def text(name: str, default: str | None = None) -> str:
    """The variable's value; without a default, its absence stops the start."""
    value = os.environ.get(name, "")
    if value:
        return value
    if default is None:
        msg = f"La variable d’environnement {name} manque : définissez-la (README, « En production »)."
        raise ImproperlyConfigured(msg)
    return default


def flag(name: str, default: bool = False) -> bool:
    """A yes or no."""
    word = os.environ.get(name, "1" if default else "0").strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    msg = f"La variable {name} vaut « {word} » : écrivez 1 (oui) ou 0 (non)."
    raise ImproperlyConfigured(msg)


def number(name: str, default: int) -> int:
    """A whole number."""
    word = os.environ.get(name, "")
    if not word:
        return default
    if not word.isdigit():
        msg = f"La variable {name} vaut « {word} » : écrivez un nombre entier."
        raise ImproperlyConfigured(msg)
    return int(word)


def words(name: str, default: str | None = None) -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str, *, least: int = 32) -> str:
    """A secret from NAME, or from the file named by NAME_FILE; too short is unsafe and refused."""
    path = os.environ.get(f"{name}_FILE", "")
    value = Path(path).read_text().strip() if path else text(name)
    if len(value) < least or value.startswith("django-insecure"):
        msg = f"La variable {name} n’est pas sûre : il faut au moins {least} caractères tirés au hasard."
        raise ImproperlyConfigured(msg)
    return value


def database(name: str = "DATABASE_URL") -> dict[str, Any]:
    """Django's database settings from a postgres:// URL; a socket folder goes in `?host=`."""
    url = urlsplit(text(name))
    if url.scheme not in {"postgres", "postgresql"}:
        msg = f"La variable {name} doit commencer par postgres:// (la plateforme demande PostgreSQL 15 ou plus)."
        raise ImproperlyConfigured(msg)
    query = {key: values[-1] for key, values in parse_qs(url.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": query.pop("host", url.hostname or ""),
        "PORT": str(url.port or query.pop("port", "")),
        "OPTIONS": dict(query),
    }
