package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"ltcsolo/solo/regtest"
)

const (
	// grace is how long a program that was told to stop may take before it is
	// killed.
	grace = 10 * time.Second
	// firstMWEB is the version of litecoind 0.21.2 in getnetworkinfo.
	firstMWEB = 210200
	// demoBlocks is the number of blocks that demo mines.
	demoBlocks = 10
)

// demo is the run without arguments, or with --merged. However it ends, it
// leaves nothing behind.
func demo(ctx context.Context, merged bool) (err error) {
	if merged { // before the minutes that the rest takes
		if _, err := regtest.Dogecoind(); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp("", "ltcsolo-regtest-")
	if err != nil {
		return fmt.Errorf("make a directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	net, err := open(ctx, dir, regtest.Config{})
	if err != nil {
		return err
	}
	defer net.Close()

	node := net.Nodes[0]
	address, err := node.NewAddress(ctx, regtest.Bech32)
	if err != nil {
		return err
	}
	if merged {
		if err := mineBoth(ctx, dir, address); err != nil {
			return err
		}
	} else {
		fmt.Printf("mining %d blocks with ltcsolo\n", demoBlocks)
		if err := mineQuietly(ctx, dir, address, demoBlocks); err != nil {
			return err
		}
	}
	if err := show(ctx, os.Stdout, node, address, regtest.MWEBHeight+1, demoBlocks); err != nil {
		return err
	}
	fmt.Println("\nscripts/regtest.sh up starts a network that stays, and says how to use it.")
	return net.Shutdown(ctx)
}

// mineQuietly mines blocks with ltcsolo, and shows its log only if it fails.
func mineQuietly(ctx context.Context, dir, address string, blocks int, more ...string) error {
	log := filepath.Join(dir, "ltcsolo.log")
	// One thread: on a network as easy as this, two often find a block of the same height.
	args := append([]string{"--blocks", fmt.Sprint(blocks), "--threads", "1", "--log-file", log}, more...)
	if err := ltcsolo(ctx, dir, address, args, io.Discard); err != nil {
		text, _ := os.ReadFile(log)
		_, _ = os.Stderr.Write(text)
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// open starts a network in dir and mines past MWEB's activation.
func open(ctx context.Context, dir string, cfg regtest.Config) (*regtest.Network, error) {
	net, err := regtest.Open(ctx, dir, cfg)
	if err != nil {
		return nil, err
	}
	if err := prepare(ctx, net); err != nil {
		net.Close()
		return nil, err
	}
	return net, nil
}

func prepare(ctx context.Context, net *regtest.Network) error {
	node := net.Nodes[0]
	var info struct {
		Version    int
		Subversion string
	}
	if err := ask(ctx, node, &info, "getnetworkinfo"); err != nil {
		return err
	}
	if info.Version < firstMWEB {
		return fmt.Errorf("this litecoind, %s, is older than MWEB: install 0.21.2 or newer", info.Subversion)
	}
	fmt.Printf("two nodes %s in %s\n", strings.Trim(info.Subversion, "/"), net.Dir)
	var height int
	if err := ask(ctx, node, &height, "getblockcount"); err != nil {
		return err
	}
	// A node whose tip is a day old is in initial sync again and gives no
	// template until there is a new block.
	to := max(height+1, regtest.MWEBHeight)
	if err := net.Advance(ctx, to); err != nil {
		return err
	}
	fmt.Printf("chain at height %d, MWEB active since %d\n", to, regtest.MWEBHeight)
	return nil
}

// Entries of a network's directory besides the nodes' own.
const (
	stateFolder = "state"       // ltcsolo's journal
	configFile  = "config.toml" // empty
)

func up(ctx context.Context) error {
	dir, err := folder()
	if err != nil {
		return err
	}
	net, err := regtest.Attach(dir)
	fresh := errors.Is(err, os.ErrNotExist)
	switch {
	case fresh:
		if entries, _ := os.ReadDir(dir); len(entries) > 0 {
			return fmt.Errorf("%s contains something else: empty it, or set LTCSOLO_REGTEST_DIR to another directory", dir)
		}
	case err != nil:
		return err
	case answers(ctx, net):
		fmt.Println("already up in", dir)
		return howTo(os.Stdout, dir)
	default: // as after a reboot: stop the nodes that still run, and start all
		if err := net.Shutdown(ctx); err != nil {
			return err
		}
	}
	if _, err := open(ctx, dir, regtest.Config{Detach: true}); err != nil {
		if fresh {
			err = errors.Join(err, remove(dir))
		}
		return err
	}
	return howTo(os.Stdout, dir)
}

// howTo prints commands that work on the network in dir, as they can be typed from anywhere.
func howTo(w io.Writer, dir string) error {
	config, err := writeConfig(dir)
	if err != nil {
		return err
	}
	program, err := ltcsoloPath()
	if err != nil {
		return err
	}
	script := filepath.Join(filepath.Dir(filepath.Dir(program)), "scripts", "regtest.sh")
	state := filepath.Join(dir, stateFolder)
	fmt.Fprintln(w, "the network stays up. To use it:")
	for _, line := range [][]string{
		{script, "mine", "--blocks", "3"},
		{program, "status", "--state", state},
		{program, "blocks", "--network", "regtest", "--datadir", filepath.Join(dir, "node1"), "--state", state, "--config", config},
		{program, "doctor", "--network", "regtest", "--datadir", filepath.Join(dir, "node1"), "--state", state, "--config", config},
		{script, "cli", "getblockchaininfo"},
		{script, "down"},
	} {
		fmt.Fprintln(w, " ", shellLine(line))
	}
	return nil
}

// shellLine writes a command for a shell.
func shellLine(words []string) string {
	var quoted []string
	for _, word := range words {
		if word == "" || strings.ContainsFunc(word, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/._-+=:,@%", r)
		}) {
			word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
		quoted = append(quoted, word)
	}
	return strings.Join(quoted, " ")
}

// answers reports whether all nodes answer.
func answers(ctx context.Context, net *regtest.Network) bool {
	for _, node := range net.Nodes {
		if _, err := node.Call(ctx, "getblockcount"); err != nil {
			return false
		}
	}
	return true
}

func down(ctx context.Context) error {
	net, err := attach()
	if errors.Is(err, os.ErrNotExist) {
		fmt.Println("nothing is up")
		return nil
	}
	if err != nil {
		return err
	}
	if err := net.Shutdown(ctx); err != nil {
		return err
	}
	if err := remove(net.Dir); err != nil {
		return err
	}
	fmt.Println("stopped and removed", net.Dir)
	return nil
}

// attach finds the network of "up".
func attach() (*regtest.Network, error) {
	dir, err := folder()
	if err != nil {
		return nil, err
	}
	net, err := regtest.Attach(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%w: run up first", err)
	}
	return net, err
}

// remove deletes what "up" and "mine" made in dir, and dir if it is empty then.
func remove(dir string) error {
	var errs []error
	for _, name := range []string{"node1", "node2", stateFolder, configFile} {
		errs = append(errs, os.RemoveAll(filepath.Join(dir, name)))
	}
	_ = os.Remove(dir) // fails if the user keeps something there
	return errors.Join(errs...)
}

// cli runs litecoin-cli on the first node.
func cli(ctx context.Context, args []string) error {
	net, err := attach()
	if err != nil {
		return err
	}
	program := "litecoin-cli"
	if litecoind := os.Getenv("LITECOIND"); litecoind != "" {
		program = filepath.Join(filepath.Dir(litecoind), program)
	}
	if _, err := exec.LookPath(program); err != nil {
		return fmt.Errorf("find litecoin-cli: %w (it should be next to litecoind)", err)
	}
	return child(ctx, program, append([]string{"-datadir=" + net.Nodes[0].DataDir}, args...), os.Environ(), os.Stdout)
}

// mine runs ltcsolo on the first node and pays an address of its wallet.
func mine(ctx context.Context, args []string) error {
	net, err := attach()
	if err != nil {
		return err
	}
	address := ""
	if !given(args, "--address") {
		if address, err = net.Nodes[0].NewAddress(ctx, regtest.Bech32); err != nil {
			return err
		}
	}
	return ltcsolo(ctx, net.Dir, address, args, os.Stdout)
}

// ask calls the node and decodes the result into v.
func ask(ctx context.Context, node *regtest.Node, v any, method string, params ...any) error {
	text, err := node.Call(ctx, method, params...)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("decode %s: %w", method, err)
	}
	return nil
}
