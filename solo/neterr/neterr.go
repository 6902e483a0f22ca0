// Package neterr tells what a network error is, on every system: the numbers of package syscall that are named like those
// of Unix are not what Windows' sockets return.
package neterr

import "errors"

// Refused reports whether nobody listens where a connection was tried.
func Refused(err error) bool { return errors.Is(err, refused) }

// Broken reports whether the other side ended a connection without more ado.
func Broken(err error) bool { return errors.Is(err, reset) || errors.Is(err, aborted) }

// PortTaken reports whether another socket listens on the port.
func PortTaken(err error) bool { return errors.Is(err, inUse) }

// NoSuchAddress reports whether this machine does not have the address.
func NoSuchAddress(err error) bool { return errors.Is(err, notAvailable) }

// Forbidden reports whether the system keeps the port from this user.
func Forbidden(err error) bool { return errors.Is(err, forbidden) }
