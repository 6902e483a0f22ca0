package settings

import (
	"net"
	"regexp"
	"slices"
	"strings"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
)

// httpAddress returns the address of --http with its host, empty if there is none.
func httpAddress(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	const remedy = "give a port, such as 8080, or HOST:PORT, such as 192.168.1.5:8080"
	if !strings.Contains(text, ":") {
		text = ":" + text
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return "", terminal.Usage("http", remedy, "--http is not an address")
	}
	if _, err := net.LookupPort("tcp", port); err != nil {
		return "", terminal.Usage("http", remedy, "--http has no valid port")
	}
	if host == "" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}

// hostName is a value of --http-host: a name of DNS, or one of the local network.
var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$`)

// ownDomains are those of one label that nobody can have in the public DNS (RFC 6762, 7686, 8375 and 9476, and what home
// routers and ICANN keep free).
var ownDomains = []string{"local", "onion", "i2p", "lan", "home", "internal", "localdomain", "test", "alt"}

// checkHostNames takes names and patterns such as *.local.
func checkHostNames(names []string) error {
	for _, name := range names {
		domain, pattern := strings.CutPrefix(name, "*.")
		switch {
		case !hostName.MatchString(domain):
			return terminal.Usage("http-host", "give a name as browsers ask for it, without scheme and port, such as miner.lan, or *.local for all that end so",
				"--http-host is not the name of a machine")
		case pattern && !strings.Contains(domain, ".") && !slices.Contains(ownDomains, strings.ToLower(domain)):
			return terminal.Usage("http-host", "give a domain of your own, such as *.miners.example.org, or one of the local network, such as *.local",
				"--http-host *.%s has names of strangers, who could have your browser read the page for them", domain)
		}
	}
	return nil
}
