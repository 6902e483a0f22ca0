package history

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/textfile"
	"ltcsolo/template"
)

const (
	bestFile  = "best"
	bestEvery = time.Minute // the file is written no more often
)

// best is the best share ever.
type best struct {
	difficulty float64 // in pool units; 0 before the first
	at         time.Time
	written    float64   // what the file has
	tried      time.Time // when it was last given to the disk
}

// lineBest is the file.
type lineBest struct {
	Difficulty float64   `json:"difficulty"` // in pool units
	Time       time.Time `json:"time"`
}

// take takes the best share of a snapshot, and of its workers in earlier runs.
func (b *best) take(s *solo.Stats, now time.Time) {
	difficulty := Best(s)
	if difficulty > b.difficulty && !math.IsInf(difficulty, 0) {
		b.difficulty, b.at = difficulty, now
	}
}

// Best returns the difficulty of the best share of a snapshot's run, or of its workers in any run, in pool units; 0 before the
// first.
func Best(s *solo.Stats) (difficulty float64) {
	if s.Search.Best != (template.Hash{}) {
		difficulty = template.Target(s.Search.Best).Difficulty() * template.PoolDifficultyFactor
	}
	for i := range s.Workers {
		difficulty = max(difficulty, s.Workers[i].BestEver)
	}
	return difficulty
}

// due returns the file's new content, nil if there is none or it was written a moment ago and this is not the end.
func (b *best) due(now time.Time, end bool) []byte {
	if b.difficulty <= b.written || !end && now.Sub(b.tried).Abs() < bestEvery {
		return nil
	}
	text, err := json.Marshal(lineBest{b.difficulty, b.at.UTC().Truncate(time.Second)})
	if err != nil {
		return nil
	}
	b.written, b.tried = b.difficulty, now
	return append(text, newline)
}

// loadBest reads the file. One that is of no use is set aside.
func loadBest(k *keeper) best {
	path := k.path(bestFile + ".json")
	text, err := textfile.Read(path, 1<<10)
	if errors.Is(err, fs.ErrNotExist) {
		return best{}
	}
	var l lineBest
	if err == nil {
		err = json.Unmarshal(text, &l)
	}
	if err == nil && l.Difficulty <= 0 {
		err = errors.New("it has no difficulty")
	}
	if err != nil {
		k.setAside(path, bestFile, err)
		return best{}
	}
	return best{difficulty: l.Difficulty, written: l.Difficulty, at: l.Time}
}
