package rigs

import (
	"strings"

	"ltcsolo/solo"
)

// sum returns what several machines of one worker tell, as one: hash rates, watts, errors, chips and boards add up, fans are
// those of all, temperatures are of the hottest. When is the oldest answer, Model is that of all if they are alike. Fault says
// how many do not answer. nil if all is empty.
func sum(all []solo.Rig) *solo.Rig {
	if len(all) == 0 {
		return nil
	}
	total := all[0]
	total.Fans = append([]int(nil), total.Fans...)
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
		if r.When.Before(total.When) {
			total.When = r.When
		}
		total.Fault = joined(total.Fault, r.Fault)
	}
	return &total
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
