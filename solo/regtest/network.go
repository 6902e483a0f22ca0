package regtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Config configures a network. The zero value is two connected nodes with
// cookie authentication.
type Config struct {
	// Nodes is the number of nodes; 0 means 2. A single node has no peer and,
	// up to litecoind 0.21.4, gives no template.
	Nodes int
	// Args are additional options of litecoind for every node, for example
	// "-rpcthreads=1".
	Args []string
	// RPCPassword replaces the cookie if it is not empty. RPCUser goes with
	// it and may be empty, as in Debian's default configuration.
	RPCUser, RPCPassword string
	// Detach makes the nodes outlive this process.
	Detach bool
}

// Network is a private regtest network of litecoinds or dogecoinds. It is not safe for concurrent
// use; see [Node] for its nodes.
type Network struct {
	Dir   string  // holds node1, node2, ...
	Nodes []*Node // helpers mine and pay with the first

	cfg     Config
	program *program
	binary  string
	links   []link
}

// link is a connection that should exist: from opens it to the P2P port of to.
type link struct{ from, to *Node }

// Start runs a network until the test ends. Without a litecoind it skips the
// test (see [Require]). If the test fails, it logs the end of every node's
// debug.log.
func Start(t testing.TB, cfg Config) *Network {
	t.Helper()
	return start(t, litecoind, cfg)
}

// StartDoge is Start with dogecoinds (see [RequireDoge]), which have no wallet: at
// least two, since alone they give no templates, and better no more.
func StartDoge(t testing.TB, cfg Config) *Network {
	t.Helper()
	return start(t, dogecoind, cfg)
}

func start(t testing.TB, p *program, cfg Config) *Network {
	t.Helper()
	p.required(t)
	dir := t.TempDir() // before the Cleanup below, so that it is removed after the nodes are gone
	var net *Network
	within(t, func(ctx context.Context) (err error) {
		net, err = open(ctx, p, dir, cfg)
		return err
	})
	t.Cleanup(func() {
		net.Close()
		if t.Failed() {
			for _, n := range net.Nodes {
				t.Logf("end of %s:\n%s", n.LogPath, n.LogTail())
			}
		}
	})
	return net
}

// Open starts a network in dir, which it makes if necessary. An earlier network
// in dir keeps its chain and its ports. Unless cfg.Detach is set, the caller
// must Close the network.
func Open(ctx context.Context, dir string, cfg Config) (*Network, error) {
	return open(ctx, litecoind, dir, cfg)
}

// OpenDoge is Open with dogecoinds.
func OpenDoge(ctx context.Context, dir string, cfg Config) (*Network, error) {
	return open(ctx, dogecoind, dir, cfg)
}

func open(ctx context.Context, p *program, dir string, cfg Config) (*Network, error) {
	if cfg.Nodes == 0 {
		cfg.Nodes = 2
	}
	binary, err := p.find()
	if err != nil {
		return nil, err
	}
	net, err := newNetwork(p, dir, cfg, binary)
	if err != nil {
		return nil, err
	}
	if err := net.start(ctx); err != nil {
		net.Close()
		return nil, err
	}
	return net, nil
}

// Attach returns the network that another process started in dir with
// Config.Detach. It does not check whether the nodes answer.
func Attach(dir string) (*Network, error) { return attach(litecoind, dir) }

// AttachDoge is Attach with dogecoinds.
func AttachDoge(dir string) (*Network, error) { return attach(dogecoind, dir) }

func attach(p *program, dir string) (*Network, error) {
	folders, err := filepath.Glob(filepath.Join(dir, "node[0-9]*"))
	if err != nil || len(folders) == 0 {
		return nil, fmt.Errorf("find a network in %s: %w", dir, os.ErrNotExist)
	}
	net, err := newNetwork(p, dir, Config{Nodes: len(folders), Detach: true}, "")
	if err != nil {
		return nil, err
	}
	for _, n := range net.Nodes {
		if !n.portsKnown() {
			return nil, fmt.Errorf("read the ports of %s: %w", n.ConfPath, os.ErrNotExist)
		}
	}
	return net, nil
}

func newNetwork(p *program, dir string, cfg Config, binary string) (*Network, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find directory of network: %w", err)
	}
	net := &Network{Dir: dir, cfg: cfg, program: p, binary: binary}
	for i := range cfg.Nodes {
		n, err := newNode(net, filepath.Join(dir, fmt.Sprintf("node%d", i+1)))
		if err != nil {
			return nil, err
		}
		net.Nodes = append(net.Nodes, n)
		if i > 0 {
			net.links = append(net.links, link{n, net.Nodes[0]})
		}
	}
	return net, nil
}

// start starts all nodes at once and then connects them.
func (net *Network) start(ctx context.Context) error {
	errs := make([]error, len(net.Nodes))
	var wg sync.WaitGroup
	for i, n := range net.Nodes {
		wg.Go(func() { errs[i] = n.launch(ctx) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return net.connectAll(ctx)
}

// Shutdown stops every node cleanly, attached ones included, and waits until
// they are gone. An attached node that does not answer counts as gone.
func (net *Network) Shutdown(ctx context.Context) error {
	var errs []error
	for _, n := range net.Nodes {
		errs = append(errs, n.shutdown(ctx))
	}
	return errors.Join(errs...)
}

// Close kills the nodes that this process started and waits until they are
// gone. It may be called again.
func (net *Network) Close() {
	for _, n := range net.Nodes {
		n.kill()
	}
}
