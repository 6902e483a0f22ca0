package scrypt_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/solo/scrypt"
	"ltcsolo/solo/stratum"
	"ltcsolo/solo/stratum/stratumtest"
	"ltcsolo/template"
)

// A kernel of which one lane is wrong checks the shares of a Stratum server. It is found and leaves service, every share
// gets the verdict that it deserves, and the node gets every block and nothing else.
func TestWrongLaneBehindTheServer(t *testing.T) {
	const width = 8
	for name, spoiled := range map[string]byte{
		"finds what is none": 0x00, // every hash looks like a block
		"misses blocks":      0xff, // none looks like a share
	} {
		for _, bad := range []int{0, width - 3} {
			t.Run(fmt.Sprintf("%s in lane %d", name, bad), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					kernels := []*scrypt.Kernel{
						scrypt.Lanes(width, func(lane int, pow *[32]byte) {
							if lane == bad {
								*pow = [32]byte(slices.Repeat([]byte{spoiled}, len(pow)))
							}
						}),
						scrypt.Lanes(width, nil),
					}
					distrusted := make(chan *scrypt.Kernel, len(kernels))
					pool := scrypt.NewPool(scrypt.PoolConfig{Kernels: kernels, Distrusted: func(k *scrypt.Kernel) { distrusted <- k }})
					m, n := servedBy(t, pool)
					tryNonces(t, m, n)
					if len(distrusted) != 1 || <-distrusted != kernels[0] {
						t.Error("the broken kernel, or another one too, is in service")
					}
				})
			})
		}
	}
}

// oneNode is a node with one template.
type oneNode struct{ *template.Template }

func (n oneNode) NextTemplate(ctx context.Context, prev *template.Template) (*template.Template, error) {
	if prev == nil {
		return n.Template, nil
	}
	<-ctx.Done()
	return nil, ctx.Err()
}

func (oneNode) Propose(context.Context, []byte) (solo.Opinion, error) { return solo.Opinion{}, nil }

// oneConn is a listener with one connection.
type oneConn struct {
	net.Listener
	conns chan net.Conn
	end   func() // closes conns, once
}

func (l oneConn) Accept() (net.Conn, error) {
	if c, ok := <-l.conns; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}

func (l oneConn) Close() error {
	l.end()
	return nil
}

// servedBy runs an engine and a server whose shares the pool checks, in a bubble, and returns a miner and the node that
// gets its blocks. One hash in eight is a block, one in two a share.
func servedBy(t *testing.T, pool *scrypt.Pool) (*stratumtest.Miner, *deliverytest.Node) {
	t.Helper()
	raw, err := os.ReadFile("../../template/testdata/gbt-regtest-h2.json")
	if err != nil {
		t.Fatal(err)
	}
	var reply map[string]any
	if err := json.Unmarshal(raw, &reply); err != nil {
		t.Fatal(err)
	}
	const bits = 0x201fffff
	target, err := template.TargetFromBits(bits)
	if err != nil {
		t.Fatal(err)
	}
	reply["bits"], reply["target"] = "201fffff", target.String()
	if raw, err = json.Marshal(reply); err != nil {
		t.Fatal(err)
	}
	tmpl, err := template.Litecoin.Decode(raw, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	n := &deliverytest.Node{ID: "node", Submit: deliverytest.Accept}
	courier, err := delivery.New(delivery.Config{Nodes: []delivery.Node{n}, Journal: &deliverytest.Journal{}, Maturity: 100})
	if err != nil {
		t.Fatal(err)
	}
	script := append([]byte{0x00, 0x14}, make([]byte, 20)...)
	engine, err := solo.New(solo.Config{
		Main:   solo.Side{Chain: template.Litecoin, Node: oneNode{tmpl}, Courier: courier, Payout: solo.FixedPayout(script)},
		Hasher: pool,
	})
	if err != nil {
		t.Fatal(err)
	}
	server, err := stratum.New(stratum.Config{Upstream: engine})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	conns := make(chan net.Conn, 1)
	l := oneConn{conns: conns, end: sync.OnceFunc(func() { close(conns) })}
	var running sync.WaitGroup
	running.Go(func() { pool.Run(ctx) })
	running.Go(func() { engine.Run(ctx) })
	running.Go(func() { server.Serve(ctx, l) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	here, there := net.Pipe()
	conns <- there
	m, err := stratumtest.Connect(here, stratumtest.Config{User: "rig", Password: "d=0.000030517578125", Agent: "cpuminer/2.5.1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m, n
}

// tryNonces submits one nonce after the other, in batches, until there were blocks enough, and compares what comes of them
// with the reference.
func tryNonces(t *testing.T, m *stratumtest.Miner, taker *deliverytest.Node) {
	t.Helper()
	w, err := m.Next(nil)
	if err != nil {
		t.Fatal(err)
	}
	easy, err := template.TargetFromDifficulty(w.Difficulty)
	if err != nil {
		t.Fatal(err)
	}
	const batch, rounds, enough = 16, 3, 4
	blocks := make(map[template.Header]bool)
	network, s := w.Target(), w.Share()
	for n := 0; n < rounds || len(blocks) < enough; n++ {
		var shares []stratumtest.Share
		var want []string
		for range batch {
			pow, refusal := s.PoWHash(), ""
			if !easy.MetBy(&pow) {
				refusal = "Low difficulty share"
			}
			if network.MetBy(&pow) {
				blocks[s.Header()] = true
			}
			shares, want = append(shares, s), append(want, refusal)
			s.Nonce++
		}
		first, err := m.Send(shares...)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if got, err := m.Answer(first + i); got != want[i] || err != nil {
				t.Errorf("nonce %08x is answered by %q, %v, want %q", shares[i].Nonce, got, err, want[i])
			}
		}
		time.Sleep(time.Second) // the reference looks at some shares each second
	}
	synctest.Wait()
	submitted := taker.Submitted()
	for _, b := range submitted {
		if h := template.Header(b[:template.HeaderSize]); !blocks[h] {
			t.Errorf("the node was given what is no block: %x", h)
		}
	}
	if len(submitted) != len(blocks) {
		t.Errorf("the node was given %d blocks of %d", len(submitted), len(blocks))
	}
}
