package main

import "github.com/urfave/cli/v2"

// commonFlags are those of every command that reads a configuration.
func commonFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "json", Usage: "print the result as JSON"},
		&cli.StringFlag{Name: "config", Usage: "TOML `FILE` with values for the flags (default: ltcsolo/config.toml in your configuration directory)"},
	}
}

func networkFlag(def string) cli.Flag {
	return &cli.StringFlag{Name: "network", Usage: "`NAME`: main, test or regtest (default: " + def + ")"}
}

// nodeFlags say how the node is found.
func nodeFlags() []cli.Flag {
	return []cli.Flag{
		networkFlag("what litecoin.conf says, else main"),
		&cli.StringFlag{Name: "datadir", Usage: "litecoind's data `DIR`; litecoin.conf and the cookie are found there (default: litecoind's for this system)"},
		&cli.StringFlag{Name: "conf", Usage: "the node's configuration `FILE` (default: litecoin.conf in the data directory)"},
		&cli.StringSliceFlag{Name: "rpc", Usage: "`URL` of the node; may be given again: the first that does well serves templates, another takes over when it does not, and a found block goes to all (default: http://127.0.0.1: and the port of litecoin.conf or the network)"},
		&cli.StringFlag{Name: "rpc-user", Usage: "`NAME`: user at the node; may be empty (default: rpcuser of litecoin.conf). The password comes from the cookie, litecoin.conf, --rpc-password-file or LTCSOLO_RPC_PASSWORD, never from a flag"},
		&cli.StringFlag{Name: "rpc-password-file", Usage: "`FILE` whose first line is the password at the node"},
		&cli.StringFlag{Name: "rpc-cookie", Usage: "the node's cookie `FILE` (default: .cookie in the network's folder of the data directory)"},
		&cli.StringSliceFlag{Name: "fork", Usage: "`HEIGHT:VERSION` from which on main needs this version of litecoind, such as 3172640:0.21.5.8, beside those that ltcsolo knows; may be given again"},
		&cli.DurationFlag{Name: "wait", Usage: "`TIME`: how long to wait for a node that is down, syncing or without peers (default: 0s)"},
	}
}

// logFlags say what is logged where.
func logFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "log-format", Usage: "`FORM`: text or json (default: text)"},
		&cli.StringFlag{Name: "log-level", Usage: "`LEVEL`: debug, info, warn or error (default: info)"},
		&cli.StringFlag{Name: "log-file", Usage: "append the log to `FILE`, which is opened anew on SIGHUP (default: standard error)"},
		&cli.BoolFlag{Name: "quiet", Usage: "print only warnings and errors"},
	}
}
