package wallet

import "strings"

// Network is one of Litecoin's networks, named as in the "chain" field of
// getblockchaininfo.
type Network string

// The networks. Test is testnet4.
const (
	Main    Network = "main"
	Test    Network = "test"
	Regtest Network = "regtest"
)

// params are the prefixes of a network (litecoind, src/chainparams.cpp).
type params struct {
	network  Network
	p2pkh    byte   // Base58Check version
	p2sh     byte   // Base58Check version today
	oldP2SH  byte   // Base58Check version before 2017, still accepted
	hrp      string // human-readable part of segwit addresses, BIP 173
	examples string // first characters of addresses, for messages
}

// networks are in the order in which DecodeAny prefers them.
var networks = [...]params{
	{Main, 0x30, 0x32, 0x05, "ltc", "L, M or ltc1"},
	{Test, 0x6f, 0x3a, 0xc4, "tltc", "m, n, Q or tltc1"},
	{Regtest, 0x6f, 0x3a, 0xc4, "rltc", "m, n, Q or rltc1"},
}

// ParseNetwork parses the name of a network: main, test or regtest. The error
// is an *Error.
func ParseNetwork(name string) (Network, error) {
	if p := Network(name).params(); p != nil {
		return p.network, nil
	}
	return "", errUnknownNetwork
}

// params returns nil for an unknown network.
func (n Network) params() *params {
	for i := range networks {
		if networks[i].network == n {
			return &networks[i]
		}
	}
	return nil
}

// names lists networks for a message: "test or regtest".
func names(nets []Network) string {
	s := make([]string, len(nets))
	for i, n := range nets {
		s[i] = string(n)
	}
	return strings.Join(s, " or ")
}
