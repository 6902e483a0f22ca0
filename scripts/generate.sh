#!/bin/sh
# usage: scripts/generate.sh
# Writes the assembly of solo/scrypt anew from its generators. Afterwards `git diff` is empty if nothing was edited
# by hand and nothing was forgotten.
set -eu
cd "$(dirname "$0")/../solo/scrypt/_asm"
go run . -dir ..
go run ./neon
