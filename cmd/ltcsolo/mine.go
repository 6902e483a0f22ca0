package main

import (
	"os"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/disk"
)

func mineCommand() *cli.Command {
	return &cli.Command{
		Name:  "mine",
		Usage: "search for blocks with this machine's CPU",
		Description: `Searches for blocks on your own litecoind until it is stopped (ctrl-C). Beside a running litecoind it needs no
configuration but the address that blocks should pay.

Exit codes: 0 stopped as asked, 1 failed while running, 2 usage or configuration is wrong, 3 the node cannot be
used, 4 another ltcsolo runs on the state directory, 5 a block was found and was not accepted or is unsettled.

Examples:
  ltcsolo mine --address ltc1q...
  ltcsolo mine --address-from-wallet --threads 2 --nice 19
  ltcsolo mine --address ltc1q... --doge-address D...
  ltcsolo mine --descriptor 'wpkh([d34db33f/84h/2h/0h]zpub.../0/*)'
  ltcsolo mine --address ltc1q... --on-block "sh -c 'notify-send ltcsolo \"\$SOLO_MESSAGE\"'"
  ltcsolo mine --network regtest --address-from-wallet --blocks 10 --json
  ltcsolo mine --address ltc1q... --rpc http://127.0.0.1:9332 --rpc http://10.0.0.2:9332 \
      --rpc-user miner --rpc-password-file FILE --wait 10m`,
		Flags:  settings.MineFlags(),
		Action: func(ctx *cli.Context) error { return search(ctx, settings.ReadMine) },
	}
}

// search does a run with the settings that read reads.
func search(ctx *cli.Context, read func(*cli.Context) (*settings.Mine, error)) error {
	m, err := read(ctx)
	if err := m.Payee.Check(); err != nil { // of several faults the most likely one
		return err
	}
	if err != nil {
		return err
	}
	c := terminal.Open(os.Stderr)
	files := disk.New(writerWord)
	defer files.Close()
	log, err := settings.OpenLog(ctx, c, files)
	if err != nil {
		return err
	}
	defer log.Flush()
	d, err := settings.Discover(ctx, log.Logger)
	if err != nil {
		return err
	}
	return run.Run(ctx.Context, run.Config{
		Settings: m, Discovery: d, Console: c, Log: log, Disk: files, Out: ctx.App.Writer, Build: build(),
	})
}
