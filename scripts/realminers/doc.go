// Package realminers has the test behind scripts/real-miners.sh: real mining programs on a real private litecoind, through
// everything that may happen to a server over a year. It holds no code but tests.
package realminers
