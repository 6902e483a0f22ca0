package dashboard

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/units"
)

// Rig is what a worker's machine tells of itself: a miner through its own interface, this machine through the processor's
// sensors. Of several machines under one worker's name, rates, power and counts are added up, and temperatures are the
// hottest. What is null was not told.
type Rig struct {
	Address        string     `json:"address"` // IP address and port that answered
	Model          string     `json:"model"`
	Firmware       string     `json:"firmware"`
	Chip           *float64   `json:"chip_celsius"`  // hottest chip
	Board          *float64   `json:"board_celsius"` // hottest board
	Fans           []int      `json:"fans_rpm"`      // of each; 0 stands still
	Watts          *float64   `json:"watts"`
	HashRate       *float64   `json:"hash_rate"` // by its own count
	HardwareErrors *uint64    `json:"hardware_errors"`
	DeadChips      *int       `json:"dead_chips"`
	Boards         *int       `json:"boards"` // that work
	MissingBoards  *int       `json:"missing_boards"`
	When           *time.Time `json:"time"`  // of its last answer; null before the first
	Fault          string     `json:"fault"` // why it does not answer; empty if it does
}

// newRig returns nil for a worker that tells nothing of itself.
func newRig(s *solo.Rig) *Rig {
	if s == nil {
		return nil
	}
	r := &Rig{
		Address: line(s.Address), Model: line(s.Model), Firmware: line(s.Firmware), Fault: line(s.Fault), Fans: []int{},
		Chip: told(s.Chip), Board: told(s.Board), Watts: told(s.Watts), HashRate: told(s.HashRate),
	}
	r.Fans = append(r.Fans, s.Fans...)
	if s.HardwareErrors > 0 || s.Boards+s.MissingBoards > 0 {
		r.HardwareErrors = new(s.HardwareErrors)
	}
	if s.Boards+s.MissingBoards > 0 {
		r.DeadChips, r.Boards, r.MissingBoards = new(s.DeadChips), new(s.Boards), new(s.MissingBoards)
	}
	if !s.When.IsZero() {
		r.When = new(second(s.When))
	}
	return r
}

// told returns nil for 0, which stands for what was not told.
func told(n float64) *float64 {
	if n == 0 {
		return nil
	}
	return &n
}

// Text says in a line what is of interest: "79 °C, fans 5,580 to 5,700 rpm, fan 4 stands still, counts 16.2 GH/s". It is empty
// if nothing was told.
func (r *Rig) Text() string {
	if r == nil {
		return ""
	}
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if celsius := r.Hottest(); celsius != nil {
		add("%.0f °C", *celsius)
	}
	parts = append(parts, fansText(r.Fans)...)
	if r.HashRate != nil {
		add("counts %s", units.HashRate(*r.HashRate))
	}
	if r.Watts != nil {
		add("%.0f W", *r.Watts)
	}
	if r.MissingBoards != nil && *r.MissingBoards > 0 {
		add("%d of %d boards do not hash", *r.MissingBoards, *r.Boards+*r.MissingBoards)
	}
	if r.DeadChips != nil && *r.DeadChips > 0 {
		add("%s", counted(uint64(*r.DeadChips), "dead chip"))
	}
	if r.HardwareErrors != nil && *r.HardwareErrors > 0 {
		add("%s", counted(*r.HardwareErrors, "hardware error"))
	}
	if r.Fault != "" {
		add("%s", r.Fault)
	}
	return strings.Join(parts, ", ")
}

// Hottest returns the temperature of its hottest part; nil if it told none. r may be nil.
func (r *Rig) Hottest() *float64 {
	switch {
	case r == nil:
		return nil
	case r.Chip != nil && (r.Board == nil || *r.Chip >= *r.Board):
		return r.Chip
	}
	return r.Board
}

// mostFans is how many fans are told one by one.
const mostFans = 8

func fansText(all []int) (parts []string) {
	turning := slices.DeleteFunc(slices.Clone(all), func(rpm int) bool { return rpm == 0 })
	rpm := func(n int) string { return units.Thousands(int64(n)) }
	switch {
	case len(all) == 1 && len(turning) == 1:
		parts = append(parts, "fan "+rpm(turning[0])+" rpm")
	case len(turning) > 0 && slices.Min(turning) == slices.Max(turning):
		parts = append(parts, "fans "+rpm(turning[0])+" rpm")
	case len(turning) > 0:
		parts = append(parts, "fans "+rpm(slices.Min(turning))+" to "+rpm(slices.Max(turning))+" rpm")
	}
	if len(all)-len(turning) > mostFans {
		return append(parts, counted(uint64(len(all)-len(turning)), "fan")+" stand still")
	}
	for i, n := range all {
		if n == 0 {
			parts = append(parts, fmt.Sprintf("fan %d stands still", i+1))
		}
	}
	return parts
}
