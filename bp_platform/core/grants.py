"""What the web role may do in the database, table by table, applied after each migration.

The web role reads and writes everything by default; a registered `TableGrant` narrows a table
(the sealed ballots: insert, and read all columns but the seal).
"""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.models.signals import post_migrate

from bp_platform.core import registries

WEB_ROLE = "bp_web"


def connect() -> None:
    """Apply the grants each time migrations have run."""
    post_migrate.connect(_after_migrate, dispatch_uid="core.grants")


def _after_migrate(app_config: Any, using: str = "default", **kwargs: Any) -> None:
    if app_config.label == "core":  # once per run, not once per app
        apply(using)


def apply(using: str = "default") -> None:
    """Grant the web role its rights; does nothing where the role does not exist."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [WEB_ROLE])
        if cursor.fetchone() is None:
            return
        cursor.execute(
            f"GRANT USAGE ON SCHEMA public TO {WEB_ROLE};"
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {WEB_ROLE};"
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {WEB_ROLE};"
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {WEB_ROLE};"
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {WEB_ROLE};"
        )
        for grant in registries.table_grants:
            cursor.execute(f"SELECT to_regclass('{grant.table}')")
            row = cursor.fetchone()
            if row and row[0]:
                cursor.execute(f"REVOKE ALL ON {grant.table} FROM {WEB_ROLE}")
                for right in grant.rights:
                    cursor.execute(f"GRANT {right} ON {grant.table} TO {WEB_ROLE}")
