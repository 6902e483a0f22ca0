// Package history records a run, so that a person sees what was before this hour and before this run: the hash rate of all
// and of each worker, temperatures, what has happened, and the best share ever.
//
//	recorder.go  Recorder: the snapshots, and who asks
//	span.go      the spans that can be asked for, and how finely each is kept
//	row.go       the averages of an interval, and its line on disk
//	series.go    the rows in memory, and how fine ones become coarse ones
//	segments.go  the rows on disk
//	compare.go   two snapshots -> events
//	events.go    the events in memory and on disk, and which of them are kept
//	best.go      the best share ever
//	keeper.go    who writes, and what a disk that fails or hangs costs: history, and nothing else
//
// # On disk
//
// A directory has files of JSON, one object a line: best.json, events.jsonl, and of each resolution some numbered ones, of
// which the oldest is removed when a new one begins. An SD card does not last long under files that are rewritten: what is
// recorded is a line at the end of a file, once a minute, ten minutes and hour, and for each event. Rewritten are best.json,
// at most once a minute, and events.jsonl, after a thousand events. All together never has more than 64 MiB.
//
// Nothing is synced. A line that is cut off or damaged is skipped, and the next one begins on a line of its own. A file that
// cannot be read, or in which nothing is of use, is set aside.
//
// # Time
//
// A row stands for the whole interval of the clock in which it was recorded. If the clock is set back there are two rows of
// one interval, and they count together. What the clock calls the future is not shown.
package history
