package rigs

// boards reads the newer form of stats, which Antminer L7 and L9 give to those who ask with new_api, and ElphaPex to its own
// page: an object with a list of boards.
//
//	rate_5s      in rate_unit
//	fan          a list; texts on ElphaPex
//	chain        a list of boards, each with
//	  temp_chip  a list; "" for none, thousandths of a degree as texts on ElphaPex
//	  temp_pcb   a list; 0 for a sensor that is absent
//	  rate_real  in rate_unit
//	  asic       "oooo oxoo": a letter for each chip, x is dead
//	  hw         hardware errors
//	chain_num    how many boards there should be
func (m *reading) boards(s value) {
	m.rateIn(rateUnit(s), s, "rate_5s", "rate_avg")
	for _, f := range s.get("fan").items {
		m.fan(f)
	}
	all := s.get("chain").items
	for _, b := range all {
		heat(&m.Chip, b.get("temp_chip"))
		heat(&m.Board, b.get("temp_pcb"))
		rate, told := b.numberOf("rate_real")
		chips, _ := b.numberOf("asic_num")
		m.board(rate > 0 || !told && chips > 0)
		m.dead(b.get("asic"))
		m.HardwareErrors += count(b, "hw")
	}
	if n, ok := s.numberOf("chain_num"); ok && n > float64(len(all)) {
		m.MissingBoards += int(min(n, mostBoards)) - min(len(all), mostBoards)
	}
}

const mostBoards = 64
