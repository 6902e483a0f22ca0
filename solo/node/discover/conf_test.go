package discover_test

import (
	"ltcsolo/solo/node/discover"
	"strings"
	"testing"
)

func TestParseConf(t *testing.T) {
	for _, tt := range []struct {
		name, text    string
		network, key  string
		want          string
		chosen        string // network that the text chooses
		chosenInvalid bool
	}{
		{"plain", "rpcuser=a\nrpcpassword=b\n", "main", "rpcpassword", "b", "main", false},
		{"empty", "", "main", "rpcuser", "", "main", false},
		{"no newline at the end", "rpcuser=a", "main", "rpcuser", "a", "main", false},
		{"spaces, CRLF, comments", "# x\r\n  rpcuser = a b\t# c\r\n\r\n", "main", "rpcuser", "a b", "main", false},
		{"value with =", "rpcpassword=a=b==", "main", "rpcpassword", "a=b==", "main", false},
		{"first value wins", "rpcuser=1\nrpcuser=2", "main", "rpcuser", "1", "main", false},
		{"head counts elsewhere", "rpcuser=a\n[test]\n", "test", "rpcuser", "a", "main", false},
		{"section beats head", "rpcuser=a\n[regtest]\nrpcuser=b", "regtest", "rpcuser", "b", "main", false},
		{"other section does not count", "[test]\nrpcuser=b", "regtest", "rpcuser", "", "main", false},
		{"main's section", "rpcport=1\n[main]\nrpcport=2", "main", "rpcport", "2", "main", false},
		{"head port on main", "rpcport=1", "main", "rpcport", "1", "main", false},
		{"head port elsewhere", "rpcport=1", "regtest", "rpcport", "", "main", false},
		{"dotted", "regtest.rpcport=1", "regtest", "rpcport", "1", "main", false},
		{"dotted in another section", "[test]\nregtest.rpcport=1", "regtest", "rpcport", "", "main", false},
		{"negated", "rpcuser=a\nnorpcuser=1", "main", "rpcuser", "0", "main", false},
		{"negated in the section", "rpcpassword=a\n[regtest]\nnorpcpassword=1", "regtest", "rpcpassword", "0", "main", false},
		{"negated in the head for a section's setting", "norpcport=1\n", "regtest", "rpcport", "0", "main", false},
		{"negated in the head, set in the section", "norpcport=1\n[test]\nrpcport=7\n", "test", "rpcport", "7", "main", false},
		{"section without a name is the head", "[test]\nrpcport=1\n[]\nrpcuser=b\n", "main", "rpcuser", "b", "main", false},
		{"negated before", "norpcuser=1\nrpcuser=a", "main", "rpcuser", "a", "main", false},
		{"double negative", "noserver=0", "main", "server", "1", "main", false},

		{"testnet", "testnet=1", "main", "", "", "test", false},
		{"regtest", "regtest=1", "main", "", "", "regtest", false},
		{"testnet off", "testnet=0", "main", "", "", "main", false},
		{"testnet empty is on", "testnet=", "main", "", "", "test", false},
		{"testnet text is off", "testnet=yes", "main", "", "", "main", false},
		{"last one counts here", "testnet=1\ntestnet=0", "main", "", "", "main", false},
		{"notestnet", "testnet=1\nnotestnet=1", "main", "", "", "main", false},
		{"chain", "chain=regtest", "main", "", "", "regtest", false},
		{"chain main", "chain=main", "main", "", "", "main", false},
		{"choice in a section", "[regtest]\nregtest=1", "main", "", "", "main", false},
		{"two", "testnet=1\nregtest=1", "main", "", "", "", true},
		{"chain and testnet", "chain=main\ntestnet=1", "main", "", "", "", true},
		{"signet", "signet=1", "main", "", "", "", true},
		{"unknown chain", "chain=moon", "main", "", "", "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			get, network, err := discover.ParseConf(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := get(tt.network, tt.key); got != tt.want {
				t.Errorf("%s on %s = %q, want %q", tt.key, tt.network, got, tt.want)
			}
			got, err := network()
			if got != tt.chosen || (err != nil) != tt.chosenInvalid {
				t.Errorf("network = %q, %v, want %q, error: %v", got, err, tt.chosen, tt.chosenInvalid)
			}
		})
	}
}

func TestParseConfRefuses(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"no value", "server=1\n" + secret + "\n", "line 2 is not key=value"},
		{"dash", "-rpcpassword=" + secret, "line 1 begins with -"},
		{"hash in the password", "rpcpassword=" + secret + "#1", "line 1 has a # in rpcpassword"},
		{"byte-order mark", "\xef\xbb\xbf# comment\nrpcuser=a\n", "invisible byte-order mark"},
		{"UTF-16", "\xff\xfer\x00p\x00c\x00u\x00s\x00e\x00r\x00=\x00a\x00\r\x00\n\x00", "UTF-16"},
		{"open section", "[regtest", "line 1 is not key=value"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := discover.ParseConf(tt.text)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), secret) {
				t.Errorf("error %v, want %q without the secret", err, tt.want)
			}
		})
	}
}

// FuzzParseConf: no text causes a panic, no value contains what a line cannot, and no error quotes the text.
func FuzzParseConf(f *testing.F) {
	for _, seed := range []string{
		"", "rpcpassword=x", "[test]\nrpcport=1\n", "regtest.rpcport=19443", "-a", "[", "[]", "=", ".=", "no=1", "no.no=0", "a=#",
		"testnet=99999999999999999999", "chain=\xff", "\x00=\x00", "rpcpassword=a#b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		get, network, err := discover.ParseConf(text)
		if err != nil {
			if len(err.Error()) > 100 {
				t.Errorf("error %q", err)
			}
			return
		}
		for _, n := range []string{"main", "test", "regtest", "", "\xff"} {
			for _, key := range []string{"rpcport", "rpcpassword", "rpcuser", "datadir", ""} {
				if v := get(n, key); strings.ContainsAny(v, "\n#") || v != strings.Trim(v, " \t\r\n") {
					t.Errorf("%s on %s = %q", key, n, v)
				}
			}
		}
		if name, err := network(); err == nil && discover.RPCPort(name) == 0 {
			t.Errorf("network = %q", name)
		}
	})
}
