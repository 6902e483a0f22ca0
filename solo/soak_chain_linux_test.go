package solo_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/solo/regtest"
	"ltcsolo/template"
)

// soakChain is a chain of a soak: its nodes, its journal, and what goes wrong with them.
type soakChain struct {
	chain    *template.Chain
	maturity int              // a rival that deep never gives way
	hashes   atomic.Int64     // one in so many solves a block
	net      *regtest.Network // nil: the node is scripted
	scripted *nodetest.Server
	payee    func(*testing.T) string // the address of another miner
	proxy    *nodetest.Proxy         // in front of the first node
	url      string                  // of the node behind it
	login    node.Credentials
	disk     *faultyDisk
	dir      string
	random   *rand.Rand

	mu    sync.Mutex
	found map[template.Hash]bool // by what the engine answered to the searchers, before anything else knows
}

// newSoakChain makes a chain on the network, or on the scripted node if that is nil.
func newSoakChain(t *testing.T, of *template.Chain, hashes int64, net *regtest.Network, scripted *nodetest.Server, seed uint64) *soakChain {
	t.Helper()
	regtestOf, _ := of.Network("regtest")
	x := &soakChain{
		chain: of, maturity: regtestOf.Maturity, net: net, scripted: scripted, dir: filepath.Join(t.TempDir(), "blocks"),
		random: rand.New(rand.NewPCG(seed, 2)), disk: &faultyDisk{random: rand.New(rand.NewPCG(seed, 1))}, found: map[template.Hash]bool{},
	}
	x.hashes.Store(hashes)
	if net != nil {
		x.url, x.login = net.Nodes[0].URL, net.Nodes[0].Credentials
	} else {
		x.url, x.login = scripted.URL, scripted.Credentials
	}
	x.proxy = nodetest.StartProxy(t, x.url)
	x.proxy.Random(seed, soakRate)
	x.disk.failing.Store(true)
	return x
}

// litecoinSoak is the main chain: two litecoinds with MWEB.
func litecoinSoak(t *testing.T, seed uint64) *soakChain {
	t.Helper()
	net := regtest.Start(t, regtest.Config{})
	net.ToMWEB(t)
	x := newSoakChain(t, template.Litecoin, soakHashes, net, nil, seed)
	x.payee = func(t *testing.T) string { return net.Nodes[1].Address(t, regtest.Bech32) }
	return x
}

// dogecoinSoak is the merged chain: two dogecoinds where there are some, a scripted one elsewhere.
func dogecoinSoak(t *testing.T, seed uint64) *soakChain {
	t.Helper()
	if !regtest.HasDoge(t) {
		s := nodetest.StartChain(t, template.Dogecoin)
		s.Update(func(state *nodetest.State) { state.CheckPoW = true })
		return newSoakChain(t, template.Dogecoin, soakMergedHashes, nil, s, seed)
	}
	net := regtest.StartDoge(t, regtest.Config{})
	net.ToHeight(t, regtest.AuxPoWHeight-1)
	x := newSoakChain(t, template.Dogecoin, soakMergedHashes, net, nil, seed)
	x.payee = func(*testing.T) string { return "mfWyW5fc9NUj75YAnFgoRLrjxgLDn2MMth" }
	return x
}

// open makes a client of the node behind the proxy, and opens the journal of the run before.
func (x *soakChain) open(t *testing.T) *node.Client {
	t.Helper()
	client, err := node.New(node.Config{Chain: x.chain, URL: x.proxy.URL, Credentials: x.login, Network: "regtest", Refresh: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	x.disk.Journal, err = journal.Open(x.dir, journal.Labels{
		Chain: x.chain, Network: "regtest", AddressOf: func([]byte) string { return "" },
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// side makes the merged side of an engine. The caller closes the client.
func (x *soakChain) side(t *testing.T) (solo.Side, *node.Client) {
	t.Helper()
	client := x.open(t)
	courier, err := delivery.New(delivery.Config{
		Nodes: []delivery.Node{client}, Journal: x.disk, Maturity: x.maturity, Grace: time.Second, MaxRetry: time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	return solo.Side{
		Chain: x.chain, Node: slowed{client, &x.hashes}, Courier: courier, Payout: solo.FixedPayout(mergedScript),
	}, client
}

func (x *soakChain) note(hash template.Hash) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.found[hash] = true
}

func (x *soakChain) count() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.found)
}

func (x *soakChain) pause(most time.Duration) {
	time.Sleep(time.Duration(x.random.Int64N(int64(most))))
}

// soakFault is something that goes wrong for a moment.
type soakFault struct {
	name string
	do   func()
}

// faults are those of the chain, beside what goes wrong with requests and writes all the time.
func (x *soakChain) faults(t *testing.T) []soakFault {
	all := []soakFault{
		{"node down", func() {
			x.proxy.Down()
			x.pause(2 * time.Second)
			x.proxy.Up(t)
		}},
		{"directory gone", func() {
			if err := os.Rename(x.dir, x.dir+".away"); err != nil {
				t.Fatal(err)
			}
			x.pause(time.Second)
			x.bringBack(t, x.dir+".away")
		}},
	}
	if x.scripted != nil {
		return append(all,
			soakFault{"another's block", func() { x.scripted.Mine() }},
			soakFault{"reorganisation", func() { x.scripted.Replace() }},
		)
	}
	n, other := x.net.Nodes[0], x.net.Nodes[1]
	return append(all,
		soakFault{"node frozen", func() {
			n.Freeze(t)
			x.pause(2 * time.Second)
			n.Thaw(t)
		}},
		soakFault{"another's block", func() { x.rivals(t, 1) }},
		soakFault{"network split", func() {
			x.net.Disconnect(t, n, other)
			x.rivals(t, 1+x.random.IntN(3))
			x.pause(time.Second)
			x.net.Connect(t, other, n)
		}},
		soakFault{"node killed", func() {
			n.Kill(t)
			x.pause(time.Second)
			n.Start(t)
		}},
		soakFault{"node restarted", func() { n.Restart(t) }},
	)
}

// rivals are blocks of another miner on the second node. One of ours that comes while its is being made can make it one of
// a wrong height.
func (x *soakChain) rivals(t *testing.T, blocks int) {
	t.Helper()
	address := x.payee(t)
	for range blocks {
		regtest.Wait(t, "another miner's block", func() error {
			_, err := x.net.Nodes[1].Call(t.Context(), "generatetoaddress", 1, address)
			return err
		})
	}
}

// bringBack puts the files of the directory that was taken away into the one that the journal has made meanwhile, if it
// had to. What stands there is newer.
func (x *soakChain) bringBack(t *testing.T, away string) {
	t.Helper()
	if err := os.MkdirAll(x.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(away)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := os.Link(filepath.Join(away, f.Name()), filepath.Join(x.dir, f.Name())); err != nil && !errors.Is(err, fs.ErrExist) {
			t.Fatal(err)
		}
	}
	if err := os.RemoveAll(away); err != nil {
		t.Fatal(err)
	}
}

// ask makes an RPC of the node, without the proxy. An error in its reply is a *regtest.RPCError.
func (x *soakChain) ask(t *testing.T, method string, params ...any) (json.RawMessage, error) {
	t.Helper()
	if x.net != nil {
		return x.net.Nodes[0].Call(t.Context(), method, params...)
	}
	body, err := json.Marshal(map[string]any{"id": "soak", "method": method, "params": params})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, x.url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	user, password, err := x.login()
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(user, password)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var reply struct {
		Result json.RawMessage
		Error  *regtest.RPCError
	}
	text, err := io.ReadAll(answer.Body)
	if err == nil {
		err = json.Unmarshal(text, &reply)
	}
	if err == nil && reply.Error != nil {
		err = reply.Error
	}
	return reply.Result, err
}

// soaked is what became of a chain's blocks.
type soaked struct {
	found, accepted, orphaned int
	lost                      []template.Hash
}

func (s soaked) String() string {
	return fmt.Sprintf("found %d, accepted %d, orphaned %d, lost %d", s.found, s.accepted, s.orphaned, len(s.lost))
}

// sort asks the node about each block that was found. blocks are those of the engine.
func (x *soakChain) sort(t *testing.T, blocks []delivery.Block) soaked {
	t.Helper()
	s := soaked{found: len(x.found)}
	for hash := range x.found {
		raw, err := x.ask(t, "getblockheader", hash.String())
		var refused *regtest.RPCError
		switch {
		case errors.As(err, &refused) && refused.Code == -5 && x.buried(t, blocks, hash):
			s.orphaned++
		case errors.As(err, &refused) && refused.Code == -5:
			s.lost = append(s.lost, hash)
		case err != nil:
			t.Fatalf("getblockheader: %v", err)
		case confirmationsOf(t, raw) > 0:
			s.accepted++
		default:
			s.orphaned++
		}
	}
	return s
}

// buried reports whether another block of its height is too deep now ever to give way. The node had the block, and forgot
// it when it was killed: it is followed no more. Or it never had a chance, because the node that was killed came back so
// far behind the other one, and was mined on.
func (x *soakChain) buried(t *testing.T, blocks []delivery.Block, hash template.Hash) bool {
	t.Helper()
	i := slices.IndexFunc(blocks, func(b delivery.Block) bool { return b.BlockHash == hash })
	if i < 0 || !blocks[i].Settled || blocks[i].State != delivery.StateOrphaned {
		return false
	}
	b := blocks[i]
	if b.Verdict.Outcome != delivery.Accepted && b.Verdict.Outcome != delivery.Inconclusive && !x.hopeless(t, b) {
		return false
	}
	var rival string
	raw, err := x.ask(t, "getblockhash", b.Height)
	if err == nil {
		err = json.Unmarshal(raw, &rival)
	}
	if err == nil {
		raw, err = x.ask(t, "getblockheader", rival)
	}
	if err != nil {
		t.Fatal(err)
	}
	return rival != hash.String() && confirmationsOf(t, raw) >= x.maturity
}

// hopeless reports whether the other node, which is never killed, was so far ahead when the block was found.
func (x *soakChain) hopeless(t *testing.T, b delivery.Block) bool {
	t.Helper()
	if x.net == nil {
		return false
	}
	tips, err := x.net.Nodes[1].Tips()
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(tips, func(tip regtest.Tip) bool {
		return tip.Time.Before(b.Found) && tip.Height >= int(b.Height)+x.maturity
	})
}

// journalOf is what the journal's file of a block says, without the block.
func (x *soakChain) journalOf(hash template.Hash) string {
	names, err := filepath.Glob(filepath.Join(x.dir, "*"+hash.String()+"*"))
	if err != nil || len(names) == 0 {
		return "nothing"
	}
	text, err := os.ReadFile(names[0])
	if err != nil {
		return err.Error()
	}
	head, _, _ := strings.Cut(string(text), "\nblock: ")
	return strings.Join(names, " ") + "\n" + head
}
