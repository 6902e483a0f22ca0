package metrics_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// checkBoard has a dashboard read by types that are generated from Grafana's schemas. They refuse what Grafana does not
// know, in the options of panels and in queries too, and that something is missing.
func checkBoard(text []byte) error {
	kinds := cog.NewRuntime()
	kinds.RegisterPanelcfgVariant(stat.VariantConfig())
	kinds.RegisterPanelcfgVariant(table.VariantConfig())
	kinds.RegisterPanelcfgVariant(timeseries.VariantConfig())
	kinds.RegisterDataqueryVariant(prometheus.VariantConfig())
	//lint:ignore SA1019 dashboardv2 is another form of the file, which older Grafanas do not read
	var strict, board dashboard.Dashboard
	var none cog.BuildErrors
	if err := strict.UnmarshalJSONStrict(text); err != nil && !(errors.As(err, &none) && len(none) == 0) { // an empty list is no error
		return err
	}
	return errors.Join(json.Unmarshal(text, &board), board.Validate())
}

func TestGrafanaReadsTheDashboard(t *testing.T) {
	text, err := os.ReadFile("../../scripts/monitoring/grafana.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := checkBoard(text); err != nil {
		t.Error(err)
	}
	for _, change := range []struct{ what, with string }{
		{`"legendFormat"`, `"legend_format"`}, {`"graphMode": "none"`, `"graphMode": 1`}, {`"placement": "bottom"`, `"placements": "bottom"`},
		{`"colorMode": "value",`, ``}, {`"schemaVersion"`, `"schema"`}, {`"w": 4`, `"w": 25`},
	} {
		if err := checkBoard([]byte(strings.Replace(string(text), change.what, change.with, 1))); err == nil {
			t.Errorf("a dashboard with %q in place of %q is read", change.with, change.what)
		}
	}
}

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
