package settings

import (
	"net"
	"net/netip"
	"strconv"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
)

// checkRigs refuses what miners cannot be asked with.
func (s *Serve) checkRigs() error {
	if !(s.RigMaxTemp >= 20 && s.RigMaxTemp <= 150) {
		return terminal.Usage("rig-max-temp", "give degrees Celsius, 20 to 150, such as 85", "--rig-max-temp is %v", s.RigMaxTemp)
	}
	if s.NoRigs && len(s.Rigs) > 0 {
		return terminal.Usage("rig", "leave out --rig or --no-rigs", "--rig names a miner to be asked, and --no-rigs says that none is")
	}
	for _, at := range s.Rigs {
		if !isRigAddress(at) {
			return terminal.Usage("rig", "give the miner's address, such as 192.168.1.20 or 192.168.1.20:4028", "--rig is not the address of a machine")
		}
	}
	return nil
}

// isRigAddress reports whether a text is an IP address or a host name, with a port or without.
func isRigAddress(text string) bool {
	if host, port, err := net.SplitHostPort(text); err == nil {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return false
		}
		text = host
	}
	_, err := netip.ParseAddr(text)
	return err == nil || hostName.MatchString(text)
}
