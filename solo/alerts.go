package solo

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"ltcsolo/template"
)

// The keys of alerts. Those about a node, a worker or a merged chain carry its name.
const (
	AlertNodeDown      = "node-down"         // it does not answer, or refuses the credentials
	AlertNoNode        = "no-node"           // none can be mined with: the last template is searched, but not for ever
	AlertWrongNode     = "wrong-node"        // another program, network or chain than before
	AlertOldNode       = "old-node"          // its version is below what the next block of main needs
	AlertForkAhead     = "fork-ahead"        // its version will be, in less than 4032 blocks
	AlertInitialSync   = "initial-sync"      // it does not have the whole chain yet
	AlertNoPeers       = "no-peers"          // it hears of no blocks and cannot pass ours on
	AlertNodeBehind    = "node-behind"       // another of the user's nodes has more work
	AlertNodeWarning   = "node-warning"      // the node itself warns of something
	AlertClock         = "clock"             // its time and this machine's, or its peers', are far apart
	AlertStaleTip      = "stale-tip"         // no block for a time that is improbable
	AlertLongerBranch  = "longer-branch"     // it knows a longer branch that it does not follow
	AlertLogin         = "login"             // its credentials cannot be read any more, or are others than those that work
	AlertNoTemplate    = "no-template"       // it gives no new template
	AlertEmptyBlock    = "empty-block"       // it gives no template, so an empty block made here is searched
	AlertBlockObjected = "block-objected"    // it objects to the block of another node's template
	AlertRefused       = "template-refused"  // the block that its template makes would be refused
	AlertUndelivered   = "undelivered"       // no node has taken a found block
	AlertNoSubmit      = "no-submit"         // it would not take a found block from this user
	AlertNoProposal    = "no-proposal"       // it gives no opinion of the assembled block
	AlertStuckTemplate = "stuck-template"    // its templates stay on an old tip
	AlertLowDisk       = "low-disk"          // the state directory has little room for found blocks, or cannot be written
	AlertState         = "state-directory"   // it was removed, and cannot be made again or is another run's
	AlertKernel        = "kernel-distrusted" // the reference refuted a kernel
	AlertIndex         = "descriptor-index"  // a descriptor's index cannot be written
	AlertGap           = "address-gap"       // a wallet may not see the next addresses of a descriptor
	AlertPayout        = "payout"            // a merged chain's node does not know the address to be paid

	AlertWorkerSilent    = "worker-silent"         // it has sent no share for a time that is improbable
	AlertWorkerSlow      = "worker-slow"           // its hash rate is far below that of its last day
	AlertWorkerRefusals  = "worker-refusals"       // many of its shares are refused
	AlertWorkerElsewhere = "worker-pays-elsewhere" // its user name is an address that is not paid
	AlertRigHot          = "rig-hot"               // a miner is hotter than it may be, by its own sensors
	AlertRigFan          = "rig-fan"               // a fan of a hot miner stands still
	AlertRigBoard        = "rig-board"             // a board of a miner does not hash, and others do
	AlertRigErrors       = "rig-errors"            // it counts more hardware errors than before
	AlertRigGap          = "rig-gap"               // it counts more hashes than its shares prove
	AlertWorkers         = "workers"               // more workers need looking after than are told of one by one
	AlertNoMiners        = "no-miners"             // none has been connected for a while
	AlertConnections     = "connections-full"      // a miner could not connect, as there were too many connections
)

// Alerts holds what a person should know now. Each alert is logged when it begins, once for each Alert.Kind, and once
// when it is over. It is safe for concurrent use.
type Alerts struct {
	*activeAlerts
	chain string // the merged chain that alerts raised and ended here are about; empty: about none
}

type activeAlerts struct {
	log  *slog.Logger
	tell func(a Alert, over bool)

	mu     sync.Mutex
	active map[alertID]Alert
	kinds  map[alertID][]string // told of an active alert
}

type alertID struct{ key, chain, node, worker string }

func (a *Alert) id() alertID { return alertID{a.Key, a.Chain, a.Node, a.Worker} }

// NewAlerts returns an empty Alerts. Each alert is logged, and tell is called unless it is nil, when the alert begins and
// when it is over. tell must return at once.
func NewAlerts(log *slog.Logger, tell func(a Alert, over bool)) *Alerts {
	return &Alerts{activeAlerts: &activeAlerts{log: log, tell: tell, active: map[alertID]Alert{}, kinds: map[alertID][]string{}}}
}

// Of returns the same Alerts for what is about one chain: if it is a merged chain, the alerts raised and ended there are
// apart from those of other chains and say that they are about that chain. They are grave only if a found block is at
// stake, since the main chain is mined as before.
func (s *Alerts) Of(chain *template.Chain) *Alerts {
	if !chain.AuxPoW {
		return s
	}
	return &Alerts{s.activeAlerts, chain.Name}
}

// maxKinds bounds how often an active alert is told.
const maxKinds = 16

// Raise begins an alert. If it is active already, its text and remedy are updated, and nobody is told unless its kind is
// new. A zero Since is set to now.
func (s *Alerts) Raise(a Alert) {
	if s.chain != "" {
		a.Chain = s.chain
		a.Text += "; this is about " + s.chain + " alone"
		a.Grave = a.Grave && a.Key == AlertUndelivered
	}
	id := a.id()
	s.mu.Lock()
	old, known := s.active[id]
	switch {
	case known:
		a.Since = old.Since
	case a.Since.IsZero():
		a.Since = time.Now()
	}
	s.active[id] = a
	told := s.kinds[id]
	if known && (slices.Contains(told, a.Kind) || len(told) >= maxKinds) {
		s.mu.Unlock()
		return
	}
	s.kinds[id] = append(told, a.Kind)
	s.mu.Unlock()
	level := slog.LevelWarn
	if a.Grave {
		level = slog.LevelError
	}
	s.log.Log(context.Background(), level, "alert", append(a.attrs(), "why", a.Text, "remedy", a.Remedy)...)
	if s.tell != nil {
		s.tell(a, false)
	}
}

// End ends an alert that is about no worker; node is empty if it is about none. Ending one that is not active does
// nothing.
func (s *Alerts) End(key, node string) { s.end(alertID{key: key, chain: s.chain, node: node}) }

func (s *activeAlerts) end(id alertID) {
	s.mu.Lock()
	a, known := s.active[id]
	delete(s.active, id)
	delete(s.kinds, id)
	s.mu.Unlock()
	if !known {
		return
	}
	s.log.Info("alert is over", append(a.attrs(), "lasted", time.Since(a.Since).Round(time.Second))...)
	if s.tell != nil {
		s.tell(a, true)
	}
}

// Set makes now the active alerts of these keys about the node.
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

// SetWorkers makes now the active alerts about workers.
func (s *Alerts) SetWorkers(now []Alert) {
	for _, old := range s.List() {
		if old.Worker != "" && !slices.ContainsFunc(now, func(a Alert) bool { return a.id() == old.id() }) {
			s.end(old.id())
		}
	}
	for _, a := range now {
		s.Raise(a)
	}
}

// List returns the active alerts of all chains, the oldest first. The slice is the caller's.
func (s *activeAlerts) List() []Alert {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Alert, 0, len(s.active))
	for _, a := range s.active {
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b Alert) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Chain, b.Chain), cmp.Compare(a.Node, b.Node),
			cmp.Compare(a.Worker, b.Worker))
	})
	return list
}

func (a *Alert) attrs() []any {
	attrs := []any{"alert", a.Key}
	if a.Chain != "" {
		attrs = append(attrs, "chain", a.Chain)
	}
	if a.Node != "" {
		attrs = append(attrs, "node", a.Node)
	}
	if a.Worker != "" {
		attrs = append(attrs, "worker", a.Worker)
	}
	return attrs
}
