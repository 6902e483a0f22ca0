package stratum

// maxDifficulty is about ten thousand times the network's.
const maxDifficulty = 1 << 50

// verdict is what became of a share.
type verdict int

const (
	accepted verdict = iota
	stale
	duplicated
	low
	unknown
	malformed
	verdicts // how many there are
)
