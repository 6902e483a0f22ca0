package rigs

import "strings"

// devices reads the reply to devs, that of Goldshell and of the mining programs bfgminer, cgminer and sgminer: a list of
// boards, GPUs or threads.
//
//	MHS 20s                  MHS 5s in cgminer, or what its --log says; estimate_hash_rate of Goldshell is what it should be
//	tstemp-0, -1, -2         Goldshell: chips, chips, board
//	Temperature              the others; 0 if it is not known
//	fan0, fan1               Goldshell: the machine's, in each device
//	Fan Speed                of a GPU; 0 or below if it is not known
//	Status                   "Alive", or what ails it
//	Enabled                  "N": switched off by its owner
func (m *reading) devices(all []value) {
	rate, errors, boards := 0.0, uint64(0), m.Boards+m.MissingBoards == 0
	for _, d := range all {
		var one reading
		one.rate(d, rateFields(d)...)
		rate += one.HashRate
		m.rated = m.rated || one.rated
		for _, t := range d.numbered("tstemp-") {
			if t.n < 2 {
				heat(&m.Chip, t.value)
			} else {
				heat(&m.Board, t.value)
			}
		}
		heat(&m.Chip, d.get("Temperature"))
		errors += count(d, "Hardware Errors")
		if boards && d.word("Name") != "CPU" && d.word("Enabled") != "N" && d.word("Status") != "" {
			m.board(d.word("Status") == "Alive")
		}
		for _, f := range d.numbered("fan") {
			one.fan(f.value)
		}
		if len(one.Fans) > len(m.Fans) {
			m.Fans = one.Fans
		}
	}
	if m.HashRate == 0 {
		m.HashRate = rate
	}
	if m.HardwareErrors == 0 {
		m.HardwareErrors = errors
	}
	if len(m.Fans) > 0 {
		return
	}
	for _, d := range all {
		if n, ok := d.numberOf("Fan Speed"); ok && n > 0 {
			m.fan(d.get("Fan Speed"))
		}
	}
}

// rateFields returns the names of the fields with a hash rate, that of the last seconds first.
func rateFields(v value) (names []string) {
	for _, f := range v.fields {
		if seconds, ok := strings.CutPrefix(f.name, "MHS "); ok && seconds != "av" && strings.Trim(seconds, "0123456789") == "s" {
			names = append(names, f.name)
		}
	}
	return append(names, "MHS av")
}
