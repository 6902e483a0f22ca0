// Package solo is the engine of a solo miner: it turns templates into jobs, judges the shares that searchers
// offer, and sees every solved block through to the node's verdict.
//
// The engine knows neither litecoind nor the disk nor a searcher: these are the interfaces [Node], [Submitter]
// and [Journal], and whoever calls [Engine.NextJob] and [Engine.Submit]. It pays a script and sees no address.
//
// Promises about money, and where they are kept: everything between a share that meets the network target and
// the node's last word stands in candidate.go; nothing else calls SubmitBlock. A share is tested against the
// network target before anything may refuse it (share.go).
package solo
