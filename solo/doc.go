// Package solo is the engine of a solo miner. It turns the templates of the main chain, and of any chains merged with it,
// into jobs, and judges the shares that searchers submit. What becomes of a solved block is package delivery's business.
//
// The engine knows no node, disk or searcher: [Node] and package delivery's interfaces stand for the first two, and
// whoever calls [Engine.NextJob] and [Engine.Submit] is the third. It pays scripts and sees no addresses.
//
//	engine.go  Engine: configuration, run, Done
//	side.go    a chain's templates
//	make.go    jobs: what they commit to, when there is a new one, and when one is offered
//	watch.go   job policy after a found block: no second block on its parent
//	jobs.go    the job table, by age
//	known.go   the known jobs, and how they outlive a run
//	share.go   Share, Submit, SubmitAll, and what becomes of a block
//	judge.go   judging shares: network targets first
//	hasher.go  who hashes their headers, and when the reference does so again
//	seen.go    the good shares of a job
//	check.go   each new job's block is checked, here and by its node
//	stats.go   Stats, the snapshot that everything that shows a run takes
package solo
