package metrics_test

import (
	"encoding/json"
	"os"
	"testing"
)

// Each panel has an id of its own and a place of its own, within the 24 columns of Grafana's grid.
func TestGrafanaPanelsHavePlaces(t *testing.T) {
	text, err := os.ReadFile("../../scripts/monitoring/grafana.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct {
			ID      int
			Title   string
			GridPos struct{ X, Y, W, H int }
		}
	}
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	ids, taken := map[int]string{}, map[[2]int]string{}
	for _, p := range board.Panels {
		if other, found := ids[p.ID]; found {
			t.Errorf("%q has the id of %q", p.Title, other)
		}
		ids[p.ID] = p.Title
		if p.Title == "" || p.GridPos.W*p.GridPos.H == 0 || p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("panel %d, %q, at %+v", p.ID, p.Title, p.GridPos)
		}
		for x := range p.GridPos.W {
			for y := range p.GridPos.H {
				at := [2]int{p.GridPos.X + x, p.GridPos.Y + y}
				if other, found := taken[at]; found {
					t.Fatalf("%q lies over %q", p.Title, other)
				}
				taken[at] = p.Title
			}
		}
	}
	if len(ids) < 50 {
		t.Errorf("there are only %d panels", len(ids))
	}
}
