package discover

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"ltcsolo/solo/node"
	"ltcsolo/solo/textfile"
)

// maxSecret bounds a cookie and a password file, in bytes. A cookie has 75.
const maxSecret = 4096

const otherWays = "or use a password: rpcauth in litecoin.conf with --rpc-user and --rpc-password-file"

// Cookie reads the file that litecoind writes at each start (httprpc.cpp, rpc/request.cpp). Errors are *node.Error and
// quote nothing from the file.
func Cookie(path string) node.Credentials {
	return func() (user, password string, err error) {
		text, err := textfile.Read(path, maxSecret)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return "", "", &node.Error{
				Reason: "there is no litecoind cookie at " + path,
				Remedy: "give the --datadir and --network of the running litecoind; if its litecoin.conf sets rpcpassword it writes " +
					"no cookie: give --conf",
				Temporary: true, Err: err,
			}
		case errors.Is(err, fs.ErrPermission):
			return "", "", &node.Error{
				Reason: "cannot read litecoind's cookie " + path + ": permission denied",
				Remedy: "run ltcsolo as the user who runs litecoind, " + otherWays, Err: err,
			}
		case err != nil:
			return "", "", &node.Error{Reason: fmt.Sprintf("cannot read the cookie %s: %v", path, cause(err)), Remedy: otherWays[3:], Err: err}
		}
		user, password, ok := strings.Cut(strings.TrimRight(string(text), "\r\n"), ":")
		if !ok || password == "" {
			return "", "", &node.Error{
				Reason: "the cookie " + path + " is not name:password", Temporary: true, // it may be half written
				Remedy: "give --rpc-cookie the file .cookie in litecoind's data directory, " + otherWays,
			}
		}
		return user, password, nil
	}
}

// PasswordFile reads the password from the first line of a file. The user may be empty. Errors are *node.Error and quote
// neither the file nor its name: the password itself may have been given for one.
func PasswordFile(user, path string) node.Credentials {
	return func() (string, string, error) {
		text, err := textfile.Read(path, maxSecret)
		if err == nil {
			text, err = textfile.UTF8(text)
		}
		if err != nil {
			return "", "", &node.Error{
				Reason: fmt.Sprintf("cannot read the password file: %v", cause(err)),
				Remedy: "give --rpc-password-file a file that you may read, with the password as its first line", Err: err,
			}
		}
		password, _, _ := strings.Cut(string(text), "\n")
		if password = strings.TrimRight(password, "\r"); password == "" {
			return "", "", &node.Error{
				Reason: "the first line of the password file is empty",
				Remedy: "write the password of litecoind's rpcpassword or rpcauth there",
			}
		}
		return user, password, nil
	}
}

func fixedPassword(user, password string) node.Credentials {
	return func() (string, string, error) { return user, password, nil }
}

// confPassword reads rpcuser and rpcpassword from litecoin.conf at each call. The user may be empty: Debian's default.
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
