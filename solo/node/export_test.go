package node

// Names for the tests from outside.
var (
	DefaultDataDir = defaultDataDir
	VerdictOf      = verdictOf
	OpinionOf      = opinionOf
)

// ParseConf reads a litecoin.conf and gives the value that counts for a network and key.
func ParseConf(text string) (get func(network, key string) string, network func() (string, error), err error) {
	settings, err := parseConf(text)
	c := &conf{settings: settings}
	return c.get, c.network, err
}

// Genesis is what is known of a network's first block.
func Genesis(name string) string { return networks[name].genesis }
