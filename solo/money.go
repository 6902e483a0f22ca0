package solo

import "ltcsolo/template"

// Money is what a run costs, and what its hashes can be expected to win. The latter is an average: a solo miner finds
// nothing for a long time, and then a whole block. What was really found is in Stats.Blocks and is no part of it.
//
// Prices come from the user, in a currency that may have no name. A price that was not given is negative, and so is that of a
// coin that is worth nothing, as on every network but main.
type Money struct {
	Currency    string
	Electricity float64 // a kilowatt hour
	Power       Power   // now
	Cost        float64 // of this run's power since it is known
	Coins       []Coin  // of Litecoin and each merged chain
}

// Power is what all that searches takes.
type Power struct {
	Watts float64 // negative if it is not known
	Given bool    // by the user, not by miners

	// Of how many miners Watts is the sum, and how many there are. Both are 0 if the user gave it.
	Told, Miners int
}

// Coin is what is known of a chain's coin in terms of money.
type Coin struct {
	Chain    *template.Chain
	Price    float64
	Expected float64 // reward of this run's hashes on average, each at the difficulty and reward of its time, in the smallest unit
}
