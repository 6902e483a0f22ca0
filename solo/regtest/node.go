package regtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// minerWallet is the wallet that every node has loaded.
const minerWallet = "miner"

// Node is one litecoind or dogecoind. The exported fields do not change once the network
// runs. Call, Credentials, LogTail and Tips are safe for concurrent use,
// also while the node restarts.
type Node struct {
	URL        string // of the RPC server, http://127.0.0.1:port
	P2PAddr    string // 127.0.0.1:port
	DataDir    string // the node's -datadir
	ConfPath   string // litecoin.conf or dogecoin.conf
	CookiePath string // no file with an RPCPassword, and while the node is stopped
	LogPath    string // debug.log

	net     *Network
	ports   [3]int // RPC, P2P and onion P2P; all zero until chosen
	pidPath string

	mu      sync.Mutex
	proc    *process // nil before the first start and for an attached node
	address string   // for Generate: of the wallet, and "" before the first call
}

func newNode(net *Network, dir string) (*Node, error) {
	sub := filepath.Join(dir, "regtest")
	n := &Node{
		DataDir:    dir,
		ConfPath:   filepath.Join(dir, net.program.confName()),
		CookiePath: filepath.Join(sub, ".cookie"),
		LogPath:    filepath.Join(sub, "debug.log"),
		net:        net,
		address:    net.program.address,
		pidPath:    filepath.Join(sub, net.program.name+".pid"),
	}
	if err := n.readConf(); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return n, nil
}

// Start starts a node that was stopped or killed, with the same ports and data,
// and restores its connections.
func (n *Node) Start(t testing.TB) {
	t.Helper()
	within(t, func(ctx context.Context) error {
		if err := n.launch(ctx); err != nil {
			return err
		}
		return n.net.connectAll(ctx)
	})
}

// Stop ends the node cleanly: it removes its cookie and saves its mempool.
func (n *Node) Stop(t testing.TB) {
	t.Helper()
	within(t, n.shutdown)
}

// Kill ends the node with SIGKILL. Like a power cut, that leaves the cookie file
// behind.
func (n *Node) Kill(t testing.TB) {
	t.Helper()
	n.kill()
}

// Restart is Stop and Start: the node has a new cookie.
func (n *Node) Restart(t testing.TB) {
	t.Helper()
	n.Stop(t)
	n.Start(t)
}

// Freeze suspends the node's process, which then does not answer but keeps its
// connections. Where that is not possible, the test fails.
func (n *Node) Freeze(t testing.TB) {
	t.Helper()
	n.signal(t, freeze)
}

// Thaw resumes a frozen node.
func (n *Node) Thaw(t testing.TB) {
	t.Helper()
	n.signal(t, thaw)
}

func (n *Node) signal(t testing.TB, send func(*os.Process) error) {
	t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := send(n.proc.cmd.Process); err != nil {
		t.Fatalf("signal node in %s: %v", n.DataDir, err)
	}
}

// launch starts the process and returns once the node answers and has its
// wallet.
func (n *Node) launch(ctx context.Context) error {
	const tries = 5
	fixed := n.portsKnown()
	for try := 1; ; try++ {
		if !fixed {
			if err := n.choosePorts(); err != nil {
				return err
			}
		}
		err := n.launchOnce(ctx)
		if errors.Is(err, errPortTaken) && !fixed && try < tries {
			continue
		}
		if err != nil {
			n.kill()
			return fmt.Errorf("start node in %s: %w; its log ends with:\n%s", n.DataDir, err, n.LogTail())
		}
		return n.ensureWallet(ctx)
	}
}

// errPortTaken says that another process took a port between freePorts and
// litecoind's bind.
var errPortTaken = errors.New("a port was taken meanwhile")

// launchOnce starts the process and returns once the node answers.
func (n *Node) launchOnce(ctx context.Context) error {
	if n.running() {
		return errors.New("it is already running")
	}
	logged, err := n.logSize()
	if err != nil {
		return err
	}
	out := filepath.Join(n.DataDir, "output.log")
	args := append([]string{"-datadir=" + n.DataDir}, n.net.cfg.Args...)
	p, err := startProcess(n.net.binary, args, n.DataDir, out, n.net.cfg.Detach)
	if err != nil {
		return err
	}
	n.mu.Lock()
	n.proc = p
	n.mu.Unlock()

	err = poll(ctx, func() error {
		if p.exited() {
			return nil // handled below
		}
		return n.answers(ctx)
	})
	if text, e := n.logSince(logged); e == nil && portTaken(text) {
		p.kill()
		return errPortTaken
	}
	if p.exited() {
		text, _ := os.ReadFile(out)
		return fmt.Errorf("%s ended (%v): %s", n.net.program.name, p.err, strings.TrimSpace(string(text)))
	}
	return err
}

// portTaken looks for what init.cpp, net.cpp and httpserver.cpp log about a port
// in use. The node itself goes on if it could bind one of several.
func portTaken(log string) bool { return unbound.MatchString(log) }

var unbound = regexp.MustCompile(`Unable to bind|Binding RPC on address .* failed`)

// answers returns nil if this node serves RPC at its URL. With a password
// instead of a cookie, another node on that port might answer too.
func (n *Node) answers(ctx context.Context) error {
	if n.net.program.merged() { // it does not say where it logs, but has a cookie of its own
		_, err := n.Call(ctx, "getblockcount")
		return err
	}
	info, err := get[struct{ LogPath string }](ctx, n, "", "getrpcinfo")
	if err != nil {
		return err
	}
	theirs, err := os.Stat(info.LogPath)
	if err != nil {
		return err
	}
	ours, err := os.Stat(n.LogPath)
	if err != nil {
		return err
	}
	if !os.SameFile(theirs, ours) {
		return fmt.Errorf("%s belongs to another node, which logs to %s", n.URL, info.LogPath)
	}
	return nil
}

// ensureWallet creates the wallet at the node's first start. A node started with
// -disablewallet has none.
func (n *Node) ensureWallet(ctx context.Context) error {
	_, err := n.Call(ctx, "getwalletinfo")
	if err == nil {
		return nil
	}
	// Arguments: name, disable_private_keys, blank, passphrase, avoid_reuse,
	// descriptors (such wallets do not support MWEB), load_on_startup.
	_, err = n.Call(ctx, "createwallet", minerWallet, false, false, "", false, false, true)
	var refused *RPCError
	if errors.As(err, &refused) && refused.Code == rpcMethodNotFound {
		return nil
	}
	return err
}

// shutdown asks the node to stop and waits until it is gone.
func (n *Node) shutdown(ctx context.Context) error {
	n.mu.Lock()
	p := n.proc
	n.mu.Unlock()
	if p != nil && p.exited() {
		return nil
	}
	var refusal error
	err := poll(ctx, func() error {
		_, refusal = n.Call(ctx, "stop")
		var refused *RPCError
		if errors.As(refusal, &refused) && refused.Code == rpcInWarmup {
			return refusal
		}
		return nil
	})
	switch {
	case err != nil:
	case p == nil && refusal != nil:
		return nil // attached, and already gone
	case p == nil:
		err = poll(ctx, n.pidFileGone)
	case refusal != nil:
		err = refusal
	default:
		select {
		case <-p.done:
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	if err != nil {
		return fmt.Errorf("stop node in %s: %w", n.DataDir, err)
	}
	return nil
}

// pidFileGone returns nil once litecoind has removed its pid file, the last step
// of a clean stop.
func (n *Node) pidFileGone() error {
	if _, err := os.Stat(n.pidPath); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s still exists", n.pidPath)
	}
	return nil
}

func (n *Node) kill() {
	n.mu.Lock()
	p := n.proc
	n.mu.Unlock()
	if p != nil {
		p.kill()
	}
}

func (n *Node) running() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.proc != nil && !n.proc.exited()
}

// Template returns the node's getblocktemplate reply with the rules that it
// requires. After a change of the mempool it can be up to 5 s old
// (src/rpc/mining.cpp), but it is never older than the tip.
func (n *Node) Template(t testing.TB) json.RawMessage {
	t.Helper()
	return n.MustCall(t, "getblocktemplate", map[string]any{"rules": n.net.program.rules})
}
