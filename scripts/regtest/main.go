// Command regtest is the program behind scripts/regtest.sh: a private litecoind
// network on which newcomers can mine. Without arguments it makes a network in a
// temporary directory, mines ten blocks with ltcsolo, shows what the node says
// about them and removes everything; with --merged there are two dogecoinds too,
// and Dogecoin blocks from the same work. With "up" the network stays until
// "down".
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

func main() {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() { cancel(stopped{<-signals}) }()

	err := run(ctx, os.Args[1:])
	var child *exec.ExitError
	switch cause := (stopped{}); {
	case err == nil:
	case errors.As(err, &child) && child.ExitCode() > 0: // it has reported why
		os.Exit(child.ExitCode())
	case errors.As(context.Cause(ctx), &cause):
		fmt.Fprintln(os.Stderr, "regtest:", cause)
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, "regtest:", err)
		os.Exit(1)
	}
}

// stopped is the cause of a context that a signal ended.
type stopped struct{ signal os.Signal }

func (s stopped) Error() string { return fmt.Sprintf("stopped by signal: %v", s.signal) }

func run(ctx context.Context, args []string) error {
	command := ""
	if len(args) > 0 {
		command, args = args[0], args[1:]
	}
	if len(args) > 0 && command != "cli" && command != "mine" {
		return fmt.Errorf("%s takes no argument %q", command, args[0])
	}
	switch command {
	case "", "--merged":
		return demo(ctx, command != "")
	case "up":
		return up(ctx)
	case "down":
		return down(ctx)
	case "cli":
		return cli(ctx, args)
	case "mine":
		return mine(ctx, args)
	}
	return fmt.Errorf("unknown command %q: want up, down, cli, mine, --merged or none", command)
}

// folder returns the directory of the network that "up" starts.
func folder() (string, error) {
	if dir := os.Getenv("LTCSOLO_REGTEST_DIR"); dir != "" {
		return filepath.Abs(dir)
	}
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) { // unset, or relative, which the XDG specification ignores
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("find a directory for the network: %w (set LTCSOLO_REGTEST_DIR)", err)
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "ltcsolo", "regtest-net"), nil
}

// ltcsolo runs "ltcsolo mine" on the first node of the network in dir. Flags in
// args are not set again. The user's own configuration and environment are
// ignored, since they are meant for another node. Its results go to out.
func ltcsolo(ctx context.Context, dir, address string, args []string, out io.Writer) error {
	config, err := writeConfig(dir)
	if err != nil {
		return err
	}
	line := []string{"mine"}
	for _, flag := range []struct{ name, value string }{
		{"--network", "regtest"},
		{"--datadir", filepath.Join(dir, "node1")},
		{"--state", filepath.Join(dir, stateFolder)},
		{"--config", config},
		{"--address", address},
	} {
		if !given(args, flag.name) {
			line = append(line, flag.name, flag.value)
		}
	}
	line = append(line, args...)
	program, err := ltcsoloPath()
	if err != nil {
		return err
	}
	if out == os.Stdout {
		fmt.Println("ltcsolo", shellLine(line))
	}
	return child(ctx, program, line, slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "LTCSOLO_")
	}), out)
}

// writeConfig writes the network's empty configuration of ltcsolo, and returns its path.
func writeConfig(dir string) (string, error) {
	config := filepath.Join(dir, configFile)
	if err := os.WriteFile(config, nil, 0o600); err != nil {
		return "", fmt.Errorf("write an empty configuration: %w", err)
	}
	return config, nil
}

// ltcsoloPath returns the path of ltcsolo, which scripts/regtest.sh builds beside this program.
func ltcsoloPath() (string, error) {
	if program := os.Getenv("LTCSOLO"); program != "" {
		return program, nil
	}
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find ltcsolo: %w", err)
	}
	return filepath.Join(filepath.Dir(self), "ltcsolo"), nil
}

// given reports whether args set the flag or, for --address, another flag that
// chooses the address.
func given(args []string, name string) bool {
	for _, arg := range args {
		flag, _, _ := strings.Cut("--"+strings.TrimLeft(arg, "-"), "=")
		if strings.HasPrefix(arg, "-") && (flag == name || name == "--address" &&
			(flag == "--address-from-wallet" || flag == "--descriptor")) {
			return true
		}
	}
	return false
}

// child runs a program on this terminal until it ends.
func child(ctx context.Context, program string, args, env []string, out io.Writer) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, out, os.Stderr
	cmd.Cancel = func() error {
		// The terminal sends Ctrl-C to the child as well, and a second signal
		// would make ltcsolo abandon what it has in flight.
		cause := stopped{}
		if errors.As(context.Cause(ctx), &cause) && cause.signal == os.Interrupt {
			return nil
		}
		return cmd.Process.Signal(syscall.SIGTERM)
	}
	cmd.WaitDelay = grace
	err := cmd.Run()
	if cmd.ProcessState != nil && cmd.ProcessState.Success() {
		return nil // even if it was told to stop
	}
	return err
}
