package main

import (
	"os"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/doctor"
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/disk"
)

func doctorCommand() *cli.Command {
	return &cli.Command{
		Name:  "doctor",
		Usage: "check node, credentials, version, peers, clock, address, disk, CPU",
		Description: `Checks everything that mine needs, and says of each thing whether it is good (pass), could be better (warn) or stops
mine or endangers a block (fail), with what to do about it. It changes nothing, and may run beside a running mine. It
takes mine's flags, environment and file: replace mine with doctor in a command line and see what mine would meet.
Likewise serve: with a flag that only serve has, such as --listen, what serve needs is checked too. Run it as the user
who mines.

With --rehearse it also takes every step of a block: a template, the assembled block, what each node says of it, whether
each would take a found block, and the block written to the disk and read back. On regtest a block is really mined, on
any other network none is. Nothing of it stays behind.

Exit codes: 0 nothing fails, 3 only the node is at fault, 2 something else fails.

Examples:
  ltcsolo doctor
  ltcsolo doctor --address ltc1q... --rehearse
  ltcsolo doctor --address ltc1q... --listen 192.168.1.5
  ltcsolo doctor --network regtest --address-from-wallet --rehearse --json
  ltcsolo doctor --quiet || echo "look after the miner"`,
		Flags:  settings.Join([]cli.Flag{&cli.BoolFlag{Name: "rehearse", Usage: "take every step of a block too; only on regtest a block is mined"}}, settings.AllFlags()),
		Action: examine,
	}
}

func examine(flags *cli.Context) error {
	if !flags.IsSet("log-level") {
		if err := flags.Set("log-level", "error"); err != nil { // the report says the rest
			return err
		}
	}
	log, err := settings.OpenLog(flags, terminal.Open(os.Stderr), disk.Local())
	if err != nil {
		return err
	}
	defer log.Flush()
	ctx, stop := terminal.StopBySignal(flags.Context, terminal.StopSignals(log.Reopen != nil), func() int { return terminal.ExitDone })
	defer stop()
	defer terminal.ReopenOnHangup(log.Reopen, log.Logger)()
	m, refused := settings.ReadAll(flags)
	if refused == nil {
		refused = m.Payee.CheckExclusive()
	}
	found, notFound := settings.Discover(flags, log.Logger)
	return doctor.Examine(ctx, doctor.Config{
		Settings: m, Refused: refused, Network: flags.String("network"), Discovery: found, NotFound: notFound, GivenRPC: flags.IsSet("rpc"),
		Rehearse: flags.Bool("rehearse"), Screen: terminal.Open(os.Stdout), Log: log,
	})
}
