package solo

import "time"

// The kinds of events.
const (
	EventFound      = "found"      // a block was found
	EventAccepted   = "accepted"   // a found block is in the best chain
	EventOrphaned   = "orphaned"   // a found block is not in the best chain
	EventRejected   = "rejected"   // the nodes refused a found block
	EventMature     = "mature"     // the reward of a found block can be spent
	EventAlert      = "alert"      // an alert began
	EventAlertOver  = "alert-over" // an alert is over
	EventMinerCame  = "miner-came"
	EventMinerWent  = "miner-went"
	EventNodeServes = "node-serves" // another node gives the templates now
)

// Event is something that happened and that a person may want to know later.
type Event struct {
	Time   time.Time
	Kind   string // one of those above
	Chain  string // that it is about: litecoin, dogecoin; empty if about none
	Worker string // empty if about none
	Node   string // URL without secrets; empty if about none
	Block  string // block hash in display order; empty if about none
	Text   string // one line
	Grave  bool   // of an alert
}
