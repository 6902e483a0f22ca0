package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"ltcsolo/solo"
)

// guard looks after nodes and disk until ctx ends.
func (r *miningRun) guard(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { r.nodes.Run(ctx) })
	all.Go(func() {
		for {
			checkDisk(r.state, freeBytes, r.alerts)
			select {
			case <-ctx.Done():
				return
			case <-time.After(diskEvery):
			}
		}
	})
	all.Wait()
}

const (
	diskEvery = time.Minute
	// diskLow is the room for some found blocks: one of the largest takes 10 MB as the journal writes it.
	diskLow = 64 << 20
)

// checkDisk says whether the state directory has room for found blocks. Where that cannot be told, nothing is said.
func checkDisk(dir string, free func(dir string) (uint64, error), alerts *solo.Alerts) {
	n, err := free(dir)
	if err != nil {
		return
	}
	if n >= diskLow {
		alerts.End(solo.AlertLowDisk, "")
		return
	}
	alerts.Raise(solo.Alert{
		Key: solo.AlertLowDisk, Grave: true,
		Text:   fmt.Sprintf("the disk of %s has %d MiB left: a found block may find no room, and be lost if no node takes it at once", dir, n>>20),
		Remedy: "free some room, or give another directory with --state DIR",
	})
}
