package rigs

import (
	"strings"

	"ltcsolo/solo"
)

// reading is what the replies of one machine say.
type reading struct {
	solo.Rig
	rated bool // HashRate was told, though it may be 0
}

// replies are the replies of one machine, by command.
type replies map[command]value

// understand reads replies, whatever kind of machine they come from. Which fields there are tells how to read them.
func understand(r replies) reading {
	var m reading
	m.name(r)
	for _, s := range r[commandStats].get("STATS").items {
		if s.get("chain").items != nil {
			m.boards(s)
		} else {
			m.chains(s)
		}
	}
	if devices := r[commandDevs].get("DEVS").items; devices != nil {
		m.devices(devices)
	}
	summary := r[commandSummary].first("SUMMARY")
	m.rate(summary, rateFields(summary)...)
	if m.HardwareErrors == 0 {
		m.HardwareErrors = count(summary, "Hardware Errors")
	}
	return m
}

// name reads what the machine calls itself. Mining programs have no model; they say what they are in each reply's status.
func (m *reading) name(r replies) {
	version, info, stats := r[commandVersion].first("VERSION"), r[commandStats].get("INFO"), r[commandStats].first("STATS")
	for _, from := range []value{version, info, stats} {
		if m.Model == "" {
			m.Model = from.word("Type", "type", "PROD", "MODEL")
		}
		if m.Firmware == "" {
			m.Firmware = from.word("miner_version", "CompileTime", "Miner")
		}
	}
	for _, c := range commands {
		if m.Model == "" {
			m.Model = r[c].first("STATUS").word("Description")
		}
	}
}

// rate takes the hash rate from the first of the fields that has one, in MH/s, unless it is known.
func (m *reading) rate(from value, fields ...string) { m.rateIn(1e6, from, fields...) }

// rateIn is like rate with a unit in H/s.
func (m *reading) rateIn(unit float64, from value, fields ...string) {
	if m.rated {
		return
	}
	for _, name := range fields {
		if n, ok := from.numberOf(name); ok && n >= 0 && n*unit < mostRate {
			m.HashRate, m.rated = n*unit, true
			if n > 0 {
				return
			}
		}
	}
}

const mostRate = 1e18 // H/s

// rateUnits are units of hash rates in H/s, by their first letter.
var rateUnits = map[byte]float64{'K': 1e3, 'M': 1e6, 'G': 1e9, 'T': 1e12, 'H': 1}

// rateUnit returns the unit that a field names, such as "MH/s" or "GH", in H/s. Without one it is MH/s, in which Scrypt
// machines count whatever their other fields are called.
func rateUnit(from value) float64 {
	if text := strings.ToUpper(from.word("rate_unit")); text != "" {
		if unit := rateUnits[text[0]]; unit > 0 {
			return unit
		}
	}
	return 1e6
}

// Temperatures outside of these bounds, in °C, come from sensors that are not connected.
const (
	coldest  = 0
	tooHot   = 200
	fastest  = 100_000 // revolutions a minute
	mostFans = 32
)

// heat raises t to the hottest of some temperatures: numbers, texts, lists, and texts like "60-58-73-74" with a number for
// each sensor. ElphaPex counts in thousandths of a degree.
func heat(t *float64, v value) {
	for _, item := range v.items {
		heat(t, item)
	}
	if n, ok := v.number(); ok {
		if n > 1000 {
			n /= 1000
		}
		if n > coldest && n < tooHot {
			*t = max(*t, n)
		}
		return
	}
	if parts := strings.Split(v.text, "-"); len(parts) > 1 {
		for _, part := range parts {
			heat(t, value{text: part})
		}
	}
}

// fan adds a fan, unless the value is no speed.
func (m *reading) fan(v value) {
	if n, ok := v.number(); ok && n >= 0 && n < fastest && len(m.Fans) < mostFans {
		m.Fans = append(m.Fans, int(n))
	}
}

// fewerFans drops fans that stand still until there are n: some firmware lists places for more than the machine has.
func (m *reading) fewerFans(n int) {
	for i := len(m.Fans) - 1; i >= 0 && len(m.Fans) > n; i-- {
		if m.Fans[i] == 0 {
			m.Fans = append(m.Fans[:i], m.Fans[i+1:]...)
		}
	}
}

// board counts a board.
func (m *reading) board(works bool) {
	if works {
		m.Boards++
	} else {
		m.MissingBoards++
	}
}

// dead counts the chips of a board that do not work, which is written as "oooo oxoo".
func (m *reading) dead(chips value) { m.DeadChips += strings.Count(strings.ToLower(chips.text), "x") }

// count returns a field that counts something; 0 if there is none.
func count(from value, names ...string) uint64 {
	n, _ := from.numberOf(names...)
	if n > 0 && n < 1<<53 {
		return uint64(n)
	}
	return 0
}
