package node

import (
	"fmt"
	"strings"

	"ltcsolo/template"
)

// words writes messages about a node of a chain.
type words struct {
	chain   *template.Chain
	network string // "main", "test", "regtest" or "", not known
}

// words of the client's node, on the network that it is on, or should be on.
func (c *Client) words() words {
	c.mu.Lock()
	defer c.mu.Unlock()
	network := c.network
	if network == "" {
		network = c.cfg.Network
	}
	return words{c.cfg.Chain, network}
}

// daemon is the name of the node's program.
func (w words) daemon() string { return w.chain.Daemon }

// conf is the name of the node's configuration file.
func (w words) conf() string { return ConfFile(w.chain) }

// flag is how the user gives a setting of the node.
func (w words) flag(name string) string { return Flag(w.chain, name) }

// client names the node's software and the oldest version that will do, if one is known.
func (w words) client() string {
	if oldest := programs[w.chain].oldest; oldest != "" {
		return w.chain.Client + " of " + oldest + " or later"
	}
	return w.chain.Client
}

// networkFlags has what chooses a network in a command.
var networkFlags = map[string]string{"test": " -testnet", "regtest": " -regtest"}

// cli returns a command for the node.
func (w words) cli(command string) string {
	return w.chain.Name + "-cli" + networkFlags[w.network] + " " + command
}

func (w words) remedyStart() string {
	start := "start " + w.daemon()
	if flag := networkFlags[w.network]; flag != "" {
		start += " (" + w.daemon() + flag + " -daemon)"
	}
	ways := w.flag("rpc")
	if !w.chain.AuxPoW {
		ways = "--rpc http://host:port, --network, --datadir"
	} else if programs[w.chain].flags != "" {
		ways += " http://host:port, " + w.flag("datadir")
	}
	qt := strings.ToUpper(w.chain.Name[:1]) + w.chain.Name[1:] + "-Qt"
	return fmt.Sprintf("%s, or say where it listens: %s; %s has RPC only with server=1 in %s", start, ways, qt, w.conf())
}

func (w words) remedyPort() string {
	networks := programs[w.chain].networks
	if n, ok := networks[w.network]; ok {
		return fmt.Sprintf("check the port of %s: it is %d on %s, unless %s sets rpcport", w.flag("rpc"), n.rpcPort, w.network, w.conf())
	}
	if len(networks) == 0 {
		return "check the port of " + w.flag("rpc")
	}
	var ports []string
	for _, name := range networkNames {
		ports = append(ports, fmt.Sprintf("%d on %s", networks[name].rpcPort, name))
	}
	return fmt.Sprintf("check the port of %s: %s", w.flag("rpc"), strings.Join(ports, ", "))
}

// p2pPorts warns of the ports that are mistaken for those of RPC.
func (w words) p2pPorts() string {
	networks := programs[w.chain].networks
	if len(networks) == 0 {
		return ""
	}
	return fmt.Sprintf("; %d, %d and %d are for its peers; with Docker see which port is published",
		networks["main"].p2pPort, networks["test"].p2pPort, networks["regtest"].p2pPort)
}

func (w words) remedyPeers() string {
	switch {
	case w.network != "regtest":
		return "wait for peers, or add one: " + w.cli("addnode HOST onetry")
	case w.chain.PeerlessVersion > 0:
		return "connect another node of yours, which litecoind needs up to 0.21.4: " + w.cli("addnode HOST onetry")
	}
	return fmt.Sprintf("connect another node of yours, without which %s gives no templates: %s", w.daemon(), w.cli("addnode HOST onetry"))
}

func (w words) remedySync() string {
	switch {
	case w.network != "regtest":
		return fmt.Sprintf("wait until %s has the whole chain: %s", w.daemon(), w.cli("getblockchaininfo"))
	case w.chain.AuxPoW:
		return "make one block: " + w.cli("generatetoaddress 1 ADDRESS")
	}
	return "make one block: " + w.cli(`generatetodescriptor 1 "raw(51)"`) // needs no wallet, which a new node does not have
}

// remedyUpgrade says where the version, or a later one, is to be had.
func (w words) remedyUpgrade(version int) string {
	return fmt.Sprintf("install %s %s or later from %s (the package of a distribution is often older)",
		w.chain.Client, FormatVersion(version), programs[w.chain].releases)
}
