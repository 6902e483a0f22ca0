// Package wallet turns what a user gives as a payout into the script that a
// coinbase pays.
//
// Decode accepts the five kinds of script that a miner can safely be paid to
// and nothing else. It is stricter than litecoind's validateaddress, which
// calls an address valid although a coinbase that pays it is anyone's to
// spend (an MWEB address has an empty script there), is refused with the
// whole block (witness version 9 is the peg-in script), or is lost (witness
// version 8). Prefixes are those of litecoind's src/chainparams.cpp and
// src/key_io.cpp:
//
//	               main             test and regtest
//	P2PKH          0x30 L           0x6f m, n
//	P2SH           0x32 M           0x3a Q
//	P2SH, old      0x05 3           0xc4 2
//	segwit         ltc1             tltc1 and rltc1
//
// An address of main cannot be mistaken for one of another network. Base58
// addresses of test and regtest are the same strings.
//
// The rest of the program sees script bytes, never an address, so that where
// the script comes from stays the affair of this package: an address that the
// user gives (Decode), one that the node's wallet gives once (FromWallet), or a
// fresh one for each block of a watch-only wallet (Descriptor, Index).
//
// # Secrets
//
// People paste private keys where an address is asked for. No error of Decode
// or DecodeAny holds any part of its input, with one exception: a text that
// one changed character makes a correct Litecoin address is told which
// character that is. Callers must not print a refused input either.
package wallet
