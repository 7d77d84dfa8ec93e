#!/bin/sh
# Draws all secrets of three.yaml, below ./secrets or the folder that is named. What is there
# already stays as it is. Only its owner enters the folder; its files are open to those whom a
# container runs as, since they keep their owner and their mode when they are mounted.
set -eu
folder="${1:-$(dirname "$0")/secrets}"
umask 022
mkdir -p "$folder"
chmod 700 "$folder"

draw() {
    [ -e "$folder/$1" ] || head -c 24 /dev/urandom | od -An -vtx1 | tr -d ' \n' >"$folder/$1"
}

draw superuser_password
draw replication_password
draw restapi_password
draw store_password
if [ ! -e "$folder/chappe_key" ]; then
    head -c 32 /dev/urandom >"$folder/chappe_key"
fi
if [ ! -e "$folder/store_url" ]; then
    printf 'postgresql://chappe:%s@db1,db2,db3/chappe' "$(cat "$folder/store_password")" \
        >"$folder/store_url"
fi
