"""The extensions and the French search of the whole platform."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations

from bp_platform.core import guards

SEARCH = [
    """
    CREATE TEXT SEARCH CONFIGURATION fr_u (COPY = pg_catalog.french);
    ALTER TEXT SEARCH CONFIGURATION fr_u ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
    """,
    """
    CREATE FUNCTION f_unaccent(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
    $$ SELECT public.unaccent('public.unaccent', $1) $$;
    """,
    """
    CREATE FUNCTION fr_vec(t text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT to_tsvector('public.fr_u', t) || array_to_tsvector(array(
        SELECT DISTINCT public.unaccent('public.unaccent', l)
        FROM unnest(tsvector_to_array(to_tsvector('pg_catalog.french', t))) l)) $$;
    """,
    """
    CREATE FUNCTION fr_q(q text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT websearch_to_tsquery('public.fr_u', q)
        || public.unaccent('public.unaccent', websearch_to_tsquery('pg_catalog.french', q)::text)::tsquery $$;
    """,
]
UNDO = [
    "DROP FUNCTION IF EXISTS fr_q(text); DROP FUNCTION IF EXISTS fr_vec(text);"
    "DROP FUNCTION IF EXISTS f_unaccent(text); DROP TEXT SEARCH CONFIGURATION IF EXISTS fr_u;"
]


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(SEARCH, UNDO),
        migrations.RunSQL(guards.CREATE_FUNCTION, guards.DROP_FUNCTION),
    ]
