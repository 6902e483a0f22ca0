package solo

import "time"

// Rig is what a miner's own interface told of it, without a login. What it did not tell is zero or empty.
type Rig struct {
	Address  string // IP address and port that answered
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
