package neterr

import "golang.org/x/sys/windows"

const (
	refused      = windows.WSAECONNREFUSED
	reset        = windows.WSAECONNRESET
	aborted      = windows.WSAECONNABORTED
	inUse        = windows.WSAEADDRINUSE
	notAvailable = windows.WSAEADDRNOTAVAIL
	forbidden    = windows.WSAEACCES
)
