// Package node talks to a chain's node over JSON-RPC: litecoind, or the node of a merged chain. It implements [solo.Node]
// and [delivery.Node], knows what the node's words mean, and turns every error into one line with its remedy. Package
// discover finds the node and its credentials.
//
// What differs between the chains hangs on Config.Chain and the table in software.go. Where a comment names litecoind, it
// holds for the others too, which share its origin: Dogecoin Core comes from Bitcoin Core 0.14, Litecoin Core from 0.21.
//
//	client.go       Config, Client; every RPC but submitblock goes through call
//	lane.go         one call at a time; a node that goes down meanwhile is noticed
//	post.go         JSON-RPC over HTTP; submitblock alone does not go through a lane
//	dial.go         the addresses of one node
//	tip.go          waiting for a new tip without blocking the node's threads
//	template.go     NextTemplate
//	empty.go        the template of an empty block, while the node cannot assemble one
//	submit.go       Propose, SubmitBlock, Confirmations, BlockAt
//	answers.go      the node's answers to submitblock and to a proposal
//	status.go       Status and its checks
//	anchor.go       whether the node's chain is the one that it was
//	opinion.go      what can be said of a block that the node does not judge
//	probe.go        what doctor asks for: the way to a new tip, and to submitblock
//	wallet.go       addresses of the node's wallet, Litecoin only
//	address.go      the output script of an address
//	version.go      the oldest safe version of the node for a height
//	software.go     what differs between the nodes of two chains: names, ports, first blocks
//	group.go        Group: several nodes, of which one serves
//	choose.go       which node serves, which takes over, and when mining is paused
//	observe.go      how each node is doing
//	proposal.go     what the nodes say about a proposed block
//	monitor.go      which findings about a node are alerts
//	foreign.go      what listens at the node's address, if it is not the node
//	error.go        Error: the node's words and what to do
//
// # JSON-RPC without a library
//
// The replies of a node, or of whatever answers at its address, must not fill the memory or be unpacked. btcsuite's
// rpcclient, which this package used, reads and unpacks any length, with a transport of its own making. It takes no
// context, repeats a failed request for 22.5 s, and keeps a connection that is ready after its call was abandoned.
//
// # Sparing the node's threads
//
// litecoind has four RPC threads by default. A caller that gives up does not free one, and a long poll may hold one for
// ever. So nothing is long-polled, every wait ends on the node's side within 3 s, and at most one wait is pending: a
// second caller joins it.
package node
