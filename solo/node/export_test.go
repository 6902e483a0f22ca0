package node

import "ltcsolo/template"

// Exported for the tests in package node_test.
var (
	VerdictOf = verdictOf
	OpinionOf = opinionOf
)

// Genesis is the block hash of a network of Litecoin's block 0.
func Genesis(name string) string { return programs[template.Litecoin].networks[name].genesis }

// RequiredVersion returns what Status.Forks says of Litecoin at this height of main.
func RequiredVersion(height int32) (version int, nextFork int32, nextVersion int) {
	need, next := forksAround(template.Litecoin, height, nil)
	return need.Version, next.Height, next.Version
}
