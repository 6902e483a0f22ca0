#!/bin/sh
# usage: scripts/container/umbrel.sh VERSION DIGEST DIR
# Writes the app for a community store of Umbrel into DIR, as the store has it, with the owner's values of scripts/release/owner.
# DIGEST, sha256:..., is that of the index of images that the owner has published. Untried on an Umbrel.
set -eu

case "${1-}" in
'' | -*) sed -n '2,4s/^# //p' "$0"; exit 0 ;;
esac
[ $# -eq 3 ] || { echo "give VERSION, DIGEST and DIR; --help says more" >&2; exit 2; }
case "$2" in
sha256:*) ;;
*) echo "DIGEST does not begin with sha256:" >&2; exit 2 ;;
esac
here=$(dirname "$0")
. "$here/../release/owner"
app=$umbrel_store-ltcsolo
mkdir -p "$3/$app/data/state"
: >"$3/$app/data/state/.gitkeep" # else git leaves the folder out
for file in umbrel-app.yml docker-compose.yml; do
	sed -e "s|@APP@|$app|" -e "s|@VERSION@|$1|" -e "s|@IMAGE@|$registry/ltcsolo:$1@$2|" -e "s|@HOMEPAGE@|$homepage|" \
		-e "s|@MAINTAINER@|${maintainer%% <*}|" "$here/umbrel/$file" >"$3/$app/$file"
done
echo "$3/$app"
