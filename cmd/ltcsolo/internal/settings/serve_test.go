package settings

import (
	"net/netip"
	"strings"
	"testing"
)

func TestListenAddress(t *testing.T) {
	for _, tt := range []struct {
		in     string
		public bool
		want   string // empty: refused
	}{
		{"192.168.1.5", false, "192.168.1.5:3333"},
		{"192.168.1.5:4444", false, "192.168.1.5:4444"},
		{"0.0.0.0", false, "0.0.0.0:3333"},
		{"localhost", false, "127.0.0.1:3333"},
		{":4444", false, "127.0.0.1:4444"},
		{"", false, "127.0.0.1:3333"},
		{"::1", false, "[::1]:3333"},
		{"[::1]", false, "[::1]:3333"},
		{"[::]:4444", false, "[::]:4444"},
		{"fe80::1%eth0", false, "[fe80::1%eth0]:3333"},
		{"[fe80::1%eth0]:1", false, "[fe80::1%eth0]:1"},
		{"100.64.0.1", false, "100.64.0.1:3333"},
		{"::ffff:10.0.0.1", false, "[::ffff:10.0.0.1]:3333"},
		{"203.0.113.5", true, "203.0.113.5:3333"},
		{"203.0.113.5", false, ""},
		{"2001:db8::1", false, ""},
		{"::ffff:203.0.113.5", false, ""},
		{"192.168.1.5:0", false, "192.168.1.5:0"},
		{"192.168.1.5:65536", false, ""},
		{"192.168.1.5:-1", false, ""},
		{"192.168.1.5:", false, "192.168.1.5:"},
		{"3333", false, ""},
		{"192.168.1.0/24", false, ""},
		{"miners.lan", false, ""},
		{"stratum+tcp://192.168.1.5:3333", false, ""},
	} {
		got, err := listenAddress(tt.in, tt.public)
		if got != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("listenAddress(%q, %v) = %q, %v, want %q", tt.in, tt.public, got, err, tt.want)
		}
		if err != nil && strings.Contains(tt.in, "lan") && strings.Contains(err.Error(), tt.in) {
			t.Errorf("listenAddress(%q): the error %q repeats what was typed", tt.in, err)
		}
	}
}

func TestIsLocal(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1": true, "::1": true, "10.0.0.1": true, "172.16.0.1": true, "172.31.255.255": true, "192.168.255.1": true, "169.254.1.1": true,
		"100.64.0.0": true, "100.127.255.255": true, "fe80::1%eth0": true, "fd00::1": true, "::ffff:192.168.1.1": true,
		"172.32.0.1": false, "100.128.0.1": false, "100.63.255.255": false, "8.8.8.8": false, "2001:db8::1": false, "::ffff:8.8.8.8": false,
		"0.0.0.0": false, "224.0.0.1": false,
	} {
		if got := IsLocal(netip.MustParseAddr(address)); got != want {
			t.Errorf("IsLocal(%s) = %v, want %v", address, got, want)
		}
	}
}
