package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"os"
	"regexp"

	"github.com/urfave/cli/v2"
)

func rpcauthCommand() *cli.Command {
	return &cli.Command{
		Name:      "rpcauth",
		Usage:     "make a password for the node, and the line for its litecoin.conf",
		ArgsUsage: "USER",
		Description: `Makes a random password, writes it to a file that only you can read, and prints the line that lets USER in with it. The
line holds only a salted hash of it. The node's cookie and other users stay valid.

Examples:
  ltcsolo rpcauth --password-file ~/.config/ltcsolo/rpc-password miner >> ~/.litecoin/litecoin.conf
  ltcsolo mine --rpc-user miner --rpc-password-file ~/.config/ltcsolo/rpc-password --address ltc1q...`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "password-file", Usage: "`FILE` for the password, which must not exist yet; required"},
		},
		Action: rpcauth,
	}
}

// rpcUser is a user name that needs no quoting in litecoin.conf, where a colon ends it.
var rpcUser = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)

func rpcauth(ctx *cli.Context) error {
	user, path := ctx.Args().First(), ctx.String("password-file")
	if !rpcUser.MatchString(user) {
		return terminal.Usage("", "give letters, digits, dots, hyphens and underscores", "USER is not a name for a user of the node")
	}
	if path == "" {
		return terminal.Usage("", "give --password-file FILE", "there is no file for the password")
	}
	random := make([]byte, 32+16)
	if _, err := rand.Read(random); err != nil {
		return err
	}
	password := base64.RawURLEncoding.EncodeToString(random[:32])
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return terminal.Usage("password-file", "remove it if its password is no longer needed, or give another", "the file for the password is there already")
	}
	if err == nil {
		_, err = fmt.Fprintln(f, password)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return terminal.Usage("password-file", "give a file that can be written", "the password cannot be kept: %v", terminal.WithoutPath(err))
	}
	_, err = fmt.Fprintln(ctx.App.Writer, rpcauthLine(user, password, random[32:]))
	return err
}

// rpcauthLine returns the line that litecoind checks a password against: its HMAC-SHA256 with the salt's hex digits as
// the key (httprpc.cpp, multiUserAuthorized; share/rpcauth/rpcauth.py).
func rpcauthLine(user, password string, salt []byte) string {
	key := hex.EncodeToString(salt)
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(password))
	return fmt.Sprintf("rpcauth=%s:%s$%x", user, key, mac.Sum(nil))
}
