//go:build linux || darwin

package run

import "golang.org/x/sys/unix"

// freeBytes returns the space on the disk of dir that this user may fill. It fails if dir cannot be written.
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
