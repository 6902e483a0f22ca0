package discover

// Exported for the tests in package discover_test.
var DefaultDataDir = defaultDataDir

// ParseConf reads the text of a litecoin.conf. get returns the value in force for a network and key.
func ParseConf(text string) (get func(network, key string) string, network func() (string, error), err error) {
	settings, err := parseConf("litecoin.conf", text)
	c := &conf{settings: settings}
	return c.text, c.network, err
}

// RPCPort is a network's default port; 0 if the network is unknown.
func RPCPort(network string) int { return networks[network].rpcPort }
