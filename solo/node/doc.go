// Package node talks to litecoind over JSON-RPC: it implements [solo.Node] and [delivery.Node], finds the node
// and its credentials from what a default installation leaves on disk, and turns every error of the node into one
// line with its remedy.
//
//	client.go       Config, Client, the way of every call
//	lane.go         one rpcclient, one call at a time, never waited for beyond its context
//	post.go         submitblock: the request, without rpcclient
//	tip.go          being told of a new tip without holding the node's threads
//	template.go     NextTemplate
//	empty.go        the template of an empty block, while the node cannot make one
//	submit.go       Propose, SubmitBlock, Confirmations, BlockAt
//	status.go       Status and its Check; NewAddress
//	probe.go        what doctor asks: the way to a new tip, the wallet
//	version.go      the least safe version of the node for a height
//	group.go        Group: several nodes, of which one serves
//	choose.go       which one serves, who takes over, and when nothing is searched
//	look.go         how each of them does, and what the others say to a block
//	guardian.go     what of a node is an alert
//	error.go        Error: the node's words and what to do
//	conf.go         litecoin.conf
//	discover.go     Discover: network, folders and URLs
//	credentials.go  cookie, rpcpassword, password file
//
// # What is done about rpcclient
//
// A client of btcsuite's rpcclient sends one request at a time, has no context, and tries a failed request up to ten
// times in 22.5 s before it says so. So there is one for each lane, a lane's call is left alone when its context ends,
// and while a call is out the node is dialled each second: a node that is down is reported at once. What remains is
// that a request whose connection broke, on a node that can be dialled, is sent again by rpcclient after 0.5, 1, 1.5
// ... 4.5 s. A found block does not go through rpcclient at all (post.go).
//
// # What is spared the node
//
// litecoind has four RPC threads by default, a caller that gives up does not free one, and a long poll may hold one
// for ever. So nothing is long-polled, every wait ends on the node's side after 20 s, and there is never more than
// one: who asks again joins the wait that is out.
package node
