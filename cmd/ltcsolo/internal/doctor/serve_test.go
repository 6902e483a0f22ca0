package doctor

import (
	"net/netip"
	"strings"
	"testing"

	"ltcsolo/cmd/ltcsolo/internal/settings"
)

func TestCheckNetwork(t *testing.T) {
	local := []netip.Addr{netip.MustParseAddr("192.168.1.5")}
	for _, tt := range []struct {
		name   string
		serve  settings.Serve
		local  []netip.Addr
		want   string
		remedy string
	}{
		{"loopback", settings.Serve{Listen: []string{"127.0.0.1:3333"}}, local, warn, "--listen 192.168.1.5"},
		{"loopback alone", settings.Serve{Listen: []string{"[::1]:3333"}}, nil, warn, "0.0.0.0"},
		{"the house", settings.Serve{Listen: []string{"127.0.0.1:3333", "192.168.1.5:3333"}}, local, pass, ""},
		{"all", settings.Serve{Listen: []string{"0.0.0.0:3333"}}, local, pass, ""},
		{"the internet", settings.Serve{Listen: []string{"0.0.0.0:3333"}, Public: true}, local, warn, "leave out --public"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if f := checkNetwork(&tt.serve, tt.local); f.Result != tt.want || !strings.Contains(f.Remedy, tt.remedy) {
				t.Errorf("finding %+v, want %s and %q", f, tt.want, tt.remedy)
			}
		})
	}
}

func TestMinersFinding(t *testing.T) {
	limited := func(wanted int) (int, string) { return min(wanted, 100), "raise it" }
	if f := minersFinding(100, limited); f.Result != pass {
		t.Errorf("within the limit: %+v", f)
	}
	if f := minersFinding(101, limited); f.Result != warn || f.Remedy != "raise it" || !strings.Contains(f.Detail, "100 of 101") {
		t.Errorf("beyond the limit: %+v", f)
	}
}

func TestClockFinding(t *testing.T) {
	for _, tt := range []struct {
		synchronized, known bool
		want                string
	}{{true, true, pass}, {false, true, warn}, {false, false, pass}} {
		if f := clockFinding(tt.synchronized, tt.known); f.Result != tt.want {
			t.Errorf("clockFinding(%v, %v) = %+v", tt.synchronized, tt.known, f)
		}
	}
}
