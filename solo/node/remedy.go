package node

import "fmt"

// networkFlags has what chooses a network in a command of Litecoin Core.
var networkFlags = map[string]string{"test": " -testnet", "regtest": " -regtest"}

// cli returns a litecoin-cli command for a node of this network: "main", "test", "regtest" or "", not known.
func cli(network, command string) string {
	return "litecoin-cli" + networkFlags[network] + " " + command
}

// network returns the network that the node is on, or should be on; "" if neither is known.
func (c *Client) network() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.chain != "" {
		return c.chain
	}
	return c.cfg.Network
}

func remedyStart(network string) string {
	start := "start litecoind"
	if flag := networkFlags[network]; flag != "" {
		start += " (litecoind" + flag + " -daemon)"
	}
	return start + ", or say where it listens: --rpc http://host:port, --network, --datadir; Litecoin-Qt has RPC only with server=1 in litecoin.conf"
}

func remedyPort(network string) string {
	port, known := map[string]int{"main": 9332, "test": 19332, "regtest": 19443}[network]
	if !known {
		return "check the port of --rpc: 9332 on main, 19332 on test, 19443 on regtest"
	}
	return fmt.Sprintf("check the port of --rpc: it is %d on %s, unless litecoin.conf sets rpcport", port, network)
}

func remedyPeers(network string) string {
	if network == "regtest" {
		return "connect another node of yours, which litecoind needs up to 0.21.4: " + cli(network, "addnode HOST onetry")
	}
	return "wait for peers, or add one: " + cli(network, "addnode HOST onetry")
}

func remedySync(network string) string {
	if network == "regtest" {
		return "make one block: " + cli(network, `generatetodescriptor 1 "raw(51)"`) // needs no wallet, which a new node does not have
	}
	return "wait until litecoind has the whole chain: " + cli(network, "getblockchaininfo")
}
