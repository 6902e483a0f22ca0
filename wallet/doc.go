// Package wallet turns the user's payout address or descriptor into the script
// that a coinbase pays.
//
// Decode accepts only the five kinds of script that can safely be paid with
// litecoins, and the Decode method of another Coin those of that coin. It is
// stricter than litecoind's validateaddress, which accepts addresses that a
// coinbase must not pay: anyone could spend the reward (an MWEB address has an
// empty script there), the block would be refused (witness version 9 is the
// peg-in script), or the reward would be lost (witness version 8). Prefixes
// are those of the nodes' src/chainparams.cpp and src/key_io.cpp (base58.cpp):
//
//	               main             test             regtest
//	Litecoin
//	  P2PKH        0x30 L           0x6f m, n        0x6f m, n
//	  P2SH         0x32 M           0x3a Q           0x3a Q
//	  P2SH, old    0x05 3           0xc4 2           0xc4 2
//	  segwit       ltc1             tltc1            rltc1
//	Dogecoin
//	  P2PKH        0x1e D           0x71 n           0x6f m, n
//	  P2SH         0x16 9, A        0xc4 2           0xc4 2
//
// An address of main cannot be mistaken for one of another network of its coin.
// Where two networks or coins have the same version, their addresses are the
// same strings; the coin in question is given, and never guessed.
//
// The rest of the program works with script bytes, not addresses. Only this
// package knows where a script comes from: an address that the user gives
// (Decode), one that the node's wallet gives once (FromWallet), or a fresh one
// for each block from a watch-only wallet (Descriptor, Index).
//
// # Secrets
//
// People paste private keys where an address is expected. No error of Decode
// or DecodeAny holds any part of its input, with one exception: if changing
// one character makes the text a correct address of the coin, the error names
// that character. Callers must not print a refused input either.
package wallet
