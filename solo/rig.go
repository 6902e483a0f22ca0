package solo

import "time"

// Rig is what a worker's machine tells of itself: a miner through its own interface, without a login, and this machine's CPU
// by its hottest sensor. Of several machines under one worker's name, HashRate, Watts and what is counted are added up, Fans
// are those of all, and Chip and Board are of the hottest. What was not told is zero or empty.
type Rig struct {
	Address  string // IP address and port that answered; of several machines with commas
	Model    string
	Firmware string

	Chip  float64 // hottest chip, °C
	Board float64 // hottest board, °C
	Fans  []int   // revolutions a minute, of each; 0 is a fan that stands still
	Watts float64 // taken from the wall, by its own measurement

	HashRate       float64 // H/s, by its own count
	HardwareErrors uint64  // since it was started
	DeadChips      int
	Boards         int // that work
	MissingBoards  int // that it has or had, and that do not work

	When  time.Time // of the last answer; zero before the first
	Fault string    // why it does not answer, or not so that it can be understood; empty if it does
}

// Hottest returns the temperature of the hottest part, in °C; 0 if it told none.
func (r *Rig) Hottest() float64 { return max(r.Chip, r.Board) }
