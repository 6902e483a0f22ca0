// Package scrypt searches Litecoin's proof of work: scrypt with N=1024, r=1, p=1 and 32 bytes of output,
// where an 80-byte block header is both password and salt (RFC 7914; Litecoin Core, src/crypto/scrypt.cpp).
//
// The hash is PBKDF2-HMAC-SHA256 of the header to 128 bytes, ROMix of those over 128 KiB of memory, and
// PBKDF2-HMAC-SHA256 of the header again with ROMix's output as salt. ROMix is nearly all of the time.
//
//	Sum        one PoW hash by golang.org/x/crypto/scrypt, the judge of every candidate
//	Kernel     one implementation of the whole hash for several headers (lanes) at once
//	Kernels    those that this processor can run and that passed their self-test
//	Best       the fastest of them, measured
//	Scanner    one thread's search over nonces with one kernel
//
// PoW hashes are in internal byte order: as a number they are little-endian, so byte 31 is the most
// significant one. Targets are in the same order, and a hash is a hit if it is not greater than the target.
//
// The package imports no other of this module, and nothing in it logs or reads a file.
package scrypt
