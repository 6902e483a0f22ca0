package node

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ltcsolo/template"
)

// Status is what the node says about itself.
type Status struct {
	Of              *template.Chain // the chain of the node; nil: Litecoin
	Name            string          // URL
	Chain           string          // "main", "test", "regtest"
	Genesis         template.Hash   // block hash of block 0; zero if the node's rpcwhitelist hides it
	Height          int32
	Headers         int32 // height of the best header
	BestBlock       template.Hash
	MedianTime      time.Time // of the tip and the ten blocks before it
	InitialDownload bool
	Peers           int
	Version         int // 210505 is 0.21.5.5
	Subversion      string
	TimeOffset      time.Duration // the peers' clocks against the node's, their median
	Difficulty      float64       // node units: diff 1 = 00000000ffff0000…
	NetworkHashRate float64       // H/s, over the last 120 blocks
	Warnings        string
	Work            [32]byte // of the best chain, big-endian; zero if the node does not say
	Asked           time.Time

	forks []template.Fork // besides the known ones
	moved *Error          // the chain is another one than before; nil: it is not
}

func (s *Status) words() words { return words{orLitecoin(s.Of), s.Chain} }

// Status asks the node. Errors are the context's or an *Error.
func (c *Client) Status(ctx context.Context) (*Status, error) {
	var chain struct {
		Chain                string        `json:"chain"`
		Blocks               int32         `json:"blocks"`
		Headers              int32         `json:"headers"`
		BestBlockHash        template.Hash `json:"bestblockhash"`
		MedianTime           int64         `json:"mediantime"`
		InitialBlockDownload bool          `json:"initialblockdownload"`
		ChainWork            template.Hex  `json:"chainwork"`
	}
	var network struct {
		Version     int    `json:"version"`
		Subversion  string `json:"subversion"`
		Connections int    `json:"connections"`
		TimeOffset  int64  `json:"timeoffset"`
	}
	var mining struct {
		Difficulty    float64 `json:"difficulty"`
		NetworkHashPS float64 `json:"networkhashps"`
		Warnings      string  `json:"warnings"`
		Errors        string  `json:"errors"` // Dogecoin Core's name of the warnings
	}
	for _, ask := range []struct {
		method string
		into   any
	}{{"getnetworkinfo", &network}, {"getblockchaininfo", &chain}, {"getmininginfo", &mining}} {
		if err := c.get(ctx, c.general, ask.into, ask.method); err != nil {
			return nil, err
		}
	}
	var genesis template.Hash
	if err := c.get(ctx, c.general, &genesis, "getblockhash", 0); err != nil && !hasStatus(err, forbidden) {
		return nil, err
	}
	s := &Status{
		Of: c.cfg.Chain, forks: c.cfg.Forks, Asked: time.Now(),
		Name: c.name, Chain: chain.Chain, Genesis: genesis, Height: chain.Blocks, Headers: chain.Headers,
		BestBlock: chain.BestBlockHash, MedianTime: time.Unix(chain.MedianTime, 0),
		InitialDownload: chain.InitialBlockDownload, Peers: network.Connections, Version: network.Version,
		Subversion: oneLine(network.Subversion), TimeOffset: time.Duration(network.TimeOffset) * time.Second,
		Difficulty: mining.Difficulty, NetworkHashRate: mining.NetworkHashPS, Warnings: oneLine(cmp.Or(mining.Warnings, mining.Errors)),
	}
	if len(chain.ChainWork) == len(s.Work) {
		copy(s.Work[:], chain.ChainWork)
	}
	if c.checkNetwork(s.Chain) != nil {
		return s, nil // of another network: CheckChain says so
	}
	if err := c.keepAnchor(ctx, s.Height); err != nil && !errors.Is(err, errOtherChain) {
		return nil, err
	} else if err != nil {
		errors.As(err, &s.moved)
	}
	return s, nil
}

// Check says why the node cannot be used for mining: the first error of CheckChain, CheckVersion (unless allowOld),
// CheckSync and CheckPeers. The error is an *Error.
func (s *Status) Check(network string, allowOld bool) error {
	if err := s.CheckChain(network); err != nil {
		return err
	}
	if err := s.CheckVersion(); err != nil && !allowOld {
		return err
	}
	if err := s.CheckSync(); err != nil {
		return err
	}
	return s.CheckPeers()
}

// CheckChain refuses a node of another coin, on another network ("" for any) or on another chain than before. The error is
// an *Error.
func (s *Status) CheckChain(network string) error {
	w := s.words()
	known := programs[w.chain]
	if !strings.HasPrefix(s.Subversion, known.subversion) {
		return &Error{
			Reason: fmt.Sprintf("the node at %s is not %s: it calls itself %q", s.Name, w.chain.Client, excerpt(s.Subversion)),
			Remedy: fmt.Sprintf("check %s: it must be the address of %s, not of another coin's node", w.flag("rpc"), w.daemon()),
		}
	}
	if network != "" && s.Chain != network {
		return w.wrongNetwork(s.Name, network)
	}
	first := known.networks[s.Chain].genesis
	if CheckNetwork(s.Chain) != nil || first != "" && s.Genesis != (template.Hash{}) && s.Genesis.String() != first {
		return &Error{
			Reason: fmt.Sprintf("ltcsolo does not know the chain of the node at %s: %q, first block %v", s.Name, excerpt(s.Chain), s.Genesis),
			Remedy: fmt.Sprintf("use a %s on main, test or regtest", w.daemon()),
		}
	}
	if s.moved != nil {
		return s.moved
	}
	return nil
}

// CheckSync refuses a node in initial sync, unless that does not matter. The error is an *Error.
func (s *Status) CheckSync() error {
	w := s.words()
	if !s.InitialDownload || s.exempt() || isPrivate(s.Chain) && makesEmpty(w.chain) && s.Headers <= s.Height {
		return nil
	}
	e := &Error{
		Reason: fmt.Sprintf("%s at %s is in initial sync: block %d of %d", w.daemon(), s.Name, s.Height, s.Headers),
		Remedy: w.remedySync(), Temporary: true,
	}
	if old := s.tooOld(); old.Version > 0 {
		e.Reason += fmt.Sprintf(", and its version %s is too old: main needs %s", FormatVersion(s.Version), FormatVersion(old.Version))
		e.Remedy = w.remedyUpgrade(old.Version) + "; it goes on with the blocks that are there"
	}
	return e
}

// CheckPeers refuses a node without peers, unless that does not matter. The error is an *Error.
func (s *Status) CheckPeers() error {
	w := s.words()
	if s.Peers > 0 || s.exempt() || isPrivate(s.Chain) && makesEmpty(w.chain) {
		return nil
	}
	return &Error{Reason: fmt.Sprintf("%s at %s has no peers", w.daemon(), s.Name), Remedy: w.remedyPeers(), Temporary: true}
}

// exempt reports whether the node gives templates during initial sync and without peers.
func (s *Status) exempt() bool {
	least := s.words().chain.PeerlessVersion
	return least > 0 && s.Chain != "main" && s.Version >= least
}

// moreWork reports whether the chain of s has more work than that of t; by height, if either does not say.
func (s *Status) moreWork(t *Status) bool {
	if s.Work == ([32]byte{}) || t.Work == ([32]byte{}) {
		return s.Height > t.Height
	}
	return bytes.Compare(s.Work[:], t.Work[:]) > 0
}

// wrongNetwork is the error about a node that is not on the network that it should be on.
func (w words) wrongNetwork(name, want string) *Error {
	e := &Error{Reason: fmt.Sprintf("the node at %s is on network %s, not %s", name, excerpt(w.network), want)}
	if w.chain.AuxPoW {
		e.Remedy = fmt.Sprintf("start %s on %s, the network of litecoind, or give the address of a node there: %s", w.daemon(), want, w.flag("rpc"))
	} else {
		e.Remedy = "give --network " + excerpt(w.network) + " to mine there, or the --rpc of a node on " + want
	}
	return e
}
