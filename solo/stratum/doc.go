// Package stratum serves Stratum V1 to the Scrypt miners of the house: a [Server] hands them the engine's jobs and offers
// it their shares. Whoever connects works for the engine's payout; nothing that a client sends reaches it.
//
//	server.go        Server: configuration, connections, shutdown
//	session.go       one connection: reading, writing, leaving
//	line.go          lines, within bounds
//	message.go       requests and answers as JSON
//	handler.go       what each method does
//	authorize.go     who a miner is, and when it is ready for work
//	submit.go        a submit becomes a share, a verdict an answer
//	transactions.go  what a job's block holds, for clients that ask
//	difficulties.go  which difficulty a share is judged by
//	work.go          a job as mining.notify
//	notify.go        who gets work, and when
//	latency.go       how fast a new block's work reaches the miners
//	meter.go         how fast a session is: the fastest get work first
//	guard.go         how many may connect, and how often one may fail
//	keepopen.go      miners that are gone without a word
//	refusals.go      a miner whose shares are nearly all refused
//	occasional.go    log lines that would come too often
//	tls.go, http.go  clients that begin with something else than Stratum
//
//	kind.go          kinds of clients: what each starts with and can read
//	password.go      the difficulty in a password
//	start.go         the difficulty that a session starts with
//	vardiff.go       when a session's difficulty moves
//	worker.go        the workers, as they are shown (rate.go: hash rates)
//	findings.go      what the owner should look after: workers, and the server itself
//	memory.go        sessions that can be resumed
//	remember.go      what is kept for the next run
//
// # Rules that clients impose
//
// Nothing is sent before the answer to mining.subscribe, and nothing but answers before that to mining.authorize: several
// clients leave otherwise. Then come one mining.set_difficulty and one mining.notify. A difficulty is only sent right
// before a notify with a new id, and a share is judged by the easiest difficulty that was sent for its job or since.
// Every user name and password is accepted, since a refusal ends some clients for good. Ids are echoed as they came.
//
// # Concurrency
//
// Each connection has one goroutine, its reader, which also answers. The follower waits for jobs, the ticker looks for
// sessions that need a line, and a few senders write the work (notify.go). Whoever writes to a connection holds its turn.
package stratum
