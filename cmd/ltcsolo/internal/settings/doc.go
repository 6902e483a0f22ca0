// Package settings turns flags, the environment, the configuration file and litecoin.conf into checked settings, and
// remembers where each value came from.
//
// A flag beats the environment (LTCSOLO_ADDRESS for --address), which beats the configuration file, which beats what
// is found in litecoin.conf. Fill puts environment and file into the flags that were not typed; Discover and the Read
// functions check values and make settings of them. Package cli goes no further than this package and the commands.
//
// No error of this package repeats a value or a stray argument that was typed: people paste private keys where an
// address is asked for, and what is printed ends up in logs and mails.
package settings
