package rigs

// systemInfo reads what a Bitaxe, a Lucky Miner or firmware like theirs (AxeOS) answers at /api/system/info. ok is false if
// it is something else.
//
//	temp       of the chips; vrTemp of the board's regulator
//	power      W
//	hashRate   see axeRate
//	fanrpm     fan2rpm for a second one; fanspeed is in percent
func systemInfo(v value) (m reading, ok bool) {
	rate, rated := v.numberOf("hashRate")
	rated = rated && rate >= 0 && rate < mostRate
	_, hasTemp := v.numberOf("temp")
	if !rated && !hasTemp {
		return reading{}, false
	}
	m.Model, m.Firmware = v.word("deviceModel", "minerModel", "ASICModel"), v.word("version", "axeOSVersion")
	if rated {
		m.HashRate, m.rated = axeRate(rate), true
	}
	heat(&m.Chip, v.get("temp"))
	heat(&m.Chip, v.get("temp2"))
	heat(&m.Board, v.get("vrTemp"))
	if watts, ok := v.numberOf("power"); ok && watts > 0 && watts < mostWatts {
		m.Watts = watts
	}
	for _, name := range []string{"fanrpm", "fan2rpm"} {
		if v.get(name).text != "" {
			m.fan(v.get(name))
		}
	}
	return m, true
}

const mostWatts = 100_000

// axeRate returns hashRate in H/s. The firmware is a Bitcoin miner's, which counts in GH/s; that of Scrypt machines, of
// 1 MH/s to 100 GH/s, does so too, or in MH/s, or in H/s. The size tells which.
func axeRate(n float64) float64 {
	switch {
	case n < 1:
		return n * 1e9
	case n < 1e5:
		return n * 1e6
	}
	return n
}
