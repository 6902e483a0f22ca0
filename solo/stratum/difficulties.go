package stratum

// difficulties remembers what a session was sent, as far as it decides what a share needs: the easiest difficulty that
// was sent for its job or since. Miners switch difficulty with a new job, at once, or somewhere in between.
//
// Each entry's difficulty is below those after it, since whatever follows an easier one no longer matters. With powers
// of two there are never more than a few dozen.
type difficulties struct {
	sent []sentDifficulty // oldest first
}

type sentDifficulty struct {
	notify     uint32 // the session's count of mining.notify from which on it is the easiest
	difficulty float64
}

// maxSent bounds the entries of a client that asks for ever higher difficulties. The oldest goes, and makes it easier for
// its jobs.
const maxSent = 64

// add notes that a notify went out with a difficulty.
func (d *difficulties) add(notify uint32, difficulty float64) {
	for n := len(d.sent); n > 0 && d.sent[n-1].difficulty >= difficulty; n-- {
		notify = d.sent[n-1].notify
		d.sent = d.sent[:n-1]
	}
	if len(d.sent) == maxSent {
		d.sent[1].notify = d.sent[0].notify
		d.sent = append(d.sent[:0], d.sent[1:]...)
	}
	d.sent = append(d.sent, sentDifficulty{notify, difficulty})
}

// easiest returns the easiest difficulty that was sent with a notify or since, the easiest of all for a notify before
// the first, and 0 if nothing was sent.
func (d *difficulties) easiest(notify uint32) float64 {
	for i := len(d.sent) - 1; i >= 0; i-- {
		if d.sent[i].notify <= notify || i == 0 {
			return d.sent[i].difficulty
		}
	}
	return 0
}

// forget drops what was sent before a notify that is too old to be named by a share, but for the one in force then.
func (d *difficulties) forget(before uint32) {
	for len(d.sent) > 1 && d.sent[1].notify <= before {
		d.sent = d.sent[1:]
	}
}
