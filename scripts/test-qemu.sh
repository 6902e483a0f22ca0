#!/bin/sh
# usage: scripts/test-qemu.sh
# Runs the tests of solo/scrypt and template on emulated processors: an arm64,
# an amd64 with AVX2 but without AVX-512, one with neither, and the most basic
# amd64; and those of a few packages on the arm of the first Raspberry Pi, with
# 32 bits. It installs qemu-user-static if that is missing.
set -eu

case "${1-}" in
'') ;;
*) sed -n '2,6s/^# *//p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."

# The kernels that each processor must have.
arm64=neon,neon4,generic
avx2=avx2,avx2x16,sse2,generic
plain=sse2,generic

scripts/install-qemu.sh
export CGO_ENABLED=0 GOOS=linux GOARM=6
on() { # on GOARCH KERNELS EMULATOR PACKAGE...
	echo "qemu: $3"
	GOARCH=$1 SOLO_REQUIRE_KERNELS=$2,xcrypto go test -count 1 -exec "$3" $4
}
on arm64 "$arm64" qemu-aarch64-static './solo/scrypt ./template'
# Without the features of a Haswell that qemu lacks and would warn about.
on amd64 "$avx2" 'qemu-x86_64-static -cpu Haswell,-hle,-rtm,-invpcid,-tsc-deadline,-x2apic' ./solo/scrypt
on amd64 "$plain" 'qemu-x86_64-static -cpu Westmere' ./solo/scrypt
on amd64 "$plain" 'qemu-x86_64-static -cpu qemu64' ./solo/scrypt
# Not those of wallet and template: many derived keys and large blocks take minutes.
on arm generic qemu-arm-static './solo/scrypt ./solo/journal ./solo/odds ./solo/limits'
