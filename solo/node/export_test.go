package node

import "ltcsolo/template"

// Exported for the tests in package node_test.
var (
	VerdictOf = verdictOf
	OpinionOf = opinionOf
)

// Genesis is the block hash of a network of Litecoin's block 0.
func Genesis(name string) string { return programs[template.Litecoin].networks[name].genesis }
