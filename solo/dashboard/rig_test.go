package dashboard_test

import (
	"encoding/json"
	"html"
	"strings"
	"testing"

	"ltcsolo/solo"
	"ltcsolo/solo/dashboard"
)

func TestRigText(t *testing.T) {
	for _, tt := range []struct {
		rig  *solo.Rig
		want string
	}{
		{nil, ""},
		{&solo.Rig{}, ""},
		{&solo.Rig{Chip: 71.6}, "72 °C"},
		{&solo.Rig{Chip: 54, Board: 61}, "61 °C"},
		{&solo.Rig{Fans: []int{2160}}, "fan 2,160 rpm"},
		{&solo.Rig{Fans: []int{4920, 4920}}, "fans 4,920 rpm"},
		{&solo.Rig{Fans: []int{0}}, "fan 1 stands still"},
		{&solo.Rig{Chip: 79, Fans: []int{5700, 0, 5580}}, "79 °C, fans 5,580 to 5,700 rpm, fan 2 stands still"},
		{&solo.Rig{Fans: make([]int, 12)}, "12 fans stand still"},
		{&solo.Rig{HashRate: 16.2e9, Watts: 3260, Boards: 2, MissingBoards: 1, DeadChips: 1, HardwareErrors: 1234},
			"counts 16.2 GH/s, 3260 W, 1 of 3 boards do not hash, 1 dead chip, 1,234 hardware errors"},
		{&solo.Rig{Fault: "it does not answer"}, "it does not answer"},
	} {
		d := showing(t, solo.Stats{Workers: []solo.Worker{{Name: "a", Sessions: 1, Rig: tt.rig}}})
		var r dashboard.Report
		if err := json.Unmarshal(ask(t, d, "/api/stats", nil).Body.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		if got := r.Workers[0].Rig.Text(); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.rig, got, tt.want)
		}
	}
}

// TestRigsOnThePage: sensors stand beside the hash rate, and a machine that is only asked is no miner that has left.
func TestRigsOnThePage(t *testing.T) {
	page := html.UnescapeString(ask(t, full(t), "/", nil).Body.String())
	_, table, _ := strings.Cut(page, `<h2>Miners</h2>`)
	table, _, _ = strings.Cut(table, `</table>`)
	rows := strings.Split(table, "<tr>")
	if len(rows) != 6 {
		t.Fatalf("%d rows, want a head, two miners, this machine, and one that is only asked: %s", len(rows)-1, table)
	}
	for row, want := range map[int]string{
		2: "79 °C, fans 5,580 to 5,700 rpm, fan 4 stands still, counts 16.9 GH/s, 1 of 6 boards do not hash, 2 dead chips, 36 hardware errors",
		3: "71 °C", 4: "sensors only", 5: "not connected",
	} {
		if !strings.Contains(rows[row], want) {
			t.Errorf("row %d lacks %q: %s", row, want, rows[row])
		}
	}
	if strings.Contains(rows[4], "not connected") {
		t.Errorf("a machine that is only asked is said not to be connected: %s", rows[4])
	}
}
