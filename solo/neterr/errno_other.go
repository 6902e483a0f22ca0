//go:build !windows

package neterr

import "syscall"

const (
	refused      = syscall.ECONNREFUSED
	reset        = syscall.ECONNRESET
	aborted      = syscall.EPIPE
	inUse        = syscall.EADDRINUSE
	notAvailable = syscall.EADDRNOTAVAIL
	forbidden    = syscall.EACCES
)
