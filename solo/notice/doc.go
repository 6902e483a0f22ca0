// Package notice runs the user's own commands when a block is found or changes its state, and when an alert begins
// or is over.
//
// A command is run directly, not by a shell, with what happened in its environment (event.go). Commands run one at a
// time, each with a time limit and in a process group of its own; whoever tells of an event never waits for one. What
// a command prints, and how it ended, goes to the log.
package notice
