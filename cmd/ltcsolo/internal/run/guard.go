package run

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/scrypt"
)

// guard watches nodes, disk, lock and miners until ctx ends.
func (r *run) guard(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { r.nodes.Run(ctx) })
	for _, m := range r.merged {
		all.Go(func() { m.nodes.Run(ctx) })
		all.Go(func() { m.join(ctx, r.Settings.AllowOld, r.alerts) })
	}
	all.Go(func() { r.lock.keep(ctx, r.Disk, r.alerts, r.log.Logger) })
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
	all.Go(func() { r.keepAccount(ctx) })
	if r.house != nil {
		all.Go(func() { watchMiners(ctx, r.minerAlerts, r.alerts) })
	}
	if r.rigs != nil {
		all.Go(func() { r.rigs.Run(ctx) })
	}
	all.Wait()
}

const diskEvery = time.Minute

// DiskLow is the free space in bytes below which a run raises an alert. It is room for a few found blocks: one of the
// largest takes 10 MB in the journal.
const DiskLow = 64 << 20

// checkDisk raises an alert if the state directory cannot be written or has no room for found blocks. Where the system
// does not tell, it does nothing.
func checkDisk(dir string, free func(dir string) (uint64, error), alerts *solo.Alerts) {
	a := solo.Alert{Key: solo.AlertLowDisk, Grave: true}
	switch n, err := free(dir); {
	case errors.Is(err, errors.ErrUnsupported):
		return
	case err != nil:
		a.Text = fmt.Sprintf("the state directory %s cannot be written (%v): a found block may be lost if no node takes it at once", dir, err)
		a.Remedy = "fix it, or give another directory with --state DIR"
	case n < DiskLow:
		a.Text = fmt.Sprintf("the disk of %s has %d MiB left: a found block may find no room, and be lost if no node takes it at once", dir, n>>20)
		a.Remedy = "free some space, or give another directory with --state DIR"
	default:
		alerts.End(solo.AlertLowDisk, "")
		return
	}
	alerts.Raise(a)
}

// refuted logs and raises the alert that the reference refuted kernel k. next is the kernel in use now, nil if none is
// left.
func (r *run) refuted(k, next *scrypt.Kernel) {
	if r.house != nil {
		r.house.pool.Refute(k)
	}
	a := solo.Alert{
		Key: solo.AlertKernel, Text: fmt.Sprintf("kernel %v gave a result that the reference does not confirm; kernel %v searches now", k, next),
		Remedy: "please report it, with what ltcsolo version prints; if another kernel fails too, the processor or its memory is faulty",
	}
	if next == nil {
		a.Text, a.Grave = fmt.Sprintf("the last kernel left, %v, gave a result that the reference does not confirm", k), true
		a.Remedy = "this processor or its memory is faulty: lower its clock, or test its memory; blocks may be missed until then"
		r.log.Error("the last kernel left gave a result that the reference does not confirm: this processor or its memory is faulty", "kernel", k)
	} else {
		r.log.Error("kernel gave a result that the reference does not confirm and is taken out of service: please report it", "kernel", k, "next", next)
	}
	r.alerts.Raise(a)
}

// refutedCheck tells of a kernel that checks no more shares. This CPU does not search with it any more either.
func (r *run) refutedCheck(k *scrypt.Kernel) {
	if r.cpu != nil {
		r.cpu.kernels.Refute(k)
	}
	r.log.Error("kernel gave a result for a miner's share that the reference does not confirm and checks no more of them: please report it", "kernel", k)
	r.alerts.Raise(solo.Alert{
		Key: solo.AlertKernel, Text: fmt.Sprintf("kernel %v gave a result for a miner's share that the reference does not confirm; it checks no more of them", k),
		Remedy: "please report it, with what ltcsolo version prints; if another kernel fails too, the processor or its memory is faulty",
	})
}
