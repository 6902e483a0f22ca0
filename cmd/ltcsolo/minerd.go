package main

import (
	"bufio"
	"context"
	"os/exec"
	"regexp"
	"strconv"
	"time"

	"ltcsolo/solo/scrypt"
)

// minerdLimit bounds one measurement of minerd, which takes well under a second.
const minerdLimit = 20 * time.Second

// minerdTotal is the line in which minerd's --benchmark gives the rate of all threads.
var minerdTotal = regexp.MustCompile(`Total: ([0-9.]+) khash/s`)

// minerdRate returns the hash rate of pooler's minerd in H/s, from the first total that it reports. That counts the time
// that passes; where the kernels' rates count the processor time of their threads, it is corrected for the time in which
// minerd had no processor. It is not ok if there is no minerd on the PATH, or one that prints something else. The process
// that it starts has ended when it returns.
func minerdRate(ctx context.Context, threads int) (rate float64, ok bool) {
	path, err := exec.LookPath("minerd")
	if err != nil {
		return 0, false
	}
	ctx, cancel := context.WithTimeout(ctx, minerdLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "--benchmark", "--algo", "scrypt", "--threads", strconv.Itoa(threads))
	out, err := cmd.StderrPipe()
	if err != nil {
		return 0, false
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, false
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if m := minerdTotal.FindStringSubmatch(lines.Text()); m != nil {
			rate, err = strconv.ParseFloat(m[1], 64)
			ok = err == nil && rate > 0
			break
		}
	}
	cancel()
	cmd.Wait() // killed: its error means nothing
	used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if had := time.Since(began) * time.Duration(threads); scrypt.CountsThreadTime() && 0 < used && used < had {
		rate *= had.Seconds() / used.Seconds()
	}
	return rate * 1000, ok
}
