package node

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ltcsolo/template"
)

// Status is what the node says about itself.
type Status struct {
	Name            string        // URL
	Chain           string        // "main", "test", "regtest"
	Genesis         template.Hash // block hash of block 0; zero if the node's rpcwhitelist hides it
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
		forks: c.cfg.Forks, Asked: time.Now(),
		Name: c.name, Chain: chain.Chain, Genesis: genesis, Height: chain.Blocks, Headers: chain.Headers,
		BestBlock: chain.BestBlockHash, MedianTime: time.Unix(chain.MedianTime, 0),
		InitialDownload: chain.InitialBlockDownload, Peers: network.Connections, Version: network.Version,
		Subversion: oneLine(network.Subversion), TimeOffset: time.Duration(network.TimeOffset) * time.Second,
		Difficulty: mining.Difficulty, NetworkHashRate: mining.NetworkHashPS, Warnings: oneLine(mining.Warnings),
	}
	if len(chain.ChainWork) == len(s.Work) {
		copy(s.Work[:], chain.ChainWork)
	}
	if c.checkChain(s.Chain) != nil {
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
	const subversion = "/LitecoinCore:"
	if !strings.HasPrefix(s.Subversion, subversion) {
		return &Error{
			Reason: fmt.Sprintf("the node at %s is not Litecoin Core: it calls itself %q", s.Name, excerpt(s.Subversion)),
			Remedy: "check --rpc: it must be the address of litecoind, not of another coin's node",
		}
	}
	if network != "" && s.Chain != network {
		return wrongChain(s.Name, s.Chain, network)
	}
	if first, ok := genesis[s.Chain]; !ok || s.Genesis != (template.Hash{}) && s.Genesis.String() != first {
		return &Error{
			Reason: fmt.Sprintf("ltcsolo does not know the chain of the node at %s: %q, first block %v", s.Name, excerpt(s.Chain), s.Genesis),
			Remedy: "use a litecoind on main, test or regtest",
		}
	}
	if s.moved != nil {
		return s.moved
	}
	return nil
}

// CheckSync refuses a node in initial sync, unless that does not matter. The error is an *Error.
func (s *Status) CheckSync() error {
	if !s.InitialDownload || s.exempt() || isPrivate(s.Chain) && s.Headers <= s.Height {
		return nil
	}
	e := &Error{
		Reason: fmt.Sprintf("litecoind at %s is in initial sync: block %d of %d", s.Name, s.Height, s.Headers),
		Remedy: remedySync(s.Chain), Temporary: true,
	}
	if old := s.tooOld(); old.Version > 0 {
		e.Reason += fmt.Sprintf(", and its version %s is too old: main needs %s", FormatVersion(s.Version), FormatVersion(old.Version))
		e.Remedy = remedyUpgrade(old.Version) + "; it goes on with the blocks that are there"
	}
	return e
}

// CheckPeers refuses a node without peers, unless that does not matter. The error is an *Error.
func (s *Status) CheckPeers() error {
	if s.Peers > 0 || s.exempt() || isPrivate(s.Chain) {
		return nil
	}
	return &Error{Reason: fmt.Sprintf("litecoind at %s has no peers", s.Name), Remedy: remedyPeers(s.Chain), Temporary: true}
}

// exempt reports whether the node gives templates during initial sync and without peers.
func (s *Status) exempt() bool {
	return s.Chain != "main" && s.Version >= template.Litecoin.PeerlessVersion
}

// moreWork reports whether the chain of s has more work than that of t; by height, if either does not say.
func (s *Status) moreWork(t *Status) bool {
	if s.Work == ([32]byte{}) || t.Work == ([32]byte{}) {
		return s.Height > t.Height
	}
	return bytes.Compare(s.Work[:], t.Work[:]) > 0
}

func wrongChain(name, chain, want string) *Error {
	return &Error{
		Reason: fmt.Sprintf("the node at %s is on network %s, not %s", name, excerpt(chain), want),
		Remedy: "give --network " + excerpt(chain) + " to mine there, or the --rpc of a node on " + want,
	}
}
