package node

// Exported for the tests in package node_test.
var (
	VerdictOf = verdictOf
	OpinionOf = opinionOf
)

// Genesis is the block hash of a network's block 0.
func Genesis(name string) string { return genesis[name] }
