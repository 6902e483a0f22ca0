//go:build grafana

// Grafana's types are large: to compile them takes a minute. scripts/test-monitoring.sh does.

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
