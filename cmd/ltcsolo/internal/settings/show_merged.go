package settings

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/node/discover"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// shownTable is a merged chain of the configuration file, with what was found of its nodes.
type shownTable struct {
	Chain       string   `json:"chain"`
	Address     string   `json:"address"`
	RPC         []string `json:"rpc"`
	DataDir     string   `json:"datadir,omitempty"`
	Conf        string   `json:"conf,omitempty"`
	Credentials string   `json:"credentials,omitempty"` // where they come from
	Refused     string   `json:"refused,omitempty"`     // why the nodes cannot be found
}

// addMerged adds the tables to the report, and returns what was found of Dogecoin's nodes if its flags switch it on.
func (r *Report) addMerged(ctx *cli.Context, network wallet.Network) (doge *discover.Found) {
	quiet := slog.New(slog.DiscardHandler)
	if ctx.IsSet(dogePrefix + "address") {
		m := dogeOf(ctx)
		doge, _ = m.Discover(network, quiet) // the run says why not
	}
	for _, m := range tablesOf(ctx) {
		m.RPCCA = ctx.String("rpc-ca")
		t := shownTable{Chain: m.Chain.Name, Address: m.Address, RPC: []string{}, DataDir: m.DataDir, Conf: m.Conf}
		if found, err := m.Discover(network, quiet); err != nil {
			t.Refused = terminal.Explain(err).Reason
		} else {
			t.DataDir, t.Conf, t.Credentials = found.DataDir, found.Conf, found.CredentialsFrom
			for _, n := range found.Nodes {
				t.RPC = append(t.RPC, n.URL)
			}
		}
		r.Merged = append(r.Merged, t)
	}
	return doge
}

// print writes the table as in a configuration file.
func (t *shownTable) print(b *bytes.Buffer) {
	fmt.Fprintf(b, "\n[[merged]]\n%s\n%s\n", tomlLine("chain", t.Chain), tomlLine("address", t.Address))
	if len(t.RPC) > 0 {
		fmt.Fprintln(b, tomlLine("rpc", t.RPC))
	}
	for _, line := range [][2]string{{"datadir", t.DataDir}, {"conf", t.Conf}} {
		if line[1] != "" {
			fmt.Fprintln(b, tomlLine(line[0], line[1]))
		}
	}
	if t.Credentials != "" {
		fmt.Fprintf(b, "# credentials at the node: %s\n", terminal.OneLine(t.Credentials))
	}
	if t.Refused != "" {
		fmt.Fprintf(b, "# %s\n", terminal.OneLine(t.Refused))
	}
}

// tableExample is what a new configuration file says about merged chains.
func tableExample() string {
	var names []string
	for _, c := range template.MergedChains() {
		if c != template.Dogecoin {
			names = append(names, c.Name)
		}
	}
	return fmt.Sprintf(`
# Other chains than Dogecoin that Litecoin's work can win (%s) are tables at the end of this file. Their keys are chain,
# address, rpc, datadir, conf, rpc-user, rpc-password-file and rpc-cookie:
#
#   [[merged]]
#   chain = "%s"
#   address = "ADDRESS"
#   rpc = "http://127.0.0.1:PORT"
`, strings.Join(names, ", "), names[0])
}
