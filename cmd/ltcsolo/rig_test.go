package main

import (
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"

	"ltcsolo/solo/rigs/rigstest"
)

// rig VARIABLE FOLDER starts a miner that answers with the files of a folder of solo/rigs/testdata until the script ends, and
// sets the variable to its address.
func rig(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: rig VARIABLE FOLDER")
	}
	t := testOf(ts)
	ts.Setenv(args[0], rigstest.Load(t, filepath.Join("../../solo/rigs/testdata", args[1])).Listen(t))
}
