package rigs

import (
	"cmp"
	"slices"
	"strings"

	"ltcsolo/solo"
)

// sum returns what several machines of one worker tell, as one: hash rates, watts, errors, chips and boards add up, fans are
// those of all by address, temperatures are of the hottest. When is the oldest answer of those that answer, and Fault says of
// each other one why it does not. It returns nil if there is no machine. all is not kept.
func sum(all []solo.Rig) *solo.Rig {
	if len(all) == 0 {
		return nil
	}
	slices.SortFunc(all, func(a, b solo.Rig) int { return cmp.Compare(a.Address, b.Address) })
	total := all[0]
	total.Fans = slices.Clone(total.Fans)
	if len(all) > 1 {
		total.Fault = faultOf(all[0])
	}
	for _, r := range all[1:] {
		total.Address += ", " + r.Address
		total.Model = joined(total.Model, r.Model)
		total.Firmware = joined(total.Firmware, r.Firmware)
		total.Chip, total.Board = max(total.Chip, r.Chip), max(total.Board, r.Board)
		total.Fans = append(total.Fans, r.Fans...)
		total.Watts += r.Watts
		total.HashRate += r.HashRate
		total.HardwareErrors += r.HardwareErrors
		total.DeadChips += r.DeadChips
		total.Boards += r.Boards
		total.MissingBoards += r.MissingBoards
		total.Fault = joined(total.Fault, faultOf(r))
	}
	silent := func(r solo.Rig) bool { return r.Fault != "" }
	if answering := slices.DeleteFunc(all, silent); len(answering) > 0 {
		total.When = slices.MinFunc(answering, func(a, b solo.Rig) int { return a.When.Compare(b.When) }).When
	}
	return &total
}

// faultOf names the machine of several that does not answer.
func faultOf(r solo.Rig) string {
	if r.Fault == "" {
		return ""
	}
	return r.Address + ": " + r.Fault
}

// joined lists two texts, each once; an empty one is left out.
func joined(list, text string) string {
	switch {
	case list == "":
		return text
	case text == "" || strings.Contains(", "+list+", ", ", "+text+", "):
		return list
	}
	return list + ", " + text
}
