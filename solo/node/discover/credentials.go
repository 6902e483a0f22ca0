package discover

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"ltcsolo/solo/node"
	"ltcsolo/solo/textfile"
	"ltcsolo/template"
)

// maxSecret bounds a cookie and a password file, in bytes. A cookie has 75.
const maxSecret = 4096

// otherWays says how to do without a cookie.
func otherWays(chain *template.Chain) string {
	return fmt.Sprintf("use a password: rpcauth in %s with %s and %s", node.ConfFile(chain), node.Flag(chain, "rpc-user"), node.Flag(chain, "rpc-password-file"))
}

// Cookie reads the file that the chain's node writes at each start (httprpc.cpp, rpc/request.cpp). Errors are *node.Error
// and quote nothing from the file.
func Cookie(chain *template.Chain, path string) node.Credentials {
	return func() (user, password string, err error) {
		text, err := textfile.Read(path, maxSecret)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return "", "", &node.Error{
				Reason: fmt.Sprintf("there is no %s cookie at %s", chain.Daemon, path),
				Remedy: fmt.Sprintf("give the %s of the running %s; if its %s sets rpcpassword it writes no cookie: give %s",
					whereabouts(chain), chain.Daemon, node.ConfFile(chain), node.Flag(chain, "conf")),
				Temporary: true, Err: err,
			}
		case errors.Is(err, fs.ErrPermission):
			return "", "", &node.Error{
				Reason: fmt.Sprintf("cannot read %s's cookie %s: permission denied", chain.Daemon, path),
				Remedy: fmt.Sprintf("run ltcsolo as the user who runs %s, or %s", chain.Daemon, otherWays(chain)), Err: err,
			}
		case err != nil:
			return "", "", &node.Error{Reason: fmt.Sprintf("cannot read the cookie %s: %v", path, cause(err)), Remedy: otherWays(chain), Err: err}
		}
		user, password, ok := strings.Cut(strings.TrimRight(string(text), "\r\n"), ":")
		if !ok || password == "" {
			return "", "", &node.Error{
				Reason: "the cookie " + path + " is not name:password", Temporary: true, // it may be half written
				Remedy: fmt.Sprintf("give %s the file .cookie in %s's data directory, or %s", node.Flag(chain, "rpc-cookie"), chain.Daemon, otherWays(chain)),
			}
		}
		return user, password, nil
	}
}

// whereabouts names the settings that say where the node keeps its files.
func whereabouts(chain *template.Chain) string {
	if chain.AuxPoW { // its network is Litecoin's
		return node.Flag(chain, "datadir")
	}
	return "--datadir and --network"
}

// PasswordFile reads the password from the first line of a file. The user may be empty. Errors are *node.Error and quote
// neither the file nor its name: the password itself may have been given for one.
func PasswordFile(chain *template.Chain, user, path string) node.Credentials {
	return func() (string, string, error) {
		text, err := textfile.Read(path, maxSecret)
		if err == nil {
			text, err = textfile.UTF8(text)
		}
		if err != nil {
			return "", "", &node.Error{
				Reason: fmt.Sprintf("cannot read the password file: %v", cause(err)),
				Remedy: "give " + node.Flag(chain, "rpc-password-file") + " a file that you may read, with the password as its first line", Err: err,
			}
		}
		password, _, _ := strings.Cut(string(text), "\n")
		if password = strings.TrimRight(password, "\r"); password == "" {
			return "", "", &node.Error{
				Reason: "the first line of the password file is empty",
				Remedy: fmt.Sprintf("write the password of %s's rpcpassword or rpcauth there", chain.Daemon),
			}
		}
		return user, password, nil
	}
}

func fixedPassword(user, password string) node.Credentials {
	return func() (string, string, error) { return user, password, nil }
}

// confPassword reads rpcuser and rpcpassword from the configuration file at each call. The user may be empty: Debian's
// default for litecoind.
func confPassword(where place, network string) node.Credentials {
	return func() (string, string, error) {
		c, err := where.load(network, true)
		if err != nil {
			var bad *node.ConfigError
			errors.As(err, &bad)
			return "", "", &node.Error{Reason: bad.Reason, Remedy: bad.Remedy, Err: err}
		}
		password := c.text(network, "rpcpassword")
		if password == "" {
			return "", "", &node.Error{Reason: "rpcpassword has been removed from " + where.path, Remedy: "start ltcsolo again"}
		}
		return c.text(network, "rpcuser"), password, nil
	}
}

// firstOf returns the credentials of the first source that can be read. The error is that of the first source.
func firstOf(sources ...node.Credentials) node.Credentials {
	return func() (user, password string, err error) {
		for i, read := range sources {
			u, p, e := read()
			if e == nil {
				return u, p, nil
			}
			if i == 0 {
				err = e
			}
		}
		return "", "", err
	}
}
