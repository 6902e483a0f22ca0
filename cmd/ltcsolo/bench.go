package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"slices"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/scrypt"
	"ltcsolo/solo/units"
)

func benchCommand() *cli.Command {
	return &cli.Command{
		Name:  "bench",
		Usage: "hash rate of each kernel on this machine",
		Description: `Measures the complete hash, PBKDF2 included, of each kernel on 1 to N threads. All are measured in turn, in several
rounds, and the median of the rounds is shown, so that other work of the machine affects all alike. What counts is the
processor time of the threads where the system tells it (Linux), not the time that passes: the rates are those of threads
that have a processor each. The ratios are to golang.org/x/crypto/scrypt and, if minerd is on the PATH, to minerd, on the
same number of threads.

Examples:
  ltcsolo bench
  ltcsolo bench --threads 1 --kernel generic --seconds 5 --json`,
		Flags: settings.Join([]cli.Flag{
			&cli.IntFlag{Name: "threads", Usage: "measure on `N` threads only (default: each number from 1 to all processors)"},
			&cli.StringFlag{Name: "kernel", Usage: "measure the kernel `NAME` only (default: all of this machine)"},
			&cli.Float64Flag{Name: "seconds", Usage: "measure each for this many `SECONDS`", Value: 1},
		}, settings.CommonFlags()),
		Action: bench,
	}
}

// benchReport is the output of bench --json.
type benchReport struct {
	CPU     string        `json:"cpu"`
	Clock   string        `json:"clock"` // what the rates count: threadClock or wallClock
	Auto    string        `json:"auto"`  // the kernel that mine would use on all processors
	Kernels []benchKernel `json:"kernels"`
}

const (
	threadClock = "thread" // the processor time of the threads
	wallClock   = "wall"
)

type benchKernel struct {
	Kernel       string  `json:"kernel"`
	Lanes        int     `json:"lanes"`
	Threads      int     `json:"threads"`
	HashRate     float64 `json:"hash_rate"`
	RatioXCrypto float64 `json:"ratio_xcrypto"`
	RatioMinerd  float64 `json:"ratio_minerd,omitempty"`
	Scratchpad   int     `json:"scratchpad_bytes"` // of one thread
}

// benchRounds is how often each measurement is repeated.
const benchRounds = 5

func bench(ctx *cli.Context) error {
	kernels, threads, err := benchSettings(ctx)
	if err != nil {
		return err
	}
	running, stop := signal.NotifyContext(ctx.Context, terminal.StopSignals(false)...)
	defer stop()
	each := time.Duration(ctx.Float64("seconds") * float64(time.Second) / benchRounds)
	report := benchReport{CPU: run.Processor(), Clock: wallClock, Kernels: []benchKernel{}}
	if scrypt.CountsThreadTime() {
		report.Clock = threadClock
	}
	progress := terminal.StartProgress(terminal.Open(os.Stderr), 1+len(threads)*benchRounds*(len(kernels)+1))
	end := sync.OnceFunc(progress.End) // before anything is printed on the same terminal
	defer end()
	progress.Step("finding the fastest kernel")
	if best, _ := scrypt.Best(settings.AvailableProcessors(), run.MeasureEach); best != nil {
		report.Auto = best.Name()
	}
	for _, n := range threads {
		measured, err := benchThreads(running, kernels, n, each, progress)
		if err != nil {
			return err
		}
		report.Kernels = append(report.Kernels, measured...)
	}
	end()
	if ctx.Bool("json") {
		return terminal.PrintJSON(ctx.App.Writer, report)
	}
	return report.print(ctx.App.Writer)
}

func benchSettings(ctx *cli.Context) (kernels []*scrypt.Kernel, threads []int, err error) {
	kernels = scrypt.Kernels()
	if ctx.IsSet("kernel") {
		k, err := settings.ReadKernel(ctx.String("kernel"))
		if err != nil {
			return nil, nil, err
		}
		if k != nil {
			kernels = []*scrypt.Kernel{k}
		}
	}
	for n := 1; n <= settings.AvailableProcessors(); n++ {
		threads = append(threads, n)
	}
	if ctx.IsSet("threads") {
		threads = []int{ctx.Int("threads")}
	}
	if err := settings.CheckThreads(threads[0], ""); err != nil {
		return nil, nil, err
	}
	if s := ctx.Float64("seconds"); !(s >= 0.01 && s <= 3600) {
		return nil, nil, terminal.Usage("seconds", "give 0.01 to 3600 seconds", "--seconds is %v", s)
	}
	return kernels, threads, nil
}

// benchThreads measures the kernels, the reference and minerd in turn, in rounds.
func benchThreads(ctx context.Context, kernels []*scrypt.Kernel, threads int, each time.Duration, progress *terminal.Progress) ([]benchKernel, error) {
	reference, err := scrypt.ByName(scrypt.Reference)
	if err != nil {
		return nil, terminal.Failed("please report it", "%v", err)
	}
	rates := make([][]float64, len(kernels))
	var references, minerds []float64
	for round := range benchRounds {
		where := fmt.Sprintf("on %d %s, round %d of %d", threads, terminal.Plural(threads, "thread"), round+1, benchRounds)
		for i, k := range kernels {
			progress.Step("measuring %s %s", k.Name(), where)
			rates[i] = append(rates[i], k.HashRate(threads, each))
		}
		progress.Step("measuring the reference %s", where)
		references = append(references, reference.HashRate(threads, each))
		if rate, ok := minerdRate(ctx, threads); ok {
			minerds = append(minerds, rate)
		}
		if ctx.Err() != nil {
			return nil, terminal.Failed("let it end, or measure less: --threads, --kernel, --seconds", "the measurement was stopped")
		}
	}
	var measured []benchKernel
	for i, k := range kernels {
		b := benchKernel{
			Kernel: k.Name(), Lanes: k.Lanes(), Threads: threads, HashRate: median(rates[i]),
			RatioXCrypto: median(rates[i]) / median(references), Scratchpad: k.ScratchpadBytes(),
		}
		if len(minerds) == benchRounds {
			b.RatioMinerd = median(rates[i]) / median(minerds)
		}
		measured = append(measured, b)
	}
	return measured, nil
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

func (r *benchReport) print(w io.Writer) error {
	fmt.Fprintf(w, "%s\n\n", r.CPU)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "kernel\tlanes\tthreads\thash rate\tx/crypto\tminerd\tscratchpad\t")
	for _, k := range r.Kernels {
		minerd := "-"
		if k.RatioMinerd > 0 {
			minerd = fmt.Sprintf("%.2f", k.RatioMinerd)
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%s\t%.2f\t%s\t%.0f KiB\t\n", k.Kernel, k.Lanes, k.Threads, units.HashRate(k.HashRate),
			k.RatioXCrypto, minerd, math.Ceil(float64(k.Scratchpad)/1024))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	counted := "the processor time of the threads: of other programs, only what they take of the caches counts"
	if r.Clock == wallClock {
		counted = "the time that passes: other programs make them lower"
	}
	_, err := fmt.Fprintf(w, "\nhash rates by %s\nmine uses %s on all processors (--kernel auto)\n", counted, r.Auto)
	return err
}
