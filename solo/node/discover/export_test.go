package discover

import (
	"ltcsolo/solo/node"
	"ltcsolo/template"
)

// DefaultDataDir is litecoind's.
func DefaultDataDir(goos string, getenv func(string) string) string {
	return defaultDataDir(template.Litecoin, goos, getenv)
}

// ParseConf reads the text of a litecoin.conf. get returns the value in force for a network and key.
func ParseConf(text string) (get func(network, key string) string, network func() (string, error), err error) {
	settings, err := parseConf(template.Litecoin, "litecoin.conf", text)
	c := &conf{chain: template.Litecoin, settings: settings}
	return c.text, c.network, err
}

// RPCPort is a network's default port; 0 if the network is unknown.
func RPCPort(network string) int { return node.DefaultPort(nil, network) }
