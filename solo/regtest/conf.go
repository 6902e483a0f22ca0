package regtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Positions in Node.ports.
const (
	rpcPort = iota
	p2pPort
	onionPort
)

// choosePorts chooses free ports and writes them to the configuration.
func (n *Node) choosePorts() error {
	ports, err := freePorts(len(n.ports))
	if err != nil {
		return err
	}
	n.setPorts([3]int(ports))
	return n.writeConf()
}

func (n *Node) portsKnown() bool { return n.ports[rpcPort] != 0 }

func (n *Node) setPorts(ports [3]int) {
	n.ports = ports
	n.URL = "http://" + loopback(ports[rpcPort])
	n.P2PAddr = loopback(ports[p2pPort])
}

// writeConf writes litecoin.conf or dogecoin.conf, so that litecoin-cli,
// dogecoin-cli and ltcsolo need only the data directory to find the node.
//
// whitebind (with dogecoind whitelist) makes the nodes trust one another: they do not ban, and relay
// transactions at once. The third port is for onion peers: by default litecoind
// listens for them on 127.0.0.1:19444, which the user's own regtest node needs.
func (n *Node) writeConf() error {
	if err := os.MkdirAll(filepath.Dir(n.ConfPath), 0o700); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	var b strings.Builder
	for _, line := range []string{
		"regtest=1", "server=1", "listen=1", "dnsseed=0", "discover=0", "upnp=0", "listenonion=0",
		"printtoconsole=0", "logtimemicros=1", "pid=" + filepath.Base(n.pidPath),
		"par=1", "dbcache=16", "rpcallowip=127.0.0.1",
	} {
		fmt.Fprintln(&b, line)
	}
	for _, line := range n.net.program.conf {
		fmt.Fprintln(&b, line)
	}
	if n.net.cfg.RPCPassword != "" {
		if n.net.cfg.RPCUser != "" {
			fmt.Fprintf(&b, "rpcuser=%s\n", n.net.cfg.RPCUser)
		}
		fmt.Fprintf(&b, "rpcpassword=%s\n", n.net.cfg.RPCPassword)
	}
	if n.net.program.merged() {
		fmt.Fprintln(&b, "bind=127.0.0.1")
	} else {
		fmt.Fprintf(&b, "whitebind=noban,relay,mempool@%s\n[regtest]\nconnect=0\nbind=%s=onion\n", n.P2PAddr, loopback(n.ports[onionPort]))
	}
	fmt.Fprintf(&b, "rpcbind=127.0.0.1\nrpcport=%d\nport=%d\n", n.ports[rpcPort], n.ports[p2pPort])
	if err := os.WriteFile(n.ConfPath, []byte(b.String()), 0o600); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	return nil
}

// readConf reads the ports and credentials from a file of writeConf.
func (n *Node) readConf() error {
	text, err := os.ReadFile(n.ConfPath)
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	var ports [3]int
	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch key {
		case "rpcuser":
			n.net.cfg.RPCUser = value
		case "rpcpassword":
			n.net.cfg.RPCPassword = value
		case "rpcport":
			ports[rpcPort], err = strconv.Atoi(value)
		case "port":
			ports[p2pPort], err = strconv.Atoi(value)
		}
		if err != nil {
			return fmt.Errorf("read %s: %s: %w", n.ConfPath, key, err)
		}
	}
	if ports[rpcPort] != 0 && ports[p2pPort] != 0 {
		n.setPorts(ports)
	}
	return nil
}
