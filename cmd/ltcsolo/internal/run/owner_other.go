//go:build !unix

package run

// checkOwner leaves it to the system: a user's directories are his own there.
func checkOwner(string) error { return nil }
