package rigs_test

import (
	"context"
	"fmt"
	"math"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/rigs"
	"ltcsolo/solo/rigs/rigstest"
)

// house is a network of scripted miners, by IP address and port.
type house map[string]*rigstest.Miner

func (h house) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if m := h[address]; m != nil {
		return m.Dial(ctx, network, address)
	}
	return nil, rigstest.ErrRefused
}

func local(a netip.Addr) bool { return a.IsPrivate() || a.IsLoopback() }

// run starts an Asker within a synctest bubble; it ends with the test.
func run(t *testing.T, cfg rigs.Config) *rigs.Asker {
	t.Helper()
	if cfg.Workers == nil {
		cfg.Workers = func() []solo.Worker { return nil }
	}
	cfg.Local = local
	a, err := rigs.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		a.Run(ctx)
		close(ended)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return a
}

// TestFamilies reads the replies of each kind of machine.
func TestFamilies(t *testing.T) {
	for _, tt := range []struct {
		dir  string
		port int
		want solo.Rig
	}{
		{"l3plus", 4028, solo.Rig{
			Model: "Antminer L3+", Firmware: "Mon Jan 15 10:22:41 CST 2018", Chip: 54, Board: 46, Fans: []int{3360, 3240},
			HashRate: 376.24e6, HardwareErrors: 118, DeadChips: 1, Boards: 3,
		}},
		{"l7", 4028, solo.Rig{
			Model: "Antminer L7", Firmware: "Tue Aug 20 17:03:10 CST 2024", Chip: 72, Board: 61, Fans: []int{4920, 4980, 4920, 5040},
			HashRate: 9312.55e6, HardwareErrors: 18, Boards: 4,
		}},
		{"l9", 4028, solo.Rig{
			Model: "Antminer L9", Firmware: "Tue Aug 20 17:03:10 CST 2024", Chip: 79, Board: 66, Fans: []int{5640, 5580, 5700, 0},
			HashRate: 16240.8e6, HardwareErrors: 36, DeadChips: 2, Boards: 3,
		}},
		{"minidoge", 4028, solo.Rig{
			Model: "goldshell-minidoge", Chip: 77.12, Board: 58.25, Fans: []int{2160, 2190}, HashRate: 186.402e6, HardwareErrors: 57, Boards: 1,
		}},
		{"volcminer", 8359, solo.Rig{
			Model: "VolcMiner D1", Firmware: "2024-03-19 09-41-07 CST", Board: 58, Fans: []int{5010, 4980, 4620, 4650},
			HashRate: 15220.441e6, HardwareErrors: 2410, Boards: 3,
		}},
		{"elphapex", 4028, solo.Rig{
			Model: "DG1+", Firmware: "DG1+_SW_V1.0.2", Chip: 52.937, Board: 65, Fans: []int{5220, 5280, 5280}, HashRate: 13870.25e6,
			HardwareErrors: 21, DeadChips: 1, Boards: 2,
		}},
		{"bitaxe", 80, solo.Rig{
			Model: "Supra", Firmware: "v2.6.1", Chip: 57.375, Board: 61, Fans: []int{4105}, Watts: 15.42, HashRate: 11.25e6,
		}},
		{"luckyminer", 80, solo.Rig{Model: "LG07", Firmware: "1.0.7", Chip: 63.5, Watts: 9.8, HashRate: 11.41e6}},
		{"cgminer", 4028, solo.Rig{
			Model: "cgminer 3.7.2", Chip: 71, Fans: []int{2310}, HashRate: 0.63e6, HardwareErrors: 4, Boards: 1, MissingBoards: 1,
		}},
	} {
		t.Run(tt.dir, func(t *testing.T) {
			m := rigstest.Load(t, "testdata/"+tt.dir)
			synctest.Test(t, func(t *testing.T) {
				a := run(t, rigs.Config{Named: []string{"10.0.0.9"}, Dial: house{fmt.Sprintf("10.0.0.9:%d", tt.port): m}.dial})
				time.Sleep(10 * time.Second)
				rows := a.Describe(nil)
				if len(rows) != 1 {
					t.Fatalf("%d rows, want the machine's", len(rows))
				}
				got := *rows[0].Rig
				if got.When.IsZero() {
					t.Fatalf("it has not answered: %s; asked %q", got.Fault, m.Asked())
				}
				if want := fmt.Sprintf("10.0.0.9:%d", tt.port); got.Address != want {
					t.Errorf("it is at %s, want %s", got.Address, want)
				}
				got.When, got.Address, got.HashRate = time.Time{}, "", math.Round(got.HashRate)
				if !reflect.DeepEqual(got, tt.want) {
					t.Errorf("got  %+v\nwant %+v", got, tt.want)
				}
			})
		})
	}
}

// An L7 that is asked without new_api, as by firmware that does not know it, tells the same.
func TestOlderForm(t *testing.T) {
	m := rigstest.Load(t, "testdata/l7")
	m.Set("stats-new_api", "")
	synctest.Test(t, func(t *testing.T) {
		a := run(t, rigs.Config{Named: []string{"10.0.0.9"}, Dial: house{"10.0.0.9:4028": m}.dial})
		time.Sleep(10 * time.Second)
		r := a.Describe(nil)[0].Rig
		if math.Round(r.HashRate) != 9312.55e6 || r.Chip != 72 || r.Board != 61 || r.Boards != 4 || r.HardwareErrors != 18 {
			t.Errorf("got %+v", r)
		}
	})
}

// TestOnlyReadingIsSent: whatever a miner answers, it is sent nothing but what reads.
func TestOnlyReadingIsSent(t *testing.T) {
	allowed := []string{
		`{"command":"version"}`, `{"command":"stats","new_api":true}`, `{"command":"stats"}`, `{"command":"devs"}`, `{"command":"summary"}`,
		"GET /api/system/info HTTP/1.1\r\nHost: 10.0.0.9:80\r\nUser-Agent: ltcsolo\r\nConnection: close\r\n\r\n",
	}
	for name, m := range map[string]*rigstest.Miner{
		"knows nothing":  rigstest.New(nil),
		"silent":         {Silent: true},
		"blank":          rigstest.New(map[string]string{"version": " ", rigstest.HTTP: " "}),
		"denies":         rigstest.New(map[string]string{"version": `{"STATUS":[{"STATUS":"E","Msg":"Access denied to 'version' command"}]}`}),
		"another server": rigstest.New(map[string]string{"version": "HTTP/1.1 400 Bad Request", rigstest.HTTP: "<html>"}),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				run(t, rigs.Config{Named: []string{"10.0.0.9"}, Dial: house{"10.0.0.9:4028": m, "10.0.0.9:8359": m, "10.0.0.9:80": m}.dial})
				time.Sleep(3 * time.Hour)
				asked := m.Asked()
				if len(asked) == 0 {
					t.Error("it was asked nothing")
				}
				for _, line := range asked {
					if !slices.Contains(allowed, line) {
						t.Errorf("it was sent %q", line)
					}
				}
			})
		})
	}
}
