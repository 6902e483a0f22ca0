//go:build linux || darwin

package main

import "golang.org/x/sys/unix"

// freeBytes is the room on the disk of dir that this user may fill. A directory that cannot be written has none.
func freeBytes(dir string) (uint64, error) {
	if err := unix.Access(dir, unix.W_OK); err != nil {
		return 0, err
	}
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return s.Bavail * uint64(s.Bsize), nil
}
