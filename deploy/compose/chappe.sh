#!/bin/sh
# Several nodes have one key: where it is given as a secret, and the directory has none yet, it is
# put there. A node alone makes its own.
set -eu
given="$CREDENTIALS_DIRECTORY/chappe_key"
kept="$CHAPPE_DATA/chappe.key"
if [ -e "$given" ] && [ ! -e "$kept" ]; then
    umask 077
    cp "$given" "$kept.part"
    mv "$kept.part" "$kept"
fi
exec "$@"
