#!/bin/sh
# Patroni reads no password from a file, but from its environment.
set -eu
secret() {
    cat "$CREDENTIALS_DIRECTORY/$1"
}
PATRONI_SUPERUSER_PASSWORD=$(secret superuser_password)
PATRONI_REPLICATION_PASSWORD=$(secret replication_password)
PATRONI_RESTAPI_PASSWORD=$(secret restapi_password)
export PATRONI_SUPERUSER_PASSWORD PATRONI_REPLICATION_PASSWORD PATRONI_RESTAPI_PASSWORD
exec "$@"
