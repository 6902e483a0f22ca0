// Package terminal is how ltcsolo speaks with a person: the console with its status line, the log, the progress of a
// long command, errors, exit codes and signals, and the form of numbers and times.
//
// The rules: results go to standard output; the log, progress and errors go to standard error. Nothing but a terminal
// gets colours, cursor movements or broken lines. An error is one line that says what is wrong and one that says what
// to do. Text that comes from elsewhere, such as a node's words, passes through OneLine.
package terminal
