// Package rigs reads what miners tell of themselves, without a login: temperatures, fans, power, their own hash rate,
// hardware errors, boards and chips. It only reads: cgminer's API is sent four commands that change nothing, and HTTP one
// GET. What cannot be understood of an answer is left out.
//
//	rigs.go      Asker: whom it asks, and when
//	machine.go   one machine: its address, its last answer, its failures
//	ask.go       what is asked of a machine, and where
//	dialogue.go  one command over cgminer's API or HTTP, within bounds
//	reply.go     JSON as miners write it
//	reading.go   what replies say, whatever kind of machine they come from
//	chains.go    Antminer L3+, VolcMiner, Hammer: fields with a number for each board
//	boards.go    Antminer L7 and L9, and firmware like theirs: a list of boards
//	devices.go   Goldshell, bfgminer, cgminer: the list of devices
//	axeos.go     Bitaxe, Lucky Miner and their like: HTTP
//	sum.go       several machines under one worker's name
//	judge.go     what the owner should look after (rising.go: hardware errors)
//	gap.go       a miner's own hash rate beside the one that its shares prove
package rigs
