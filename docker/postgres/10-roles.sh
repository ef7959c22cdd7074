#!/bin/bash
# Run once by the postgres image, on an empty volume: the three roles with their passwords, and the database.
set -euo pipefail

password() { cat "/run/secrets/$1"; }

psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres -f /roles/roles.sql
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres \
    -v migrate="$(password migrate_password)" -v web="$(password web_password)" -v opener="$(password opener_password)" <<'SQL'
ALTER ROLE bp_migrate PASSWORD :'migrate';
ALTER ROLE bp_web PASSWORD :'web';
ALTER ROLE bp_opener PASSWORD :'opener';
CREATE DATABASE bp OWNER bp_migrate;
SQL
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d bp -v owner=bp_migrate -f /roles/opener.sql
