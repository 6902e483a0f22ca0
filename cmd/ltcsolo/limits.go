package main

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/urfave/cli/v2"

	"ltcsolo/solo"
	"ltcsolo/solo/limits"
)

// limitFlags keep a machine pleasant that has other uses.
func limitFlags() []cli.Flag {
	return []cli.Flag{
		&cli.Float64Flag{Name: "max-temp", Usage: "pause above this many degrees Celsius (`C`) of the processor until it is 5 degrees cooler (default: off)"},
		&cli.Float64Flag{Name: "max-load", Usage: "pause while other programs keep more than `N` processors busy, such as 0.5 (default: off)"},
		&cli.BoolFlag{Name: "pause-on-battery", Usage: "pause while the machine runs on its battery"},
		&cli.StringFlag{Name: "schedule", Usage: "search at these `HOURS` only, by this machine's clock: 22:00-07:00, or several with commas (default: always)"},
	}
}

// readRules makes the rules that the flags ask for.
func readRules(ctx *cli.Context) (rules []limits.Rule, err error) {
	if ctx.IsSet("schedule") {
		hours, err := limits.ParseHours(ctx.String("schedule"))
		if err != nil {
			return nil, usage("give hours such as 22:00-07:00, or several with commas: 22:00-07:00,12:00-13:00", "--schedule: %v", err)
		}
		rules = append(rules, limits.Schedule(ctx.String("schedule"), hours))
	}
	if ctx.IsSet("max-temp") {
		most := ctx.Float64("max-temp")
		if !(most >= 20 && most <= 120) {
			return nil, usage("give degrees Celsius, 20 to 120, such as 80", "--max-temp is %v", most)
		}
		rules = append(rules, limits.MaxTemp(fmt.Sprintf("%v °C", most), most, func() (float64, error) {
			celsius, _, err := limits.ReadTemperature()
			return celsius, err
		}))
	}
	if ctx.IsSet("max-load") {
		most := ctx.Float64("max-load")
		if !(most > 0 && most <= 10000) {
			return nil, usage("give a number of processors, such as 0.5", "--max-load is %v", most)
		}
		rules = append(rules, limits.MaxLoad(strconv.FormatFloat(most, 'g', -1, 64), most, limits.ReadUsage))
	}
	if ctx.Bool("pause-on-battery") {
		rules = append(rules, limits.OnBattery(limits.ReadBattery))
	}
	return rules, nil
}

// limit puts the limits between the engine and the searchers.
func (r *miningRun) limit() (err error) {
	r.limiter, err = limits.New(limits.Config{Upstream: r.engine, Rules: r.settings.rules, Log: r.log.Logger})
	var refused *limits.RuleError
	if errors.As(err, &refused) {
		return usage(fmt.Sprintf("leave --%s out, or search on a machine where it works", refused.Name), "%v", err)
	}
	return err
}

// limits are those that were asked for, as they stand now.
func (r *miningRun) limits() []solo.Limit {
	var all []solo.Limit
	if cpu := r.settings.cpu; cpu < 100 {
		all = append(all, solo.Limit{Name: "cpu", Setting: fmt.Sprintf("%d %%", cpu), Holding: true,
			Why: fmt.Sprintf("each thread rests %d %% of its time", 100-cpu)})
	}
	if most := availableProcessors(); r.settings.threads < most {
		all = append(all, solo.Limit{Name: "threads", Setting: strconv.Itoa(r.settings.threads), Holding: true,
			Why: fmt.Sprintf("%d of %d processors", r.settings.threads, most)})
	}
	return append(all, r.limiter.Limits()...)
}
