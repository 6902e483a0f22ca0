package main

import (
	"runtime/debug"
	"testing"

	"ltcsolo/cmd/ltcsolo/internal/run"
)

// What the go command writes into a program, by the ways in which one is built. scripts/test-release.sh builds some of them.
func TestBuiltFrom(t *testing.T) {
	const revision = "0123456789abcdef0123456789abcdef01234567"
	const later = "1.2.4-0.20261126180725-0123456789ab"
	vcs := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{
			{Key: "-trimpath", Value: "true"}, {Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: revision},
			{Key: "vcs.time", Value: "2026-11-26T18:07:25Z"}, {Key: "vcs.modified", Value: modified},
		}
	}
	for _, tt := range []struct {
		name     string
		module   string
		settings []debug.BuildSetting
		want     run.Build
	}{
		{"a tag", "v1.2.3", vcs("false"), run.Build{Version: "1.2.3", Commit: revision}},
		{"a tag of a candidate", "v1.2.3-rc1", vcs("false"), run.Build{Version: "1.2.3-rc1", Commit: revision}},
		{"a later commit", "v" + later, vcs("false"), run.Build{Version: later, Commit: revision}},
		{"a tag with changes", "v1.2.3+dirty", vcs("true"), run.Build{Version: "1.2.3+dirty", Commit: revision + "+"}},
		{"a later commit with changes", "v" + later + "+dirty", vcs("true"), run.Build{Version: later + "+dirty", Commit: revision + "+"}},
		{"go install of a module's version", "v1.2.3", nil, run.Build{Version: "1.2.3", Commit: "unknown"}},
		{"-buildvcs=false", "(devel)", nil, run.Build{Version: "dev", Commit: "unknown"}},
		{"nothing", "", nil, run.Build{Version: "dev", Commit: "unknown"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &debug.BuildInfo{Main: debug.Module{Path: "ltcsolo", Version: tt.module}, Settings: tt.settings}
			if got := builtFrom(b); got != tt.want {
				t.Errorf("builtFrom(%+v) = %+v, want %+v", b.Main, got, tt.want)
			}
		})
	}
}
