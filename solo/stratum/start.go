package stratum

// Why a session's difficulty is what it is, in the words of log and status.
const (
	becausePassword   = "password"
	becauseFlag       = "--difficulty"
	becauseSuggested  = "suggested by the miner"
	becauseRemembered = "what it had last"
	becauseKind       = "kind of miner"
	becauseRate       = "hash rate" // vardiff moved it
)

// startingPoint is what is known of a session when it is to get its first difficulty. Zero: nothing.
type startingPoint struct {
	Password   passwordOptions
	Flag       float64 // --difficulty
	Suggested  float64 // mining.suggest_difficulty
	Remembered float64 // of the session that this one resumes, or of the worker's last one
	Kind       kind
}

// difficulty returns the difficulty to begin with, whether it stays, and why it was chosen. What people have set comes
// before what the miner says, and that before what was seen and guessed.
func (p startingPoint) difficulty() (start float64, fixed bool, because string) {
	switch {
	case p.Password.Fixed > 0:
		return p.Password.Fixed, true, becausePassword
	case p.Password.Start > 0:
		return p.Password.Start, false, becausePassword
	case p.Flag > 0:
		return p.Flag, true, becauseFlag
	case p.Suggested > 0:
		return p.Suggested, false, becauseSuggested
	case p.Remembered > 0:
		return p.Remembered, false, becauseRemembered
	}
	return p.Kind.Start, false, becauseKind
}
