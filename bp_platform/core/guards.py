"""Guards that live in the database: rows that nobody rewrites.

The guard is lifted only for a superuser session that asks for it (`SET bp.lift_guards = 'on'`): the tests'
cluster has one, the web and worker roles are not.
"""

from __future__ import annotations

from django.db import migrations

CREATE_FUNCTION = """
CREATE OR REPLACE FUNCTION bp_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('bp.lift_guards', true) = 'on' AND current_setting('is_superuser') = 'on' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
DROP_FUNCTION = "DROP FUNCTION IF EXISTS bp_refuse_change() CASCADE;"


def append_only(table: str, *, allow_delete: bool = False) -> migrations.RunSQL:
    """A migration operation: UPDATE, DELETE (unless allowed) and TRUNCATE on `table` are refused."""
    verbs = "UPDATE" if allow_delete else "UPDATE OR DELETE"
    return migrations.RunSQL(
        sql=[
            f"CREATE TRIGGER {table}_append_only BEFORE {verbs} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION bp_refuse_change();",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION bp_refuse_change();",
        ],
        reverse_sql=[
            f"DROP TRIGGER {table}_append_only ON {table};",
            f"DROP TRIGGER {table}_no_truncate ON {table};",
        ],
    )
