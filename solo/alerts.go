package solo

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// The keys of alerts. Those about a node carry its name.
const (
	AlertNodeDown      = "node-down"         // it does not answer, or refuses the credentials
	AlertNoNode        = "no-node"           // none can be mined with: the search goes on with the last template, but not for ever
	AlertWrongNode     = "wrong-node"        // another program, chain or genesis block
	AlertOldNode       = "old-node"          // its version is below what the next block of main needs
	AlertForkAhead     = "fork-ahead"        // its version will be, in less than 4032 blocks
	AlertInitialSync   = "initial-sync"      // it has not the whole chain yet
	AlertNoPeers       = "no-peers"          // nobody tells it of blocks, or takes ours
	AlertNodeBehind    = "node-behind"       // another of the user's nodes has more work
	AlertNodeWarning   = "node-warning"      // it warns of something itself
	AlertClock         = "clock"             // its time and this machine's, or its peers', are far apart
	AlertStaleTip      = "stale-tip"         // no block for a time that is improbable
	AlertLongerBranch  = "longer-branch"     // it knows a longer branch that it does not follow
	AlertNoTemplate    = "no-template"       // it gives no new template
	AlertEmptyBlock    = "empty-block"       // so an empty block made here is searched
	AlertBlockObjected = "block-objected"    // it objects to the block that another one's template makes
	AlertLowDisk       = "low-disk"          // the state directory has hardly room for found blocks, or cannot be written
	AlertKernel        = "kernel-distrusted" // the reference refuted a kernel
	AlertIndex         = "descriptor-index"  // the disk does not take the index of a descriptor
	AlertGap           = "address-gap"       // a wallet may not see the next addresses of a descriptor
)

// Alerts are what a person should know now. Each is logged once when it begins and once when it is over. It is safe
// for concurrent use.
type Alerts struct {
	log  *slog.Logger
	tell func(a Alert, over bool)

	mu    sync.Mutex
	force map[alertID]Alert
}

type alertID struct{ key, node string }

// NewAlerts has each alert logged, and tell called, if it is not nil, when it begins and when it is over. tell must
// not wait for anything.
func NewAlerts(log *slog.Logger, tell func(a Alert, over bool)) *Alerts {
	return &Alerts{log: log, tell: tell, force: map[alertID]Alert{}}
}

// Raise puts a into force. If it is in force already, its text and remedy are renewed, and nobody is told. Since is
// set here unless it is given.
func (s *Alerts) Raise(a Alert) {
	id := alertID{a.Key, a.Node}
	s.mu.Lock()
	old, known := s.force[id]
	switch {
	case known:
		a.Since = old.Since
	case a.Since.IsZero():
		a.Since = time.Now()
	}
	s.force[id] = a
	s.mu.Unlock()
	if known {
		return
	}
	level := slog.LevelWarn
	if a.Grave {
		level = slog.LevelError
	}
	s.log.Log(context.Background(), level, "alert", append(a.attrs(), "why", a.Text, "remedy", a.Remedy)...)
	if s.tell != nil {
		s.tell(a, false)
	}
}

// End ends an alert; the node is empty if it is about none. One that is not in force is none.
func (s *Alerts) End(key, node string) {
	id := alertID{key, node}
	s.mu.Lock()
	a, known := s.force[id]
	delete(s.force, id)
	s.mu.Unlock()
	if !known {
		return
	}
	s.log.Info("alert is over", append(a.attrs(), "lasted", time.Since(a.Since).Round(time.Second))...)
	if s.tell != nil {
		s.tell(a, true)
	}
}

// Set makes now all that is in force of these keys about the node.
func (s *Alerts) Set(node string, keys []string, now []Alert) {
	for _, key := range keys {
		if !slices.ContainsFunc(now, func(a Alert) bool { return a.Key == key }) {
			s.End(key, node)
		}
	}
	for _, a := range now {
		a.Node = node
		s.Raise(a)
	}
}

// List is what is in force, the longest first. The slice is the caller's.
func (s *Alerts) List() []Alert {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Alert, 0, len(s.force))
	for _, a := range s.force {
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b Alert) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Node, b.Node))
	})
	return list
}

func (a *Alert) attrs() []any {
	attrs := []any{"alert", a.Key}
	if a.Node != "" {
		attrs = append(attrs, "node", a.Node)
	}
	return attrs
}
