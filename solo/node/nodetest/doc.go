// Package nodetest is a small litecoind for tests: an HTTP server on loopback with a model of a chain, which answers
// what solo/node asks and fails in the ways that a real litecoind will not on demand.
//
//	s := nodetest.Start(t)
//	s.Script("submitblock", nodetest.ResetAfterRead, nodetest.WorkQueue, nodetest.LostReply)
//	...
//	s.Arrived(hash) // how often the block was taken in by the node, whatever the caller heard of it
//
// A Proxy lets the requests to a real litecoind meet the same faults, and Random lets them meet any, by a seed.
//
// Scripted faults are used up in order, one a request; then the method works again. Blocks are believed as far as their
// header goes: a block on the tip becomes the tip. Only tests import this package.
package nodetest
