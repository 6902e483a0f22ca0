package template

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Template is a checked getblocktemplate reply of a chain. It is immutable, and so is all that it refers to.
type Template struct {
	Chain         *Chain
	Version       int32
	PreviousBlock Hash // block hash of the tip
	Height        int32
	Bits          uint32
	Target        Target // network target
	CoinbaseValue int64  // subsidy and fees, in the chain's smallest unit
	CurTime       uint32 // the node's Unix time when it replied
	MinTime       uint32 // least valid header time
	MaxTime       uint32 // last header time at which Bits are valid (Chain.MinDifficultyGap); 0: no limit
	Received      time.Time
	Segwit        bool // the coinbase has a witness and commits to those of the block
	MWEBActive    bool
	Empty         bool // made by function Empty, not by the node

	Transactions      []*Transaction // without the coinbase, in block order, HogEx last; no more than fit (see Chain.MaxSize)
	WitnessCommitment []byte         // output script; nil before segwit
	MWEB              []byte         // extension block without its leading 01; nil before activation

	mwebSignal int32 // the bit of Version that signals for MWEB and may be cleared; 0: none
}

// Transaction is a transaction of a template. Data is the node's serialization, to be copied verbatim.
type Transaction struct {
	Data   []byte
	TxID   Hash
	WTxID  Hash // equal to TxID for the HogEx
	Fee    int64
	SigOps int64
	Weight int64
}

// Decode decodes and checks a getblocktemplate result of the chain, and keeps nothing of it. received is when it
// arrived: header times count from then. The error says why the template cannot be mined on.
func (c *Chain) Decode(result []byte, received time.Time) (*Template, error) {
	var r Reply
	if err := json.Unmarshal(result, &r); err != nil {
		return nil, fmt.Errorf("decode template: %w", err)
	}
	t, err := c.check(&r, received)
	if err != nil {
		return nil, fmt.Errorf("check template: %w", err)
	}
	return t, nil
}

// check makes a Template of r, which takes ownership of r's byte slices.
func (c *Chain) check(r *Reply, received time.Time) (*Template, error) {
	t := &Template{Chain: c, Version: r.Version, Received: received}
	for _, check := range []func(*Reply) error{
		t.takeRules, t.takeChain, t.takeTimes, t.takeTransactions, t.takeWitness,
	} {
		if err := check(r); err != nil {
			return nil, err
		}
	}
	if err := t.fit(); err != nil {
		return nil, err
	}
	return t, nil
}

// takeRules applies BIP 9: a rule that begins with "!" changes how a block is built, so an unknown one is an error.
func (t *Template) takeRules(r *Reply) error {
	c := t.Chain
	if c.Segwit && len(r.Rules) == 0 {
		return fmt.Errorf("rules are missing: this is not a reply of %s", c.Client)
	}
	for _, rule := range r.Rules {
		name, must := strings.CutPrefix(rule, "!")
		switch {
		case name == "segwit" && c.Segwit:
			t.Segwit = true
		case name == "mweb" && c.MWEB:
			t.MWEBActive = true
		case name == "csv", name == "taproot", name == "testdummy":
		default:
			if must {
				return fmt.Errorf("the chain demands rule %q, which this version does not support: upgrade ltcsolo", name)
			}
		}
	}
	if c.AuxPoW && chainID(t.Version) != c.ID {
		return fmt.Errorf("version %#x has chain id %d, want %[4]d of %[3]s: this is a reply of another chain", r.Version, chainID(t.Version), c.Name, c.ID)
	}
	if t.Version < c.MinVersion {
		return fmt.Errorf("version %#x is below %#x, which %s refuses", r.Version, c.MinVersion, c.Client)
	}
	if missing := r.VBRequired &^ uint32(r.Version); missing != 0 {
		return fmt.Errorf("version %#x lacks the required bits %#x", r.Version, missing)
	}
	if bit, ok := r.VBAvailable["mweb"]; ok && bit < 32 && r.VBRequired&(1<<bit) == 0 && !t.MWEBActive {
		t.mwebSignal = int32(uint32(1) << bit)
	}
	return nil
}

func (t *Template) takeChain(r *Reply) (err error) {
	if t.PreviousBlock, err = ParseHash(r.PreviousBlockHash); err != nil {
		return fmt.Errorf("previousblockhash: %w", err)
	}
	if r.Height < 1 || r.Height > math.MaxInt32 {
		return fmt.Errorf("height %d is out of range", r.Height)
	}
	t.Height = int32(r.Height)
	if t.Bits, err = parseBits(r.Bits); err != nil {
		return err
	}
	if t.Target, err = TargetFromBits(t.Bits); err != nil {
		return err
	}
	if !t.Target.equal(r.Target) {
		return fmt.Errorf("target %.70q does not match bits %s", r.Target, r.Bits)
	}
	if r.CoinbaseValue == nil {
		return errors.New("coinbasevalue is missing")
	}
	if t.CoinbaseValue = *r.CoinbaseValue; t.CoinbaseValue < 0 || t.CoinbaseValue > t.Chain.MaxMoney {
		return fmt.Errorf("coinbasevalue %d is out of range", t.CoinbaseValue)
	}
	return nil
}

func (t *Template) takeTimes(r *Reply) error {
	if r.MinTime < 1 || r.CurTime < r.MinTime || r.CurTime > math.MaxUint32 {
		return fmt.Errorf("curtime %d or mintime %d is missing or out of range", r.CurTime, r.MinTime)
	}
	t.CurTime, t.MinTime = uint32(r.CurTime), uint32(r.MinTime)
	return nil
}

// takeTransactions parses each transaction to check it, and keeps the node's bytes.
func (t *Template) takeTransactions(r *Reply) error {
	if r.Transactions == nil {
		return errors.New("transactions are missing")
	}
	t.Transactions = make([]*Transaction, len(r.Transactions))
	txs := make([]tx, len(r.Transactions))
	fees := int64(0)
	for i, x := range r.Transactions {
		if len(x.Data) == 0 || x.TxID == (Hash{}) || x.Hash == (Hash{}) {
			return fmt.Errorf("transaction %d lacks data, txid or hash", i+1)
		}
		var err error
		if txs[i], err = parseTx(x.Data); err != nil {
			return fmt.Errorf("transaction %d: %w", i+1, err)
		}
		if txs[i].txid != x.TxID || txs[i].wtxid != x.Hash {
			return fmt.Errorf("transaction %d: txid or hash does not match its data", i+1)
		}
		if txs[i].hasWitness() && !t.Segwit {
			return fmt.Errorf("unexpected-witness: transaction %s has a witness, but segwit is not active", x.TxID)
		}
		for _, parent := range x.Depends {
			if parent < 1 || parent > i {
				return fmt.Errorf("transaction %d depends on %d, which is not before it", i+1, parent)
			}
		}
		if fees += x.Fee; x.Fee < 0 || x.Fee > t.Chain.MaxMoney || fees > t.Chain.MaxMoney {
			return fmt.Errorf("transaction %d: fee %d is out of range", i+1, x.Fee)
		}
		t.Transactions[i] = &Transaction{x.Data, x.TxID, x.Hash, x.Fee, x.SigOps, x.Weight}
	}
	if err := checkOrder(txs); err != nil {
		return err
	}
	return t.takeMWEB(r, txs)
}

// takeMWEB refuses a template without extension block or HogEx while MWEB is active: only the node can make them, and
// without them no block is valid.
func (t *Template) takeMWEB(r *Reply, txs []tx) error {
	if !t.MWEBActive {
		if len(r.MWEB) > 0 || len(txs) > 0 && txs[len(txs)-1].hogEx {
			return errors.New("unexpected-mweb-data: the reply has mweb or a HogEx, but the rule mweb is not active")
		}
		return nil
	}
	if len(r.MWEB) == 0 {
		return errors.New("mweb-missing: MWEB is active, but the reply has no mweb. " +
			"The request must name the rules mweb and segwit, and no proxy may drop the field")
	}
	t.MWEB = r.MWEB
	return checkMWEB(txs, t.MWEB, t.Height)
}

// takeWitness goes by the segwit rule, not by the commitment's presence: litecoind gives a commitment even before segwit
// is active, when a coinbase with a witness is invalid.
func (t *Template) takeWitness(r *Reply) error {
	if !t.Segwit {
		return nil
	}
	ids := make([]Hash, len(t.Transactions))
	for i, x := range t.Transactions {
		ids[i] = x.WTxID
	}
	t.WitnessCommitment = witnessCommitment(ids, Hash{})
	if !bytes.Equal(t.WitnessCommitment, r.DefaultWitnessCommitment) {
		return errors.New("bad-witness-merkle-match: default_witness_commitment does not match the transactions")
	}
	return nil
}

// Fees returns the sum of the transactions' fees, in the chain's smallest unit.
func (t *Template) Fees() int64 {
	var sum int64
	for _, x := range t.Transactions {
		sum += x.Fee
	}
	return sum
}

// CheckValue refuses a coinbasevalue that gives away a part of what a block of t earns on the network: the subsidy of its
// height and the fees of its transactions.
func (t *Template) CheckValue(n Network) error {
	subsidy, fees := n.Subsidy(t.Height), t.Fees()
	if t.CoinbaseValue < subsidy+fees {
		return fmt.Errorf("coinbasevalue %d is too small: at height %d the subsidy is %d, and the fees are %d, together %d",
			t.CoinbaseValue, t.Height, subsidy, fees, subsidy+fees)
	}
	return nil
}

// CheckTarget refuses a target above the network's limit, with which the network takes no block (pow.cpp, CheckProofOfWork).
func (t *Template) CheckTarget(n Network) error {
	limit, err := TargetFromBits(n.PowLimitBits)
	if err == nil && t.Target.easierThan(&limit) {
		err = fmt.Errorf("bits %08x: the target is above %08x, the limit of %s's network %s", t.Bits, n.PowLimitBits, n.Chain.Name, n.Name)
	}
	return err
}

// TimeAt returns the header time at now: the node's time when it replied plus the time since, so that a wrong local clock
// does not matter. It is never below MinTime, and never above MaxTime unless that is 0.
func (t *Template) TimeAt(now time.Time) uint32 {
	passed := max(0, int64(now.Sub(t.Received)/time.Second))
	at := min(int64(t.CurTime)+passed, math.MaxUint32)
	if t.MaxTime != 0 {
		at = min(at, int64(t.MaxTime))
	}
	return uint32(at)
}

// WithMaxTime returns a copy of t with that MaxTime. It shares t's slices.
func (t *Template) WithMaxTime(last uint32) *Template {
	c := *t
	c.MaxTime = last
	return &c
}

// WithoutMWEBSignal returns a copy of t whose block does not signal for the activation of MWEB (BIP 9). It shares t's
// slices.
func (t *Template) WithoutMWEBSignal() *Template {
	c := *t
	c.Version &^= c.mwebSignal
	return &c
}

// SameWork reports whether t and u are for the same block, times aside.
func (t *Template) SameWork(u *Template) bool {
	return t.Chain == u.Chain && t.Empty == u.Empty && t.Version == u.Version && t.PreviousBlock == u.PreviousBlock && t.Height == u.Height &&
		t.Bits == u.Bits && t.CoinbaseValue == u.CoinbaseValue && bytes.Equal(t.MWEB, u.MWEB) &&
		slices.EqualFunc(t.Transactions, u.Transactions, func(a, b *Transaction) bool { return a.WTxID == b.WTxID })
}

// Share returns a copy of t that refers to older's transactions and extension block where they are equal, so that the
// two templates hold them once; t itself if neither can have anything in common. It changes neither.
func (t *Template) Share(older *Template) *Template {
	if (len(t.Transactions) == 0 || len(older.Transactions) == 0) && (len(t.MWEB) == 0 || len(older.MWEB) == 0) {
		return t
	}
	c := *t
	held := make(map[Hash]*Transaction, len(older.Transactions))
	for _, x := range older.Transactions {
		held[x.WTxID] = x
	}
	c.Transactions = slices.Clone(t.Transactions)
	for i, x := range c.Transactions {
		if y := held[x.WTxID]; y != nil && x.equal(y) {
			c.Transactions[i] = y
		}
	}
	if bytes.Equal(t.MWEB, older.MWEB) {
		c.MWEB = older.MWEB
	}
	return &c
}

// equal compares the bytes too: WTxID does not cover the HogEx's flag.
func (x *Transaction) equal(y *Transaction) bool {
	return x.TxID == y.TxID && x.WTxID == y.WTxID && x.Fee == y.Fee && x.SigOps == y.SigOps && x.Weight == y.Weight &&
		bytes.Equal(x.Data, y.Data)
}
