// Package delivery takes a solved block to its nodes and to the journal, and follows it to its end: a [Courier] does so
// for one chain. It knows candidates, nodes and a journal; it knows neither shares nor jobs nor searchers, and no chain
// in particular. A process may run several couriers, each with a journal of its own.
//
// # A block's way
//
// [Courier.Take] starts the durable write and the submission to every node at the same moment; neither waits for the
// other. A submission is repeated until the node's answer is final (verdict.go). A block in the best chain is followed
// until its coinbase is mature, one beside it until its rival is that deep; meanwhile a node that is seen to lack the
// block is sent it, whatever other nodes have said. [Courier.Recover] does the same for the blocks of earlier runs that
// are not settled.
//
// # Concurrency
//
// Goroutines:
//
//	submission    one per block and node (submit.go); started by Take, Recover and Observe; ends with the node's final
//	              answer, when the block is settled, with the block's retry context, or with alive
//	request       one per submission, a second one beside it while that has no answer; the submission waits for both
//	announcement  one per block of this run, for a log line; its submissions wait for it before they log a verdict
//	recorder      one (record.go); until it ends, it alone writes to the journal, but for Take during the drain
//	backlog       one (backlog.go); offers the older blocks of earlier runs one after the other, until Run's ctx ends
//	follower      one (follow.go); observes where blocks stand at each new tip and each minute, until Run's ctx ends
//	question      one per node during an observation, which waits for them
//
// Locks, in the order in which they are taken:
//
//	observing   one observation at a time; guards tracked.observed and tracked.unreadable
//	writing     one writer of the journal at a time; guards tracked.failures
//	mu          guards blocks, early, queue, ending, ended and every other field of a tracked block that changes
//
// The first two are channels of one place, since they are held while a node or a disk is waited for; no goroutine holds
// both. The [Watcher] is called with mu held, so it hears of each block in order; it must not call the courier. Nothing
// is logged with mu held. The logger should not block: what is repeated after a failure waits for its log line.
//
// Contexts: alive ends when Run gives up, after the grace period, and with it every request. A block's retry context
// ends earlier, as soon as Run is ending and the block is settledEnough: its submissions are not repeated, and those
// under way have one more second.
//
// Wake channels, of one place each: unsaved for the recorder, newTip for the follower. Whoever wakes looks at everything
// that is new. NewTip also closes tipMoved, for the submissions that wait for the node to know the block's parent.
//
// Why it drains: Run ends follower and backlog and waits for an observation that somebody else has under way. Then it sets
// ended, after which nothing is added to work, and waits for work. Each submission in work ends by itself, or at the
// latest with alive, which the grace period ends. Then Run ends the recorder and writes what is left, until all is
// written or alive has ended; a write that hangs is left behind after a second more. What is unsettled stays in the
// journal and is sent at the next start. A block that is taken after ended was set is written by Take itself; Run does
// not wait for its submissions, which end with alive too.
package delivery
