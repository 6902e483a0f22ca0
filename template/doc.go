// Package template turns litecoind's getblocktemplate reply into work and a solution into a block.
//
// The pipeline, each step a file:
//
//	gbt.go       reply (JSON)            -> Reply      field for field
//	template.go  Reply                   -> Template   every check happens here, by the rules of order.go
//	                                                   (transactions) and mweb.go (HogEx, extension block)
//	empty.go     Parent                  -> Template   of an empty block, where the node cannot make one
//	coinbase.go  Template + Coinbase     -> the coinbase transaction around its extranonce
//	merkle.go    transaction ids         -> the coinbase's merkle branch, the witness commitment
//	job.go       Template + Coinbase     -> Job; Job + Solution -> Header
//	block.go     Job + Solution          -> the serialized block for submitblock
//	inspect.go   serialized block        -> Block, and what of it can be checked offline
//
// The package is pure: it reads no clock, network or file, starts no goroutine and logs nothing. Time is
// passed in. Nothing here is changed after it was made, so everything is safe for concurrent reading.
//
// # Byte orders
//
// A [Hash] and a [Target] hold a 256-bit number in internal byte order, which is little-endian: the order of
// the wire. Text (String, JSON) is the usual display order, reversed. Transactions and the MWEB extension
// block are carried as the opaque bytes that the node gave: they are read for checks, never written again,
// because re-serializing the HogEx with a library that lacks its flag loses blocks.
//
// # Rules
//
// BIP 22 and 23 (getblocktemplate), BIP 9 (rules, version bits), BIP 34 (height in the coinbase), BIP 141 and
// 145 (segwit), and Litecoin's own: the version floor of validation.cpp (ContextualCheckBlockHeader), and the
// extension block of mweb/mweb_node.cpp and primitives/block.h: while MWEB is active the last transaction is
// the HogEx, whose first output commits to the extension block, and the block ends in 01 and the extension
// block's bytes.
package template
