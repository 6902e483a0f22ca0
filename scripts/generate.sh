#!/bin/sh
# usage: scripts/generate.sh [--check]
# Regenerates the assembly of solo/scrypt. With --check it fails if that changed anything: somebody edited the output,
# or changed a generator without running this.
set -eu
cd "$(dirname "$0")/../solo/scrypt"
sum() { cat ./*_amd64.* ./*_arm64.* | cksum; }
before=$(sum)
go run -C _asm . -dir ..
go run -C _asm ./neon
if [ "${1-}" = --check ] && [ "$before" != "$(sum)" ]; then
	echo "the assembly did not match its generators: review the diff and commit it" >&2
	exit 1
fi
