package rigs

// chains reads the older form of stats, that of Antminer L3+, VolcMiner D1 and Hammer D10: an object whose fields end in
// the number of a board, from 1 on. L7 and L9 have it too, for those who do not ask for the newer one.
//
//	GHS 5s         holds MH/s on Scrypt machines, unless rate_unit says otherwise; total_rateideal may be in any unit
//	temp1          of a board; one for each sensor, under one name, on VolcMiner
//	temp2_1        of the chips of board 1
//	temp_max       the hottest of the sensors that there are
//	temp_chip1     "60-58-73-74": of the chips of board 1; temp_pcb1 of itself
//	chain_acn1     chips of board 1; 0 for a place without a board
//	chain_acs1     "oooo oxoo": a letter for each chip, x is dead
//	chain_rate1    of board 1; an empty text for none
//	chain_hw1      hardware errors
func (m *reading) chains(s value) {
	m.rateIn(rateUnit(s), s, "MHS 5s", "GHS 5s", "MHS av", "GHS av")
	for _, prefix := range []string{"temp2_", "temp3_", "temp_chip"} {
		for _, t := range s.numbered(prefix) {
			heat(&m.Chip, t.value)
		}
	}
	for _, prefix := range []string{"temp", "temp_pcb"} {
		for _, t := range s.numbered(prefix) {
			heat(&m.Board, t.value)
		}
	}
	if m.Chip > 0 {
		heat(&m.Chip, s.get("temp_max"))
	} else {
		heat(&m.Board, s.get("temp_max"))
	}
	for _, f := range s.numbered("fan") {
		m.fan(f.value)
	}
	if n, ok := s.numberOf("fan_num"); ok && n > 0 {
		m.fewerFans(int(min(n, mostFans)))
	}
	rates := make(map[int]value)
	for _, r := range s.numbered("chain_rate") {
		rates[r.n] = r.value
	}
	for _, c := range s.numbered("chain_acn") {
		if chips, ok := c.value.number(); ok && chips > 0 {
			rate, _ := rates[c.n].number()
			m.board(rate > 0 || len(rates) == 0)
		}
	}
	for _, c := range s.numbered("chain_acs") {
		m.dead(c.value)
	}
	for _, c := range s.numbered("chain_hw") {
		if n, ok := c.value.number(); ok && n > 0 {
			m.HardwareErrors += uint64(min(n, 1<<53))
		}
	}
}
