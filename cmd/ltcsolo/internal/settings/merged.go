package settings

import (
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// Merged is a chain that is mined with Litecoin's work: whom its blocks pay, and what was said about its nodes. What is
// empty is looked up, as for Litecoin.
type Merged struct {
	Chain   *template.Chain
	Address string
	RPC     []string // URLs of its nodes, the preferred first
	DataDir string
	Conf    string

	RPCUser         string
	RPCPassword     string // from the environment
	RPCPasswordFile string
	RPCCookie       string
	RPCCA           string // --rpc-ca, which is for the nodes of all chains
}

// dogePrefix begins the names of the flags about Dogecoin.
const dogePrefix = "doge-"

// EnvDogePassword is the variable with the password at Dogecoin's node, which has no flag, like EnvPassword.
const EnvDogePassword = envPrefix + "DOGE_RPC_PASSWORD"

// DogeFlags say whom Dogecoin's blocks pay, and how to find its node.
func DogeFlags() []cli.Flag {
	return Join(inGroup(groupMerged,
		&cli.StringFlag{Name: dogePrefix + "address", Usage: "mine Dogecoin too, with the same work: the `ADDRESS` that its blocks pay, on the main network D... (default: Litecoin alone). Other chains are tables [[merged]] in the configuration file: ltcsolo config init shows one"},
	), DogeNodeFlags())
}

// requireMerged says that the run cannot do without the merged chains.
func requireMerged() cli.Flag {
	return &cli.BoolFlag{Name: "require-merged", Usage: "end the run if a merged chain's node cannot be used at the start (default: it joins as soon as it can)"}
}

// DogeNodeFlags say how to find Dogecoin's node.
func DogeNodeFlags() []cli.Flag {
	return inGroup(groupMerged,
		&cli.StringSliceFlag{Name: dogePrefix + "rpc", Usage: "`URL` of dogecoind; may be given again, as --rpc (default: http://127.0.0.1: and the port of dogecoin.conf or the network)"},
		&cli.StringFlag{Name: dogePrefix + "datadir", Usage: "dogecoind's data `DIR`, with dogecoin.conf and the cookie (default: dogecoind's for this system)"},
		&cli.StringFlag{Name: dogePrefix + "conf", Usage: "dogecoind's configuration `FILE` (default: dogecoin.conf in the data directory)"},
		&cli.StringFlag{Name: dogePrefix + "rpc-user", Usage: "`NAME`: user at dogecoind; may be empty (default: rpcuser of dogecoin.conf). The password comes from the cookie, dogecoin.conf, --doge-rpc-password-file or " + EnvDogePassword},
		&cli.StringFlag{Name: dogePrefix + "rpc-password-file", Usage: "`FILE` whose first line is the password at dogecoind"},
		&cli.StringFlag{Name: dogePrefix + "rpc-cookie", Usage: "dogecoind's cookie `FILE` (default: .cookie in the network's folder of the data directory)"},
	)
}

// ReadMerged reads the chains to be mined with Litecoin: Dogecoin by its flags, and the tables of the configuration file.
func ReadMerged(ctx *cli.Context) ([]Merged, error) {
	var all []Merged
	if ctx.IsSet(dogePrefix + "address") {
		all = append(all, dogeOf(ctx))
	} else if i := slices.IndexFunc(flagNames(DogeNodeFlags()), ctx.IsSet); i >= 0 {
		name := flagNames(DogeNodeFlags())[i]
		return nil, terminal.Usage(name, "give --doge-address with an address of your Dogecoin wallet too, or leave it out",
			"--%s is given, and no address that Dogecoin's blocks would pay", name)
	}
	all, err := withTables(ctx, all)
	if err != nil {
		return nil, err
	}
	for _, t := range all {
		if t.Address == "" {
			return nil, terminal.Usage(tableSetting, `give address = "..." in its table, with an address of your wallet`,
				"the table [[merged]] of %s has no address that its blocks would pay", t.Chain.Name)
		}
	}
	if ctx.Bool("require-merged") && len(all) == 0 {
		return nil, terminal.Usage("require-merged", "give --doge-address, or leave it out", "--require-merged is given, and no merged chain")
	}
	return all, nil
}

// chainsOf returns which chains are merged.
func chainsOf(all []Merged) (chains []*template.Chain) {
	for _, m := range all {
		chains = append(chains, m.Chain)
	}
	return chains
}

// withTables adds the tables of the configuration file to the chains of the flags. It refuses a chain that is given twice.
func withTables(ctx *cli.Context, all []Merged) ([]Merged, error) {
	for _, t := range tablesOf(ctx) {
		t.RPCCA = ctx.String("rpc-ca")
		if slices.ContainsFunc(all, func(m Merged) bool { return m.Chain == t.Chain }) {
			return nil, terminal.Usage(tableSetting, "give each chain once; the flags --doge-... are a table of Dogecoin",
				"%s is given twice as a merged chain", t.Chain.Name)
		}
		all = append(all, t)
	}
	return all, nil
}

// ReadMergedNode returns what was said about the nodes of a chain, by a command that can do without its address.
func ReadMergedNode(ctx *cli.Context, chain *template.Chain) Merged {
	for _, t := range tablesOf(ctx) {
		if t.Chain == chain {
			t.RPCCA = ctx.String("rpc-ca")
			return t
		}
	}
	if chain == template.Dogecoin {
		return dogeOf(ctx)
	}
	return Merged{Chain: chain, RPCCA: ctx.String("rpc-ca")}
}

// ReadShownMerged returns the chains that a command shows beside Litecoin: Dogecoin if a flag is about it, those of the
// configuration file, or if there are none Dogecoin too. Their addresses may be empty.
func ReadShownMerged(ctx *cli.Context) ([]Merged, error) {
	var all []Merged
	if ctx.IsSet(dogePrefix+"address") || slices.ContainsFunc(flagNames(DogeNodeFlags()), ctx.IsSet) {
		all = append(all, dogeOf(ctx))
	}
	all, err := withTables(ctx, all)
	if err == nil && len(all) == 0 {
		all = append(all, dogeOf(ctx))
	}
	return all, err
}

// dogeOf returns Dogecoin as the flags describe it.
func dogeOf(ctx *cli.Context) Merged {
	text := func(name string) string { return ctx.String(dogePrefix + name) }
	return Merged{
		Chain: template.Dogecoin, Address: text("address"), RPC: ctx.StringSlice(dogePrefix + "rpc"), DataDir: text("datadir"), Conf: text("conf"),
		RPCUser: text("rpc-user"), RPCPassword: os.Getenv(EnvDogePassword), RPCPasswordFile: text("rpc-password-file"), RPCCookie: text("rpc-cookie"),
		RPCCA: ctx.String("rpc-ca"),
	}
}

// Discover finds the chain's nodes by what was said and what is on disk, on the network that Litecoin is mined on. It
// connects to nothing.
func (m *Merged) Discover(network wallet.Network, log *slog.Logger) (*discover.Found, error) {
	d, err := discover.Find(discover.Options{
		Chain: m.Chain, Network: string(network), DataDir: m.DataDir, Conf: m.Conf, URLs: m.RPC, User: m.RPCUser,
		Password: m.RPCPassword, PasswordFile: m.RPCPasswordFile, CookieFile: m.RPCCookie,
	})
	if err != nil {
		return nil, err
	}
	ca, err := readCA(m.RPCCA)
	if err != nil {
		return nil, err
	}
	for i := range d.Nodes {
		d.Nodes[i].CA = ca
	}
	log.Debug("looking for the node", "chain", m.Chain.Name, "network", d.Network, "datadir", d.DataDir, "conf", d.Conf, "credentials", d.CredentialsFrom)
	return d, nil
}

// Decode reads the address for a network. Its Script is nil if only the chain's node knows what the address means.
func (m *Merged) Decode(network wallet.Network) (wallet.Address, error) {
	text := strings.TrimSpace(m.Address)
	coin, known := wallet.CoinNamed(m.Chain.Name)
	if known {
		a, err := coin.Decode(text, network)
		return a, terminal.About(node.Setting(m.Chain, "address"), err)
	}
	if text == "" || !plainAddress.MatchString(text) {
		return wallet.Address{}, terminal.Usage(node.Setting(m.Chain, "address"), "give an address of your wallet, as it shows it",
			"the address of %s is not one word of letters and digits", m.Chain.Name)
	}
	return wallet.Address{Text: text, Network: network}, nil
}

// plainAddress is how the addresses of every chain look: Base58 or Bech32.
var plainAddress = regexp.MustCompile(`^[0-9A-Za-z:]{14,120}$`)

// MergedNames returns the names of the chains that can be merged.
func MergedNames() (names []string) {
	for _, c := range template.MergedChains() {
		names = append(names, c.Name)
	}
	return names
}
