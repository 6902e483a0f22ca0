package settings

import (
	"crypto/x509"
	"log/slog"
	"os"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/solo/textfile"
	"ltcsolo/template"
)

// Discover finds the node by a command's flags and what is on disk. It connects to nothing.
func Discover(ctx *cli.Context, log *slog.Logger) (*discover.Found, error) {
	return DiscoverOn(ctx, ctx.String("network"), log)
}

// DiscoverOn is Discover for another network than the flags may name.
func DiscoverOn(ctx *cli.Context, network string, log *slog.Logger) (*discover.Found, error) {
	if network != "" {
		if _, err := ParseNetwork(network); err != nil {
			return nil, err
		}
	}
	if ctx.Duration("wait") < 0 {
		return nil, terminal.Usage("wait", "give a time such as 10m", "--wait is negative")
	}
	var forks []template.Fork
	for _, text := range ctx.StringSlice("fork") {
		f, err := node.ParseFork(text)
		if err != nil {
			return nil, err
		}
		forks = append(forks, f)
	}
	d, err := discover.Find(discover.Options{
		Network: network, DataDir: ctx.String("datadir"), Conf: ctx.String("conf"), URLs: ctx.StringSlice("rpc"),
		User: ctx.String("rpc-user"), Password: os.Getenv(EnvPassword), PasswordFile: ctx.String("rpc-password-file"),
		CookieFile: ctx.String("rpc-cookie"),
	})
	if err != nil {
		return nil, err
	}
	ca, err := readCA(ctx.String("rpc-ca"))
	if err != nil {
		return nil, err
	}
	for i := range d.Nodes {
		d.Nodes[i].Forks, d.Nodes[i].CA = forks, ca
	}
	log.Debug("looking for the node", "network", d.Network, "datadir", d.DataDir, "conf", d.Conf, "credentials", d.CredentialsFrom)
	return d, nil
}

// maxCA bounds a file of certificates, in bytes. The system's have 250 KB.
const maxCA = 1 << 20

// readCA reads the certificates of --rpc-ca; nil if it is not given.
func readCA(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	const remedy = "give the proxy's certificate, or that of its authority: -----BEGIN CERTIFICATE-----"
	pem, err := textfile.Read(path, maxCA)
	if err != nil {
		return nil, terminal.Usage("rpc-ca", remedy, "the file of --rpc-ca cannot be read: %v", terminal.WithoutPath(err))
	}
	if !x509.NewCertPool().AppendCertsFromPEM(pem) {
		return nil, terminal.Usage("rpc-ca", remedy, "the file of --rpc-ca holds no certificate in PEM")
	}
	return pem, nil
}
