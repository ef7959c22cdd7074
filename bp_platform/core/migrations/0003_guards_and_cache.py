"""Nobody rewrites the journal; and the table of the database cache, for machines without Redis."""

from django.db import migrations

from bp_platform.core import guards

CACHE = """
CREATE TABLE core_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX core_cache_expires ON core_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_the_journal")]
    operations = [
        guards.append_only("core_journalentry"),
        migrations.RunSQL(CACHE, "DROP TABLE core_cache"),
    ]
