package main

import (
	"github.com/urfave/cli/v2"

	"ltcsolo/solo/notice"
)

// noticeFlags name the user's own commands.
func noticeFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "on-block", Usage: "run `COMMAND` when a block is found, accepted, rejected, orphaned or mature; no shell runs it, and SOLO_EVENT, SOLO_MESSAGE, SOLO_BLOCK_HASH ... in its environment say what happened"},
		&cli.StringFlag{Name: "on-alert", Usage: "run `COMMAND` when an alert begins or is over; SOLO_EVENT, SOLO_MESSAGE, SOLO_ALERT, SOLO_NODE ... say which"},
	}
}

// readCommand is the command of a flag; nil if it is not given.
func readCommand(ctx *cli.Context, flag string) (*notice.Command, error) {
	if ctx.String(flag) == "" {
		return nil, nil
	}
	c, err := notice.Parse(ctx.String(flag))
	if err != nil {
		return nil, usage("give a program and its arguments, quoted as for a shell; what a shell shall do stands in: sh -c '...'",
			"--%s: %v", flag, err)
	}
	return c, nil
}
