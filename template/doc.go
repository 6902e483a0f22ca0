// Package template turns a node's getblocktemplate reply into work, and a solution into a block.
//
// The pipeline, each step a file:
//
//	chain.go     the constants of each chain
//	gbt.go       reply (JSON)            -> Reply      field for field
//	template.go  Reply                   -> Template   all checks are here, with the rules of order.go
//	                                                   (transactions) and mweb.go (HogEx, extension block)
//	empty.go     Parent                  -> Template   of an empty block, for when the node cannot make a template
//	coinbase.go  Template + Coinbase     -> the coinbase transaction around its extranonce
//	merkle.go    transaction ids         -> the coinbase's merkle branch, the witness commitment
//	auxpow.go    Template + Coinbase     -> Aux, a merged chain's block without its proof; Aux... -> commitment
//	proof.go     Job + Solution          -> a merged chain's proof, and back, with its rules
//	job.go       Template + Coinbase + Aux... -> Job; Job + Solution -> Header
//	block.go     Job + Solution          -> the serialized block for submitblock, of the main or a merged chain
//	inspect.go   serialized block        -> Block, with all that can be checked offline; inspect_aux.go, with proof.go and
//	                                        commitment.go: of a merged chain
//
// The package is pure: it reads no clock, network or file, starts no goroutine and logs nothing. Time is
// passed in. All values are immutable once made and safe for concurrent reading.
//
// # Byte orders
//
// A [Hash] and a [Target] hold a 256-bit number in internal byte order, which is little-endian: the order of
// the wire. Text (String, JSON) is the usual display order, reversed. Transactions and the MWEB extension
// block stay the bytes that the node gave: they are parsed for checks and never re-serialized, because a library
// that lacks the HogEx's flag would write a block that the node refuses.
//
// # Rules
//
// BIP 22 and 23 (getblocktemplate), BIP 9 (rules, version bits), BIP 34 (height in the coinbase), BIP 141 and
// 145 (segwit), and Litecoin's own: the minimum version of validation.cpp (ContextualCheckBlockHeader), and the
// extension block of mweb/mweb_node.cpp and primitives/block.h: while MWEB is active, the last transaction is
// the HogEx, whose first output commits to the extension block, and the block ends with 01 and the extension
// block. Merged chains follow auxpow.h and auxpow.cpp of Dogecoin Core. Files named in comments without a
// package are those of Litecoin Core.
package template
