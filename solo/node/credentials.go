package node

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// maxSecret bounds a cookie and a password file, in bytes; a cookie has 75.
const maxSecret = 4096

const otherWays = "or use a password: rpcauth in litecoin.conf with --rpc-user and --rpc-password-file"

// Cookie reads the file that litecoind writes at each start (httprpc.cpp, rpc/request.cpp). Errors are *Error and
// hold nothing of the file.
func Cookie(path string) Credentials {
	return func() (user, password string, err error) {
		text, err := readSmall(path, maxSecret)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return "", "", &Error{
				Reason: "litecoind's cookie is absent: " + path,
				Remedy: "give the --datadir and --network of the running litecoind; if its litecoin.conf sets rpcpassword it writes " +
					"no cookie: give --conf",
				Temporary: true, Err: err,
			}
		case errors.Is(err, fs.ErrPermission):
			return "", "", &Error{
				Reason: "litecoind's cookie may not be read: " + path + ": permission denied",
				Remedy: "run ltcsolo as the user who runs litecoind, " + otherWays, Err: err,
			}
		case err != nil:
			return "", "", &Error{Reason: fmt.Sprintf("cannot read the cookie %s: %v", path, cause(err)), Remedy: otherWays[3:], Err: err}
		}
		user, password, ok := strings.Cut(strings.TrimRight(text, "\r\n"), ":")
		if !ok || password == "" {
			return "", "", &Error{
				Reason: "the cookie " + path + " is not name:password", Temporary: true, // it may be half written
				Remedy: "name the file .cookie of litecoind's data directory, " + otherWays,
			}
		}
		return user, password, nil
	}
}

// PasswordFile reads the password, the first line of a file, for a user, who may be empty. Errors are *Error and hold
// nothing of the file.
func PasswordFile(user, path string) Credentials {
	return func() (string, string, error) {
		text, err := readSmall(path, maxSecret)
		if err != nil {
			return "", "", &Error{
				Reason: fmt.Sprintf("cannot read the password file %s: %v", path, cause(err)),
				Remedy: "give --rpc-password-file a file that you may read, with the password as its first line", Err: err,
			}
		}
		password, _, _ := strings.Cut(text, "\n")
		if password = strings.TrimRight(password, "\r"); password == "" {
			return "", "", &Error{
				Reason: "the first line of the password file " + path + " is empty",
				Remedy: "write the password of litecoind's rpcpassword or rpcauth there",
			}
		}
		return user, password, nil
	}
}

func fixedPassword(user, password string) Credentials {
	return func() (string, string, error) { return user, password, nil }
}

// confPassword reads rpcuser and rpcpassword of litecoin.conf, as it is now. The user may be empty: Debian's default.
func confPassword(path, dataDir, network string) Credentials {
	return func() (string, string, error) {
		c, err := loadConf(path, dataDir, network, true)
		if err != nil {
			var bad *ConfigError
			errors.As(err, &bad)
			return "", "", &Error{Reason: bad.Reason, Remedy: bad.Remedy, Err: err}
		}
		password := c.get(network, "rpcpassword")
		if password == "" {
			return "", "", &Error{Reason: "rpcpassword is gone from " + path, Remedy: "start ltcsolo again"}
		}
		return c.get(network, "rpcuser"), password, nil
	}
}

// firstOf is the first of several that can be read; the error is the first one's.
func firstOf(sources ...Credentials) Credentials {
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
