// Package notice runs the user's own commands when a block is found or changes its state, and when an alert begins
// or ends.
//
// Commands run directly, not in a shell, with the facts of the event in their environment (event.go). They run one at a
// time, each with a time limit and in its own process group. Nothing that reports an event waits for a command. The log
// gets what a command prints and how it ended.
package notice
