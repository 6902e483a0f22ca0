package settings

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/limits"
	"ltcsolo/solo/scrypt"
)

// CPU says how this machine hashes.
type CPU struct {
	Threads int
	Kernel  *scrypt.Kernel // nil: auto
	Nice    int            // scheduling priority
	Percent int            // of each thread's time
	Pin     bool           // keep each thread on a processor of its own
	MaxTemp bool           // the temperature is limited
	Rules   []limits.Rule  // when to pause
}

// read reads the CPU's flags.
func (c *CPU) read(ctx *cli.Context) (err error) {
	if err := c.readNumbers(ctx); err != nil {
		return err
	}
	if c.Rules, err = readRules(ctx); err != nil {
		return err
	}
	c.Kernel, err = ReadKernel(ctx.String("kernel"))
	return err
}

// readNumbers reads all but the kernel and the rules.
func (c *CPU) readNumbers(ctx *cli.Context) error {
	*c = CPU{
		Threads: AvailableProcessors(), Nice: ctx.Int("nice"), Percent: ctx.Int("cpu"), Pin: !ctx.Bool("no-pin"),
		MaxTemp: ctx.IsSet("max-temp"),
	}
	if ctx.IsSet("threads") {
		c.Threads = ctx.Int("threads")
	}
	if err := CheckThreads(c.Threads, ": more threads than processors only slow one another down"); err != nil {
		return err
	}
	switch {
	case c.Nice < -20 || c.Nice > 19:
		return terminal.Usage("nice", "give -20 to 19", "--nice is %d", c.Nice)
	case c.Percent < 1 || c.Percent > 100:
		return terminal.Usage("cpu", "give 1 to 100 percent", "--cpu is %d", c.Percent)
	}
	return nil
}

var kernelName = regexp.MustCompile(`^[a-z0-9]{1,16}$`)

// KernelNames returns the values of --kernel on this machine.
func KernelNames() []string {
	names := []string{"auto"}
	for _, k := range scrypt.Kernels() {
		names = append(names, k.Name())
	}
	return names
}

// ReadKernel returns the kernel with a name, nil for auto.
func ReadKernel(name string) (*scrypt.Kernel, error) {
	if name == "auto" {
		return nil, nil
	}
	remedy := "give one of " + strings.Join(KernelNames(), ", ")
	if !kernelName.MatchString(name) {
		return nil, terminal.Usage("kernel", remedy, "--kernel does not name a kernel")
	}
	k, err := scrypt.ByName(name)
	if err != nil {
		return nil, terminal.Usage("kernel", remedy, "--kernel: %v", err)
	}
	return k, nil
}

// readRules makes the rules that the flags ask for.
func readRules(ctx *cli.Context) (rules []limits.Rule, err error) {
	if ctx.IsSet("schedule") {
		hours, err := limits.ParseHours(ctx.String("schedule"))
		if err != nil {
			return nil, terminal.Usage("schedule", "give hours such as 22:00-07:00, or several with commas: 22:00-07:00,12:00-13:00", "--schedule: %v", err)
		}
		rules = append(rules, limits.Schedule(ctx.String("schedule"), hours))
	}
	if ctx.IsSet("max-temp") {
		most := ctx.Float64("max-temp")
		if !(most >= 20 && most <= 120) {
			return nil, terminal.Usage("max-temp", "give degrees Celsius, 20 to 120, such as 80", "--max-temp is %v", most)
		}
		rules = append(rules, limits.MaxTemp(fmt.Sprintf("%v °C", most), most, func() (float64, error) {
			celsius, _, err := limits.ReadTemperature()
			return celsius, err
		}))
	}
	if ctx.IsSet("max-load") {
		most := ctx.Float64("max-load")
		if !(most > 0 && most <= 10000) {
			return nil, terminal.Usage("max-load", "give a number of processors, such as 0.5", "--max-load is %v", most)
		}
		rules = append(rules, limits.MaxLoad(strconv.FormatFloat(most, 'g', -1, 64), most, limits.ReadUsage))
	}
	if ctx.Bool("pause-on-battery") {
		rules = append(rules, limits.OnBattery(limits.ReadBattery))
	}
	return rules, nil
}
