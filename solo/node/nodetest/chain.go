package nodetest

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"ltcsolo/template"
)

// Constants of the chain's templates: regtest's target, and the witness commitment of a block without transactions.
const (
	regtestBits    = 0x207fffff
	genesisTime    = 1296688602
	noTransactions = "6a24aa21a9ede2f61c3f71d1defd3fa999dfa36953755c690689799962b48bebd836974e8cf9"
	regtestGenesis = "530827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416f9"
	dogeGenesis    = "3d2160a3b5dc4a9d62e7e66a295f70313ac808440ef7400d6c0772171ce973a5"
	testGenesis    = "4966625a4b2851d9fdee139e56211a0d88575f59ed816ff5e6a63deb4e3e29a0" // by name only: blocks are regtest's
)

// State is what the server says about itself; see Update.
type State struct {
	Chain           string
	InitialDownload bool
	Peers           int
	Version         int
	Subversion      string
	Bits            uint32
	CoinbaseValue   int64         // of block 1; the halvings of the subsidy lessen that of later blocks
	Headers         int32         // height of the best header; 0: the tip's height
	Parent          template.Hash // of templates; zero: the tip
	Wallet          string        // name of the loaded wallet; empty: its name cannot be asked for
	Address         string        // of the wallet: the only one
	NoProposals     bool
	CurTime         int64  // of templates, Unix time; 0: one second after the tip
	ID              uint16 // chain id in the version of templates; 0: the chain's
	Warnings        string
	CheckPoW        bool // of submitted blocks; of a merged chain only
}

type block struct {
	hash   template.Hash
	parent template.Hash
	height int32
	time   uint32
	raw    []byte // nil unless submitted
	bare   bool   // the node has only its header
}

type chain struct {
	of      *template.Chain
	state   State
	blocks  map[template.Hash]*block
	arrived map[template.Hash]int
	tip     *block
	changed chan struct{} // closed and replaced when the tip changes
	serial  uint32

	offered []uint32 // the bits of its templates
}

func newChain(of *template.Chain) chain {
	regtest, _ := of.Network("regtest")
	first, state := regtestGenesis, State{
		Chain: "regtest", Peers: 1, Version: 210505, Subversion: "/LitecoinCore:0.21.5.5/",
		Bits: regtestBits, CoinbaseValue: regtest.Subsidy(1), Address: "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kmmrnyt",
	}
	if of.AuxPoW {
		first, state.Version, state.Subversion, state.Address = dogeGenesis, 1140900, "/Shibetoshi:1.14.9/", "mfWyW5fc9NUj75YAnFgoRLrjxgLDn2MMth"
	}
	hash, err := template.ParseHash(first)
	if err != nil {
		panic(err)
	}
	genesis := &block{hash: hash, time: genesisTime}
	return chain{
		of: of, state: state,
		blocks:  map[template.Hash]*block{hash: genesis},
		arrived: map[template.Hash]int{},
		tip:     genesis,
		changed: make(chan struct{}),
	}
}

// Update changes what the server says about itself.
func (s *Server) Update(change func(*State)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.state)
}

// Tip returns the block hash and height of the best block.
func (s *Server) Tip() (template.Hash, int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tip.hash, s.tip.height
}

// Mine adds another miner's block to the tip and returns its hash.
func (s *Server) Mine() template.Hash {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.extend(s.tip)
}

// Replace replaces the tip with another block of the same height and returns its hash.
func (s *Server) Replace() template.Hash {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.extend(s.parentOf(s.tip))
}

// Retreat removes the tip, as invalidateblock does: its parent is the tip again. Retreat returns the parent's hash.
func (s *Server) Retreat() template.Hash {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.moveTo(s.parentOf(s.tip))
	return s.tip.hash
}

// Arrived returns how often a submission of the block took effect.
func (s *Server) Arrived(hash template.Hash) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.arrived[hash]
}

// Block returns a submitted block's bytes; nil if it never arrived.
func (s *Server) Block(hash template.Hash) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.blocks[hash]; b != nil {
		return b.raw
	}
	return nil
}

func (s *Server) parentOf(b *block) *block {
	if p := s.blocks[b.parent]; p != nil {
		return p
	}
	return b // genesis has no parent
}

func (s *Server) extend(parent *block) template.Hash {
	s.serial++
	seed := binary.LittleEndian.AppendUint32(parent.hash[:], s.serial)
	b := &block{hash: template.DoubleSHA256(seed), parent: parent.hash, height: parent.height + 1, time: parent.time + uint32(s.of.Spacing/time.Second)}
	s.blocks[b.hash] = b
	s.moveTo(b)
	return b.hash
}

func (s *Server) moveTo(b *block) {
	s.tip = b
	close(s.changed)
	s.changed = make(chan struct{})
}

// accept adds a submitted block to the chain and returns submitblock's word, which depends on its place in the chain and on judge.
func (s *Server) accept(raw []byte) (verdict string, err error) {
	header, refusal, err := s.judge(raw)
	if err != nil {
		return "", err
	}
	hash := header.BlockHash()
	known := s.blocks[hash]
	if known != nil && !known.bare {
		s.arrived[hash]++
		return "duplicate", nil
	}
	parent := s.blocks[header.PreviousBlock()]
	switch {
	case refusal == "high-hash":
		return refusal, nil
	case parent == nil && s.of.AuxPoW:
		return "bad-prevblk", nil
	case parent == nil:
		return "prev-blk-not-found", nil
	case refusal != "":
		return refusal, nil
	}
	s.arrived[hash]++
	b := &block{hash: hash, parent: parent.hash, height: parent.height + 1, time: header.Time(), raw: raw}
	s.blocks[hash] = b
	ahead := b.height > s.tip.height
	if ahead {
		s.moveTo(b)
	}
	switch {
	case known != nil: // its header (rpc/mining.cpp, fBlockPresent)
		return "duplicate", nil
	case !ahead:
		return "inconclusive", nil
	}
	return "", nil
}

// confirmations is getblockheader's count: -1 outside the best chain.
func (s *Server) confirmations(b *block) int32 {
	at := s.tip
	for at.height > b.height {
		at = s.parentOf(at)
	}
	if at != b {
		return -1
	}
	return s.tip.height - b.height + 1
}

// chainwork is the work of the chain up to b: two hashes per block, as on regtest.
func (s *Server) chainwork(b *block) string { return fmt.Sprintf("%064x", 2*(int64(b.height)+1)) }

// valueAt is the coinbasevalue of the block at a height.
func (s *Server) valueAt(height int32) int64 {
	value := s.state.CoinbaseValue
	if n, ok := s.of.Network(s.state.Chain); ok {
		value -= n.Subsidy(1) - n.Subsidy(height)
	}
	return value
}

// reply is getblocktemplate's result.
func (s *Server) reply() (*template.Reply, error) {
	target, err := template.TargetFromBits(s.state.Bits)
	if err != nil {
		return nil, err
	}
	commitment, err := hex.DecodeString(noTransactions)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(s.offered, s.state.Bits) {
		s.offered = append(s.offered, s.state.Bits)
	}
	now, value := s.state.CurTime, s.valueAt(s.tip.height+1)
	if now == 0 {
		now = int64(s.tip.time) + 1
	}
	parent := s.tip.hash
	if s.state.Parent != (template.Hash{}) {
		parent = s.state.Parent
	}
	version := s.of.MinVersion
	if s.state.ID != 0 {
		version = int32(s.state.ID)<<16 | version&0xffff
	}
	return &template.Reply{
		Version: version, Rules: []string{"csv", "!segwit", "taproot"},
		PreviousBlockHash: parent.String(), Transactions: []template.ReplyTransaction{},
		CoinbaseValue: &value, LongPollID: s.tip.hash.String() + "1",
		Target: target.String(), MinTime: int64(s.tip.time), CurTime: now,
		SigOpLimit: 80000, SizeLimit: 4000000, WeightLimit: 4000000,
		Bits: fmt.Sprintf("%08x", s.state.Bits), Height: int64(s.tip.height) + 1,
		DefaultWitnessCommitment: commitment,
	}, nil
}
