package odds

import "ltcsolo/template"

// Cost returns what a power in watts costs over a time in seconds, if a kilowatt hour costs kilowattHour.
func Cost(watts, seconds, kilowattHour float64) float64 {
	const joules = 3.6e6 // a kilowatt hour
	return watts * seconds / joules * kilowattHour
}

// ExpectedReward returns what so many hashes can be expected to win if each block pays reward, in the unit of reward.
func ExpectedReward(t template.Target, hashes, reward float64) float64 {
	return hashes / t.ExpectedHashes() * reward
}
