package template

import "slices"

// MergedChains returns the chains that can be merged with Litecoin.
func MergedChains() []*Chain { return []*Chain{Dogecoin} }

// ChainNamed returns the chain with a name, and whether there is one.
func ChainNamed(name string) (*Chain, bool) {
	for _, c := range slices.Concat([]*Chain{Litecoin}, MergedChains()) {
		if c.Name == name {
			return c, true
		}
	}
	return nil, false
}
