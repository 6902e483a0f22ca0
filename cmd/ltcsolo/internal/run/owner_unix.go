//go:build unix

package run

import (
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"strings"
	"syscall"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
)

// checkOwner refuses a state directory in which somebody else can put files: a payout address of his, or links to files
// that a run would then overwrite.
func checkOwner(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return nil // what uses the directory says so
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	// A group of one's own, as most systems give each user, lets nobody else in.
	foreignGroup := int(stat.Gid) != os.Getegid()
	switch mode := info.Mode().Perm(); {
	case int(stat.Uid) != os.Geteuid():
		// In a container nobody but root can have made it, and the user's number there is one that he may not know.
		remedy := fmt.Sprintf("give a directory of your own with --state DIR, or run ltcsolo as its owner; if it should be yours, look at what is in it, then, as root: chown -R %d:%d %s",
			os.Geteuid(), os.Getegid(), shellWord(dir))
		return terminal.Usage("state", remedy, "the state directory %s belongs to another user: %s", dir, userName(stat.Uid))
	case mode&0o002 != 0 || mode&0o020 != 0 && foreignGroup:
		return terminal.Usage("state", "look at what is in it, then take that right away: chmod go-w "+shellWord(dir),
			"the state directory %s can be written by other users (%v)", dir, info.Mode()&(fs.ModePerm|fs.ModeSticky))
	}
	return nil
}

// shellWord quotes a path for a shell.
func shellWord(path string) string { return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'" }

func userName(id uint32) string {
	text := strconv.FormatUint(uint64(id), 10)
	if u, err := user.LookupId(text); err == nil {
		return u.Username
	}
	return "user " + text
}
