// Package nodetest is a small litecoind or dogecoind for tests: an HTTP server on loopback with a model of a chain. It
// answers what solo/node asks, and fails in ways that a real node cannot be made to.
//
//	s := nodetest.Start(t)
//	s.Script("submitblock", nodetest.ResetAfterRead, nodetest.WorkQueue, nodetest.LostReply)
//	...
//	s.Arrived(hash) // how often the block took effect, whatever the caller was told
//
// A Proxy subjects the requests to a real litecoind to the same faults. Random draws faults from a seed.
//
// Scripted faults are used in order, one per request; after them the method works again. Of a Litecoin block only the header
// is checked: a block on the tip becomes the tip. A merged chain's block is judged whole, but its PoW only if State.CheckPoW
// is set; a dogecoind answers as the real one of testdata. Only tests import this package.
package nodetest
