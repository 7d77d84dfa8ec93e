#!/bin/sh
# Patroni calls it once, at the first primary, with the URL of a superuser.
set -eu
psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 \
    --set=password="$(cat "$CREDENTIALS_DIRECTORY/store_password")" --dbname="$1" <<'SQL'
CREATE ROLE chappe LOGIN PASSWORD :'password';
CREATE DATABASE chappe OWNER chappe;
SQL
