#!/bin/sh
# usage: scripts/generate.sh [--check]
# Writes the assembly of solo/scrypt anew from its generators. With --check it fails if that changed anything:
# something was edited by hand, or not generated.
set -eu
cd "$(dirname "$0")/../solo/scrypt"
sum() { cat ./*_amd64.* ./*_arm64.* | cksum; }
before=$(sum)
go run -C _asm . -dir ..
go run -C _asm ./neon
if [ "${1-}" = --check ] && [ "$before" != "$(sum)" ]; then
	echo "the assembly was not what its generators write: look at the difference and commit it" >&2
	exit 1
fi
