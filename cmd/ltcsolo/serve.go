package main

import (
	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/settings"
)

func serveCommand() *cli.Command {
	return &cli.Command{
		Name:  "serve",
		Usage: "let the Scrypt miners of the house search for blocks",
		Description: `Serves Stratum to every Scrypt miner that connects, ASIC, GPU or CPU, hands them work from your own litecoind, and submits
the blocks that they find. Whoever connects, blocks pay your address alone: user names only tell the miners apart, and
any password will do. A password d=1024 sets a miner's difficulty, sd=1024 the one it starts with.

Without --listen only this machine can connect. This machine's CPU hashes too with --threads N.

Exit codes: 0 stopped as asked, 1 failed while running, 2 usage or configuration is wrong, 3 the node cannot be
used, 4 another ltcsolo runs on the state directory, 5 a block was found and was not accepted or is unsettled.

Examples:
  ltcsolo serve --address ltc1q... --listen 192.168.1.5
  ltcsolo serve --address ltc1q... --listen 0.0.0.0:3333 --http 8080
  ltcsolo serve --address ltc1q... --doge-address D...
  ltcsolo serve --network regtest --address-from-wallet --threads 1
  ltcsolo serve --address ltc1q... --listen 192.168.1.5 --tls-cert cert.pem --tls-key key.pem`,
		Flags:  settings.ServeFlags(),
		Action: func(ctx *cli.Context) error { return search(ctx, settings.ReadServe) },
	}
}
